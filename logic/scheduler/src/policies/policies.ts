import { fgd } from "./fgd.ts";
import { bestFit, bestFitScore, dotProduct, gpuClustering, gpuPacking } from "./packing.ts";
import { cheapestScore, fastestStartScore, lowestCarbonScore } from "./places.ts";
import type { Policy, Scorer } from "./policy.ts";
import { spread } from "./spread.ts";
import { yunhe } from "./yunhe.ts";
import { policyWords } from "./words.ts";

/** Places first, then best fit among equal ones. */
const byPlace = (name: keyof typeof policyWords, scorer: Scorer): Policy => ({
  name,
  words: policyWords[name],
  terms: [
    { scorer, weight: 1000 },
    { scorer: bestFitScore, weight: 1 },
  ],
  devices: "fullest",
  choose: "best",
});

export const cheapest = byPlace("cheapest", cheapestScore);
export const fastestStart = byPlace("fastest-start", fastestStartScore);
export const lowestCarbon = byPlace("lowest-carbon", lowestCarbonScore);

/** Any node that fits, each as likely as the other, and any device that fits. */
export const random = (seed = 0): Policy => ({
  name: "random",
  words: policyWords.random,
  terms: [],
  devices: "random",
  choose: "random",
  seed,
});

/** Every policy by name. */
export const policies: ReadonlyMap<string, Policy> = new Map(
  [
    yunhe,
    fgd,
    bestFit,
    dotProduct,
    gpuPacking,
    gpuClustering,
    random(),
    cheapest,
    fastestStart,
    lowestCarbon,
    spread,
  ].map((policy) => [policy.name, policy]),
);
