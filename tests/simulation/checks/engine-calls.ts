import type { Job } from "../../../domains/compute/src/driver/port.ts";
import type { EngineJobState } from "../engines/job.ts";
import type { Process } from "../world/process.ts";
import type { LogChecks } from "./log.ts";
import { Violation } from "./violation.ts";

/** What control planes ask of engines, checked as they ask. */
export class EngineChecks {
  readonly #log: LogChecks;

  constructor(log: LogChecks) {
    this.#log = log;
  }

  /** C1: who knows that it no longer leads asks nothing of an engine any more. */
  submit(job: Job, by: Process, signal: AbortSignal): void {
    if (signal.aborted)
      throw new Violation("C1", `${by.name} submits ${job.title} after its leadership has ended`);
  }

  /** E2: nothing is killed that nobody wanted ended. */
  cancel(attemptUid: string, job: EngineJobState | undefined): void {
    if (job === undefined || job.state === "ended") return;
    const attempt = this.#log.attempts.get(job.attempt) ?? this.#log.attempts.get(attemptUid);
    if (attempt === undefined || attempt.status?.phase === "Ended" || attempt.spec.end !== undefined) return;
    const owner = attempt.metadata.ownerReferences?.[0]?.uid ?? "";
    const task = this.#log.tasks.get(owner);
    if (task === undefined || task.spec.cancelled || task.metadata.deletionTimestamp !== undefined) return;
    throw new Violation("E2", `the job of ${job.title} is killed although nobody wants it ended`);
  }
}
