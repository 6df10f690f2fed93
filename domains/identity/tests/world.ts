import {
  type AnyKind,
  type Environment,
  type NewObject,
  type Objects,
  openMemoryStore,
  openObjects,
  type Principal,
  type Store,
  type Uid,
} from "@yunhe/kernel";
import { type Identity, identityBarrierKinds, openIdentity } from "../src/identity.ts";
import { newToken, type TokenRequest } from "../src/issue.ts";
import {
  clusterRoleBindingKind,
  identityKinds,
  projectKind,
  roleBindingKind,
  serviceAccountKind,
  type Subject,
  tokenKind,
  userKind,
} from "../src/kinds/index.ts";
import type { Role } from "../src/roles.ts";

/** A control plane's identities over a store in memory, with a clock that a test moves. */
export interface World {
  readonly store: Store;
  readonly objects: Objects;
  readonly identity: Identity;
  readonly environment: Environment;
  advance(ms: number): void;
  project(name: string): Promise<void>;
  user(name: string): Promise<Principal>;
  serviceAccount(project: string, name: string): Promise<Principal>;
  bind(subject: Subject, role: Role, project?: string): Promise<void>;
  /** Issues a token as the control plane would; gives its secret and who acts with it. */
  token(subject: Subject, options?: Partial<TokenRequest>): Promise<{ secret: string; principal: Principal }>;
}

export async function openWorld(kinds: readonly AnyKind[] = identityKinds): Promise<World> {
  let nowMs = Date.parse("2026-11-21T10:00:00Z");
  const environment = testEnvironment(() => nowMs);
  const store = openMemoryStore({ barrierKinds: identityBarrierKinds });
  const objects = openObjects(store, kinds, environment);
  const identity = await openIdentity({ store, objects, kinds, environment });
  const create = async (kind: AnyKind, object: NewObject): Promise<void> => {
    await objects.commit([{ type: "create", kind, object }], { actor: "system:test" });
  };
  const principal = (id: string): Principal => {
    const { type, displayName } = identity.directory.account(id)!;
    return { id, type, displayName };
  };
  return {
    store,
    objects,
    identity,
    environment,
    advance: (ms) => void (nowMs += ms),
    project: (name) => create(projectKind, { metadata: { name }, spec: {} }),
    async user(name) {
      await create(userKind, { metadata: { name }, spec: {} });
      return principal(`user:${name}`);
    },
    async serviceAccount(project, name) {
      await create(serviceAccountKind, { metadata: { name, namespace: project }, spec: {} });
      return principal(`serviceaccount:${project}/${name}`);
    },
    bind(subject, role, project) {
      const name = `${subject.project ?? ""}${subject.name}-${role}`;
      return project === undefined
        ? create(clusterRoleBindingKind, { metadata: { name }, spec: { subject, role } })
        : create(roleBindingKind, { metadata: { name, namespace: project }, spec: { subject, role } });
    },
    async token(subject, options = {}) {
      const id =
        subject.kind === "User"
          ? `user:${subject.name}`
          : `serviceaccount:${subject.project}/${subject.name}`;
      const account = identity.directory.account(id)!;
      const made = newToken({ type: "api", subject, subjectUid: account.uid, ...options }, environment);
      await create(tokenKind, made.object);
      return { secret: made.secret, principal: { ...principal(id), tokenName: made.object.metadata.name } };
    },
  };
}

export const user = (name: string): Subject => ({ kind: "User", name });
export const serviceAccount = (project: string, name: string): Subject => ({
  kind: "ServiceAccount",
  name,
  project,
});

function testEnvironment(nowMs: () => number): Environment {
  let count = 0;
  return {
    clock: { nowMs, monotonicMs: nowMs, after: () => () => {} },
    random: {
      next: () => 0.5,
      uuid: () => `00000000-0000-4000-8000-${String((count += 1)).padStart(12, "0")}` as Uid,
    },
  };
}
