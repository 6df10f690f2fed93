import type { Words } from "../engine/reasons.ts";

export interface TimelineSample {
  readonly atMs: number;
  readonly running: number;
  readonly waiting: number;
  readonly allocatedDevicePercent: number;
  readonly allocatedCpuPercent: number;
  /** FGD's measure: free device share that typical tasks cannot use, in percent of all devices. */
  readonly fragmentationPercent: number;
  /** In the order of `queues` of the result. */
  readonly queues: readonly QueueSample[];
}

export interface QueueSample {
  readonly waiting: number;
  /** The largest part that the queue holds of any of the fleet's resources. */
  readonly dominantSharePercent: number;
}

/** From arrival to the first start; tasks that never started are not in it. */
export interface WaitSummary {
  readonly tasks: number;
  readonly meanMs: number;
  readonly p50Ms: number;
  readonly p95Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
}

/** Tasks told to end for others, and the run time that they had to do again. */
export interface PreemptionSummary {
  /** For a task of higher priority in the same queue. */
  readonly byPriority: number;
  /** By a queue that took back what it had lent. */
  readonly byReclaim: number;
  /** Run time since the last checkpoint, times the devices and cores held. */
  readonly lostDeviceHours: number;
  readonly lostCoreHours: number;
}

export interface QueueSummary {
  readonly queue: string;
  readonly weight: number;
  readonly wait: WaitSummary;
  /** Held in all, what was lost included. */
  readonly deviceHours: number;
  readonly coreHours: number;
  /** Time-weighted mean over the whole replay. */
  readonly meanDominantSharePercent: number;
  readonly preemptions: PreemptionSummary;
}

/** Both are Jain's index (Jain, Chiu and Hawe, 1984): 1 is equal, 1 ÷ n is one has it all. */
export interface Fairness {
  /**
   * Over dominant share ÷ weight of the queues that have tasks waiting, averaged over the time in which at least two
   * have; null when two never had.
   */
  readonly dominantShares: number | null;
  /** Over the mean slowdown of the queues that ended tasks: (end − arrival) ÷ run time, of runs of at least ten seconds. */
  readonly slowdowns: number;
}

/** A task that did not run, and why. */
export interface Unserved {
  readonly id: string;
  readonly why: Words;
}

export interface TimelineResult {
  readonly started: number;
  readonly completed: number;
  /** Those that could never run on this fleet within their queue. */
  readonly refused: readonly Unserved[];
  /** Those that still waited when nothing could change any more. */
  readonly unstarted: readonly Unserved[];
  readonly startedAtMs: number;
  readonly endedAtMs: number;
  readonly wait: WaitSummary;
  readonly queues: readonly QueueSummary[];
  readonly fairness: Fairness;
  readonly preemptions: PreemptionSummary;
  /** Time-weighted means over the whole replay. */
  readonly meanAllocatedDevicePercent: number;
  readonly meanAllocatedCpuPercent: number;
  readonly meanFragmentationPercent: number;
  /** What was run, lost work included, at the pools' prices, in nano-units by currency; devices without a price are left out. */
  readonly costNano: Readonly<Record<string, number>>;
  /** At nominal power, lost work included; pools of unknown intensity are left out. */
  readonly carbonGrams: number;
  readonly samples: readonly TimelineSample[];
}
