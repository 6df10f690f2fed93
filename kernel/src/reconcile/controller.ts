import type { Environment } from "../environment.ts";
import { ApiError } from "../errors.ts";
import { type Follower, follow } from "../follow.ts";
import { keyOfKind } from "../kind.ts";
import { type KindKey, keyText, type ObjectKey } from "../resource.ts";
import type { Change, Store } from "../store/port.ts";
import type { ReconcileContext, Reconciler } from "./port.ts";
import { type BackOff, WorkQueue } from "./queue.ts";

export interface ControllerOptions {
  readonly reconciler: Reconciler;
  readonly store: Store;
  readonly environment: Environment;
  readonly fence: ReconcileContext["fence"];
  /** Told of each failure and when the key will be tried again. A conflict is one of the expected ones. */
  readonly onError?: (failure: ReconcileFailure) => void;
  readonly backOff?: BackOff;
}

export interface ReconcileFailure {
  readonly reconciler: string;
  readonly key: ObjectKey;
  readonly error: unknown;
  readonly retryInMs: number;
}

export interface ControllerMetrics {
  readonly reconciles: number;
  readonly failures: number;
  /** Time spent in the reconciler, all calls together. */
  readonly busyMs: number;
  readonly ready: number;
  readonly working: number;
  readonly delayed: number;
}

/** After so much work without a pause the event loop gets its turn. */
const sliceMs = 10;
const restartMs = 1000;

/**
 * Runs one reconciler while this process leads. It sees all present objects, then every change; because a change is
 * seen before its commit is acknowledged, and reads show all acknowledged commits, no key is ever looked at in a state
 * older than the reconciler's own last write (C4).
 */
export class Controller {
  readonly #options: ControllerOptions;
  readonly #queue: WorkQueue<ObjectKey>;
  readonly #abort = new AbortController();
  readonly #context: ReconcileContext;
  readonly #running = new Set<Promise<void>>();
  #follower: Follower | undefined;
  #endSignals: () => void = () => {};
  #pumping = false;
  #reconciles = 0;
  #failures = 0;
  #busyMs = 0;

  constructor(options: ControllerOptions) {
    const { environment, backOff } = options;
    this.#options = options;
    this.#context = { signal: this.#abort.signal, fence: options.fence };
    this.#queue = new WorkQueue({
      environment,
      textOf: keyText,
      wake: () => this.#wake(),
      ...(backOff === undefined ? {} : { backOff }),
    });
  }

  /** Resolves when every present object has been seen; work starts then. */
  async start(): Promise<void> {
    const { reconciler, store } = this.#options;
    const keysOf = new Map<KindKey, ((change: Change) => readonly ObjectKey[])[]>();
    for (const { kind, keys } of reconciler.sources) {
      const functions = keysOf.get(keyOfKind(kind)) ?? [];
      keysOf.set(keyOfKind(kind), [...functions, keys ?? ((change) => [change.key])]);
    }
    const apply = (change: Change): void => {
      for (const keys of keysOf.get(change.key.kind) ?? [])
        for (const key of keys(change)) this.#queue.add(key);
    };
    const follower = await this.#followFrom(store, [...keysOf.keys()], apply);
    if (this.#abort.signal.aborted) return follower?.stop();
    this.#follower = follower;
    this.#endSignals = reconciler.signals?.((key) => this.#queue.add(key)) ?? this.#endSignals;
    this.#wake();
  }

  /** Ends the signal at once and resolves when nothing runs any more. */
  async stop(): Promise<void> {
    this.#abort.abort();
    this.#follower?.stop();
    this.#endSignals();
    this.#queue.end();
    await Promise.all(this.#running);
  }

  metrics(): ControllerMetrics {
    return {
      reconciles: this.#reconciles,
      failures: this.#failures,
      busyMs: this.#busyMs,
      ...this.#queue.sizes,
    };
  }

  /** A first list that takes so long that its revision is compacted meanwhile starts again. */
  async #followFrom(
    store: Store,
    kinds: readonly KindKey[],
    apply: (change: Change) => void,
  ): Promise<Follower | undefined> {
    while (!this.#abort.signal.aborted) {
      try {
        return await follow(store, kinds, apply, () => this.#pause(0));
      } catch (error) {
        if (!(error instanceof ApiError) || error.reason !== "Expired") throw error;
        await this.#pause(restartMs);
      }
    }
    return undefined;
  }

  /** Work starts outside of whoever added the key, who may be the store in the middle of a commit. */
  #wake(): void {
    if (this.#pumping || this.#follower === undefined) return;
    this.#pumping = true;
    queueMicrotask(() => void this.#pump());
  }

  async #pump(): Promise<void> {
    const { clock } = this.#options.environment;
    let startedMs = clock.monotonicMs();
    while (!this.#abort.signal.aborted && this.#running.size < this.#options.reconciler.concurrency) {
      const key = this.#queue.take();
      if (key === undefined) break;
      const run = this.#reconcile(key).finally(() => {
        this.#running.delete(run);
        this.#wake();
      });
      this.#running.add(run);
      if (clock.monotonicMs() - startedMs < sliceMs) continue;
      await this.#pause(0);
      startedMs = clock.monotonicMs();
    }
    this.#pumping = false;
  }

  async #reconcile(key: ObjectKey): Promise<void> {
    const { reconciler, environment } = this.#options;
    const startedMs = environment.clock.monotonicMs();
    this.#reconciles += 1;
    try {
      const requeue = await reconciler.reconcile(key, this.#context);
      this.#queue.succeeded(key);
      if (requeue !== undefined) this.#queue.addAfter(key, requeue.afterMs);
    } catch (error) {
      this.#failed(key, error);
    } finally {
      this.#busyMs += environment.clock.monotonicMs() - startedMs;
      this.#queue.done(key);
    }
  }

  #failed(key: ObjectKey, error: unknown): void {
    if (this.#abort.signal.aborted) return;
    this.#failures += 1;
    const retryInMs = this.#queue.addFailed(key);
    const { onError, reconciler } = this.#options;
    onError?.({ reconciler: reconciler.name, key, error, retryInMs });
  }

  #pause(delayMs: number): Promise<void> {
    return new Promise((resolve) => void this.#options.environment.clock.after(delayMs, resolve));
  }
}
