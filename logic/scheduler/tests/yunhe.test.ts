import assert from "node:assert/strict";
import { test } from "node:test";
import { createFleetState, policies, Scheduler, typicalMix, yunhe } from "../src/index.ts";
import { modelPressure } from "../src/policies/model-scarcity.ts";
import { fleetOf, GIB, taskOf } from "./fleets.ts";

const node = (id: string, cores: number, model: string, count: number) => ({
  id,
  pool: "p",
  cpuMilli: cores * 1000,
  memoryBytes: 512 * GIB,
  devices: count > 0 ? [{ model, count }] : [],
});
const many = (count: number, fields: Readonly<Record<string, unknown>>) =>
  Array.from({ length: count }, () => taskOf(fields));
const share = (shareMilli: number, more = {}) => ({ devices: { count: 1, shareMilli }, ...more });
const whole = { devices: { count: 1 } };

function schedulerOf(nodes: ReturnType<typeof node>[], typical: ReturnType<typeof taskOf>[]) {
  const fleet = fleetOf({ pools: [{ id: "p" }], nodes });
  const scheduler = new Scheduler(createFleetState(fleet, { mix: typicalMix(typical, 1) }));
  return (fields: Readonly<Record<string, unknown>>) => {
    const result = scheduler.place(taskOf(fields), yunhe);
    if (result.kind === "unplaced") return undefined;
    const { node: at, devices } = result.members[0]!;
    return { node: fleet.nodes[at]!.id, device: devices[0]?.device };
  };
}

test("yunhe is the first policy, the default", () => {
  assert.equal([...policies.keys()][0], "yunhe");
  assert.equal(policies.get("yunhe"), yunhe);
});

test("a share goes where it completes a device rather than where it fits tightest but leaves waste", () => {
  const typical = [...many(50, share(650)), ...many(50, share(320)), ...many(50, share(470))];
  const place = schedulerOf([node("n0", 64, "A10", 4)], typical);
  assert.equal(place(share(650))?.device, 0);
  const second = place(share(470));
  assert.equal(second?.device, 1, "470 does not fit beside 650");
  assert.equal(place(share(320))?.device, 0, "320 completes 650, and 530 is left for another 470");
  assert.equal(place(share(470))?.device, 1);
});

test("tasks without devices go where cores are to spare, not where they would starve devices", () => {
  const typical = [...many(50, { cpuMilli: 12_000, ...whole }), ...many(20, { cpuMilli: 16_000 })];
  const place = schedulerOf([node("tight", 96, "A10", 8), node("spare", 96, "A10", 2)], typical);
  for (let i = 0; i < 4; i += 1) assert.equal(place({ cpuMilli: 16_000 })?.node, "spare");
});

test("tasks with few cores take the devices of nodes with few cores", () => {
  const typical = [...many(50, { cpuMilli: 4000, ...whole }), ...many(50, { cpuMilli: 20_000, ...whole })];
  const place = schedulerOf([node("rich", 80, "A10", 4), node("poor", 16, "A10", 4)], typical);
  assert.equal(place({ cpuMilli: 4000, ...whole })?.node, "poor");
  assert.equal(place({ cpuMilli: 20_000, ...whole })?.node, "rich");
});

test("a task that can run anywhere leaves the model that others must have", () => {
  const needsT4 = { devices: { count: 1, models: ["T4"] } };
  const typical = [...many(50, whole), ...many(50, needsT4)];
  const place = schedulerOf([node("scarce", 64, "T4", 2), node("common", 64, "A10", 2)], typical);
  assert.equal(place(whole)?.node, "common");
  assert.equal(place(needsT4)?.node, "scarce");
  assert.equal(place(whole)?.node, "common");
  assert.equal(place(whole)?.node, "scarce", "nothing that fits is refused: kept is not reserved");
});

test("pressure on a model is what only it can serve; classes with a choice move to where it is least", () => {
  const fleet = fleetOf({
    pools: [{ id: "p" }],
    nodes: [node("a", 64, "T4", 4), node("b", 64, "A10", 4), node("c", 64, "V100M32", 8)],
  });
  const only = (models: string[]) => ({ devices: { count: 1, models } });
  const mix = typicalMix([...many(4, only(["T4"])), ...many(4, only(["T4", "A10"])), ...many(8, whole)], 1);
  const state = createFleetState(fleet, { mix });
  const pressure = modelPressure(state);
  const of = (name: string): number => pressure[state.modelIndex(name)]!;
  assert.ok(Math.abs(of("T4") - 1) < 1e-9);
  assert.ok(Math.abs(of("A10") - 1) < 1e-9);
  assert.equal(of("V100M32"), 0);
});

test("without typical tasks it still places, filling devices in use first", () => {
  const place = schedulerOf([node("n0", 64, "A10", 2), node("n1", 64, "A10", 2)], []);
  const first = place(share(300));
  assert.deepEqual(place(share(300)), first);
  assert.notEqual(place({ devices: { count: 2 } })?.node, first?.node);
});
