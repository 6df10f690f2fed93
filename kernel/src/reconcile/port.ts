import type { AnyKind } from "../kind.ts";
import type { ObjectKey } from "../resource.ts";
import type { Change } from "../store/port.ts";

/** What a reconciler asks for after looking at one key; undefined: nothing until something changes. */
export interface Requeue {
  readonly afterMs: number;
}

/**
 * Level-triggered: gets a key, reads, plans with a pure function, acts, writes status with the revision that it read.
 * May be called again at any time for any key, also for one that no longer exists; never twice at once for one key.
 */
export interface Reconciler {
  readonly name: string;
  /** Kinds whose changes wake this reconciler, each with the keys to look at. At start every object counts as changed. */
  readonly sources: readonly Source[];
  /** How many keys at once. */
  readonly concurrency: number;
  /** Wakes keys for what happens outside the store, such as an engine that reports; returns the function that ends it. */
  readonly signals?: (wake: (key: ObjectKey) => void) => () => void;
  reconcile(key: ObjectKey, context: ReconcileContext): Promise<Requeue | undefined | void>;
}

export interface Source {
  readonly kind: AnyKind;
  /** Keys that a change concerns; default: the object itself. */
  readonly keys?: (change: Change) => readonly ObjectKey[];
}

export interface ReconcileContext {
  /** Ends when leadership or the process ends: stop between two steps. */
  readonly signal: AbortSignal;
  /** The epoch under which this process leads; goes into every write and engine call (C1). */
  readonly fence: { readonly lease: string; readonly epoch: number };
}
