import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Task, UsageRecord } from "../objects.ts";
import type { Run } from "./evidence.ts";
import { type ChaosAttempt, type Findings, judge } from "./verdict.ts";

const atMs = Date.parse("2026-01-01T00:00:10Z");
const madeAt = new Date(atMs - 1000).toISOString();

const task = (name: string, phase: string, exitCode?: number): Task => ({
  metadata: { name, uid: name, resourceVersion: "1" },
  spec: { cancelled: false },
  status: { phase, attempts: 1, countedFailures: 0, ...(exitCode === undefined ? {} : { exitCode }) },
});
const attempt = (name: string, outcome: { type: string; exitCode?: number }): ChaosAttempt => ({
  metadata: { name, uid: name, creationTimestamp: madeAt },
  spec: { task: "t", number: 1, pool: "hpc", grant: { cpuMilli: 1, memoryBytes: 1, devices: [] } },
  status: { phase: "Ended", endedAt: new Date(atMs + 1000).toISOString(), outcome },
});
const run = (attemptUid: string, exitCode: number | undefined, starts = [atMs], alive = 1000): Run => ({
  attempt: attemptUid,
  task: "t",
  starts,
  jobs: ["1"],
  exitCode,
  aliveUntilMs: starts[0]! + alive,
});
const usage = (attemptUid: string, sequence = 0, final = true): UsageRecord =>
  ({ spec: { attemptUid, sequence, final, startMs: atMs, endMs: atMs + 1000 } }) as UsageRecord;
const exited = (exitCode: number) => ({ type: "exited", exitCode });

/** One task that succeeded in one attempt; each case changes one thing. */
const findings = (change: Partial<Findings> = {}): Findings => ({
  sent: [{ name: "t", sort: "succeeds" }],
  tasks: new Map([["t", task("t", "Succeeded")]]),
  attempts: [attempt("a", exited(0))],
  usage: [usage("a")],
  runs: new Map([["a", run("a", 0)]]),
  struck: [],
  cancelledBySlurm: new Set(),
  ...change,
});
const broken = (change: Partial<Findings>): string => judge(findings(change)).broken.join("\n");

describe("the verdict of a round", () => {
  test("finds nothing where everything is as it was sent", () => {
    assert.deepEqual(judge(findings()), { broken: [], explained: [] });
  });

  const cases: readonly [string, Partial<Findings>, RegExp][] = [
    ["a task that is gone", { tasks: new Map() }, /^T1: task t was acknowledged/],
    ["a task that is never over", { tasks: new Map([["t", task("t", "Running")]]) }, /^T1: .* still Running/],
    ["success taken for failure", { tasks: new Map([["t", task("t", "Failed", 1)]]) }, /^E2: task t/],
    ["an outcome that the program denies", { attempts: [attempt("a", exited(1))] }, /^E2: attempt a/],
    ["a kill that nobody ordered", { attempts: [attempt("a", { type: "signaled" })] }, /^E2: attempt a/],
    ["one attempt that ran twice", { runs: new Map([["a", run("a", 0, [atMs, atMs + 5])]]) }, /^T2: /],
    [
      "two attempts at once",
      {
        attempts: [attempt("a", { type: "node-lost" }), attempt("b", exited(0))],
        usage: [usage("a"), usage("b")],
        runs: new Map([
          ["a", run("a", undefined)],
          ["b", run("b", 0, [atMs + 500])],
        ]),
      },
      /^T3: two attempts of t ran at once for 500 ms/m,
    ],
    ["a run that belongs to no attempt", { attempts: [], usage: [] }, /^E1: t ran as a/],
    ["what goes on after its end", { runs: new Map([["a", run("a", 0, [atMs], 60_000)]]) }, /^E1: attempt a/],
    ["a charge that is missing", { usage: [] }, /^M2: attempt a has 0 last/],
    ["a charge that is made twice", { usage: [usage("a", 0, false), usage("a", 1)] }, /^M2: .*charged twice/],
    [
      "a start after the cancellation",
      { sent: [{ name: "t", sort: "is-cancelled", cancelledAtMs: atMs - 6000 }] },
      /^T5: t began 6000 ms after/m,
    ],
  ];
  for (const [what, change, words] of cases)
    test(`tells of ${what}`, () => {
      assert.match(broken(change), words);
    });

  test("explains a last word that a power cut kept from being written down, and no other", () => {
    const lost = { attempts: [attempt("a", { type: "node-lost" })] };
    assert.match(broken(lost), /^E2: attempt a says node-lost, its program exited 0/);
    const cut = { what: "node-power-cut", atMs: atMs + 500, forMs: 1000 } as const;
    assert.equal(judge(findings({ ...lost, struck: [cut] })).broken.length, 0);
  });

  test("explains a job that Slurm itself would not start twice, and no other cancellation", () => {
    const taken = attempt("a", { type: "preempted" });
    const cancelled = {
      attempts: [{ ...taken, status: { ...taken.status!, handle: "slurm:7_1" } }, attempt("b", exited(0))],
      usage: [usage("a"), usage("b")],
      runs: new Map([["b", run("b", 0)]]),
    };
    assert.match(broken(cancelled), /^E2: attempt a says preempted, and nobody told it to end/);
    assert.equal(broken({ ...cancelled, cancelledBySlurm: new Set(["slurm:7_1"]) }), "");
    assert.match(broken({ ...cancelled, cancelledBySlurm: new Set(["slurm:7"]) }), /^E2/);
  });
});
