import { type AnyResource, type KindKey, keyOfKind } from "@yunhe/kernel";
import {
  type ClusterRoleBinding,
  clusterRoleBindingKind,
  projectKind,
  type RoleBinding,
  roleBindingKind,
  type ServiceAccount,
  serviceAccountKind,
  subjectId,
  type SubjectId,
  type Token,
  tokenKind,
  type TokenScopes,
  type User,
  userKind,
} from "../kinds/index.ts";
import { type Rank, rankOf } from "../roles.ts";
import type { TokenType } from "../secret.ts";

/** What the hot path needs of the identity objects, cut out of them once when they change. */
export interface Account {
  readonly id: SubjectId;
  readonly uid: string;
  readonly type: "User" | "ServiceAccount";
  readonly displayName: string;
  /** "" for a user. */
  readonly project: string;
  /** Neither disabled nor being deleted. */
  readonly active: boolean;
}

export interface Binding {
  readonly subject: SubjectId;
  /** Undefined: cluster-wide. */
  readonly project: string | undefined;
  readonly rank: Rank;
}

export interface TokenRecord {
  readonly name: string;
  readonly type: TokenType;
  readonly sha256: string;
  readonly subject: SubjectId;
  readonly subjectUid: string;
  /** Project of the service account that it belongs to; "" for a user's. */
  readonly project: string;
  readonly expiresMs: number;
  readonly revoked: boolean;
  readonly scopes: { readonly rank: Rank; readonly projects: ReadonlySet<string> | undefined } | undefined;
  readonly parent: string | undefined;
  readonly lastUsedMs: number;
}

export const userKey: KindKey = keyOfKind(userKind);
export const serviceAccountKey: KindKey = keyOfKind(serviceAccountKind);
export const tokenKey: KindKey = keyOfKind(tokenKind);
export const roleBindingKey: KindKey = keyOfKind(roleBindingKind);
export const clusterRoleBindingKey: KindKey = keyOfKind(clusterRoleBindingKind);
export const projectKey: KindKey = keyOfKind(projectKind);

export const accountIdOf = (kind: KindKey, namespace: string, name: string): SubjectId | undefined => {
  if (kind === userKey) return subjectId({ kind: "User", name });
  if (kind === serviceAccountKey) return subjectId({ kind: "ServiceAccount", name, project: namespace });
  return undefined;
};

export function userRecord(user: User): Account {
  return {
    id: subjectId({ kind: "User", name: user.metadata.name }),
    uid: user.metadata.uid,
    type: "User",
    displayName: user.spec.displayName ?? user.metadata.name,
    project: "",
    active: !user.spec.disabled && user.metadata.deletionTimestamp === undefined,
  };
}

export function serviceAccountRecord(account: ServiceAccount): Account {
  const project = account.metadata.namespace ?? "";
  return {
    id: subjectId({ kind: "ServiceAccount", name: account.metadata.name, project }),
    uid: account.metadata.uid,
    type: "ServiceAccount",
    displayName: `${project}/${account.metadata.name}`,
    project,
    active: !account.spec.disabled && account.metadata.deletionTimestamp === undefined,
  };
}

export const bindingRecord = (binding: RoleBinding | ClusterRoleBinding): Binding => ({
  subject: subjectId(binding.spec.subject),
  project: binding.metadata.namespace,
  rank: binding.metadata.deletionTimestamp === undefined ? rankOf(binding.spec.role) : 0,
});

export function tokenRecord(token: Token): TokenRecord {
  const { spec, status, metadata } = token;
  return {
    name: metadata.name,
    type: spec.type,
    sha256: status?.sha256 ?? "",
    subject: subjectId(spec.subject),
    subjectUid: spec.subjectUid,
    project: spec.subject.project ?? "",
    expiresMs: Date.parse(spec.expiresAt),
    revoked: status === undefined || status.revoked || metadata.deletionTimestamp !== undefined,
    scopes: scopesRecord(spec.scopes),
    parent: spec.parent,
    lastUsedMs: status?.lastUsedAt === undefined ? 0 : Date.parse(status.lastUsedAt),
  };
}

function scopesRecord(scopes: TokenScopes | undefined): TokenRecord["scopes"] {
  if (scopes === undefined) return undefined;
  return {
    rank: scopes.role === undefined ? 4 : rankOf(scopes.role),
    projects: scopes.projects === undefined ? undefined : new Set(scopes.projects),
  };
}

/** Whose token an object is, also after it was deleted. */
export const subjectOfToken = (object: AnyResource): SubjectId => subjectId((object as Token).spec.subject);
export const projectOfToken = (object: AnyResource): string => (object as Token).spec.subject.project ?? "";
