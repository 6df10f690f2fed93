import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { worthOfShares } from "../src/policies/share-prices.ts";

const demand = fc
  .array(fc.tuple(fc.integer({ min: 1, max: 999 }), fc.integer({ min: 1, max: 500 })), { maxLength: 12 })
  .map((sizes) => new Map(sizes));

test("halves are worth half a device, and what nobody can use is worth nothing", () => {
  const worth = worthOfShares(new Map([[500, 40]]));
  assert.equal(worth[1000], 1);
  assert.equal(worth[500], 0.5);
  assert.equal(worth[499], 0);
  assert.equal(worth[750], 0.5);
});

test("the rest beside a large share is worth only as much as the demand for small ones allows", () => {
  const scarce = worthOfShares(
    new Map([
      [810, 100],
      [160, 5],
    ]),
  );
  assert.equal(scarce[810], 1, "100 tasks of 810 take 100 devices, with or without the few of 160");
  assert.equal(scarce[190], 0);
  const plenty = worthOfShares(
    new Map([
      [810, 5],
      [190, 1000],
    ]),
  );
  assert.ok(plenty[190]! > 0.19);
});

test("sizes that complete each other are priced so that their union loses nothing", () => {
  const worth = worthOfShares(
    new Map([
      [650, 250],
      [320, 330],
    ]),
  );
  assert.ok(Math.abs(1 - worth[650]! - worth[350]!) < 1e-9);
  assert.ok(Math.abs(worth[350]! - worth[320]!) < 1e-9);
});

test("no free share is worth more than its parts together could be, and more free share is never worth less", () => {
  fc.assert(
    fc.property(
      demand,
      fc.integer({ min: 0, max: 1000 }),
      fc.integer({ min: 0, max: 1000 }),
      (sizes, a, b) => {
        const worth = worthOfShares(sizes);
        const whole = Math.min(1000, a + b);
        assert.ok(worth[whole]! + 1e-9 >= worth[a]! + worth[whole - a]! || a > whole);
        assert.ok(worth[Math.max(a, b)]! >= worth[Math.min(a, b)]!);
        assert.ok(worth[999]! <= 1 + 1e-9);
      },
    ),
  );
});

test("the whole demand at these prices costs no more than the devices that first-fit decreasing takes", () => {
  fc.assert(
    fc.property(demand, (sizes) => {
      const worth = worthOfShares(sizes);
      const priced = [...sizes].reduce((sum, [size, count]) => sum + count * worth[size]!, 0);
      const devices = firstFitDecreasing(sizes);
      assert.ok(priced <= devices + 1e-6, `${priced} > ${devices}`);
      const volume = [...sizes].reduce((sum, [size, count]) => sum + (count * size) / 1000, 0);
      assert.ok(priced >= volume - 1e-6, `${priced} < ${volume}`);
    }),
    { numRuns: 40 },
  );
});

function firstFitDecreasing(sizes: ReadonlyMap<number, number>): number {
  const free: number[] = [];
  for (const [size, count] of [...sizes].toSorted(([a], [b]) => b - a)) {
    for (let i = 0; i < count; i += 1) {
      const at = free.findIndex((room) => room >= size);
      if (at < 0) free.push(1000 - size);
      else free[at]! -= size;
    }
  }
  return free.length;
}
