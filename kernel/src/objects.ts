import type { AnyKind, ResourceOf } from "./kind.ts";
import type { ObjectMeta, Uid } from "./resource.ts";
import type { Committed, Transaction } from "./store/port.ts";

/**
 * Typed access to objects for reconcilers and other code inside the control plane: no permission is asked (the actor
 * is the control plane), but schemas, optimistic concurrency, fencing and audit hold as for everybody.
 */
export interface Objects {
  get<Kind extends AnyKind>(
    kind: Kind,
    namespace: string,
    name: string,
  ): Promise<ResourceOf<Kind> | undefined>;
  /** All objects of a kind, in (namespace, name) order, read in pages. */
  list<Kind extends AnyKind>(kind: Kind, namespace?: string): Promise<ResourceOf<Kind>[]>;
  /** Commits all drafts or none; gives the objects as stored, in order. */
  commit(drafts: readonly Draft[], options: CommitOptions): Promise<readonly AnyStored[]>;
}

export type AnyStored = ResourceOf<AnyKind>;

/** An object to create: the kernel gives uid, generation and time. */
export interface NewObject {
  readonly metadata: Pick<ObjectMeta, "name"> &
    Partial<
      Pick<ObjectMeta, "namespace" | "labels" | "annotations" | "finalizers" | "ownerReferences"> & {
        uid: Uid;
      }
    >;
  readonly [field: string]: unknown;
}

export type Draft =
  | { readonly type: "create"; readonly kind: AnyKind; readonly object: NewObject }
  /** Replaces the object at exactly the resourceVersion that `object` carries. Spec changes raise the generation. */
  | {
      readonly type: "update";
      readonly kind: AnyKind;
      readonly object: AnyStored;
      readonly subresource?: "status";
    }
  /**
   * Marks for deletion while finalizers remain, else removes. An update that takes the last finalizer from an object
   * marked for deletion removes it too.
   */
  | { readonly type: "delete"; readonly kind: AnyKind; readonly object: AnyStored };

export interface CommitOptions extends Pick<Transaction, "checks" | "fence" | "idempotency" | "guard"> {
  /** `system:reconciler/task`. */
  readonly actor: string;
  readonly verb?: string;
}

export type { Committed };
