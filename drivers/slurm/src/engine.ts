import { createHash } from "node:crypto";
import type { Environment } from "@yunhe/kernel";
import type { AttemptId, Ending, JobHandle, Storage, Usage } from "@yunhe/domain-compute/driver";
import type { Logger, SlurmAccess, SlurmPartition } from "./access/port.ts";
import type { Arrays } from "./arrays.ts";
import type { SlurmConfig } from "./config.ts";
import type { JobFiles } from "./files/port.ts";
import type { HandOver } from "./hand-over.ts";
import type { QueueView } from "./queue-view.ts";
import type { Start } from "./record.ts";

/** What every part of the driver shares. */
export interface Engine {
  readonly config: SlurmConfig;
  readonly environment: Environment;
  readonly logger: Logger;
  readonly access: SlurmAccess;
  readonly files: JobFiles;
  readonly arrays: Arrays;
  readonly handOver: HandOver;
  readonly storage: Storage;
  /** First part of the names of our jobs. */
  readonly prefix: string;
  readonly queue: QueueView;
  readonly tracked: Map<AttemptId, Tracked>;
  readonly submitting: Map<AttemptId, Promise<JobHandle>>;
  readonly listeners: Set<(attempt: AttemptId) => void>;
  /** Makes the shared folder and learns the partition; done once, tried again after a failure. */
  readonly ready: () => Promise<Ready>;
}

export interface Ready {
  readonly partition: SlurmPartition | undefined;
  /** The first array index that the cluster does not take; 0: none, or not known. */
  readonly arrayLimit: number;
}

/** What this process remembers of an attempt. */
export interface Tracked {
  /** When we last changed something about it: only looks that began later count. */
  changedAtMs: number;
  /** When Slurm took it from us. */
  takenAtMs?: number;
  ending?: Ending;
  start?: Start;
  usage?: Usage;
  /** When its files were last read. */
  readAtMs?: number;
  /** Since when it is gone from the queue without a word. */
  silentSinceMs?: number;
  /** When its end was ordered, and how long it may take. */
  stop?: { readonly atMs: number; readonly graceMs: number };
}

export function track(engine: Pick<Engine, "tracked">, id: AttemptId): Tracked {
  let tracked = engine.tracked.get(id);
  if (tracked === undefined) engine.tracked.set(id, (tracked = { changedAtMs: -Infinity }));
  return tracked;
}

/** To be called after every change that we made at the engine (C4). */
export function changed(engine: Engine, id: AttemptId): void {
  track(engine, id).changedAtMs = engine.environment.clock.monotonicMs();
}

/** Of any length and characters → 12 hex digits that are good as part of a job's or folder's name. */
export const ownerLabel = (owner: string): string =>
  createHash("sha256").update(owner).digest("hex").slice(0, 12);

export const handleOf = (jobId: string): JobHandle => `slurm:${jobId}` as JobHandle;

export const attemptPattern = /^[a-z0-9-]{1,63}$/;
