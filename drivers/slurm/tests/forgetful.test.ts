import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, test } from "node:test";
import type { AttemptId, AttemptRef, Observation } from "@yunhe/domain-compute/driver";
import { jobOf } from "../../../domains/compute/src/driver/conformance-steps.ts";
import type { Engine } from "../src/engine.ts";
import { observe } from "../src/observe.ts";
import { cancel } from "../src/stop.ts";
import { submit } from "../src/submit.ts";
import { Controller, openEngine } from "./controller.ts";

const never = new AbortController().signal;

describe("a controller that forgets", () => {
  let folder: string;
  let controller: Controller;
  let engine: Engine;
  beforeEach(async () => {
    folder = mkdtempSync(path.join(tmpdir(), "yunhe-forgetful-"));
    controller = new Controller();
    engine = openEngine(folder, controller);
    await engine.files.open();
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const submitted = async (id: string, script = "echo ran >> ../../tally"): Promise<AttemptRef> => {
    const attempt = id as AttemptId;
    const grant = { node: undefined, cpuMilli: 1000, memoryBytes: 2 ** 26, devices: [] };
    const job = jobOf(attempt, { command: ["/bin/sh", "-c", script], grant });
    const handle = await submit(engine, job, never);
    // As after a restart: what this process remembers is not what is looked at here.
    engine.tracked.clear();
    return { id: attempt, handle };
  };
  const seen = async (ref: AttemptRef): Promise<Observation> => (await observe(engine, [ref]))[0]!;
  const inFolder = (name: string): string => path.join(engine.files.root, name);
  /** What the node does when it is given the job. */
  const supervise = (id: string, jobId: string) => {
    const env = { PATH: process.env["PATH"], SLURM_JOB_ID: jobId };
    return [engine.files.supervisor, [inFolder(id)], env] as const;
  };
  const runs = (id: string, jobId: string): void => {
    const [program, args, env] = supervise(id, jobId);
    assert.equal(spawnSync("sh", [program, ...args], { env }).status, 0);
  };
  const tally = (): number =>
    existsSync(inFolder("tally")) ? readFileSync(inFolder("tally"), "utf8").trim().split("\n").length : 0;

  test("and gives an id again: to cancel the first job leaves the second one alone", async () => {
    const first = await submitted("a");
    controller.forget();
    const second = await submitted("b");
    assert.equal(first.handle, second.handle);
    await cancel(engine, first, { graceMs: 0, why: "cancelled" });
    assert.deepEqual(controller.ended, []);
    assert.equal((await seen(second)).state, "queued");
    assert.deepEqual(await seen(first).then((it) => it.state === "ended" && it.outcome), {
      type: "cancelled",
    });
  });

  test("a job that had not begun is lost at once, and does nothing if it begins after all", async () => {
    const ref = await submitted("a");
    controller.forget();
    const found = await seen(ref);
    assert.equal(found.state === "ended" && found.outcome.type, "node-lost");
    runs("a", "5");
    assert.equal(tally(), 0);
  });

  test("a job that had begun is not lost before its files have had their time to appear", async () => {
    const ref = await submitted("a");
    writeFileSync(inFolder("a/claim"), "5\n");
    controller.forget();
    assert.equal((await seen(ref)).state, "unknown");
    runs("a", "5");
  });

  test("that it has started a job: the second start does nothing, and a first one that was cut off is lost", async () => {
    const [whole, cut] = [await submitted("a"), await submitted("b")];
    for (const [id, jobId] of [
      ["a", "5"],
      ["b", "6"],
    ] as const)
      runs(id, jobId);
    const record = readFileSync(inFolder("b/record"), "utf8");
    writeFileSync(inFolder("b/record"), record.split("\n")[0]! + "\n");
    for (const [id, jobId] of [
      ["a", "5"],
      ["b", "6"],
    ] as const)
      runs(id, jobId);
    assert.equal(tally(), 2);
    controller.jobs = [];
    const outcomes = (await observe(engine, [whole, cut])).map(
      (it) => it.state === "ended" && it.outcome.type,
    );
    assert.deepEqual(outcomes, ["exited", "node-lost"]);
  });

  test("what still runs of an attempt whose end was told ends by itself", async () => {
    await submitted("a", "echo ran >> ../../tally; sleep 600");
    const [program, args, env] = supervise("a", "5");
    const child = spawn("sh", [program, ...args], { env, stdio: "ignore" });
    const gone = once(child, "exit");
    while (tally() === 0) await new Promise((resolve) => setTimeout(resolve, 20));
    writeFileSync(inFolder("a/ending.json"), "{}");
    await gone;
  });

  test("of two jobs of one attempt the one that runs counts, and cancelling ends both", async () => {
    const ref = await submitted("a");
    controller.add("6", "a", "RUNNING");
    assert.equal((await seen(ref)).state, "running");
    engine.tracked.set(ref.id, { changedAtMs: -Infinity, stop: { atMs: -1e9, graceMs: 0 } });
    await cancel(engine, ref, { graceMs: 0, why: "cancelled" });
    assert.deepEqual(controller.ended.toSorted(), ["5", "6"]);
  });
});
