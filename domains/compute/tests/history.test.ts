import assert from "node:assert/strict";
import { test } from "node:test";
import { simulate } from "@yunhe/scheduler";
import { historyTrace, type Node, type Pool, type Queue, queueKind, type Task } from "../src/index.ts";
import { poolKind } from "../src/index.ts";
import { task } from "./fixtures.ts";

const pool = {
  metadata: { name: "lab" },
  spec: poolKind.fields.spec.parse({ driver: "process" }),
  status: { isolation: ["process"] },
} as unknown as Pool;
const device = (id: string) => ({
  id,
  vendor: "acme",
  model: "Home-Made-1",
  memoryBytes: 2 ** 34,
  healthy: true,
});
const node = {
  metadata: { name: "n1" },
  spec: { pool: "lab" },
  status: {
    capacity: { cpuMilli: 8000, memoryBytes: 2 ** 36 },
    devices: [device("0"), device("1")],
    conditions: [{ type: "Ready", status: "False" }],
  },
} as unknown as Node;
const queue = {
  metadata: { name: "research" },
  spec: queueKind.fields.spec.parse({
    weight: 2,
    cohort: "all",
    borrowing: {},
    quota: { cpus: 4, devices: { "*": 1 } },
  }),
} as unknown as Queue;
const ran = (name: string, minutes: number, spec: object, labels?: Record<string, string>): Task =>
  task(
    { queue: "research", resources: { cpus: 1, memory: "1Gi" }, ...spec },
    {
      phase: "Succeeded",
      startedAt: "2026-01-01T00:00:10.000Z",
      endedAt: `2026-01-01T00:${String(minutes).padStart(2, "0")}:10.000Z`,
    },
    { name, ...(labels && { labels }) },
  );

test("what ran becomes a trace on the fleet and queues as they are, and can be replayed", () => {
  const accelerators = { count: 1 };
  const member = { "compute.yunhe.dev/array": "gang" };
  const gang = { gang: { topology: "node" }, resources: { cpus: 1, memory: "1Gi" } };
  const { fleet, tasks } = historyTrace(
    [pool],
    [node],
    [queue],
    [
      ran("one", 5, { resources: { cpus: 1, memory: "1Gi", accelerators } }),
      ran("gang-0", 3, gang, member),
      ran("gang-1", 4, gang, member),
      ran("elsewhere", 2, {
        queue: "gone",
        resources: { cpus: 1, memory: "1Gi", accelerators: { count: 1, models: ["Old-9"] } },
      }),
      task({}, { phase: "Waiting" }, { name: "waits" }),
    ],
  );
  assert.deepEqual(
    tasks.map(({ id, durationMs, gang: of }) => [id, durationMs / 60_000, of?.size]),
    [
      ["default/one", 5, undefined],
      ["default/gang", 4, 2],
      ["default/elsewhere", 2, undefined],
    ],
  );
  assert.deepEqual(
    fleet.queues!.map(({ name, weight, quota }) => [name, weight, quota?.cpuMilli, quota?.devices]),
    [
      ["research", 2, 4000, { "*": 1 }],
      ["gone", undefined, undefined, undefined],
    ],
  );
  assert.deepEqual(
    fleet.models!.map(({ name }) => name),
    ["Home-Made-1", "Old-9"],
  );
  const result = simulate({
    format: "trace",
    fleetJson: { file: "fleet", text: JSON.stringify(fleet) },
    tasks: { file: "tasks", text: tasks.map((each) => JSON.stringify(each)).join("\n") },
    policies: ["yunhe"],
  });
  assert.ok(result.format === "trace");
  const [run] = result.runs;
  assert.deepEqual([run!.completed, run!.refused.map(({ id }) => id)], [2, ["default/elsewhere"]]);
  assert.match(run!.refused[0]!.why.en, /Old-9|model/);
});
