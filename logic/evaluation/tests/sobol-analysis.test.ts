import assert from "node:assert/strict";
import { test } from "node:test";
import { compilePlan } from "../src/robustness/plan.ts";
import { sensitivity, SobolAnalysis } from "../src/robustness/sensitivity.ts";
import { demonstration } from "./demonstration-fixture.ts";

const target = { index: "regional-total", period: "2023", extensions: true } as const;
const settings = {
  seed: 5,
  points: 24,
  bootstrap: 10,
  interval: 0.9,
  entities: ["beijing"],
  pairs: [["beijing", "shanghai"]],
} as const;

test("driven in steps of any size, the variance is split exactly as at once", () => {
  const { specification, data } = demonstration();
  const plan = compilePlan(specification, data, target, specification.uncertainty!.factors);
  const whole = sensitivity(plan, settings);
  for (const step of [1, 7, 100]) {
    const run = new SobolAnalysis(plan, settings);
    const reports: number[] = [];
    while (!run.finished) {
      run.advance(step);
      reports.push(run.done);
    }
    assert.deepEqual(run.result(), whole);
    assert.equal(reports.at(-1), settings.points);
    assert.equal(reports.length, Math.ceil(settings.points / step));
  }
});

test("half of an analysis gives no estimates", () => {
  const { specification, data } = demonstration();
  const plan = compilePlan(specification, data, target, specification.uncertainty!.factors);
  const run = new SobolAnalysis(plan, settings);
  run.advance(3);
  assert.throws(() => run.result(), /3 of 24/);
});
