import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, test } from "node:test";
import { JobRefused } from "@yunhe/domain-compute/driver";
import type { AttemptId, AttemptRef, Job } from "@yunhe/domain-compute/driver";
import { jobOf } from "../../../domains/compute/src/driver/conformance-steps.ts";
import type { Engine } from "../src/engine.ts";
import type { JobFiles } from "../src/files/port.ts";
import { observe } from "../src/observe.ts";
import { cancel } from "../src/stop.ts";
import { submit } from "../src/submit.ts";
import { Controller, openEngine } from "./controller.ts";

const never = new AbortController().signal;
const order = { graceMs: 0, why: "cancelled" } as const;

describe("a submission that is held up while another control plane cancels its attempt", () => {
  let folder: string;
  let controller: Controller;
  let leader: Engine;
  beforeEach(async () => {
    folder = mkdtempSync(path.join(tmpdir(), "yunhe-barred-"));
    controller = new Controller();
    leader = openEngine(folder, controller);
    await leader.files.open();
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const jobNamed = (id: string, parts: Partial<Job> = {}): Job =>
    jobOf(id as AttemptId, { command: ["/bin/sh", "-c", "echo ran > ../../ran"], ...parts });
  const refOf = (id: string): AttemptRef => ({ id: id as AttemptId, handle: undefined });
  const inFolder = (name: string): string => path.join(leader.files.root, name);
  const seenBy = async (engine: Engine, id: string) => (await observe(engine, [refOf(id)]))[0]!;

  /** A control plane that places its folders as `place` does it. */
  const heldUp = (
    place: (files: JobFiles, ...args: Parameters<JobFiles["place"]>) => Promise<boolean>,
  ): Engine => {
    const engine = openEngine(folder, controller);
    const { files } = engine;
    return { ...engine, files: { ...files, place: (...args) => place(files, ...args) } };
  };

  test("before its folder is made: nothing is handed over, and it stays absent", async () => {
    const [isThere, goesOn] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const former = heldUp(async (files, ...args) => {
      isThere.resolve();
      await goesOn.promise;
      return files.place(...args);
    });
    const handed = submit(former, jobNamed("a"), never);
    await isThere.promise;
    await cancel(leader, refOf("a"), order);
    assert.equal((await seenBy(leader, "a")).state, "absent");
    goesOn.resolve();
    assert.equal(await handed, "slurm:none");
    await cancel(leader, refOf("a"), order);
    assert.deepEqual(controller.given, []);
    for (const engine of [former, leader]) assert.equal((await seenBy(engine, "a")).state, "absent");
    assert.deepEqual(readdirSync(inFolder("a")), ["stop"]);
  });

  test("while its folder is being filled: what is handed over finds the order and starts nothing", async () => {
    const [isThere, goesOn] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const former = heldUp(async (files, attempt, entries, again) => {
      const isMade = await files.place(attempt, [], again);
      isThere.resolve();
      await goesOn.promise;
      return isMade && files.place(attempt, entries, true);
    });
    const handed = submit(former, jobNamed("a"), never);
    await isThere.promise;
    await cancel(leader, refOf("a"), order);
    goesOn.resolve();
    assert.equal(await handed, "slurm:5");
    const env = { PATH: process.env["PATH"], SLURM_JOB_ID: "5" };
    assert.equal(spawnSync("sh", [leader.files.supervisor, inFolder("a")], { env }).status, 0);
    controller.jobs = [];
    const seen = await seenBy(leader, "a");
    assert.deepEqual(seen.state === "ended" && seen.outcome, { type: "cancelled" });
    assert.equal(existsSync(inFolder("ran")), false);
  });

  test("as a member of an array: the others go without it", async () => {
    await cancel(leader, refOf("m-1"), order);
    const former = openEngine(folder, controller);
    const members = [0, 1, 2].map((index) => jobNamed(`m-${index}`, { array: "m", index }));
    const handles = await Promise.all(members.map((job) => submit(former, job, never)));
    assert.deepEqual(handles, ["slurm:5_0", "slurm:none", "slurm:5_2"]);
    assert.deepEqual(
      controller.given.map(({ array }) => array),
      ["0,2"],
    );
    assert.equal((await seenBy(leader, "m-1")).state, "absent");
  });

  test("and that Slurm then refuses: the order holds for a second copy of it too", async () => {
    const former = heldUp(async (files, ...args) => {
      const isMade = await files.place(...args);
      await cancel(leader, refOf("a"), order);
      return isMade;
    });
    controller.refuses = true;
    await assert.rejects(submit(former, jobNamed("a"), never), JobRefused);
    controller.refuses = false;
    assert.equal(await submit(openEngine(folder, controller), jobNamed("a"), never), "slurm:none");
    assert.equal(controller.given.length, 1);
  });

  test("and that Slurm refuses without any order to end it: nothing of it is kept", async () => {
    controller.refuses = true;
    await assert.rejects(submit(leader, jobNamed("a"), never), JobRefused);
    assert.equal(existsSync(inFolder("a")), false);
  });
});
