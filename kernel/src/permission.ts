import type { AnyResource, KindKey } from "./resource.ts";
import type { Words } from "./words.ts";

export type Verb =
  | "get"
  | "list"
  | "watch"
  | "create"
  | "update"
  | "patch"
  | "delete"
  | "deletecollection"
  /** A custom action of the kind, named in `subresource`. */
  | "act";

/** Who asks. `id` is what the audit log shows. */
export interface Principal {
  readonly id: string;
  readonly type: "User" | "ServiceAccount" | "System";
  readonly displayName: string;
  /** The token used, by name, never the secret. */
  readonly tokenName?: string;
}

export interface AccessRequest {
  readonly principal: Principal;
  readonly verb: Verb;
  readonly kind: KindKey;
  readonly subresource?: string;
  /** "" for kinds of the cluster, and for a list over all namespaces. */
  readonly namespace: string;
  readonly name?: string;
}

export type AccessDecision = { readonly allowed: true } | { readonly allowed: false; readonly why: Words };

/** Asked on every verb, synchronously, from a snapshot that follows the store. */
export interface Authorizer {
  decide(request: AccessRequest): AccessDecision;
  /**
   * For a get, list or watch that {@link decide} refuses as a whole: says of one object, at the moment it would be shown,
   * whether this principal may see it (members see their own projects and tokens). Undefined: nothing can be shown,
   * refuse. Who does not ask refuses, which is safe.
   */
  narrow?(request: AccessRequest): ((object: AnyResource) => boolean) | undefined;
}

/** The control plane itself; only code inside the process can hold it. */
export const systemPrincipal = (component: string): Principal => ({
  id: `system:${component}`,
  type: "System",
  displayName: component,
});
