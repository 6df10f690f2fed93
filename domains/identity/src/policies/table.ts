import { type Verb, type Words, words } from "@yunhe/kernel";
import { issueAction, revokeAction, signInLinkAction } from "../kinds/index.ts";
import type { Role } from "../roles.ts";
import type { Class } from "./classes.ts";

/**
 * The role table: who may what. The Cedar policies, the page in the reference and the tests all come from this one
 * list; what it does not permit is denied. Roles include the ones below them.
 */
export interface Permission {
  readonly id: string;
  readonly classes: readonly Class[];
  readonly verbs: readonly Verb[];
  /** For the verb `act`: only these actions; absent: every one. */
  readonly actions?: readonly string[];
  readonly to: Holder;
}

/**
 * `project`: the role is held in the object's project, or cluster-wide (for kinds of the cluster: cluster-wide).
 * `cluster`: cluster-wide. `anywhere`: in any project or cluster-wide. `self`: the object is the asker's own account,
 * or a token of it.
 */
export type Holder =
  | { readonly type: "role"; readonly role: Role; readonly held: "project" | "cluster" | "anywhere" }
  | { readonly type: "self" };

const read: readonly Verb[] = ["get", "list", "watch"];
const write: readonly Verb[] = ["create", "update", "patch"];
const remove: readonly Verb[] = ["delete", "deletecollection"];

const inProject = (role: Role): Holder => ({ type: "role", role, held: "project" });
const inCluster = (role: Role): Holder => ({ type: "role", role, held: "cluster" });
const anywhere = (role: Role): Holder => ({ type: "role", role, held: "anywhere" });
const self: Holder = { type: "self" };

export const permissions: readonly Permission[] = [
  { id: "work-read", classes: ["work", "record"], verbs: read, to: inProject("viewer") },
  { id: "work-do", classes: ["work"], verbs: [...write, ...remove, "act"], to: inProject("member") },
  { id: "record-act", classes: ["record"], verbs: ["act"], to: inProject("member") },
  { id: "record-remove", classes: ["record"], verbs: remove, to: inCluster("admin") },

  { id: "fleet-read", classes: ["fleet"], verbs: read, to: anywhere("viewer") },
  { id: "fleet-do", classes: ["fleet"], verbs: [...write, ...remove, "act"], to: inProject("operator") },

  { id: "project-read", classes: ["project"], verbs: read, to: inProject("viewer") },
  { id: "project-edit", classes: ["project"], verbs: ["update", "patch", "act"], to: inProject("admin") },
  { id: "project-make", classes: ["project"], verbs: ["create", ...remove], to: inCluster("admin") },

  { id: "access-read", classes: ["access", "account"], verbs: read, to: inProject("viewer") },
  { id: "access-do", classes: ["access", "account"], verbs: [...write, ...remove], to: inProject("admin") },
  { id: "account-act", classes: ["account"], verbs: ["act"], to: inProject("admin") },
  { id: "account-self-read", classes: ["account"], verbs: ["get"], to: self },
  {
    id: "account-self-act",
    classes: ["account"],
    verbs: ["act"],
    actions: [issueAction, signInLinkAction],
    to: self,
  },

  { id: "token-all", classes: ["token"], verbs: [...read, ...remove, "act"], to: inProject("admin") },
  { id: "token-self", classes: ["token"], verbs: ["get", "delete"], to: self },
  { id: "token-self-act", classes: ["token"], verbs: ["act"], actions: [revokeAction], to: self },

  { id: "audit-read", classes: ["audit"], verbs: ["get", "list"], to: inProject("admin") },
];

/** What no permission overrides. */
export interface Prohibition {
  readonly id: string;
  readonly why: Words;
  readonly what: Words;
}

export const prohibitions = {
  status: {
    id: "status-write",
    what: words(
      "writing the status subresource, unless cluster-wide admin",
      "写入 status 子资源（集群管理员除外）",
    ),
    why: words(
      "a status says what is; only the control plane and cluster-wide admins write it",
      "status 记录实际状态，只有控制面与集群管理员可以写入",
    ),
  },
  scoped: {
    id: "scoped-token",
    what: words(
      "changing access, accounts, tokens or projects with a token that has scopes",
      "用限定范围的令牌更改授权、账号、令牌或项目",
    ),
    why: words(
      "this token has scopes, and such a token changes no access, accounts, tokens or projects; use one without scopes",
      "此令牌限定了范围，不能更改授权、账号、令牌或项目；请使用未限定范围的令牌",
    ),
  },
  outrank: {
    id: "outrank",
    what: words(
      "acting on an account that holds a role which the asker does not hold",
      "操作拥有请求者所不具备之角色的账号",
    ),
    why: words(
      "that account holds a role that you do not hold in the same place; ask somebody who does",
      "该账号拥有您在同一范围内不具备的角色；请联系具备该角色的人",
    ),
  },
} as const satisfies Record<string, Prohibition>;

/** Classes that a token with scopes may only read. */
export const guardedClasses: readonly Class[] = ["project", "access", "account", "token"];
export const changingVerbs: readonly Verb[] = [...write, ...remove, "act"];
export const writingVerbs: readonly Verb[] = [...write, ...remove];
