import { type Change, keyText, type ObjectKey } from "@yunhe/kernel";
import type {
  ClusterRoleBinding,
  RoleBinding,
  ServiceAccount,
  SubjectId,
  Token,
  User,
} from "../kinds/index.ts";
import {
  type Account,
  accountIdOf,
  type Binding,
  bindingRecord,
  clusterRoleBindingKey,
  roleBindingKey,
  serviceAccountKey,
  serviceAccountRecord,
  tokenKey,
  type TokenRecord,
  tokenRecord,
  userKey,
  userRecord,
} from "./records.ts";
import { noRoles, type Roles, rolesOf } from "./roles.ts";

/**
 * Who there is, what they may and by which tokens: all of it in memory, changed only by {@link Directory.apply}, which
 * takes effect at once (a revoked token is unknown to the next call).
 */
export class Directory {
  readonly #accounts = new Map<SubjectId, Account>();
  readonly #bindings = new Map<string, Binding>();
  readonly #bindingsOf = new Map<SubjectId, Set<string>>();
  readonly #roles = new Map<SubjectId, Roles>();
  readonly #tokens = new Map<string, TokenRecord>();
  readonly #tokensByHash = new Map<string, TokenRecord>();

  account(id: string): Account | undefined {
    return this.#accounts.get(id as SubjectId);
  }

  /** Roles by bindings, of a subject that may not exist. */
  roles(id: string): Roles {
    return this.#roles.get(id as SubjectId) ?? noRoles;
  }

  token(name: string): TokenRecord | undefined {
    return this.#tokens.get(name);
  }

  tokenByHash(sha256: string): TokenRecord | undefined {
    return this.#tokensByHash.get(sha256);
  }

  /** Active accounts that hold admin cluster-wide. */
  clusterAdmins(): Account[] {
    return [...this.#accounts.values()].filter(({ id, active }) => active && this.roles(id).cluster === 4);
  }

  apply(change: Pick<Change, "type" | "key" | "json">): void {
    const gone = change.type === "DELETED";
    const { kind } = change.key;
    if (kind === userKey || kind === serviceAccountKey)
      this.#setAccount(change.key, gone ? undefined : change.json);
    else if (kind === tokenKey) this.#setToken(change.key.name, gone ? undefined : change.json);
    else if (kind === roleBindingKey || kind === clusterRoleBindingKey)
      this.#setBinding(change.key, gone ? undefined : change.json);
  }

  #setAccount(key: ObjectKey, json: string | undefined): void {
    const id = accountIdOf(key.kind, key.namespace, key.name)!;
    if (json === undefined) this.#accounts.delete(id);
    else if (key.kind === userKey) this.#accounts.set(id, userRecord(JSON.parse(json) as User));
    else this.#accounts.set(id, serviceAccountRecord(JSON.parse(json) as ServiceAccount));
  }

  #setToken(name: string, json: string | undefined): void {
    const before = this.#tokens.get(name);
    if (before !== undefined) {
      this.#tokens.delete(name);
      this.#tokensByHash.delete(before.sha256);
    }
    if (json === undefined) return;
    const record = tokenRecord(JSON.parse(json) as Token);
    this.#tokens.set(name, record);
    this.#tokensByHash.set(record.sha256, record);
  }

  #setBinding(key: ObjectKey, json: string | undefined): void {
    const id = keyText(key);
    const before = this.#bindings.get(id);
    if (before !== undefined) {
      this.#bindings.delete(id);
      this.#bindingsOf.get(before.subject)?.delete(id);
      this.#reckon(before.subject);
    }
    if (json === undefined) return;
    const binding = bindingRecord(JSON.parse(json) as RoleBinding | ClusterRoleBinding);
    this.#bindings.set(id, binding);
    const ids = this.#bindingsOf.get(binding.subject) ?? new Set();
    this.#bindingsOf.set(binding.subject, ids.add(id));
    this.#reckon(binding.subject);
  }

  #reckon(subject: SubjectId): void {
    const ids = this.#bindingsOf.get(subject) ?? new Set();
    if (ids.size === 0) {
      this.#bindingsOf.delete(subject);
      this.#roles.delete(subject);
    } else this.#roles.set(subject, rolesOf([...ids].map((id) => this.#bindings.get(id)!)));
  }
}
