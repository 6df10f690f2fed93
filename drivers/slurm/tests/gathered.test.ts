import assert from "node:assert/strict";
import { test } from "node:test";
import { gathered } from "../src/access/gathered.ts";

test("orders that come together, or while one is under way, go as one; each hears how its own went", async () => {
  const calls: (readonly string[])[] = [];
  const held = Promise.withResolvers<void>();
  const order = gathered(async (ids) => {
    calls.push(ids);
    if (calls.length === 1) await held.promise;
    if (ids.includes("9")) throw new Error("not yours");
  });
  const first = [order(["1"]), order(["2", "1"])];
  while (calls.length === 0) await new Promise((resolve) => setImmediate(resolve));
  const second = [order(["3"]), order(["9"])];
  held.resolve();
  await Promise.all(first);
  const ends = await Promise.allSettled(second);
  assert.deepEqual(calls, [
    ["1", "2"],
    ["3", "9"],
  ]);
  assert.deepEqual(
    ends.map(({ status }) => status),
    ["rejected", "rejected"],
  );
  await order([]);
  await order(["4"]);
  assert.equal(calls.length, 3);
});

test("more ids than a command line takes go in several calls", async () => {
  const sizes: number[] = [];
  const order = gathered((ids) => {
    sizes.push(ids.length);
    return Promise.resolve();
  });
  await Promise.all(Array.from({ length: 1200 }, (_, at) => order([String(at)])));
  assert.deepEqual(sizes, [500, 500, 200]);
});
