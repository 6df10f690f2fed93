import type { FleetState } from "../engine/state.ts";
import { roundingOfArtefact } from "./fgd-rounding.ts";
import { fragmentation } from "./fragmentation.ts";
import type { Policy, Scorer } from "./policy.ts";
import { policyWords, scorerWords } from "./words.ts";

/**
 * Fragmentation gradient descent as published (Weng et al., USENIX ATC 2023, and its artefact): the node and device
 * where fragmentation grows least, as floor(100 × sigmoid(ΔF in devices)). The rounding is part of it: most nodes tie
 * and the rank decides, which acts as first fit.
 */
export const fragmentationGradient: Scorer = {
  name: "fragmentation-gradient",
  words: scorerWords["fragmentation-gradient"],
  bind(state: FleetState) {
    const measure = fragmentation(state);
    const rounding = roundingOfArtefact(state);
    return (shape) => {
      const delta = measure.deltaFor(shape);
      const round = rounding(shape);
      return (node, pick) =>
        Math.floor(100 * (1 / (1 + Math.exp((delta(node, pick) || round(node, pick)) / 1000))));
    };
  },
};

export const fgd: Policy = {
  name: "fgd",
  words: policyWords.fgd,
  terms: [{ scorer: fragmentationGradient, weight: 1 }],
  devices: "best",
  choose: "best",
};
