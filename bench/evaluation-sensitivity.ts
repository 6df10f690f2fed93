/** Promise: all first-order and total Sobol indices of 36 factors from at least 38,000 runs, bootstrap included, in 1 s. */
import { compilePlan } from "../logic/evaluation/src/robustness/plan.ts";
import { sensitivity } from "../logic/evaluation/src/robustness/sensitivity.ts";
import { fastestMs, syntheticIndex } from "./evaluation-fixture.ts";

const uncertainty = {
  factors: [
    { factor: "weights", relative: 0.25 },
    {
      factor: "normalisation",
      choices: [{ method: "min-max" }, { method: "z-score", mean: 50, deviation: 10 }],
    },
    { factor: "aggregation", index: "total", choices: [{ method: "arithmetic" }, { method: "geometric" }] },
    { factor: "outliers", choices: [{ method: "none" }, { method: "winsorise" }] },
    { factor: "weighting", index: "g1", choices: [{ method: "equal" }, { method: "entropy" }] },
    { factor: "noise", size: 0.05 },
  ],
};
const { specification, data } = syntheticIndex(31, 24, 7, { uncertainty });
const plan = compilePlan(
  specification,
  data,
  { index: "total", period: "2023" },
  specification.uncertainty!.factors,
);
const settings = { seed: 1, points: 1024, bootstrap: 100, interval: 0.9 };
const result = sensitivity(plan, settings);
const ms = fastestMs(3, () => sensitivity(plan, settings));
console.log(
  `${plan.factors.length} factors, ${result.runs.toLocaleString("en")} runs, ${result.outputs.length} outputs, ${settings.bootstrap} resamples: ${ms.toFixed(0)} ms; promised 1000 ms: ${(1000 / ms).toFixed(2)} x`,
);
