import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { type FleetChange, simulate, TraceError, type TracePosition } from "../src/index.ts";

const fleet = `{
  "pools": [{ "id": "p" }],
  "nodes": [
    { "id": "n1", "pool": "p", "cpuMilli": 8000, "memoryBytes": 16000000000,
      "devices": [{ "model": "T4", "count": 2 }] },
    { "id": "n2", "pool": "p", "cpuMilli": 8000, "memoryBytes": 16000000000 }
  ],
  "queues": [
    { "name": "a", "quota": { "devices": { "T4": 1 } } },
    { "name": "b", "cohort": "c", "borrowing": {} }
  ]
}
`;
const columns =
  "id,queue,priority,preemptible,submitted_at_ms,duration_ms,cpu_milli,memory_mib,devices,models";
const tasks = `${columns}\nt1,a,0,false,0,1000,1000,16,1,T4\nt2,b,0,,5,1000,1000,16,,\n`;

interface Files {
  readonly fleet?: string;
  readonly tasks?: string;
  readonly changes?: readonly FleetChange[];
}

let progress = 0;
const run = (files: Files) =>
  simulate({
    format: "trace",
    fleetJson: { file: "fleet.json", text: files.fleet ?? fleet },
    tasks: { file: "tasks", text: files.tasks ?? tasks },
    changes: files.changes ?? [],
    policies: ["yunhe"],
    onProgress: () => (progress += 1),
  });

function refuses(files: Files, position: TracePosition, saying: RegExp): void {
  const before = progress;
  assert.throws(
    () => run(files),
    (error) => {
      assert.ok(error instanceof TraceError, String(error));
      assert.deepEqual(error.position, position);
      assert.match(error.message, saying);
      assert.match(error.words.zh, /[\u4e00-\u9fff]/);
      assert.ok(!/Invalid|Unrecognized|expected (number|int)/.test(error.words.zh), error.words.zh);
      return true;
    },
  );
  assert.equal(progress, before, "nothing of it may have run");
}
const inFleet = (from: string, to: string, line: number, column: string, saying: RegExp): void =>
  refuses({ fleet: fleet.replace(from, to) }, { file: "fleet.json", line, column }, saying);
const inTasks = (from: string, to: string, line: number, column: string, saying: RegExp): void =>
  refuses({ tasks: tasks.replace(from, to) }, { file: "tasks", line, column }, saying);

test("a correct fleet with queues runs", () => {
  const result = run({});
  assert.ok(result.format === "trace");
  assert.equal(result.runs[0]!.completed, 2);
});

describe("a fleet file is refused with line and column", () => {
  test("when it is no JSON", () => {
    inFleet('"n1",', '"n1"', 4, "18", /not valid JSON/);
    inFleet("  ]\n}", "  ]\n", 13, "1", /not valid JSON/);
    refuses({ fleet: "[" }, { file: "fleet.json", line: 1, column: "2" }, /not valid JSON/);
  });

  test("when a field is missing, of the wrong kind, or unknown", () => {
    inFleet('"cpuMilli": 8000, ', "", 4, "nodes[0].cpuMilli", /expected number/);
    inFleet('"count": 2', '"count": -2', 5, "nodes[0].devices[0].count", />=0/);
    inFleet('"count": 2', '"count": 1.5', 5, "nodes[0].devices[0].count", /int/);
    inFleet('"queues"', '"ques"', 8, "ques", /ques/);
  });

  test("when names are there twice, or lead nowhere", () => {
    inFleet('"n2"', '"n1"', 6, "nodes[1].id", /"n1" is there twice/);
    inFleet('"name": "b"', '"name": "a"', 10, "queues[1].name", /"a" is there twice/);
    inFleet('"id": "n2", "pool": "p"', '"id": "n2", "pool": "q"', 6, "nodes[1].pool", /no pool is named "q"/);
  });

  test("when a model is unknown, in nodes and in quotas", () => {
    inFleet('"model": "T4"', '"model": "Z9"', 5, "nodes[0].devices[0].model", /unknown device model "Z9"/);
    inFleet('{ "T4": 1 }', '{ "Z9": 1 }', 9, "queues[0].quota.devices.Z9", /unknown device model "Z9"/);
  });

  test("when a queue borrows from nobody", () => {
    inFleet('"cohort": "c", ', "", 10, "queues[1].borrowing", /names no cohort/);
  });

  test("unless the model is in the file", () => {
    const added = fleet
      .replace('"model": "T4"', '"model": "Z9"')
      .replace('"queues"', '"models": [{ "name": "Z9", "vendor": "Z" }], "queues"');
    assert.doesNotThrow(() => run({ fleet: added, tasks: tasks.replace(",T4\n", ",Z9\n") }));
  });
});

describe("tasks of a trace are refused with line and column", () => {
  test("when a column is missing, unknown or there twice", () => {
    inTasks("duration_ms", "duration", 1, "duration_ms", /missing/);
    inTasks("priority", "prioirty", 1, "prioirty", /no such column; there are id, /);
    inTasks("priority", "queue", 1, "queue", /twice/);
  });

  test("when a number is negative, fractional or no number", () => {
    inTasks("t1,a,0,false,0,1000", "t1,a,0,false,0,-1", 2, "duration_ms", /"-1" is not a whole number/);
    inTasks("t1,a,0,", "t1,a,0.5,", 2, "priority", /"0.5" is not a whole number/);
    inTasks(",16,1,T4", ",16,1.5,T4", 2, "devices", /"1.5" is not a whole number/);
    inTasks(",false,", ",maybe,", 2, "preemptible", /neither true nor false/);
  });

  test("when a name is there twice, or a queue or model is not there", () => {
    inTasks("\nt2", "\nt1", 3, "id", /"t1" is there twice/);
    inTasks("t2,b", "t2,z", 3, "queue", /no queue "z"; it has a, b/);
    inTasks(",T4", ",T4|Z9", 2, "models", /unknown device model "Z9"/);
  });

  test("as JSON Lines too, at the field", () => {
    const line = { id: "t", queue: "a", submittedAtMs: 0, durationMs: 1, cpuMilli: 1, memoryBytes: 0 };
    const lines = (fields: object): string =>
      `${JSON.stringify(line)}\n${JSON.stringify({ ...line, ...fields })}`;
    const at = (column: string) => ({ file: "tasks", line: 2, column });
    refuses({ tasks: lines({ id: "u", durationMs: 1.5 }) }, at("durationMs"), /int/);
    refuses({ tasks: lines({ id: "u", devices: { count: 1, models: ["Z9"] } }) }, at("devices.models"), /Z9/);
    refuses({ tasks: lines({ id: "u", gpus: 1 }) }, at("gpus"), /gpus/);
    refuses({ tasks: lines({}) }, at("id"), /twice/);
    refuses({ tasks: `${JSON.stringify(line)}\n{"id": "u",}` }, at("12"), /not valid JSON/);
  });
});

test("a change of what is not there is refused", () => {
  const quota = { kind: "quota", how: "add", amount: 1 } as const;
  const at = (column: string) => ({ file: "fleet.json", column });
  refuses({ changes: [{ ...quota, queue: "z", resource: "*" }] }, at("queues"), /no queue is named "z"/);
  refuses({ changes: [{ kind: "nodes", like: "z", more: 1 }] }, at("nodes"), /no node is named "z"/);
  refuses(
    { changes: [{ ...quota, queue: "a", resource: "Z9" }] },
    at("queues a.quota.Z9"),
    /neither a resource/,
  );
  refuses(
    { changes: [{ ...quota, queue: "a", resource: "*" }] },
    at("queues a.quota.*"),
    /no bound to add to/,
  );
});

test("a node list of openb will do as a fleet", () => {
  const result = run({
    fleet: "sn,cpu_milli,memory_mib,gpu,model\nn1,8000,16384,2,T4\n",
    tasks: tasks.replaceAll(/,[ab],/g, ",,"),
  });
  assert.ok(result.format === "trace");
  assert.deepEqual([result.devices, result.runs[0]!.completed], [2, 2]);
});
