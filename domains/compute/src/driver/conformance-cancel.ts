import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import type { AttemptId, AttemptRef, EngineJob, Job, Observation } from "./port.ts";
import { endedWithin, jobOf, logOf, logWithin, observedWithin, observeOne } from "./conformance-steps.ts";
import type { Trial } from "./conformance-trial.ts";

/** Cases about ending a job, and about what comes after its end was ordered. */
export function registerCancelCases(trial: Trial): void {
  registerOrderCases(trial);
  registerBarCases(trial);
}

const shell = (script: string): Pick<Job, "command"> => ({ command: ["/bin/sh", "-c", script] });
const anySignal = (): AbortSignal => AbortSignal.timeout(60_000);

function registerOrderCases({ driver, submit, run, check, patienceMs }: Trial): void {
  check("a cancelled job ends as cancelled, and cancelling again is done at once", undefined, async () => {
    const ref = await submit({ command: ["sleep", "600"] });
    await driver().cancel(ref, { graceMs: 200, why: "cancelled" });
    assert.deepEqual((await endedWithin(driver(), ref, patienceMs)).outcome, { type: "cancelled" });
    await driver().cancel(ref, { graceMs: 200, why: "cancelled" });
    assert.deepEqual((await endedWithin(driver(), ref, patienceMs)).outcome, { type: "cancelled" });
  });

  check("cancelling a job that has ended leaves its outcome", undefined, async () => {
    const { ref } = await run(shell("exit 4"));
    await driver().cancel(ref, { graceMs: 0, why: "cancelled" });
    assert.deepEqual((await endedWithin(driver(), ref, patienceMs)).outcome, { type: "exited", exitCode: 4 });
  });

  check("a job hears TERM first and may put its things in order", undefined, async () => {
    const ref = await submit(shell('trap "echo tidy; exit 0" TERM; echo ready; while :; do sleep 0.1; done'));
    await logWithin(driver(), ref, "ready\n", patienceMs);
    await driver().cancel(ref, { graceMs: 10_000, why: "cancelled" });
    assert.deepEqual((await endedWithin(driver(), ref, patienceMs)).outcome, { type: "cancelled" });
    assert.match(await logOf(driver(), ref, patienceMs), /tidy/);
  });

  check(
    "cancel ends the whole tree, with children that ignore TERM and left their parent",
    "kill-tree",
    async () => {
      const script =
        "(setsid sh -c 'trap \"\" TERM; echo child; while :; do sleep 0.1; echo beat; done' &) ; echo parent; sleep 600";
      const ref = await submit(shell(script));
      await logWithin(driver(), ref, "beat\n", patienceMs);
      await driver().cancel(ref, { graceMs: 300, why: "cancelled" });
      await endedWithin(driver(), ref, patienceMs);
      const before = await logOf(driver(), ref, patienceMs);
      await new Promise((resolve) => setTimeout(resolve, 500));
      assert.equal(await logOf(driver(), ref, patienceMs), before);
    },
  );
}

function registerBarCases({ driver, run, check, patienceMs, options }: Trial): void {
  check("what arrives after its cancel starts nothing", undefined, async () => {
    const ref: AttemptRef = { id: `conf-${randomUUID().slice(0, 13)}` as AttemptId, handle: undefined };
    const plain = jobOf(ref.id, shell("echo started"));
    const job = options.adapt?.(plain) ?? plain;
    await driver().cancel(ref, { graceMs: 0, why: "cancelled" });
    assert.equal((await observeOne(driver(), ref)).state, "absent");
    await Promise.all([driver().submit(job, anySignal()), driver().submit(job, anySignal())]);
    // What was handed over later has run to its end: the engine has had its time to start this one too.
    await run({ command: ["true"] });
    const isSettled = ({ state }: Observation): boolean => state === "absent" || state === "ended";
    const seen = await observedWithin(driver(), ref, patienceMs, isSettled);
    if (seen.state === "ended") assert.deepEqual(seen.outcome, { type: "cancelled" });
    assert.equal(await logOf(driver(), ref, patienceMs), "");
    const isListed = async (among: (job: EngineJob) => boolean): Promise<boolean> =>
      (await driver().list(anySignal())).some((one) => one.attempt === ref.id && among(one));
    assert.equal(await isListed(({ live }) => live), false);
    await driver().forget(ref);
    assert.equal(await isListed(() => true), false);
  });
}
