import type { Variant } from "@yunhe/evaluation";
import { methodWords } from "../../words/evaluation-methods.ts";
import { studyWords as words } from "../../words/evaluation-study.ts";
import type { Words } from "../../words/words.ts";

/** One way to build the index otherwise; an empty choice leaves it as the specification has it. */
export interface VariantChoice {
  readonly id: string;
  readonly normalisation: string;
  readonly weighting: string;
  readonly aggregation: string;
  readonly outliers: string;
}

type Made<Key extends "normalisation" | "outliers"> = NonNullable<Variant[Key]>;
type WeightingOf = NonNullable<Variant["weights"]>[string];
type AggregationOf = NonNullable<Variant["aggregation"]>[string];

export const normalisations: Readonly<Record<string, { words: Words; value: Made<"normalisation"> }>> = {
  "min-max": {
    words: words.minMax,
    value: { method: "min-max", lower: 0, upper: 100, zeroRange: "middle" },
  },
  "z-score": {
    words: words.zScore,
    value: { method: "z-score", mean: 50, deviation: 10, zeroRange: "middle" },
  },
  rank: { words: words.rank, value: { method: "rank" } },
  percentile: { words: words.percentile, value: { method: "percentile", lower: 0, upper: 100 } },
};

export const weightings: Readonly<Record<string, { words: Words; value: WeightingOf }>> = {
  equal: { words: methodWords.equal, value: { method: "equal" } },
  entropy: { words: methodWords.entropy, value: { method: "entropy" } },
  critic: { words: methodWords.critic, value: { method: "critic" } },
  pca: { words: methodWords.pca, value: { method: "pca" } },
};

export const aggregations: Readonly<Record<string, { words: Words; value: AggregationOf }>> = {
  arithmetic: { words: methodWords.arithmetic, value: { method: "arithmetic" } },
  geometric: { words: methodWords.geometric, value: { method: "geometric" } },
  harmonic: { words: methodWords.harmonic, value: { method: "harmonic" } },
  median: { words: methodWords.median, value: { method: "median" } },
  "mazziotta-pareto": {
    words: methodWords["mazziotta-pareto"],
    value: { method: "mazziotta-pareto", penalise: "unbalance-lowers" },
  },
  borda: { words: methodWords.borda, value: { method: "borda" } },
  copeland: { words: methodWords.copeland, value: { method: "copeland" } },
};

export const outlierTreatments: Readonly<Record<string, { words: Words; value: Made<"outliers"> }>> = {
  none: { words: words.untreated, value: { method: "none" } },
  winsorise: {
    words: words.winsorise,
    value: { method: "winsorise", skewness: 2, kurtosis: 3.5, maxPoints: 5, otherwise: "keep" },
  },
};

export const choiceKinds = [
  { key: "normalisation", label: words.normalisation, options: normalisations },
  { key: "weighting", label: words.weighting, options: weightings },
  { key: "aggregation", label: words.aggregation, options: aggregations },
  { key: "outliers", label: words.outliers, options: outlierTreatments },
] as const;

const untouched = { normalisation: "", weighting: "", aggregation: "", outliers: "" } as const;

/** What most people ask first: other weights, another scale, no compensation. */
export const firstChoices: readonly VariantChoice[] = [
  { id: "variant-1", ...untouched, weighting: "equal" },
  { id: "variant-2", ...untouched, normalisation: "z-score" },
  { id: "variant-3", ...untouched, normalisation: "rank" },
  { id: "variant-4", ...untouched, aggregation: "median" },
];

export function freshChoice(choices: readonly VariantChoice[]): VariantChoice {
  const numbers = choices.map(({ id }) => Number(id.replace("variant-", "")));
  return { id: `variant-${Math.max(0, ...numbers) + 1}`, ...untouched, weighting: "entropy" };
}

/** The library's variant: weights and aggregation of the index in question alone. */
export function variantOf(choice: VariantChoice, index: string): Variant {
  const normalisation = normalisations[choice.normalisation]?.value;
  const outliers = outlierTreatments[choice.outliers]?.value;
  const weights = weightings[choice.weighting]?.value;
  const aggregation = aggregations[choice.aggregation]?.value;
  return {
    id: choice.id,
    ...(normalisation && { normalisation }),
    ...(outliers && { outliers }),
    ...(weights && { weights: { [index]: weights } }),
    ...(aggregation && { aggregation: { [index]: aggregation } }),
  };
}

/** What sets it apart, in words; undefined: nothing. */
export function nameOf(choice: VariantChoice, say: (words: Words) => string): string | undefined {
  const parts = choiceKinds.flatMap(({ key, options }) => {
    const chosen = (options as Readonly<Record<string, { words: Words }>>)[choice[key]];
    return chosen ? [say(chosen.words)] : [];
  });
  return parts.length === 0 ? undefined : parts.join(" · ");
}
