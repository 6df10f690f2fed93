import type { Attempt, UsageRecord } from "@yunhe/domain-compute";
import type { Engine, EngineObserver } from "../engines/engine.ts";
import { type EngineJobState, ranMs } from "../engines/job.ts";
import { Violation } from "./violation.ts";

/** What really happened on the engines, held against what the control plane says about it. */
export class GroundTruth implements EngineObserver {
  readonly #jobs = new Map<string, { readonly engine: Engine; readonly job: EngineJobState }[]>();
  readonly #samplingMs: number;

  constructor(samplingMs: number) {
    this.#samplingMs = samplingMs;
  }

  started(engine: Engine, job: EngineJobState): void {
    const known = this.#jobs.get(job.attempt) ?? [];
    if (!known.some((each) => each.job === job)) this.#jobs.set(job.attempt, [...known, { engine, job }]);
    const running = (this.#jobs.get(job.attempt) ?? []).filter((each) => each.job.state === "running");
    if (running.length > 1) throw new Violation("T2", `two jobs of attempt ${job.title} run at once`);
  }

  ended(): void {}

  jobsOf(attempt: string): readonly EngineJobState[] {
    return (this.#jobs.get(attempt) ?? []).map(({ job }) => job);
  }

  /** The control plane has recorded that this attempt is over. */
  settled(attempt: Attempt): void {
    const { outcome } = attempt.status!;
    const jobs = this.jobsOf(attempt.metadata.uid);
    const first = jobs[0];
    const name = `attempt ${attempt.metadata.namespace}/${attempt.metadata.name}`;
    // No outage of this world lasts as long as a pool is tolerated to be out of reach.
    if (attempt.status?.abandoned === true)
      throw new Violation("E2", `${name} is given up although its engine is there`);
    if (outcome === undefined) throw new Violation("T6", `${name} is over without an outcome`);
    if (first === undefined) {
      const invented =
        outcome.type === "exited" || outcome.type === "signaled" || outcome.type === "out-of-memory";
      if (invented) throw new Violation("T6", `${name} never ran and is recorded as ${outcome.type}`);
      return;
    }
    if (first.state !== "ended")
      throw new Violation("E2", `${name} is recorded as ${outcome.type}, its job is ${first.state}`);
    const byUs = attempt.spec.end === "timed-out" && outcome.type === "timed-out";
    if (byUs || JSON.stringify(first.outcome) === JSON.stringify(outcome)) return;
    throw new Violation(
      "T6",
      `${name} is recorded as ${JSON.stringify(outcome)}, the engine's first end was ${JSON.stringify(first.outcome)}`,
    );
  }

  /** Charged time is never more than the engine's own plus one sampling period (M3). */
  charged(attempt: Attempt, records: readonly UsageRecord[]): void {
    if (records.length === 0) return;
    const chargedMs = records.reduce((sum, { spec }) => sum + spec.endMs - spec.startMs, 0);
    const known = this.#jobs.get(attempt.metadata.uid) ?? [];
    const engineMs = known.reduce((sum, { engine, job }) => sum + ranMs(job, engine.nowMs), 0);
    if (chargedMs > engineMs + this.#samplingMs)
      throw new Violation(
        "M3",
        `attempt ${attempt.metadata.name} is charged ${chargedMs} ms, the engine ran it for ${Math.round(engineMs)} ms`,
      );
  }
}
