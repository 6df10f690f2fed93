import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import type { AttemptId, Driver, Observation } from "@yunhe/domain-compute/driver";
import { endedWithin, jobOf, observeOne } from "../../../domains/compute/src/driver/conformance-steps.ts";
import { findProgram } from "../src/isolation.ts";
import { openProcessDriver } from "../src/index.ts";
import { openBench, realEnvironment, shell, skipUnless } from "./trial.ts";

const rounds = 12;

interface Told {
  readonly tried: Set<string>;
  readonly accepted: Set<string>;
}

/** Runs the owner, kills it after `lifeMs` of work, and gives what it said. */
function killedOwner(directory: string, tally: string, round: number, lifeMs: number): Promise<Told> {
  return new Promise((resolve, reject) => {
    const owner = fileURLToPath(new URL("owner.ts", import.meta.url));
    const child = spawn(process.execPath, [owner, directory, tally, String(round)], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    let text = "";
    child.stdout.on("data", (chunk: Buffer) => {
      const first = text === "";
      text += chunk.toString();
      if (first) setTimeout(() => child.kill("SIGKILL"), lifeMs);
    });
    child.once("error", reject);
    child.once("close", (code) => {
      if (code !== null) return reject(new Error(`the owner ended by itself with ${code}`));
      const words = text
        .split("\n")
        .slice(0, -1)
        .map((line) => line.split(" "));
      const those = (kind: string): Set<string> =>
        new Set(words.filter(([word]) => word === kind).map(([, id = ""]) => id));
      resolve({ tried: those("try"), accepted: those("accepted") });
    });
  });
}

test(
  "whenever the control plane is killed, each attempt runs once and its true exit code is known afterwards",
  skipUnless(findProgram("bwrap") !== undefined, "bubblewrap"),
  async () => {
    const root = mkdtempSync(path.join(tmpdir(), "yunhe-crash-"));
    const directory = path.join(root, "data", "process");
    const tally = path.join(root, "tally");
    mkdirSync(tally);
    chmodSync(tally, 0o777);
    const tried = new Set<string>();
    const accepted = new Set<string>();
    for (let round = 0; round < rounds; round++) {
      const told = await killedOwner(directory, tally, round, Math.random() * 400);
      for (const id of told.tried) tried.add(id);
      for (const id of told.accepted) accepted.add(id);
    }
    const driver = await openProcessDriver({ directory, environment: realEnvironment });
    try {
      // The control plane asks again for what it tried, as it would after a lost answer.
      for (const id of tried) await resubmit(driver, id, tally);
      for (const id of tried) {
        const ending = await endedWithin(driver, { id: id as AttemptId, handle: undefined }, 30_000);
        const exitCode = accepted.has(id) || ran(tally, id) === 1 ? Number(id.split("-")[1]) % 7 : undefined;
        assert.deepEqual(ending.outcome, { type: "exited", exitCode }, id);
        assert.equal(ran(tally, id), 1, `${id} ran ${ran(tally, id)} times`);
      }
      assert.ok(accepted.size > rounds, `only ${accepted.size} attempts were accepted`);
      assert.deepEqual(readdirSync(path.join(directory, "live")), []);
    } finally {
      await driver.close();
      rmSync(root, { recursive: true, force: true });
    }
  },
);

async function resubmit(driver: Driver, id: string, tally: string): Promise<void> {
  const command = [
    "/bin/sh",
    "-c",
    `echo ${id} >> /tally/ran; exit ${Number(id.split("-")[1]) % 7}`,
  ] as const;
  const volumes = [{ volume: "tally", source: tally, mountPath: "/tally", readOnly: false }];
  await driver.submit(jobOf(id as AttemptId, { command, volumes }), AbortSignal.timeout(30_000));
}

function ran(tally: string, id: string): number {
  const file = path.join(tally, "ran");
  return existsSync(file)
    ? readFileSync(file, "utf8")
        .split("\n")
        .filter((line) => line === id).length
    : 0;
}

test("a reused process id is not taken for the attempt's supervisor", async () => {
  const bench = await openBench();
  const id = "reused" as AttemptId;
  await plant(bench.directory, id, `${process.pid} 1 ${bootId()} 5.00 end\nmain ${process.pid} 1\nbegan\n`);
  await bench.reopen();
  const ending = await endedWithin(bench.driver, { id, handle: undefined }, 10_000);
  assert.deepEqual(ending.outcome, { type: "signaled", signal: "SIGKILL" });
  await bench.dispose();
});

test("an attempt of before a reboot lost its node; one that had ended keeps its exit code", async () => {
  const bench = await openBench();
  const [lost, done] = ["lost" as AttemptId, "done" as AttemptId];
  await plant(bench.directory, lost, `1 1 another-boot 5.00 end\nmain 1 1\nbegan\n`);
  await plant(bench.directory, done, `1 1 another-boot 5.00 end\nmain 1 1\nbegan\nexit 3\nended 9.50\n`);
  await bench.reopen();
  assert.equal(
    (await endedWithin(bench.driver, { id: lost, handle: undefined }, 10_000)).outcome.type,
    "node-lost",
  );
  const ending = await endedWithin(bench.driver, { id: done, handle: undefined }, 10_000);
  assert.deepEqual(ending.outcome, { type: "exited", exitCode: 3 });
  assert.equal(ending.endedAtMs - (ending.startedAtMs ?? 0), 4500);
  await bench.dispose();
});

test("what was prepared but never started starts after a crash, and what was only begun to be prepared is absent", async () => {
  const bench = await openBench();
  const first = await bench.run(shell("echo hello"));
  const prepared = "prepared" as AttemptId;
  await plant(bench.directory, prepared, undefined, path.join(bench.directory, "done", first.ref.id));
  mkdirSync(path.join(bench.directory, "live", "half"));
  await bench.reopen();
  const seen: Observation = await observeOne(bench.driver, { id: "half" as AttemptId, handle: undefined });
  assert.equal(seen.state, "absent");
  const ending = await endedWithin(bench.driver, { id: prepared, handle: undefined }, 10_000);
  assert.equal(ending.outcome.type, "exited");
  await bench.dispose();
});

test("an ending that was cut off while it was written is worked out again", async () => {
  const bench = await openBench();
  const id = "cut-off" as AttemptId;
  const steps = `1 1 ${bootId()} 5.00 end\nmain 1 1\nbegan\nexit 6\nended 5.10\n`;
  await plant(bench.directory, id, `${steps}\nsettled {"outc`);
  await bench.reopen();
  const ending = await endedWithin(bench.driver, { id, handle: undefined }, 10_000);
  assert.deepEqual(ending.outcome, { type: "exited", exitCode: 6 });
  await bench.dispose();
});

test("cancelling right after submit never leaves anything running", async () => {
  const bench = await openBench();
  for (let round = 0; round < 10; round++) {
    const job = jobOf(`quick-${round}` as AttemptId, shell("sleep 600"));
    const submitted = bench.driver.submit(job, AbortSignal.timeout(10_000));
    if (round % 2 === 0) await new Promise((resolve) => setTimeout(resolve, round));
    await bench.driver.cancel({ id: job.attempt, handle: undefined }, { graceMs: 0, why: "cancelled" });
    await submitted;
    const ending = await endedWithin(bench.driver, { id: job.attempt, handle: undefined }, 10_000);
    assert.deepEqual(ending.outcome, { type: "cancelled" });
  }
  await bench.dispose();
});

/** Leaves an attempt's files as a crashed driver would have. */
async function plant(
  directory: string,
  id: string,
  started: string | undefined,
  like?: string,
): Promise<void> {
  const folder = path.join(directory, "live", id);
  mkdirSync(path.join(folder, "work"), { recursive: true });
  chmodSync(path.join(folder, "work"), 0o777);
  const model =
    like === undefined
      ? undefined
      : (JSON.parse(readFileSync(path.join(like, "job.json"), "utf8")) as object);
  const job = model ?? {
    title: id,
    program: "x",
    level: "sandbox",
    memoryBytes: 0,
    devices: [],
    outputs: [],
    argv: [],
    exactSignals: true,
  };
  // Without a cgroup: the model's is gone with it.
  writeFileSync(
    path.join(folder, "job.json"),
    JSON.stringify({ ...job, cgroup: undefined, bootId: bootId() }),
  );
  writeFileSync(path.join(folder, "launch"), "");
  if (started !== undefined) writeFileSync(path.join(folder, "started"), started);
}

function bootId(): string {
  return readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
}
