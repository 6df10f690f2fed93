import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { createFleetState, fragmentation, policies, Scheduler, type TaskMix } from "../src/index.ts";
import { classesOnModel } from "../src/policies/fragment-classes.ts";
import { strandedNaively } from "../src/policies/fragment-naive.ts";
import { fleetOf, GIB, taskOf } from "./fleets.ts";

const anyMix: fc.Arbitrary<TaskMix> = fc.array(
  fc.record({
    cpuMilli: fc.integer({ min: 0, max: 8 }).map((cores) => cores * 1000),
    memoryBytes: fc.constant(GIB),
    count: fc.integer({ min: 1, max: 50 }),
    devices: fc.option(
      fc.oneof(
        fc.record({ count: fc.constantFrom(1, 2, 4), shareMilli: fc.constant(1000) }),
        fc.record({ count: fc.constant(1), shareMilli: fc.integer({ min: 1, max: 999 }) }),
        fc.record({
          count: fc.constant(1),
          models: fc.constantFrom<string[]>(["A10"], ["T4"], ["A10", "T4"]),
        }),
      ),
      { nil: undefined },
    ),
  }),
  { minLength: 1, maxLength: 12 },
);

const nodes = ["A10", "T4", "A10"].map((model, n) => ({
  id: `n${n}`,
  pool: "p",
  cpuMilli: 8000,
  memoryBytes: 64 * GIB,
  devices: [{ model, count: 2 + n }],
}));
const fleet = fleetOf({ pools: [{ id: "p" }], nodes });
const anyShares = fc.array(fc.integer({ min: 1, max: 1000 }), { maxLength: 12 });

test("fragmentation from summed tables, kept between changes, equals the definition", () => {
  fc.assert(
    fc.property(anyMix, anyShares, (mix, shares) => {
      const state = createFleetState(fleet, { mix });
      const scheduler = new Scheduler(state);
      const measure = fragmentation(state);
      const classes = state.models.map((_, model) => classesOnModel(state, model));
      const total = mix.reduce((sum, { count }) => sum + count, 0);
      for (const shareMilli of shares) {
        scheduler.place(taskOf({ devices: { count: 1, shareMilli } }), policies.get("spread")!);
        for (let node = 0; node < state.nodeCount; node += 1) {
          const start = state.deviceStart[node]!;
          const expected = strandedNaively(
            state,
            classes,
            node,
            state.cpuFree[node]!,
            state.deviceFree,
            start,
          );
          assert.equal(measure.of(node), expected / total);
        }
      }
    }),
  );
});

test("an idle node has only what the classes that cannot use it leave over", () => {
  const mix: TaskMix = [
    { cpuMilli: 1000, memoryBytes: 0, count: 3, devices: { count: 1, shareMilli: 500 } },
    { cpuMilli: 1000, memoryBytes: 0, count: 1 },
  ];
  const measure = fragmentation(createFleetState(fleet, { mix }));
  assert.deepEqual([measure.of(0), measure.of(1)], [500, 750]);
});
