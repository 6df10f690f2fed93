import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import type { AttemptId, Driver } from "@yunhe/domain-compute/driver";
import { endedWithin, observeOne } from "../../../domains/compute/src/driver/conformance-steps.ts";
import { findProgram } from "../src/isolation.ts";
import { openProcessDriver } from "../src/index.ts";
import { realEnvironment, skipUnless } from "./trial.ts";

const limitMs = 2000;
const patienceMs = 60_000;
const refOf = (name: string) => ({ id: name as AttemptId, handle: undefined });

describe("the time limit of an attempt whose control plane is dead", { concurrency: true }, () => {
  test(
    "holds in a sandbox: TERM, then KILL, and who has no limit runs on",
    skipUnless(findProgram("bwrap") !== undefined, "bubblewrap"),
    () => holds("boxed"),
  );
  test("holds without a sandbox and cgroups", () => holds("open", "bwrap", "cgroups"));
});

/** `prefix`: processes are found by their attempt's id, which is unique on a machine. */
async function holds(prefix: string, ...without: ("bwrap" | "cgroups")[]): Promise<void> {
  const [yields, stubborn, unlimited] = ["yields", "stubborn", "unlimited"].map(
    (name) => `${prefix}-${name}`,
  ) as [string, string, string];
  const root = mkdtempSync(path.join(tmpdir(), "yunhe-warden-"));
  const directory = path.join(root, "data", "process");
  await killedOwner(directory, prefix, without);
  const started = (name: string): string =>
    readFileSync(path.join(directory, "live", name, "started"), "utf8");
  const isEnded = (name: string): boolean => /^ended /m.test(started(name));
  // Written by the supervisor when nothing of the attempt holds its log any more.
  await until(yields, () => isEnded(yields));
  // In one of the tests the next driver comes within the grace period and carries on.
  if (without.length === 0) await until(stubborn, () => isEnded(stubborn));
  const driver = await openProcessDriver({ directory, environment: realEnvironment, without });
  try {
    for (const name of [yields, stubborn]) await timedOut(driver, name);
    assert.equal((await observeOne(driver, refOf(unlimited))).state, "running");
    assert.equal(existsSync(path.join(directory, "live", unlimited, "stop.json")), false);
  } finally {
    await driver.cancel(refOf(unlimited), { graceMs: 0, why: "cancelled" });
    await driver.close();
    rmSync(root, { recursive: true, force: true });
  }
}

/** At its limit, or within the grace period, whenever the next driver came. */
async function timedOut(driver: Driver, name: string): Promise<void> {
  const { outcome, startedAtMs = 0, endedAtMs } = await endedWithin(driver, refOf(name), patienceMs);
  assert.deepEqual(outcome, { type: "timed-out", limitMs }, name);
  assert.ok(endedAtMs - startedAtMs >= limitMs, `${name} ran for ${endedAtMs - startedAtMs} ms`);
}

async function killedOwner(directory: string, prefix: string, without: readonly string[]): Promise<void> {
  const owner = fileURLToPath(new URL("limited-owner.ts", import.meta.url));
  const child = spawn(process.execPath, [owner, directory, prefix, String(limitMs), ...without], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  await once(child.stdout, "data");
  child.kill("SIGKILL");
  await once(child, "exit");
}

async function until(what: string, isSo: () => boolean): Promise<void> {
  for (const endMs = performance.now() + patienceMs; !isSo(); await sleep(50))
    assert.ok(
      performance.now() < endMs,
      `${what} has not ended ${patienceMs / 1000} s after its driver died`,
    );
}
