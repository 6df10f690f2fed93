import assert from "node:assert/strict";
import { test } from "node:test";
import { simulate, TraceError } from "../src/index.ts";

const fleet = {
  pools: [
    {
      id: "p",
      prices: {
        currency: "CNY",
        onDemand: { nanoPerCoreHour: 1e8, nanoPerGibHour: 0, nanoPerDeviceHour: { T4: 3e9 } },
      },
      carbonGramsPerKwh: 500,
    },
  ],
  nodes: [{ id: "n", pool: "p", cpuMilli: 8000, memoryBytes: 2 ** 34, devices: [{ model: "T4", count: 2 }] }],
};
const HOUR_MS = 3_600_000;
const header = "id,queue,priority,submitted_at_ms,duration_ms,cpu_milli,memory_mib,devices,share_milli\n";

const replay = (tasks: string) => {
  const result = simulate({
    format: "trace",
    fleetJson: { file: "fleet.json", text: JSON.stringify(fleet) },
    tasks: { file: "tasks", text: tasks },
    policies: ["best-fit"],
    samples: 4,
  });
  assert.ok(result.format === "trace");
  return result.runs[0]!;
};

test("tasks wait for capacity, run for their duration and leave", () => {
  const run = replay(
    `${header}a,x,0,0,${HOUR_MS},1000,0,2,\nb,y,0,0,${HOUR_MS},1000,0,2,\nc,y,0,${HOUR_MS / 2},0,1000,0,,\n`,
  );
  assert.equal(run.started, 3);
  assert.equal(run.endedAtMs, 2 * HOUR_MS);
  assert.deepEqual([run.wait.maxMs, run.wait.p50Ms, run.wait.tasks], [HOUR_MS, 0, 3]);
  assert.equal(run.meanAllocatedDevicePercent, 100);
  assert.deepEqual(
    run.queues.map(({ queue, deviceHours }) => [queue, deviceHours]),
    [
      ["x", 2],
      ["y", 2],
    ],
  );
  assert.ok(run.fairness.slowdowns < 1 && run.fairness.slowdowns > 0.5);
});

test("cost and carbon are what ran at the pool's price and intensity", () => {
  const run = replay(`${header}a,x,0,0,${HOUR_MS},1000,0,1,500\n`);
  assert.deepEqual(run.costNano, { CNY: 1e8 + 1.5e9 });
  assert.ok(Math.abs(run.carbonGrams - ((3.8 + 35) / 1000) * 500) < 1e-9);
});

test("of waiting tasks the one with the higher priority starts first", () => {
  const run = replay(`${header}a,x,0,0,1000,1000,0,2,\nlow,l,1,1,10,1000,0,2,\nhigh,h,5,2,10,1000,0,2,\n`);
  const waits = Object.fromEntries(run.queues.map(({ queue, wait }) => [queue, wait.maxMs]));
  assert.deepEqual(waits, { x: 0, h: 998, l: 1009 });
});

test("a task that could never run is refused and the rest runs", () => {
  const run = replay(`${header}big,x,0,0,10,1000,0,3,\nok,x,0,0,10,1000,0,1,\n`);
  assert.deepEqual([run.refused.map(({ id }) => id), run.started], [["big"], 1]);
  assert.match(run.refused[0]!.why.en, /too few devices/);
  assert.match(run.refused[0]!.why.zh, /设备总数不足/);
});

test("JSON Lines and CSV say the same", () => {
  const line = {
    id: "a",
    submittedAtMs: 0,
    durationMs: 1000,
    cpuMilli: 1000,
    memoryBytes: 0,
    devices: { count: 1 },
  };
  assert.deepEqual(replay(JSON.stringify(line)), replay(`${header}a,,,0,1000,1000,0,1,\n`));
});

test("a wrong field of a JSON line is named with its line", () => {
  const bad = '{"id":"a","submittedAtMs":0,"durationMs":1,"cpuMilli":-1,"memoryBytes":0}';
  assert.throws(
    () => replay(`\n${bad}`),
    (error) =>
      error instanceof TraceError && error.position.line === 2 && error.position.column === "cpuMilli",
  );
});

test("samples over time follow what runs and waits", () => {
  const run = replay(`${header}a,x,0,0,4000,1000,0,2,\nb,x,0,0,4000,1000,0,1,\n`);
  assert.deepEqual(
    run.samples.slice(0, 4).map(({ atMs }) => atMs),
    [0, 1000, 2000, 3000],
  );
  assert.deepEqual(
    run.samples
      .slice(1, 4)
      .map(({ running, waiting, allocatedDevicePercent }) => [running, waiting, allocatedDevicePercent]),
    [
      [1, 1, 100],
      [1, 1, 100],
      [1, 1, 100],
    ],
  );
});
