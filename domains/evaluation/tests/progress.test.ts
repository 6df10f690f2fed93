import assert from "node:assert/strict";
import { test } from "node:test";
import { type Step, work } from "../src/evaluations/work.ts";
import { trial, values } from "./world.ts";

test("every step reports how far it is, and the whole only ever grows", () => {
  const definition = trial();
  const data = values([
    ["a", 1, 9],
    ["b", 4, 3],
    ["c", 8, 5],
  ]);
  const told: { step: Step; progress: number }[] = [];
  const robustness = { index: "total", replications: 3000, sobolPoints: 2048, removal: true };
  const { result } = work(
    { definition, data, spec: { indices: [], periods: [], extensions: false, robustness } },
    (step, progress) => told.push({ step, progress }),
  );
  assert.ok(result.sensitivity && result.uncertainty);
  for (const step of ["uncertainty", "sensitivity"] as const)
    assert.ok(
      new Set(told.filter((each) => each.step === step).map(({ progress }) => progress)).size >= 3,
      step,
    );
  const all = told.map(({ progress }) => progress);
  assert.deepEqual(
    all,
    all.toSorted((a, b) => a - b),
  );
});
