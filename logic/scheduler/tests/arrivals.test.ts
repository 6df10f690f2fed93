import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { generateArrivals, requestedMilli } from "../src/replay/arrivals.ts";
import { taskOf } from "./fleets.ts";

const anyTasks = fc.array(
  fc
    .record({ count: fc.constantFrom(1, 2, 4), shareMilli: fc.integer({ min: 1, max: 1000 }) })
    .map((devices) => taskOf({ devices })),
  { minLength: 1, maxLength: 30 },
);
const anyCapacity = fc.integer({ min: 1, max: 40 }).map((devices) => devices * 1000);

test("generated arrivals follow their seed, stay inside, and request nearly 130% of the capacity", () => {
  fc.assert(
    fc.property(fc.nat(), anyTasks, anyCapacity, (seed, tasks, capacityMilli) => {
      const { order, nodeRank } = generateArrivals(seed, tasks, 5, capacityMilli);
      assert.deepEqual(generateArrivals(seed, tasks, 5, capacityMilli).order, order);
      assert.deepEqual(
        nodeRank.toSorted((a, b) => a - b),
        [0, 1, 2, 3, 4],
      );
      assert.ok(order.every((task) => task >= 0 && task < tasks.length));
      const arrived = order.reduce((sum, task) => sum + requestedMilli(tasks[task]!), 0);
      // The last draw is checked by its share of one device, so several devices can pass the limit by the rest.
      assert.ok(arrived <= capacityMilli * 1.3 + 3000);
      if (order.length > tasks.length) assert.ok(arrived > capacityMilli * 1.3 - 1000);
    }),
  );
});

test("every task arrives once before any arrives twice when all of them fit below the limit", () => {
  const tasks = Array.from({ length: 20 }, () => taskOf({ devices: { count: 1 } }));
  const { order } = generateArrivals(1, tasks, 3, 20_000);
  assert.equal(order.length, 26);
  assert.equal(new Set(order.slice(0, 20)).size, 20);
});
