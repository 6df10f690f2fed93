import { randomUUID } from "node:crypto";
import { test } from "node:test";
import { endedWithin, jobOf, logOf } from "./conformance-steps.ts";
import type { AttemptId, AttemptRef, Driver, Ending, Job } from "./port.ts";

export interface ConformanceOptions {
  /** What this engine cannot do, with the reason; its cases are skipped saying so. */
  readonly cannot?: Partial<Record<ConformanceFeature, string>>;
  /** How long the engine may take from submit to the end of a trivial job; 30 s unless said otherwise. */
  readonly patienceMs?: number;
  /** A folder that the engine's nodes can read, for input files; the system's temporary folder unless said otherwise. */
  readonly sharedFolder?: string;
  /** Changes each job before it is submitted, such as the node or partition it goes to. */
  readonly adapt?: (job: Job) => Job;
}

export type ConformanceFeature =
  | "missing-program"
  | "missing-input"
  | "time-limit"
  | "out-of-memory"
  | "log-limit"
  | "kill-tree"
  | "scrubbed-environment"
  | "usage"
  | "reopen";

/** What the cases share. */
export interface Trial {
  readonly driver: () => Driver;
  readonly options: ConformanceOptions;
  readonly patienceMs: number;
  /** Submits a job with these properties and gives its reference. */
  readonly submit: (parts: Partial<Job>) => Promise<AttemptRef>;
  /** Submits, waits for the end, and gives the ending and the whole log. */
  readonly run: (parts: Partial<Job>) => Promise<Ending & { readonly log: string; readonly ref: AttemptRef }>;
  /** Registers one case, skipped where the engine cannot do it. */
  readonly check: (name: string, feature: ConformanceFeature | undefined, body: () => Promise<void>) => void;
}

export function makeTrial(driver: () => Driver, options: ConformanceOptions): Trial {
  const patienceMs = options.patienceMs ?? 30_000;
  const submit = async (parts: Partial<Job>): Promise<AttemptRef> => {
    const plain = jobOf(`conf-${randomUUID().slice(0, 13)}` as AttemptId, parts);
    const job = options.adapt?.(plain) ?? plain;
    const handle = await driver().submit(job, AbortSignal.timeout(patienceMs));
    return { id: job.attempt, handle };
  };
  return {
    driver,
    options,
    patienceMs,
    submit,
    run: async (parts) => {
      const ref = await submit(parts);
      const ending = await endedWithin(driver(), ref, patienceMs);
      return { ...ending, log: await logOf(driver(), ref, patienceMs), ref };
    },
    check: (title, feature, body) => {
      const skip = feature === undefined ? undefined : options.cannot?.[feature];
      test(title, skip === undefined ? {} : { skip }, body);
    },
  };
}
