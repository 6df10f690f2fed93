import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { allocationBound, type ArrivedTasks } from "../src/index.ts";

const ample = { devices: 10, cpuMilli: 1_000_000 };
const shares = (count: number, shareMilli: number, cpuMilli = 0): ArrivedTasks => ({
  count,
  shareMilli,
  cpuMilli,
  deviceCount: 1,
});
const near = (actual: number, expected: number): void =>
  assert.ok(Math.abs(actual - expected) < 1e-6, `${actual} instead of ${expected}`);

test("what has arrived is the bound while it is little", () => {
  near(allocationBound([shares(4, 500)], ample), 2);
});

test("a device holds one task of 600 thousandths, however many wait", () => {
  near(allocationBound([shares(100, 600)], ample), 6);
});

test("the better fillings are counted when not all can be taken", () => {
  near(allocationBound([shares(100, 810), shares(6, 500)], ample), 3 + 7 * 0.81);
});

test("cores limit the bound as devices do", () => {
  near(allocationBound([shares(100, 1000, 8000)], { devices: 10, cpuMilli: 40_000 }), 5);
});

test("tasks of several devices take whole ones", () => {
  const eights = { count: 3, shareMilli: 1000, deviceCount: 8, cpuMilli: 0 };
  near(allocationBound([eights], { devices: 12, cpuMilli: 0 }), 12);
  near(allocationBound([{ ...eights, count: 1 }], ample), 8);
});

test("the bound never exceeds what arrived or what there is, and grows with the fleet", () => {
  const tasks = fc.array(
    fc.record({
      count: fc.integer({ min: 0, max: 50 }),
      shareMilli: fc.integer({ min: 1, max: 1000 }),
      cpuMilli: fc.integer({ min: 0, max: 16_000 }),
      deviceCount: fc.constant(1),
    }),
    { maxLength: 8 },
  );
  fc.assert(
    fc.property(tasks, fc.integer({ min: 0, max: 40 }), (arrived, devices) => {
      const bound = allocationBound(arrived, { devices, cpuMilli: 200_000 });
      const asked = arrived.reduce((sum, { count, shareMilli }) => sum + (count * shareMilli) / 1000, 0);
      assert.ok(bound <= Math.min(asked, devices) + 1e-6);
      assert.ok(allocationBound(arrived, { devices: devices + 1, cpuMilli: 200_000 }) >= bound - 1e-6);
    }),
  );
});
