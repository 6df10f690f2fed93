import type { Grant, Job, Outcome, Usage } from "../../../domains/compute/src/driver/port.ts";
import { endlessProgram } from "../users/tasks.ts";
import type { Chance } from "../world/chance.ts";

/** What a job would do if nobody disturbed it. */
export interface Script {
  readonly queuedMs: number;
  readonly runsMs: number;
  readonly outcome: Outcome;
  /** Ends only by KILL. */
  readonly ignoresTerm: boolean;
  readonly leavesChildren: boolean;
}

export interface Segment {
  readonly startMs: number;
  endMs: number | undefined;
}

/** One job on an engine, known to the engine by its id, to us by the attempt in its label. */
export interface EngineJobState {
  readonly id: string;
  readonly name: string;
  readonly owner: string;
  readonly attempt: string;
  readonly title: string;
  readonly grant: Grant;
  readonly inputs: Job["inputs"];
  readonly outputs: Job["outputs"];
  readonly script: Script;
  readonly timeLimitMs: number | undefined;
  node: string;
  state: "queued" | "running" | "ended";
  /** Times in which it ran; several after a requeue. Engine time, ms of the world. */
  readonly segments: Segment[];
  outcome: Outcome | undefined;
  endedMs: number | undefined;
  suspended: boolean;
  forgotten: boolean;
  /** Ended for the queue list, but processes of it still run. */
  lingering: boolean;
  /** Changes with each state: a timer set for an earlier one does nothing. */
  version: number;
}

export function scriptOf(
  job: Job,
  chance: Chance,
  faults: { oom: boolean; stubborn: boolean; children: boolean },
): Script {
  const failure: Outcome = chance.is(0.7)
    ? { type: "exited", exitCode: chance.int(1, 3) }
    : { type: "signaled", signal: "SIGSEGV" };
  const outcome: Outcome = faults.oom
    ? { type: "out-of-memory", limitBytes: job.grant.memoryBytes }
    : chance.is(0.75) || job.outputs.length > 0
      ? { type: "exited", exitCode: 0 }
      : failure;
  const finite = chance.is(0.2) ? chance.between(15_000, 40_000) : chance.between(300, 9000);
  return {
    queuedMs: chance.between(100, 5000),
    runsMs: job.command[0] === endlessProgram ? Infinity : Math.round(finite),
    outcome,
    ignoresTerm: faults.stubborn,
    leavesChildren: faults.children,
  };
}

/** Milliseconds that it has run until `nowMs`, by the engine's own clock. */
export const ranMs = (job: EngineJobState, nowMs: number): number =>
  job.segments.reduce((sum, { startMs, endMs }) => sum + ((endMs ?? nowMs) - startMs), 0);

export const usageOf = (job: EngineJobState, nowMs: number): Usage => {
  const ms = ranMs(job, nowMs);
  return {
    cpuCoreMs: Math.round((ms * job.grant.cpuMilli) / 2000),
    memoryByteSeconds: Math.round((ms * job.grant.memoryBytes) / 3000),
    peakMemoryBytes: job.grant.memoryBytes / 2,
  };
};
