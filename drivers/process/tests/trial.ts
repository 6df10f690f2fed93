import { randomUUID } from "node:crypto";
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Environment } from "@yunhe/kernel";
import type { AttemptId, AttemptRef, Driver, Ending, Job } from "@yunhe/domain-compute/driver";
import { endedWithin, jobOf, logOf } from "../../../domains/compute/src/driver/conformance-steps.ts";
import { openProcessDriver } from "../src/index.ts";
import type { ProcessDriverOptions } from "../src/index.ts";

export const realEnvironment: Environment = {
  clock: {
    nowMs: () => Date.now(),
    monotonicMs: () => performance.now(),
    after: (delayMs, run) => {
      const timer = setTimeout(run, delayMs);
      return () => clearTimeout(timer);
    },
  },
  random: { next: Math.random, uuid: randomUUID },
};

export interface Bench {
  readonly directory: string;
  driver: Driver;
  reopen(): Promise<Driver>;
  submit(parts: Partial<Job>): Promise<AttemptRef>;
  run(parts: Partial<Job>): Promise<Ending & { readonly log: string; readonly ref: AttemptRef }>;
  dispose(): Promise<void>;
}

/** A driver on a folder of its own that goes with everything in it. */
export async function openBench(options: Partial<ProcessDriverOptions> = {}): Promise<Bench> {
  const root = mkdtempSync(path.join(tmpdir(), "yunhe-process-"));
  chmodSync(root, 0o700);
  const directory = path.join(root, "data", "process");
  const open = (): Promise<Driver> =>
    openProcessDriver({ directory, environment: realEnvironment, ...options });
  const bench: Bench = {
    directory,
    driver: await open(),
    reopen: async () => {
      await bench.driver.close();
      bench.driver = await open();
      return bench.driver;
    },
    submit: async (parts) => {
      const job = jobOf(`t-${randomUUID().slice(0, 13)}` as AttemptId, parts);
      return { id: job.attempt, handle: await bench.driver.submit(job, AbortSignal.timeout(30_000)) };
    },
    run: async (parts) => {
      const ref = await bench.submit(parts);
      const ending = await endedWithin(bench.driver, ref, 30_000);
      return { ...ending, log: await logOf(bench.driver, ref, 30_000), ref };
    },
    dispose: async () => {
      for (const job of await bench.driver.list(AbortSignal.timeout(30_000))) {
        if (job.live)
          await bench.driver.cancel({ id: job.attempt, handle: job.handle }, { graceMs: 0, why: "orphan" });
      }
      await bench.driver.close();
      rmSync(root, { recursive: true, force: true });
    },
  };
  return bench;
}

export const shell = (script: string): Pick<Job, "command"> => ({ command: ["/bin/sh", "-c", script] });

/** Fails instead of skipping where continuous integration must have what the test needs. */
export function skipUnless(available: boolean, what: string): { skip?: string } {
  if (available) return {};
  if (process.env["YUNHE_CI"] === "1") throw new Error(`continuous integration must have ${what}`);
  return { skip: `needs ${what}` };
}
