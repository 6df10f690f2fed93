import assert from "node:assert/strict";
import { describe, test } from "node:test";
import * as fc from "fast-check";
import { exampleTrace, type FleetChange, simulate } from "../src/index.ts";

const HOUR_MS = 3_600_000;
const GIB = 2 ** 30;

interface Setting {
  readonly queues?: readonly object[];
  readonly tasks: readonly object[];
  readonly nodes?: number;
  readonly changes?: readonly FleetChange[];
  readonly fields?: object;
}

/** Nodes of eight devices; tasks from their short form. */
function replay({ queues, tasks, nodes = 1, changes = [], fields = {} }: Setting) {
  const fleet = {
    pools: [{ id: "p" }],
    nodes: Array.from({ length: nodes }, (_, n) => ({
      id: `n${n}`,
      pool: "p",
      cpuMilli: 64_000,
      memoryBytes: 64 * GIB,
      devices: [{ model: "A10", count: 8 }],
    })),
    ...(queues && { queues }),
    ...fields,
  };
  const lines = tasks.map((task) =>
    JSON.stringify({ submittedAtMs: 0, durationMs: HOUR_MS, cpuMilli: 1000, memoryBytes: 0, ...task }),
  );
  const result = simulate({
    format: "trace",
    fleetJson: { file: "fleet.json", text: JSON.stringify(fleet) },
    tasks: { file: "tasks.jsonl", text: lines.join("\n") },
    policies: ["yunhe"],
    changes,
    samples: 10,
  });
  assert.ok(result.format === "trace");
  return result.runs;
}

const many = (count: number, prefix: string, fields: object): object[] =>
  Array.from({ length: count }, (_, i) => ({ id: `${prefix}${i}`, devices: { count: 1 }, ...fields }));

describe("a replay under queues", () => {
  test("holds every queue to its quota", () => {
    const [run] = replay({
      queues: [{ name: "a", quota: { devices: { A10: 2 } } }],
      tasks: many(4, "t", { queue: "a" }),
    });
    assert.equal(run!.endedAtMs, 2 * HOUR_MS);
    assert.equal(run!.wait.maxMs, HOUR_MS);
    assert.equal(run!.meanAllocatedDevicePercent, 25);
  });

  test("answers what if a queue had more, beside what is", () => {
    const [given, changed] = replay({
      queues: [{ name: "a", quota: { devices: { "*": 2 } } }],
      tasks: many(4, "t", { queue: "a" }),
      changes: [{ kind: "quota", queue: "a", resource: "*", how: "add", amount: 2 }],
    });
    assert.deepEqual([given!.fleet, given!.wait.maxMs], ["given", HOUR_MS]);
    assert.deepEqual([changed!.fleet, changed!.wait.maxMs, changed!.endedAtMs], ["changed", 0, HOUR_MS]);
  });

  test("answers what if there were more nodes like one, or another weight", () => {
    const tasks = [...many(16, "a", { queue: "a" }), ...many(16, "b", { queue: "b" })];
    const queues = [{ name: "a" }, { name: "b" }];
    const more = replay({ queues, tasks, changes: [{ kind: "nodes", like: "n0", more: 3 }] });
    assert.deepEqual(
      more.map(({ endedAtMs }) => endedAtMs),
      [4 * HOUR_MS, HOUR_MS],
    );
    const heavier = replay({ queues, tasks, changes: [{ kind: "weight", queue: "a", weight: 7 }] });
    const waitOfA = heavier.map((run) => run.queues[0]!.wait.meanMs);
    assert.ok(waitOfA[1]! < waitOfA[0]!);
    assert.ok(Math.abs(heavier[0]!.fairness.dominantShares! - 1) < 1e-9);
  });

  test("lends what a cohort does not use and takes it back; work since the last checkpoint is done again", () => {
    const borrower = { queue: "b", preemptible: true, durationMs: 2 * HOUR_MS };
    const setting = (checkpointEveryMs?: number): Setting => ({
      queues: [
        { name: "a", cohort: "c", quota: { devices: { "*": 4 } } },
        { name: "b", cohort: "c", quota: { devices: { "*": 4 } }, borrowing: {} },
      ],
      tasks: [
        ...many(8, "b", { ...borrower, ...(checkpointEveryMs && { checkpointEveryMs }) }),
        { id: "a0", queue: "a", submittedAtMs: 1.5 * HOUR_MS, devices: { count: 1 } },
      ],
    });
    const [without] = replay(setting());
    const grace = 5000 / HOUR_MS;
    assert.equal(without!.preemptions.byReclaim, 1);
    assert.ok(Math.abs(without!.preemptions.lostDeviceHours - 1.5 - grace) < 1e-9);
    assert.equal(without!.queues[0]!.wait.maxMs, 5000);
    const [saved] = replay(setting(HOUR_MS));
    assert.ok(Math.abs(saved!.preemptions.lostDeviceHours - 0.5 - grace) < 1e-9);
    assert.equal(saved!.completed, 9);
    assert.ok(saved!.endedAtMs < without!.endedAtMs);
  });

  test("ends a task of lower priority for one of higher, and says how many", () => {
    const [run] = replay({
      queues: [{ name: "default" }],
      tasks: [
        { id: "low", preemptible: true, devices: { count: 8 } },
        { id: "high", priority: 5, submittedAtMs: 1000, devices: { count: 8 } },
      ],
      fields: { preemptionGraceMs: 2000 },
    });
    assert.deepEqual(
      [run!.preemptions.byPriority, run!.completed, run!.endedAtMs],
      [1, 2, 2 * HOUR_MS + 3000],
    );
  });

  test("keeps places for a large gang and lets only those pass that are over by then", () => {
    const tasks = [
      { id: "long", devices: { count: 8 }, durationMs: 4 * HOUR_MS, expectedDurationMs: 4 * HOUR_MS },
      { id: "gang", devices: { count: 8 }, gang: { size: 2 }, submittedAtMs: 1, expectedDurationMs: HOUR_MS },
      {
        id: "short",
        submittedAtMs: 2,
        durationMs: HOUR_MS,
        expectedDurationMs: HOUR_MS,
        devices: { count: 8 },
      },
      ...many(3, "longer", {
        submittedAtMs: 3,
        durationMs: 9 * HOUR_MS,
        expectedDurationMs: 9 * HOUR_MS,
        devices: { count: 8 },
      }),
    ];
    const [run] = replay({ tasks, nodes: 2 });
    // The gang starts when "long" ends; without its reservation the longer ones would keep it waiting until hour 13.
    assert.equal(run!.wait.p50Ms > 0, true);
    assert.equal(run!.endedAtMs, (4 + 1 + 9 + 9) * HOUR_MS);
  });

  test("refuses what its queue could never hold, and says why of what never started", () => {
    const [run] = replay({
      queues: [
        { name: "a", quota: { devices: { "*": 1 } } },
        { name: "shut", stopped: true },
      ],
      tasks: [
        { id: "large", queue: "a", devices: { count: 2 } },
        { id: "never", queue: "shut" },
        { id: "fine", queue: "a", devices: { count: 1 } },
      ],
    });
    assert.deepEqual(
      [run!.refused, run!.unstarted].map((list) => list.map(({ id }) => id)),
      [["large"], ["never"]],
    );
    assert.match(run!.refused[0]!.why.en, /can never start: it asks for 2 devices/);
    assert.match(run!.unstarted[0]!.why.en, /Queue shut is stopped/);
  });

  test("queues that always hold alike are fair, one that is starved beside another is not", () => {
    const tasks = [...many(12, "a", { queue: "a" }), ...many(12, "b", { queue: "b" })];
    const [open] = replay({ queues: [{ name: "a" }, { name: "b" }], tasks });
    assert.equal(open!.fairness.dominantShares, 1);
    const starved = [{ name: "a" }, { name: "b", quota: { devices: { "*": 0.5 } }, weight: 1 }];
    const shares = tasks.map((task, i) =>
      i < 12 ? task : { ...task, devices: { count: 1, shareMilli: 500 } },
    );
    const [unfair] = replay({ queues: starved, tasks: shares });
    assert.ok(unfair!.fairness.dominantShares! < 0.7);
    assert.equal(replay({ tasks: many(12, "a", {}) })[0]!.fairness.dominantShares, null);
  });
});

describe("the same input gives the same result", () => {
  test("byte for byte, over random examples, and every task is accounted for", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 1000 }),
        fc.constantFrom("yunhe", "random", "best-fit"),
        (seed, policy) => {
          const run = () =>
            simulate({
              format: "trace",
              ...exampleTrace(seed, { nodes: 4, tasks: 40, days: 1 }),
              policies: [policy],
              samples: 20,
            });
          const result = run();
          assert.equal(JSON.stringify(run()), JSON.stringify(result));
          assert.ok(result.format === "trace");
          const [{ completed, refused, unstarted, samples }] = result.runs as [(typeof result.runs)[0]];
          assert.equal(completed + refused.length + unstarted.length, 40);
          for (const sample of samples) {
            assert.ok(sample.allocatedDevicePercent <= 100 && sample.allocatedDevicePercent >= 0);
            assert.ok(sample.fragmentationPercent >= 0);
          }
        },
      ),
      { numRuns: 6 },
    );
  });

  test("an example is the same for the same seed and another for another", () => {
    assert.deepEqual(exampleTrace(7), exampleTrace(7));
    assert.notEqual(exampleTrace(7).tasks.text, exampleTrace(8).tasks.text);
  });

  test("progress grows up to the whole", () => {
    const parts: number[] = [];
    simulate({
      format: "trace",
      ...exampleTrace(3, { nodes: 4, tasks: 30, days: 1 }),
      policies: ["fgd", "yunhe"],
      onProgress: (part) => parts.push(part),
    });
    assert.deepEqual(
      parts,
      parts.toSorted((a, b) => a - b),
    );
    assert.equal(parts.at(-1), 1);
  });
});
