import {
  type AnyKind,
  type AnyResource,
  type Environment,
  follow,
  keyOfKind,
  type ObjectKey,
  type Objects,
  type Reconciler,
  sharedObject,
  type Store,
} from "@yunhe/kernel";
import { openFiles } from "./attempts/files.ts";
import { attemptReconciler } from "./attempts/reconciler.ts";
import type { BlobStore } from "./blobs/port.ts";
import type { Storage } from "./driver/port.ts";
import { FleetHistory, type FleetSample } from "./fleet/history.ts";
import { type NodeUse, nodeUses } from "./fleet/use.ts";
import { attemptKind } from "./kinds/attempt.ts";
import { type Task, taskKind } from "./kinds/task.ts";
import { admitTask } from "./placement/admit.ts";
import { placementReconciler } from "./placement/reconciler.ts";
import { placementKinds, PlacementView } from "./placement/view.ts";
import { PoolHealth } from "./pools/health.ts";
import { lifecycleReconciler } from "./pools/lifecycle.ts";
import { LiveAttempts } from "./pools/live-attempts.ts";
import { poolReconciler } from "./pools/reconciler.ts";
import { type DriverFactory, EngineRegistry } from "./pools/registry.ts";
import { taskIndex } from "./tasks/index-of-tasks.ts";
import { taskReconciler } from "./tasks/reconciler.ts";
import type { FolderMover } from "./volumes/mover.ts";
import { type VolumeFolders, volumeReconciler } from "./volumes/reconciler.ts";
import { Staging } from "./volumes/staging.ts";
import { transferReconciler } from "./volumes/transfers.ts";
import { VolumeUse } from "./volumes/use.ts";

export interface ComputeOptions {
  readonly store: Store;
  readonly objects: Objects;
  readonly environment: Environment;
  readonly blobs: BlobStore;
  readonly folders: VolumeFolders;
  /** Needed where a driver has a storage of its own. */
  readonly mover?: FolderMover;
  /** By the name that a pool gives in `spec.driver`. */
  readonly drivers: Readonly<Record<string, DriverFactory>>;
  readonly settings?: Partial<ComputeSettings>;
}

export interface ComputeSettings {
  readonly pollMs: number;
  readonly meterMs: number;
  readonly factsEveryMs: number;
  readonly logLimitBytes: number;
}

const defaults: ComputeSettings = {
  pollMs: 1000,
  meterMs: 60_000,
  factsEveryMs: 15_000,
  logLimitBytes: 64 * 2 ** 20,
};

export interface Compute {
  readonly reconcilers: readonly Reconciler[];
  readonly view: PlacementView;
  readonly engines: EngineRegistry;
  /** Refuses a task that could never start; for the API's `admit`. */
  readonly admit: (kind: AnyKind, object: AnyResource) => void;
  /** Every node with what runs on it now. */
  fleet(): readonly NodeUse[];
  /** Utilisation over the last hours, oldest first. */
  history(): readonly FleetSample[];
  /** Lets go of the engines; their jobs go on. */
  close(): Promise<void>;
}

/** Puts the domain together over a store: its views are complete when this resolves. */
export async function openCompute(options: ComputeOptions): Promise<Compute> {
  const { store, objects, environment, blobs, folders } = options;
  const settings = { ...defaults, ...options.settings };
  const view = new PlacementView();
  const index = taskIndex();
  const keys = new Map<string, ObjectKey>();
  const live = new LiveAttempts();
  const health = new PoolHealth();
  const use = new VolumeUse();
  const follower = await follow(store, placementKinds, (change) => {
    view.apply(change);
    if (change.key.kind === keyOfKind(taskKind) || change.key.kind === keyOfKind(attemptKind))
      index.apply(change);
    if (change.key.kind === keyOfKind(taskKind)) use.task(change);
    if (change.key.kind !== keyOfKind(attemptKind)) return;
    const attempt = sharedObject<typeof attemptKind>(change);
    live.apply(change, attempt);
    use.attempt(change, attempt);
    health.apply(change, attempt);
    if (change.type === "DELETED") keys.delete(change.uid);
    else keys.set(change.uid, change.key);
  });
  const engines = new EngineRegistry(options.drivers, {
    clock: environment.clock,
    onFailure: (pool) => health.callFailed(pool, environment.clock.nowMs()),
  });
  const history = new FleetHistory(view, environment.clock);
  const pools = {
    get: (name: string) => view.pool(name),
    all: () => view.pools(),
    node: (name: string) => view.node(name),
  };
  const storageOf = (pool: string): Storage | "home" | undefined => {
    const engine = engines.of(pool);
    return engine && (engine.driver.storage ?? "home");
  };
  const staging = new Staging({ objects, folders, use, storageOf, pool: pools.get });
  const files = openFiles(blobs, staging);
  const { mover } = options;
  return {
    view,
    engines,
    admit: (kind, object) => {
      if (keyOfKind(kind) === keyOfKind(taskKind)) admitTask(view, object as unknown as Task);
    },
    fleet: () => nodeUses(view),
    history: () => history.samples(),
    reconcilers: [
      poolReconciler({
        objects,
        registry: engines,
        environment,
        factsEveryMs: settings.factsEveryMs,
        isLive: (uid) => view.isLive(uid),
        isKnown: (uid) => keys.has(uid),
      }),
      lifecycleReconciler({ objects, live, health, engines, pool: (name) => view.pool(name), environment }),
      placementReconciler({ objects, view, environment }),
      attemptReconciler({
        objects,
        engines,
        files,
        environment,
        pools,
        keyOf: (uid) => keys.get(uid),
        ...settings,
      }),
      taskReconciler({ objects, index, environment }),
      volumeReconciler({ objects, folders, mover, storageOf, environment, measureEveryMs: 60_000 }),
      ...(mover
        ? [transferReconciler({ objects, folders, blobs, mover, pools, storageOf, environment })]
        : []),
    ],
    async close() {
      follower.stop();
      history.stop();
      await engines.closeAll();
    },
  };
}

/** A task may come right behind the volume that it mounts: what the reconciler has not made yet is made here. */
