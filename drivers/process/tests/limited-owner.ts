/** A program that hosts a driver and three attempts, says when they run, and then waits to be killed. */
import { jobOf, observeOne } from "../../../domains/compute/src/driver/conformance-steps.ts";
import type { AttemptId } from "@yunhe/domain-compute/driver";
import { openProcessDriver } from "../src/index.ts";
import { realEnvironment, shell } from "./trial.ts";

const [directory = "", prefix = "", limit = "", ...without] = process.argv.slice(2);
const driver = await openProcessDriver({
  directory,
  environment: realEnvironment,
  without: without as ("bwrap" | "cgroups")[],
});
const timeLimitMs = Number(limit);
const jobs = [
  jobOf(`${prefix}-yields` as AttemptId, { ...shell("sleep 600 & wait"), timeLimitMs }),
  jobOf(`${prefix}-stubborn` as AttemptId, {
    ...shell("trap '' TERM; echo hears; sleep 600; sleep 600"),
    timeLimitMs,
  }),
  jobOf(`${prefix}-unlimited` as AttemptId, shell("sleep 600")),
];
for (const job of jobs) await driver.submit(job, AbortSignal.timeout(30_000));
for (const { attempt } of jobs)
  while ((await observeOne(driver, { id: attempt, handle: undefined })).state === "queued")
    await new Promise((resolve) => setTimeout(resolve, 10));
process.stdout.write("running\n");
setInterval(() => undefined, 1000);
