import type { Member } from "../engine/member.ts";
import type { RunningTask } from "../queue/running.ts";
import type { WaitingTask } from "../queue/waiting.ts";
import type { TracedTask } from "./trace.ts";

/** A traced task from run to run: what of its work is done and saved. */
export class Work {
  readonly traced: TracedTask;
  /** Run time that no preemption can take any more. */
  savedMs = 0;
  firstStartMs: number | undefined;

  constructor(traced: TracedTask) {
    this.traced = traced;
  }

  get remainingMs(): number {
    return this.traced.durationMs - this.savedMs;
  }

  /** As it waits: what is expected of it is what is left to do. */
  waiting(): WaitingTask {
    const { task, project } = this.traced;
    if (task.expectedDurationMs === undefined || this.savedMs === 0) return { task, project };
    const expectedDurationMs = Math.max(0, task.expectedDurationMs - this.savedMs);
    return { task: { ...task, expectedDurationMs }, project };
  }

  /** What is saved after a run of `ranMs`. */
  savedAfter(ranMs: number): number {
    const { checkpointEveryMs: every, durationMs } = this.traced;
    const done = this.savedMs + ranMs;
    if (done >= durationMs) return durationMs;
    return every === undefined ? 0 : Math.floor(done / every) * every;
  }
}

/** One run of a task. */
export interface Run {
  readonly work: Work;
  readonly running: RunningTask;
  readonly startedAtMs: number;
  readonly members: readonly Member[];
  endsAtMs: number;
  isOver: boolean;
}
