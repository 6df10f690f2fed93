import type { DataSet } from "../data/dataset.ts";
import { kendall } from "../numeric/statistics.ts";
import { compute } from "../pipeline/compute.ts";
import type { Specification } from "../specification/schema.ts";
import type { Aggregation } from "../specification/steps-schema.ts";
import { refuse, type Text } from "../specification/types.ts";
import type { Weighting } from "../specification/weights-schema.ts";
import type { PlanTarget } from "./plan-parts.ts";
import { type Treatments, withTreatments } from "./treatments.ts";

/** Another way to build the same index. */
export interface Variant extends Treatments {
  readonly id: string;
  readonly label?: Text;
  /** By index id. */
  readonly weights?: Readonly<Record<string, Weighting>>;
  readonly aggregation?: Readonly<Record<string, Aggregation>>;
}

export interface VariantResult {
  readonly id: string;
  readonly label: Text;
  readonly scores: readonly number[];
  readonly ranks: readonly number[];
  /** Against the specification as it is. */
  readonly meanRankShift: number;
  readonly largestRankShift: number;
  /** Kendall's tau-b between the rankings, 1 when equal. */
  readonly kendall: number;
}

export interface VariantComparison {
  readonly entities: readonly string[];
  /** The specification first. */
  readonly variants: readonly VariantResult[];
}

/** The specification with a variant's choices; they replace choices of single indicators too. */
export function applyVariant(specification: Specification, variant: Variant): Specification {
  for (const id of [...Object.keys(variant.weights ?? {}), ...Object.keys(variant.aggregation ?? {})]) {
    if (!specification.indices.some((index) => index.id === id))
      refuse(
        "unknown-index",
        { index: id },
        `Variant "${variant.id}" changes "${id}", which is not an index.`,
        `方案“${variant.id}”修改了不存在的指数“${id}”。`,
      );
  }
  return {
    ...withTreatments(specification, variant),
    indices: specification.indices.map((index) => {
      const weights = variant.weights?.[index.id];
      const plain =
        weights !== undefined && weights.method !== "manual"
          ? index.members.map(({ id }) => ({ id, weight: undefined }))
          : index.members;
      return {
        ...index,
        members: plain,
        weights: weights ?? index.weights,
        aggregation: variant.aggregation?.[index.id] ?? index.aggregation,
      };
    }),
  };
}

/** Ranks of the specification and of its variants side by side. */
export function compareVariants(
  specification: Specification,
  data: DataSet,
  target: PlanTarget,
  variants: readonly Variant[],
): VariantComparison {
  const score = (changed: Specification) => {
    const table = compute(changed, data, {
      indices: [target.index],
      periods: [target.period],
      extensions: target.extensions,
    }).tables.find((candidate) => candidate.indices.some((scores) => scores.index.id === target.index))!;
    return {
      entities: table.entities.map((entity) => entity.id),
      ...table.indices.find((scores) => scores.index.id === target.index)!,
    };
  };
  const base = score(specification);
  const all: readonly Variant[] = [
    { id: "specification", label: { en: "As specified", zh: "按规范" } },
    ...variants,
  ];
  return {
    entities: base.entities,
    variants: all.map((variant) => {
      const result = score(applyVariant(specification, variant));
      const shifts = Array.from(result.ranks, (rank, e) => Math.abs(rank - base.ranks[e]!));
      return {
        id: variant.id,
        label: variant.label ?? { en: variant.id, zh: variant.id },
        scores: [...result.scores],
        ranks: [...result.ranks],
        meanRankShift: shifts.reduce((sum, shift) => sum + shift, 0) / shifts.length,
        largestRankShift: Math.max(...shifts),
        kendall: kendall([...base.ranks], [...result.ranks]),
      };
    }),
  };
}
