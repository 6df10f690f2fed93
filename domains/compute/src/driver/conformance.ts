import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, before, describe } from "node:test";
import type { AttemptId, AttemptRef, Driver, Job } from "./port.ts";
import { JobRefused } from "./port.ts";
import { registerCancelCases } from "./conformance-cancel.ts";
import { endedWithin, jobOf, logOf, observedWithin, observeOne } from "./conformance-steps.ts";
import { registerFileCases } from "./conformance-files.ts";
import { type ConformanceOptions, makeTrial, type Trial } from "./conformance-trial.ts";

export type { ConformanceFeature, ConformanceOptions } from "./conformance-trial.ts";

export interface DriverUnderTest {
  readonly driver: Driver;
  /** Lets go of the driver and opens another one on the same engine, as after a restart of the control plane. */
  reopen(): Promise<Driver>;
  /** Ends what is left and frees what the trial made. */
  dispose(): Promise<void>;
}

/** Registers the cases that every driver passes. Nothing here knows an engine. */
export function driverConformance(
  name: string,
  makeDriver: () => Promise<DriverUnderTest>,
  options: ConformanceOptions = {},
): void {
  describe(`${name} behaves like a driver`, () => {
    let under: DriverUnderTest;
    let driver: Driver;
    before(async () => {
      under = await makeDriver();
      driver = under.driver;
    });
    after(async () => {
      await under.dispose();
    });
    const trial = makeTrial(() => driver, options);
    registerLifeCases(trial);
    registerEndCases(trial);
    registerCancelCases(trial);
    registerFileCases(trial);
    registerReopenCases(trial, async () => {
      driver = await under.reopen();
    });
  });
}

const shell = (script: string): Pick<Job, "command"> => ({ command: ["/bin/sh", "-c", script] });
const anySignal = (): AbortSignal => AbortSignal.timeout(60_000);

function registerLifeCases({ driver, submit, run, check, patienceMs, options }: Trial): void {
  check("it says which nodes there are and what they have", undefined, async () => {
    const facts = await driver().facts(anySignal());
    assert.ok(facts.nodes.length > 0);
    for (const node of facts.nodes) {
      assert.ok(node.name.length > 0);
      assert.ok(Number.isInteger(node.cpuMilli) && node.cpuMilli > 0);
      assert.ok(Number.isInteger(node.memoryBytes) && node.memoryBytes > 2 ** 20);
    }
    assert.ok(facts.isolation.length > 0);
  });

  check(
    "a job is seen running on a node that exists, then ended, and ended for ever",
    undefined,
    async () => {
      const ref = await submit(shell("sleep 1.5"));
      const running = await observedWithin(
        driver(),
        ref,
        patienceMs,
        (seen) => seen.state === "running" || seen.state === "ended",
      );
      assert.equal(running.state, "running");
      const facts = await driver().facts(anySignal());
      if (running.state === "running") assert.ok(facts.nodes.some((node) => node.name === running.node));
      const first = await endedWithin(driver(), ref, patienceMs);
      assert.deepEqual(first.outcome, { type: "exited", exitCode: 0 });
      assert.ok(first.startedAtMs !== undefined && first.endedAtMs - first.startedAtMs >= 1000);
      const again = await endedWithin(driver(), ref, patienceMs);
      assert.deepEqual(again.outcome, first.outcome);
      assert.equal(again.endedAtMs, first.endedAtMs);
    },
  );

  check("an attempt that was never submitted is absent", undefined, async () => {
    const ref: AttemptRef = { id: "never-submitted" as AttemptId, handle: undefined };
    assert.equal((await observeOne(driver(), ref)).state, "absent");
    await driver().cancel(ref, { graceMs: 0, why: "orphan" });
    await driver().forget(ref);
  });

  check("many attempts are observed at once, one answer each, in the order asked", undefined, async () => {
    const refs = [
      await submit({ command: ["true"] }),
      { id: "nobody" as AttemptId, handle: undefined },
      await submit({ command: ["true"] }),
    ];
    const seen = await driver().observe(refs, anySignal());
    assert.deepEqual(
      seen.map((one) => one.attempt),
      refs.map((ref) => ref.id),
    );
    assert.equal(seen[1]?.state, "absent");
  });

  check(
    "the same attempt submitted many times, at once and again after its end, runs once",
    undefined,
    async () => {
      const id = `conf-${randomUUID().slice(0, 13)}` as AttemptId;
      const plain = jobOf(id, shell("echo ran; sleep 0.3"));
      const job = options.adapt?.(plain) ?? plain;
      const handles = await Promise.all(Array.from({ length: 5 }, () => driver().submit(job, anySignal())));
      assert.equal(new Set(handles).size, 1);
      const ref = { id, handle: handles[0] };
      await endedWithin(driver(), ref, patienceMs);
      assert.equal(await driver().submit(job, anySignal()), handles[0]);
      assert.equal(await logOf(driver(), ref, patienceMs), "ran\n");
      assert.equal((await driver().list(anySignal())).filter((one) => one.attempt === id).length, 1);
    },
  );

  check(
    "arguments and environment arrive as they were given, whatever characters they hold",
    undefined,
    async () => {
      const odd = [
        "it's",
        'a "quote"',
        "$(rm -rf /)",
        "`id`",
        "two\nlines",
        "云鹤 🕊",
        "-n",
        "\\",
        "*",
        "",
        " ",
        "!x;&|<>",
      ];
      const ended = await run({
        command: ["/bin/sh", "-c", 'for a; do printf "[%s]" "$a"; done; printf "{%s}" "$ODD"', "sh", ...odd],
        environment: { ODD: odd.join("\t") },
      });
      assert.equal(ended.log, `${odd.map((word) => `[${word}]`).join("")}{${odd.join("\t")}}`);
    },
  );

  check("a NUL character in an argument is refused for good", undefined, async () => {
    await assert.rejects(submit({ command: ["echo", "a\0b"] }), JobRefused);
  });

  check("the control plane's own environment does not reach a job", "scrubbed-environment", async () => {
    process.env["CONFORMANCE_SECRET"] = "not for tasks";
    const ended = await run({ command: ["env"] }).finally(() => delete process.env["CONFORMANCE_SECRET"]);
    assert.doesNotMatch(ended.log, /CONFORMANCE_SECRET/);
    assert.match(ended.log, /^HOME=/m);
  });

  check("watching tells of a change", undefined, async () => {
    const seen = new Set<string>();
    const stop = driver().watch?.((attempt) => seen.add(attempt));
    const ended = await run({ command: ["true"] });
    stop?.();
    if (stop !== undefined) assert.ok(seen.has(ended.ref.id));
  });

  check("a forgotten attempt is absent, and forgetting twice is the same", undefined, async () => {
    const { ref } = await run({ command: ["true"] });
    await driver().forget(ref);
    await driver().forget(ref);
    const seen = await observeOne(driver(), ref);
    // An engine's accounting may remember what our own files no longer do.
    assert.ok(seen.state === "absent" || seen.state === "ended");
  });
}

function registerEndCases({ driver, submit, run, check }: Trial): void {
  for (const exitCode of [0, 1, 3, 126, 127, 137, 143, 255]) {
    check(`exit code ${exitCode} is told as it is`, undefined, async () => {
      assert.deepEqual((await run(shell(`exit ${exitCode}`))).outcome, { type: "exited", exitCode });
    });
  }
  for (const signal of ["KILL", "TERM", "SEGV"]) {
    check(`death by SIG${signal} is told from an exit code`, undefined, async () => {
      assert.deepEqual((await run(shell(`kill -${signal} $$`))).outcome, {
        type: "signaled",
        signal: `SIG${signal}`,
      });
    });
  }

  check(
    "a program that does not exist was not started, and the words name it",
    "missing-program",
    async () => {
      const { outcome } = await run({ command: ["no-such-program-here"] });
      assert.equal(outcome.type, "not-started");
      if (outcome.type !== "not-started") return;
      assert.match(outcome.reason.en, /no-such-program-here/);
      assert.match(outcome.reason.zh, /no-such-program-here/);
    },
  );

  check("a job over its time limit is timed out", "time-limit", async () => {
    const { outcome } = await run({ ...shell("sleep 600"), timeLimitMs: 1000 });
    assert.equal(outcome.type, "timed-out");
  });

  check("a job over its memory is out of memory", "out-of-memory", async () => {
    const grant = { node: undefined, cpuMilli: 1000, memoryBytes: 48 * 2 ** 20, devices: [] };
    const { outcome } = await run({
      ...shell('x=$(head -c 400000000 /dev/zero | tr "\\0" x); sleep 5; echo ${#x}'),
      grant,
    });
    assert.equal(outcome.type, "out-of-memory");
  });

  check("usage is measured and only grows", "usage", async () => {
    const ref = await submit(shell("i=0; while [ $i -lt 400000 ]; do i=$((i+1)); done; sleep 2"));
    let last = 0;
    for (;;) {
      const seen = await observeOne(driver(), ref);
      if (seen.state === "running" || seen.state === "ended") {
        assert.ok(seen.usage.cpuCoreMs >= last);
        last = seen.usage.cpuCoreMs;
      }
      if (seen.state === "ended") break;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    assert.ok(last > 20, `measured ${last} core-ms`);
  });
}

function registerReopenCases(
  { driver, submit, check, patienceMs }: Trial,
  reopen: () => Promise<void>,
): void {
  check(
    "after a restart running jobs are adopted, ended ones keep their outcome, and all are listed",
    "reopen",
    async () => {
      const quick = await submit(shell("exit 7"));
      const slow = await submit(shell("sleep 1; echo late; exit 9"));
      const ended = await endedWithin(driver(), quick, patienceMs);
      await reopen();
      assert.deepEqual(await endedWithin(driver(), quick, patienceMs), ended);
      const listed = await driver().list(anySignal());
      assert.ok([quick, slow].every((ref) => listed.some((one) => one.attempt === ref.id)));
      // The answer to submit may have been lost with the former control plane.
      const bare: AttemptRef = { id: slow.id, handle: undefined };
      assert.deepEqual((await endedWithin(driver(), bare, patienceMs)).outcome, {
        type: "exited",
        exitCode: 9,
      });
      assert.equal(await logOf(driver(), bare, patienceMs), "late\n");
    },
  );
}
