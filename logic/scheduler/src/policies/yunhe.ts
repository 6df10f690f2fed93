import type { FleetState } from "../engine/state.ts";
import { cpuBalance } from "./cpu-balance.ts";
import { deviceFit } from "./device-fit.ts";
import { fragmentation } from "./fragmentation.ts";
import { modelScarcity } from "./model-scarcity.ts";
import type { Policy, Scorer } from "./policy.ts";
import { policyWords, scorerWords } from "./words.ts";

/** The change of FGD's measure in devices, not rounded. */
export const fragmentationChange: Scorer = {
  name: "fragmentation-change",
  words: scorerWords["fragmentation-change"],
  bind(state: FleetState) {
    const measure = fragmentation(state);
    return (shape) => {
      const delta = measure.deltaFor(shape);
      return (node, pick) => -delta(node, pick) / 1000;
    };
  },
};

/** Devices per point of score: what differs by less may tie, and then the node order decides, as in first fit. */
const STEP_DEVICES = 0.065;
const POINTS_PER_DEVICE = 1 / STEP_DEVICES;

/**
 * The default policy. Every term estimates the devices that a placement takes away from the typical tasks; the weighted
 * sum is cut into steps. The numbers were found by search on one set of traces and arrival orders and checked on
 * another. How it works and what each term brings: docs/explanation/scheduler-policy.md.
 */
export const yunhe: Policy = {
  name: "yunhe",
  words: policyWords.yunhe,
  terms: [
    { scorer: deviceFit({ breaking: 0.023 }), weight: 1.3 * POINTS_PER_DEVICE },
    {
      scorer: cpuBalance({ classes: 1.4, urgency: 6, mean: 0.15, meanPart: 0.75 }),
      weight: POINTS_PER_DEVICE,
    },
    { scorer: modelScarcity({ price: 0.4, power: 2.5 }), weight: POINTS_PER_DEVICE },
    { scorer: fragmentationChange, weight: 0.05 * POINTS_PER_DEVICE },
  ],
  devices: "best",
  choose: "best",
};
