/**
 * Promise: at least 100,000 Monte Carlo replications a second for 31 entities x 24 indicators with data noise and
 * min-max, on one core; 1,000 replications of a 51 x 49 index in at most 0.1 s, for which COINr 1.1 needed 129.6 s.
 */
import { monteCarlo } from "../logic/evaluation/src/robustness/monte-carlo.ts";
import { compilePlan } from "../logic/evaluation/src/robustness/plan.ts";
import { fastestMs, syntheticIndex } from "./evaluation-fixture.ts";

const COINR_MS = 129_600;

function measure(
  entities: number,
  indicators: number,
  groups: number,
  replications: number,
  factors: Record<string, unknown>[],
): number {
  const { specification, data } = syntheticIndex(entities, indicators, groups, { uncertainty: { factors } });
  const plan = compilePlan(
    specification,
    data,
    { index: "total", period: "2023" },
    specification.uncertainty!.factors,
  );
  return fastestMs(5, () => monteCarlo(plan, { seed: 1, replications, interval: 0.9 }));
}

const noise = { factor: "noise", size: 0.05 };
const regional = measure(31, 24, 7, 20_000, [noise]);
const perSecond = (20_000 / regional) * 1000;
console.log(
  `31 x 24, noise in every cell, min-max: ${Math.round(perSecond).toLocaleString("en")} replications/s; promised 100,000: ${(perSecond / 100_000).toFixed(2)} x`,
);

const everything = [
  noise,
  { factor: "weights", relative: 0.25 },
  {
    factor: "normalisation",
    choices: [{ method: "min-max" }, { method: "z-score", mean: 50, deviation: 10 }],
  },
  { factor: "aggregation", choices: [{ method: "arithmetic" }, { method: "geometric" }] },
];
const large = measure(51, 49, 8, 1000, [noise]);
console.log(
  `51 x 49, 1,000 replications with noise: ${large.toFixed(1)} ms; COINr ${COINR_MS} ms: ${Math.round(COINR_MS / large).toLocaleString("en")} x faster; promised 100 ms`,
);
const varied = measure(51, 49, 8, 1000, everything);
console.log(
  `51 x 49, 1,000 replications with noise, weights, normalisation and aggregation: ${varied.toFixed(1)} ms; COINr ${COINR_MS} ms: ${Math.round(COINR_MS / varied).toLocaleString("en")} x faster; promised 100 ms`,
);
