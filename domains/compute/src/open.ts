import {
  type AnyKind,
  type AnyResource,
  type Environment,
  follow,
  keyOfKind,
  type ObjectKey,
  type Objects,
  type Reconciler,
  type Store,
} from "@yunhe/kernel";
import { openFiles, type VolumeFolder } from "./attempts/files.ts";
import { attemptReconciler } from "./attempts/reconciler.ts";
import type { BlobStore } from "./blobs/port.ts";
import { FleetHistory, type FleetSample } from "./fleet/history.ts";
import { type NodeUse, nodeUses } from "./fleet/use.ts";
import { type Attempt, attemptKind } from "./kinds/attempt.ts";
import { type Task, taskKind } from "./kinds/task.ts";
import { volumeKind } from "./kinds/volume.ts";
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
import { type VolumeFolders, volumeReconciler } from "./volumes/reconciler.ts";

export interface ComputeOptions {
  readonly store: Store;
  readonly objects: Objects;
  readonly environment: Environment;
  readonly blobs: BlobStore;
  readonly folders: VolumeFolders;
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
  const follower = await follow(store, placementKinds, (change) => {
    view.apply(change);
    if (change.key.kind === keyOfKind(taskKind) || change.key.kind === keyOfKind(attemptKind))
      index.apply(change);
    if (change.key.kind !== keyOfKind(attemptKind)) return;
    const attempt = JSON.parse(change.json) as Attempt;
    live.apply(change, attempt);
    health.apply(change, attempt);
    if (change.type === "DELETED") keys.delete(change.uid);
    else keys.set(change.uid, change.key);
  });
  const engines = new EngineRegistry(options.drivers, {
    clock: environment.clock,
    onFailure: (pool) => health.callFailed(pool, environment.clock.nowMs()),
  });
  const history = new FleetHistory(view, environment.clock);
  const files = openFiles(blobs, volumeFolder(objects, folders));
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
      lifecycleReconciler({ objects, live, health, pool: (name) => view.pool(name), environment }),
      placementReconciler({ objects, view, environment }),
      attemptReconciler({
        objects,
        engines,
        files,
        environment,
        pools: { get: (name) => view.pool(name), all: () => view.pools() },
        keyOf: (uid) => keys.get(uid),
        ...settings,
      }),
      taskReconciler({ objects, index, environment }),
      volumeReconciler({ objects, folders, environment, measureEveryMs: 60_000 }),
    ],
    async close() {
      follower.stop();
      history.stop();
      await engines.closeAll();
    },
  };
}

/** A task may come right behind the volume that it mounts: what the reconciler has not made yet is made here. */
const volumeFolder =
  (objects: Objects, folders: VolumeFolders): VolumeFolder =>
  async (project, name) => {
    const volume = await objects.get(volumeKind, project, name);
    if (!volume || volume.metadata.deletionTimestamp !== undefined) return undefined;
    await folders.ensure(project, name);
    return folders.path(project, name);
  };
