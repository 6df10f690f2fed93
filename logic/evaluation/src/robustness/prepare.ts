import { compileAggregator, type Aggregator } from "../aggregation/aggregate.ts";
import type { DataSet } from "../data/dataset.ts";
import { buildPanel } from "../pipeline/panel.ts";
import { normalisationContext, takePeriod, type PeriodColumns } from "../pipeline/period.ts";
import { scoreIndices } from "../pipeline/scores.ts";
import { planKinds, type KindPlan } from "../pipeline/structure.ts";
import type { WeightDerivation } from "../pipeline/weights.ts";
import type { Index, Indicator, Specification } from "../specification/schema.ts";
import { refuse, type Entity } from "../specification/types.ts";
import type { UncertainFactor } from "../specification/uncertainty-schema.ts";
import { standardDeviation } from "../steps/moments.ts";
import { compileNormaliser, type ColumnNormaliser } from "../steps/normalisation.ts";
import { assignDimensions, type Dimensions } from "./dimensions.ts";
import { quantilesOf } from "./noise.ts";
import type { Choice, PlanFactor, PlanTarget } from "./plan-parts.ts";
import { withTreatments } from "./treatments.ts";

/** One index of the target's subtree. */
export interface PreparedNode {
  readonly members: readonly { readonly indicator: number; readonly node: PreparedNode | undefined }[];
  /** Scratch: the members' columns of the run. */
  readonly columns: Float64Array[];
  readonly weights: Float64Array;
  readonly out: Float64Array;
  /** By way (treatment x normalisation), then by weighting choice. */
  readonly derivations: readonly (readonly WeightDerivation[])[];
  readonly weighting: Choice;
  readonly aggregators: readonly Aggregator[];
  readonly aggregation: Choice;
  readonly perturbation: { readonly dimension: number; readonly relative: number } | undefined;
}

/** A column's rule; `line` when it is plain min-max, which has a shortcut. */
export interface PreparedNormaliser {
  readonly normalise: ColumnNormaliser;
  readonly line: { readonly up: boolean; readonly lower: number; readonly span: number } | undefined;
}

export interface PreparedPlan {
  readonly entities: readonly Entity[];
  readonly indicators: readonly Indicator[];
  readonly factors: readonly PlanFactor[];
  readonly nominal: Float64Array;
  /** Imputation and outliers; their product is the treatment. */
  readonly treatments: readonly Choice[];
  readonly normalisation: Choice;
  readonly treated: readonly (readonly Float64Array[])[];
  /** By way, then by indicator. */
  readonly ready: readonly (readonly Float64Array[])[];
  readonly normalisers: readonly (readonly PreparedNormaliser[])[];
  readonly noise:
    | {
        readonly dimension: number;
        readonly quantiles: Float64Array;
        readonly amplitudes: readonly (readonly (Float64Array | undefined)[])[];
      }
    | undefined;
  readonly nodes: readonly PreparedNode[];
}

/** Ways x weighting choices that are worked out beforehand. */
const MOST_COMBINATIONS = 4096;

export function preparePlan(
  specification: Specification,
  data: DataSet,
  target: PlanTarget,
  factors: readonly UncertainFactor[],
): PreparedPlan {
  const kindPlan = planKinds(specification, { indices: [target.index], extensions: target.extensions }).find(
    (plan) => plan.indices.some((index) => index.id === target.index),
  )!;
  const plan = { ...kindPlan, indices: subtree(kindPlan.indices, target.index) };
  const dimensions = assignDimensions(plan.indices, specification.indicators, factors);
  const ways = waysOf(specification, dimensions);
  const combinations =
    ways.length * Math.max(...plan.indices.map((index) => dimensions.weighting(index).choices.length));
  if (combinations > MOST_COMBINATIONS)
    refuse(
      "too-many-choices",
      { path: "uncertainty.factors" },
      `The choices multiply to ${combinations} combinations, beyond ${MOST_COMBINATIONS}; vary fewer of them at once.`,
      `各选择的组合数为 ${combinations}，超过上限 ${MOST_COMBINATIONS}；请减少同时变化的选择。`,
    );
  const prepared = ways.map((way) => prepareWay(way, data, plan, target.period));
  const base = prepareWay(specification, data, plan, target.period);
  const nominal = scoreIndices(plan.indices, byId(plan, base.normalised), target.period).at(-1)!.scores;
  const treatments = prepared.filter((_, k) => k % dimensions.normalisation.count === 0);
  return {
    entities: base.columns.entities,
    indicators: plan.scored,
    factors: dimensions.factors,
    nominal,
    treatments: [dimensions.imputation, dimensions.outliers],
    normalisation: dimensions.normalisation,
    treated: treatments.map((way) => way.columns.treated),
    ready: prepared.map((way) => way.normalised),
    normalisers: prepared.map((way) => way.normalisers),
    noise: noiseOf(
      dimensions,
      plan.scored,
      treatments.map((way) => way.columns),
    ),
    nodes: prepareNodes(plan, dimensions, prepared, target.period),
  };
}

/** The target and all below it, members first. */
function subtree(indices: readonly Index[], id: string): Index[] {
  const byIndex = new Map(indices.map((index) => [index.id, index]));
  const needed = new Set<string>();
  const visit = (at: string): void => {
    const index = byIndex.get(at);
    if (index === undefined || needed.has(at)) return;
    for (const member of index.members) visit(member.id);
    needed.add(at);
  };
  visit(id);
  return [...needed].map((at) => byIndex.get(at)!);
}

/** One specification per combination of imputation, outliers and normalisation, in the order that `run` counts them. */
function waysOf(specification: Specification, dimensions: Dimensions): Specification[] {
  return dimensions.imputation.choices.flatMap((imputation) =>
    dimensions.outliers.choices.flatMap((outliers) =>
      dimensions.normalisation.choices.map((normalisation) =>
        withTreatments(specification, { imputation, outliers, normalisation }),
      ),
    ),
  );
}

interface PreparedWay {
  readonly columns: PeriodColumns;
  readonly normalisers: readonly PreparedNormaliser[];
  readonly normalised: readonly Float64Array[];
}

function prepareWay(
  specification: Specification,
  data: DataSet,
  kindPlan: KindPlan,
  period: string,
): PreparedWay {
  const ids = new Set(kindPlan.scored.map((indicator) => indicator.id));
  const plan = { ...kindPlan, scored: specification.indicators.filter((indicator) => ids.has(indicator.id)) };
  const bases = new Set(
    [specification.steps.normalisation, ...plan.scored.map((indicator) => indicator.normalisation)].flatMap(
      (rule) => (rule?.method === "goalposts" && rule.basePeriod !== undefined ? [rule.basePeriod] : []),
    ),
  );
  const panel = buildPanel(specification, data, plan, [...new Set([period, ...bases])]);
  const columns = takePeriod(specification, panel, plan, period);
  const base = (other: string): PeriodColumns => takePeriod(specification, panel, plan, other);
  const size = columns.entities.length;
  const normalisers = plan.scored.map((indicator) => {
    const rule = indicator.normalisation ?? specification.steps.normalisation;
    const plain = rule.method === "min-max" || rule.method === "distance-to-max";
    return {
      normalise: compileNormaliser(rule, normalisationContext(rule, indicator, columns, base), size),
      line: plain
        ? { up: indicator.direction === "up", lower: rule.lower, span: rule.upper - rule.lower }
        : undefined,
    };
  });
  const normalised = normalisers.map(({ normalise }, k) => {
    const out = new Float64Array(size);
    normalise(columns.treated[k]!, out);
    return out;
  });
  return { columns, normalisers, normalised };
}

function byId(plan: KindPlan, normalised: readonly Float64Array[]): Map<string, Float64Array> {
  return new Map(plan.scored.map((indicator, k) => [indicator.id, normalised[k]!]));
}

function noiseOf(
  dimensions: Dimensions,
  indicators: readonly Indicator[],
  treatments: readonly PeriodColumns[],
): PreparedPlan["noise"] {
  const { noise } = dimensions;
  if (noise === undefined) return undefined;
  const { factor, dimension } = noise;
  for (const id of factor.indicators ?? []) {
    if (!indicators.some((indicator) => indicator.id === id))
      refuse(
        "unknown-indicator",
        { path: "uncertainty.factors", indicator: id },
        `The noise names "${id}", which is not an indicator of the examined index.`,
        `噪声因素指定的“${id}”不是所考察指数的指标。`,
      );
  }
  const amplitudes = treatments.map((columns) =>
    indicators.map((indicator, k) => {
      if (factor.indicators !== undefined && !factor.indicators.includes(indicator.id)) return undefined;
      const values = columns.treated[k]!;
      const deviation = factor.of === "deviation" ? standardDeviation(values) : 0;
      return values.map((value) => factor.size * (factor.of === "deviation" ? deviation : Math.abs(value)));
    }),
  );
  return { dimension, quantiles: quantilesOf(factor.distribution), amplitudes };
}

function prepareNodes(
  plan: KindPlan,
  dimensions: Dimensions,
  ways: readonly PreparedWay[],
  period: string,
): PreparedNode[] {
  const position = new Map(plan.scored.map((indicator, k) => [indicator.id, k]));
  const nodes = new Map<string, PreparedNode>();
  const size = ways[0]!.columns.entities.length;
  for (const [k, index] of plan.indices.entries()) {
    const weighting = dimensions.weighting(index);
    const aggregation = dimensions.aggregation(index);
    nodes.set(index.id, {
      members: index.members.map(({ id }) => ({ indicator: position.get(id) ?? -1, node: nodes.get(id) })),
      columns: index.members.map(() => new Float64Array(0)),
      weights: new Float64Array(index.members.length),
      out: new Float64Array(size),
      derivations: ways.map((way) =>
        weighting.choices.map(
          (weights) =>
            scoreIndices(
              plan.indices.slice(0, k + 1).map((other) => (other === index ? { ...other, weights } : other)),
              byId(plan, way.normalised),
              period,
            ).at(-1)!.derivation,
        ),
      ),
      weighting,
      aggregators: aggregation.choices.map((choice) =>
        compileAggregator(choice, index.members.length, { index: index.id, period }),
      ),
      aggregation,
      perturbation: dimensions.perturbation(index),
    });
  }
  return [...nodes.values()];
}
