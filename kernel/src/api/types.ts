import type { Environment } from "../environment.ts";
import type { ApiError } from "../errors.ts";
import type { AnyKind } from "../kind.ts";
import type { AccessRequest, Authorizer, Principal } from "../permission.ts";
import type { AnyResource, ObjectKey } from "../resource.ts";
import type { Store } from "../store/port.ts";
import type { Words } from "../words.ts";
import type { KindIndex } from "./kind-index.ts";

export interface ApiOptions {
  readonly store: Store;
  readonly kinds: readonly AnyKind[];
  readonly authorizer: Authorizer;
  readonly environment: Environment;
  /** What custom actions do, by kind and action name; every action a kind declares needs one. */
  readonly actions?: ActionHandlers;
  /**
   * Looks at every object that a request would create, after its schema and before it is written; what it throws
   * refuses the request. For what a kind's own pure check cannot know.
   */
  readonly admit?: (kind: AnyKind, object: AnyResource) => void | Promise<void>;
  /** The kind of the cluster whose objects are the namespaces; undefined: every namespace counts as there. */
  readonly namespaceKind?: AnyKind;
}

/** What every verb works with. */
export interface ApiContext extends Omit<ApiOptions, "kinds"> {
  readonly kinds: KindIndex;
}

/** Who asks, in which request. */
export interface Caller {
  readonly principal: Principal;
  readonly requestId: string;
}

export interface Collection {
  readonly kind: AnyKind;
  /** "" for kinds of the cluster and for all namespaces together. */
  readonly namespace: string;
}

export interface Target extends Collection {
  readonly name: string;
  readonly subresource?: "status";
}

export type FieldValidation = "Strict" | "Warn" | "Ignore";

export interface WriteOptions {
  readonly dryRun?: boolean;
  /** Owner of the fields for server-side apply: `kubectl`, `yunhe`. */
  readonly fieldManager?: string;
  /** What to do about unknown fields; Strict unless said otherwise. */
  readonly fieldValidation?: FieldValidation;
  readonly idempotencyKey?: string;
}

export interface WriteResult {
  /** The object as stored (for a dry run: as it would be). */
  readonly json: string;
  readonly created: boolean;
  /** The first outcome of the same idempotency key again. */
  readonly replayed: boolean;
  readonly warnings: readonly Words[];
}

export type ActionHandler = (
  context: ActionContext,
  object: AnyResource,
  /** Parsed with the action's own schema. */
  input: unknown,
) => Promise<unknown>;

/** By kind (`tasks.compute.yunhe.dev`, see {@link keyOfKind}), then by action. */
export type ActionHandlers = Readonly<Record<string, Readonly<Record<string, ActionHandler>>>>;

export interface ActionContext extends Caller {
  readonly store: Store;
  readonly environment: Environment;
  readonly target: ObjectKey;
  readonly access: AccessRequest;
  /** Belongs into every transaction the action commits (S2). */
  readonly guard: () => ApiError | undefined;
  readonly idempotencyKey: string | undefined;
}
