import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { judge, lastCounts } from "../kernel/tests/crash-harness.ts";
import { killAtCall, reasonAgainstStriking, strike } from "./crashes/call-faults.ts";
import { reasonAgainstCuts } from "./crashes/disk/file-system.ts";
import { serveUntilFsyncFails } from "./crashes/faulted-server.ts";
import { cutPower } from "./crashes/power-cut.ts";
import { seeded } from "./crashes/random.ts";
import { serverWorkload } from "./crashes/server-workload.ts";
import { storeWorkload } from "./crashes/store-workload.ts";

const folder = mkdtempSync(join(tmpdir(), "yunhe-crash-"));
after(() => rmSync(folder, { recursive: true }));
const nothing = { lost: 0, inconsistent: 0 };
const verdict = ({ lost, inconsistent }: { lost: number; inconsistent: number }) => ({ lost, inconsistent });

const skipStriking = reasonAgainstStriking !== undefined && `${reasonAgainstStriking} (may skip in CI)`;

describe("a disk fails under a writing store", { skip: skipStriking }, () => {
  test("killed at a chosen write or fsync, it has everything that it acknowledged", async () => {
    const path = join(folder, "killed.db");
    for (const [call, number] of [
      ["pwrite64", 7],
      ["fsync", 2],
      ["pwrite64", 90],
    ] as const)
      assert.deepEqual(verdict(await killAtCall(path, call, number)), nothing, `${call} ${number}`);
  });

  test("an fsync that fails stops the process, and nothing that was acknowledged is lost", async () => {
    const path = join(folder, "failing.db");
    const fault = { calls: ["fsync"], injection: "error=EIO", when: "20" } as const;
    const { child, lines } = await strike(path, fault, 60_000);
    assert.equal(child.exitCode, 3, "the writer ends by itself, told that the store has stopped");
    assert.equal(lines.at(-1), "stopped");
    assert.ok(lines.length > 5);
    assert.deepEqual(verdict(await judge(path, lastCounts(lines), 2)), nothing);
  });

  test("a server whose fsync fails ends, says why, and has everything that it acknowledged", async () => {
    const directory = join(folder, "server");
    const { exitCode, said, acknowledged } = await serveUntilFsyncFails(directory, 25);
    assert.equal(exitCode, 1, said);
    assert.match(said, /the store has stopped after a disk error/);
    assert.ok(acknowledged.length > 0);
    const owed = new Map(acknowledged.map((name) => [`project ${name}`, 1]));
    const { lost, wrong } = await serverWorkload.look(directory, owed);
    assert.deepEqual({ lost, wrong }, { lost: 0, wrong: [] });
  });

  test("a full disk refuses writes and changes nothing; once there is room it goes on", async () => {
    const path = join(folder, "full.db");
    const fault = { calls: ["pwrite64"], injection: "error=ENOSPC", when: "200..230" } as const;
    const { lines } = await strike(path, fault, 4000);
    const full = lines.lastIndexOf("full");
    assert.ok(full > 0, "it says that the disk is full");
    assert.ok(lines.length > full + 1, "it writes again afterwards");
    assert.deepEqual(verdict(await judge(path, lastCounts(lines))), nothing);
  });
});

describe("the power is cut under a writing store", async () => {
  const reason = await reasonAgainstCuts(folder);
  const skip = reason !== undefined && `${reason} (may skip in CI)`;
  const cuts = { workload: storeWorkload(), sessions: 1, cutsPerSession: 5, sessionMs: 700 };

  test(
    "whatever the disk had not yet flushed, it has everything that it acknowledged",
    { skip },
    async () => {
      const { lost, wrong, owed } = await cutPower({ ...cuts, random: seeded(11) });
      assert.deepEqual({ lost, wrong }, { lost: 0, wrong: [] });
      assert.ok(owed > 0);
    },
  );

  test("a disk that lies about its flushes is found out", { skip }, async () => {
    const { lost } = await cutPower({ ...cuts, random: seeded(12), ignoresFlushes: true });
    assert.ok(lost > 0);
  });
});
