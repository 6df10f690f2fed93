import assert from "node:assert/strict";
import { test } from "node:test";
import { createCatalogue, createFleetState, policies, poolSchema, random, Scheduler } from "../src/index.ts";
import { fleetOf, GIB, taskOf } from "./fleets.ts";

const fleet = fleetOf({
  pools: [{ id: "p" }],
  nodes: ["a", "b"].map((id) => ({
    id,
    pool: "p",
    rack: "r",
    cpuMilli: 8000,
    memoryBytes: 64 * GIB,
    devices: [{ model: "NVIDIA A10", count: 2, unhealthy: id === "b" ? [0] : [] }],
  })),
});
const fit = policies.get("best-fit")!;

test("of two proposals for the same device the second is refused at commit and deducts nothing", () => {
  const scheduler = new Scheduler(createFleetState(fleet));
  const ask = () => scheduler.propose(taskOf({ devices: { count: 2 } }), fit);
  const [first, second] = [ask(), ask()];
  assert.ok(first.kind === "proposal" && second.kind === "proposal");
  assert.equal(scheduler.assume(first).kind, "placed");
  const free = Array.from(scheduler.state.deviceFree);
  assert.deepEqual(scheduler.assume(second), { kind: "conflict", taskId: "t", member: 0 });
  assert.deepEqual(Array.from(scheduler.state.deviceFree), free);
});

test("a stale proposal whose place is still free is taken", () => {
  const scheduler = new Scheduler(createFleetState(fleet));
  const stale = scheduler.propose(taskOf({ devices: { count: 1, shareMilli: 300 } }), fit);
  scheduler.place(taskOf(), fit);
  assert.ok(stale.kind === "proposal");
  assert.equal(scheduler.assume(stale).kind, "placed");
});

test("what is committed cannot be rolled back, only released, and only once", () => {
  const scheduler = new Scheduler(createFleetState(fleet));
  const placed = scheduler.place(taskOf(), fit);
  assert.ok(placed.kind === "placed");
  assert.equal(scheduler.commit(placed.id).state, "committed");
  assert.throws(() => scheduler.rollback(placed.id), /committed/);
  scheduler.release(placed.id);
  assert.throws(() => scheduler.release(placed.id), /released or never made/);
});

test("unhealthy devices are never granted", () => {
  const scheduler = new Scheduler(createFleetState(fleet));
  const devices = [1, 2, 3, 4].map(() => scheduler.place(taskOf({ devices: { count: 1 } }), fit));
  const granted = devices.flatMap((d) =>
    d.kind === "placed" ? d.members[0]!.devices.map((grant) => grant.device) : [],
  );
  assert.deepEqual(
    granted.toSorted((a, b) => a - b),
    [0, 1, 3],
  );
});

test("memory alone takes compute in proportion, a share alone takes memory in proportion", () => {
  const scheduler = new Scheduler(createFleetState(fleet));
  const byMemory = scheduler.place(taskOf({ devices: { count: 1, memoryBytes: 6 * GIB } }), fit);
  const byShare = scheduler.place(taskOf({ devices: { count: 1, shareMilli: 500 } }), fit);
  assert.ok(byMemory.kind === "placed" && byShare.kind === "placed");
  assert.equal(byMemory.members[0]!.devices[0]!.shareMilli, 250);
  assert.equal(byShare.members[0]!.devices[0]!.memoryBytes, 12 * GIB);
});

test("devices are found by alias and by capability", () => {
  const scheduler = new Scheduler(createFleetState(fleet));
  const fits = (devices: object) =>
    scheduler.propose(taskOf({ devices: { count: 1, ...devices } }), fit).kind === "proposal";
  assert.ok(fits({ models: ["a10"] }) && fits({ capabilities: ["bf16", "cuda-8.6"] }));
  assert.ok(!fits({ models: ["H100"] }) && !fits({ capabilities: ["cann"] }));
});

test("a catalogue can be extended by data", () => {
  const catalogue = createCatalogue([
    { name: "X1", vendor: "Acme", memoryBytes: 8 * GIB, capabilities: ["acme"], source: "test" },
  ]);
  const nodes = [
    { id: "x", pool: "p", cpuMilli: 8000, memoryBytes: GIB, devices: [{ model: "x-1", count: 1 }] },
  ];
  const state = createFleetState(fleetOf({ pools: [{ id: "p" }], nodes }), { catalogue });
  const task = taskOf({ devices: { count: 1, memoryBytes: 4 * GIB, capabilities: ["acme"] } });
  assert.equal(new Scheduler(state).place(task, fit).kind, "placed");
});

test("every built-in model has a source and is found by each of its names", () => {
  const catalogue = createCatalogue();
  for (const model of catalogue.models) {
    assert.ok(model.source.length > 0);
    for (const name of [model.name, ...(model.aliases ?? [])]) assert.equal(catalogue.find(name), model);
  }
  const vendors = new Set(catalogue.models.map(({ vendor }) => vendor));
  for (const vendor of ["NVIDIA", "AMD", "Ascend", "Cambricon", "Hygon", "Kunlunxin", "MetaX", "Google"]) {
    assert.ok(vendors.has(vendor), vendor);
  }
});

test("when a pool's rules change, later decisions follow them", () => {
  const state = createFleetState(fleet);
  const scheduler = new Scheduler(state);
  const task = taskOf({ constraints: { jurisdictions: ["CN"] } });
  assert.equal(scheduler.propose(task, fit).kind, "unplaced");
  state.replacePool(poolSchema.parse({ id: "p", jurisdiction: "CN" }));
  assert.equal(scheduler.propose(task, fit).kind, "proposal");
});

test("rankings that are dropped for others are rebuilt with the same outcome", () => {
  const narrow = new Scheduler(createFleetState(fleet), { rankingLimit: 1 });
  const wide = new Scheduler(createFleetState(fleet));
  for (const cpuMilli of [1000, 2000, 1000, 500, 2000, 1000]) {
    const [left, right] = [narrow, wide].map((scheduler) => scheduler.place(taskOf({ cpuMilli }), fit));
    assert.ok(left!.kind === "placed" && right!.kind === "placed");
    assert.deepEqual(left!.members, right!.members);
  }
});

test("random placement follows its seed and reaches every node that fits", () => {
  const nodesOf = (seed: number) => {
    const scheduler = new Scheduler(createFleetState(fleet));
    return Array.from({ length: 12 }, () => {
      const decision = scheduler.place(taskOf(), random(seed));
      return decision.kind === "placed" ? decision.members[0]!.node : -1;
    });
  };
  assert.deepEqual(nodesOf(1), nodesOf(1));
  assert.deepEqual(new Set(nodesOf(1)), new Set([0, 1]));
});
