import {
  type AnyStored,
  condition,
  type Environment,
  type Objects,
  type Reconciler,
  words,
} from "@yunhe/kernel";
import { EngineUnreachable, type Storage } from "../driver/port.ts";
import { type Volume, volumeKind } from "../kinds/volume.ts";
import { type FolderMover, placeIn } from "./mover.ts";

export interface FolderMeasure {
  readonly bytes: number;
  /** When a file in it last changed; absent while there is none. */
  readonly changedAtMs?: number;
}

/** Folders that outlive tasks; on the control plane's host, or wherever the server decides to keep them. */
export interface VolumeFolders {
  /** Makes the folder where it is missing. */
  ensure(project: string, name: string): Promise<void>;
  measure(project: string, name: string): Promise<FolderMeasure>;
  /** Undefined while there is none. */
  path(project: string, name: string): Promise<string | undefined>;
  /** Gone already counts as done. */
  remove(project: string, name: string): Promise<void>;
}

export interface VolumeReconcilerOptions {
  readonly objects: Objects;
  readonly folders: VolumeFolders;
  readonly environment: Environment;
  readonly mover: FolderMover | undefined;
  readonly storageOf: (pool: string) => Storage | "home" | undefined;
  /** How often the size is measured. */
  readonly measureEveryMs: number;
}

const actor = "system:reconciler/volume";
/** How soon a pool is asked again to remove its copy. */
const copiesEveryMs = 15_000;
const ready = words("The folder is there.", "目录已就绪。");

/** Keeps a folder for every volume, measures it, and removes it with the volume. */
export function volumeReconciler(options: VolumeReconcilerOptions): Reconciler {
  const { objects, folders, environment, measureEveryMs } = options;
  return {
    name: "volume",
    sources: [{ kind: volumeKind }],
    concurrency: 2,
    async reconcile(key, context) {
      const volume = await objects.get(volumeKind, key.namespace, key.name);
      if (!volume) return undefined;
      if (volume.metadata.deletionTimestamp !== undefined) {
        if (!(await removeCopies(options, volume))) return { afterMs: copiesEveryMs };
        await folders.remove(key.namespace, key.name);
        const finalizers = (volume.metadata.finalizers ?? []).filter(
          (name) => name !== volumeKind.finalizers[0],
        );
        const object = { ...volume, metadata: { ...volume.metadata, finalizers } } as AnyStored;
        await objects.commit([{ type: "update", kind: volumeKind, object }], { actor, fence: context.fence });
        return undefined;
      }
      await folders.ensure(key.namespace, key.name);
      const { bytes, changedAtMs: atHomeMs } = await folders.measure(key.namespace, key.name);
      const nowMs = environment.clock.nowMs();
      const changedMs = Math.max(atHomeMs ?? 0, await changedElsewhereMs(options, volume));
      const now = new Date(nowMs).toISOString();
      const before = volume.status?.conditions;
      const status = {
        ...volume.status,
        bytes,
        ...(changedMs === 0 ? {} : { changedAt: new Date(Math.min(nowMs, changedMs)).toISOString() }),
        conditions: [condition(before, "Ready", "True", "FolderReady", ready, now)],
      };
      const object = { ...volume, status } as AnyStored;
      await objects.commit([{ type: "update", kind: volumeKind, subresource: "status", object }], {
        actor,
        fence: context.fence,
      });
      return { afterMs: measureEveryMs };
    },
  };
}

/** When it last changed in pools where a task writes it now; 0 where that cannot be asked. */
async function changedElsewhereMs(
  { mover, storageOf }: VolumeReconcilerOptions,
  volume: Volume,
): Promise<number> {
  let changedMs = 0;
  for (const { pool, version } of volume.status?.pools ?? []) {
    const storage = storageOf(pool);
    if (version !== "" || storage === undefined || storage === "home" || !mover) continue;
    const place = placeIn(storage, volume.metadata.namespace ?? "", volume.metadata.name);
    const there = await mover.changedAtMs(place).catch(unreachable);
    changedMs = Math.max(changedMs, there ?? 0);
  }
  return changedMs;
}

function unreachable(error: unknown): undefined {
  if (!(error instanceof EngineUnreachable)) throw error;
}

/** False while a pool that holds a copy cannot be reached; a pool that is gone took its copy along. */
async function removeCopies({ mover, storageOf }: VolumeReconcilerOptions, volume: Volume): Promise<boolean> {
  for (const { pool } of volume.status?.pools ?? []) {
    const storage = storageOf(pool);
    if (storage === undefined || storage === "home" || !mover) continue;
    try {
      await mover.remove(placeIn(storage, volume.metadata.namespace ?? "", volume.metadata.name));
    } catch (error) {
      if (error instanceof EngineUnreachable) return false;
      throw error;
    }
  }
  return true;
}
