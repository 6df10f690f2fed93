import assert from "node:assert/strict";
import { test } from "node:test";
import {
  createFleetState,
  describeExplanation,
  type Fleet,
  policies,
  policyWords,
  Scheduler,
  scorerWords,
} from "../src/index.ts";
import { fleetOf, GIB, taskOf } from "./fleets.ts";

const nano = (perDeviceHour: number) => ({
  currency: "CNY",
  onDemand: { nanoPerCoreHour: 0, nanoPerGibHour: 0, nanoPerDeviceHour: { A10: perDeviceHour, T4: 1e9 } },
});

/** Two regions: cheap and far, dear and near; one T4 node in the near one. */
const regions: Fleet = fleetOf({
  pools: [
    {
      id: "far",
      region: "north",
      jurisdiction: "CN",
      provider: "x",
      prices: nano(5e9),
      data: ["corpus"],
      links: [{ to: "office", latencyMs: 40 }],
    },
    {
      id: "near",
      region: "south",
      jurisdiction: "DE",
      provider: "y",
      prices: nano(9e9),
      links: [{ to: "office", latencyMs: 4 }],
    },
  ],
  nodes: [
    { id: "f1", pool: "far", cpuMilli: 16_000, memoryBytes: 64 * GIB, devices: [{ model: "A10", count: 4 }] },
    {
      id: "n1",
      pool: "near",
      cpuMilli: 16_000,
      memoryBytes: 64 * GIB,
      devices: [{ model: "A10", count: 2 }],
    },
    { id: "n2", pool: "near", cpuMilli: 8000, memoryBytes: 32 * GIB, devices: [{ model: "T4", count: 1 }] },
  ],
});
const fit = policies.get("best-fit")!;
const schedulerOn = (fleet = regions) => new Scheduler(createFleetState(fleet));
const kinds = (scheduler: Scheduler, fields: Record<string, unknown>) =>
  scheduler.why(taskOf(fields), fit).changes;

function nodeOf(scheduler: Scheduler, fields: Record<string, unknown>, policy = fit): string | undefined {
  const decision = scheduler.place(taskOf(fields), policy);
  return decision.kind === "placed" ? regions.nodes[decision.members[0]!.node]!.id : undefined;
}

test("price, jurisdiction, latency and data each decide where a task goes", () => {
  const devices = { count: 1, models: ["A10"] };
  assert.equal(nodeOf(schedulerOn(), { devices }, policies.get("cheapest")), "f1");
  assert.equal(
    nodeOf(schedulerOn(), { devices, constraints: { jurisdictions: ["DE"] } }, policies.get("cheapest")),
    "n1",
  );
  assert.equal(
    nodeOf(schedulerOn(), { devices, constraints: { maxLatency: { point: "office", latencyMs: 10 } } }),
    "n1",
  );
  assert.equal(nodeOf(schedulerOn(), { devices, constraints: { data: ["corpus"] } }), "f1");
  assert.equal(
    nodeOf(schedulerOn(), { devices, preferences: { near: { point: "office", weight: 10 } } }),
    "n1",
  );
  assert.equal(nodeOf(schedulerOn(), { devices, preferences: { cheap: 10 } }), "f1");
});

test("candidates are counted per reason at the level of pool, node and device", () => {
  const scheduler = schedulerOn();
  scheduler.place(taskOf({ devices: { count: 2, models: ["A10"] }, constraints: { pools: ["near"] } }), fit);
  const why = scheduler.why(
    taskOf({ devices: { count: 1, models: ["A10"] }, constraints: { jurisdictions: ["DE"] } }),
    fit,
  );
  assert.deepEqual(
    why.excluded.map(({ level, reason, nodes, pools }) => [level, reason, nodes, pools]),
    [
      ["pool", "jurisdiction", 1, 1],
      ["device", "model", 1, undefined],
      ["device", "devices-busy", 1, undefined],
    ],
  );
  assert.deepEqual(why.changes, [
    { kind: "other-jurisdiction", jurisdictions: ["CN"] },
    { kind: "other-model", models: ["T4"] },
  ]);
});

test("the smallest change of each kind is named", () => {
  assert.deepEqual(kinds(schedulerOn(), { devices: { count: 6, models: ["A10"] } }), [
    { kind: "fewer-devices", count: 4 },
  ]);
  assert.deepEqual(kinds(schedulerOn(), { cpuMilli: 40_000 }), [{ kind: "fewer-cores", cpuMilli: 16_000 }]);
  assert.deepEqual(kinds(schedulerOn(), { memoryBytes: 100 * GIB }), [
    { kind: "less-memory", memoryBytes: 64 * GIB },
  ]);
  const ceiling = { priceCeiling: { currency: "CNY", nanoPerHour: 4e9 } };
  assert.deepEqual(kinds(schedulerOn(), { devices: { count: 1, models: ["A10"] }, constraints: ceiling }), [
    { kind: "higher-price-ceiling", nanoPerHour: 5e9, currency: "CNY" },
    { kind: "other-model", models: ["T4"] },
  ]);
  const closer = { maxLatency: { point: "office", latencyMs: 1 } };
  assert.deepEqual(kinds(schedulerOn(), { constraints: closer }), [{ kind: "higher-latency", latencyMs: 4 }]);
});

test("a task that could never start is told so, with what would help on an empty fleet", () => {
  const scheduler = schedulerOn();
  for (let i = 0; i < 7; i += 1) scheduler.place(taskOf({ devices: { count: 1 } }), fit);
  const never = scheduler.why(taskOf({ devices: { count: 8 } }), fit);
  assert.deepEqual([never.couldEverStart, never.changes], [false, [{ kind: "fewer-devices", count: 4 }]]);
  const later = scheduler.why(taskOf({ devices: { count: 4 } }), fit);
  assert.deepEqual([later.couldEverStart, later.changes], [true, []]);
});

test("a gang that is too large for one rack is told the size and the topology that would do", () => {
  const gang = { size: 3, topology: "node" };
  const why = schedulerOn().why(taskOf({ devices: { count: 2, models: ["A10"] }, gang }), fit);
  assert.deepEqual(why.gang, { topology: "node", asked: 3, fitting: 2 });
  assert.deepEqual(why.changes, [
    { kind: "smaller-gang", size: 2 },
    { kind: "wider-topology", topology: "any" },
  ]);
});

test("the winner comes first with the parts of its score, then the runners-up", () => {
  const scheduler = new Scheduler(createFleetState(regions), { explain: "always", runnersUp: 1 });
  const decision = scheduler.place(taskOf({ devices: { count: 1 }, preferences: { cheap: 1 } }), fit);
  assert.ok(decision.kind === "placed");
  const { ranked } = decision.explanation!;
  assert.equal(ranked.length, 2);
  assert.equal(ranked[0]!.node, decision.members[0]!.node);
  assert.ok(ranked[0]!.total >= ranked[1]!.total);
  for (const { total, parts } of ranked) {
    assert.deepEqual(
      parts.map(({ scorer }) => scorer),
      ["best-fit", "cheap"],
    );
    assert.equal(
      total,
      parts.reduce((sum, { weight, score }) => sum + weight * score, 0),
    );
  }
});

test("every policy, and every term that a score can have, has words", () => {
  assert.deepEqual(Object.keys(policyWords), [...policies.keys()]);
  const request = taskOf({
    devices: { count: 1 },
    affinity: { kind: "apart", group: "g", over: "node", weight: 1 },
    preferences: {
      cheap: 1,
      fastStart: 1,
      lowCarbon: 1,
      near: { point: "office", weight: 1 },
      data: { names: ["corpus"], weight: 1, moving: { hours: 1, weight: 1 } },
      labels: { labels: { a: "b" }, weight: 1 },
    },
  });
  const parts = [...policies.values()].flatMap((policy) =>
    schedulerOn()
      .why(request, policy)
      .ranked.flatMap((each) => each.parts),
  );
  assert.deepEqual(
    [...new Set(parts.map(({ scorer }) => scorer))].toSorted(),
    Object.keys(scorerWords).toSorted(),
  );
});

test("an explanation reads as sentences in both languages", () => {
  const words = describeExplanation(
    schedulerOn().why(taskOf({ devices: { count: 8, models: ["A10"] } }), fit),
  );
  assert.match(words.en, /never start.*too few devices \(2 nodes\).*ask for 4 devices/);
  assert.match(words.zh, /无法在此运行.*设备总数不足（2 个节点）.*将设备数减至 4/);
});

test("a fleet whose nodes are all away for now says so of those that would do, and of those only", () => {
  const away = {
    ...regions,
    nodes: regions.nodes.map((node) => ({ ...node, state: "cordoned" as const })),
  };
  const cordoned = (count: number) =>
    schedulerOn(away)
      .why(taskOf({ devices: { count } }), fit)
      .excluded.find(({ reason }) => reason === "cordoned")?.nodes;
  assert.deepEqual([cordoned(4), cordoned(8)], [1, undefined]);
});
