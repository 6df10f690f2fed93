import { arithmetic, type Aggregator } from "../aggregation/aggregate.ts";
import type { DataSet } from "../data/dataset.ts";
import type { Specification } from "../specification/schema.ts";
import { refuse, type Entity } from "../specification/types.ts";
import type { UncertainFactor } from "../specification/uncertainty-schema.ts";
import { addNoise, seedNoise } from "./noise.ts";
import type { Choice, PlanFactor, PlanTarget } from "./plan-parts.ts";
import { preparePlan, type PreparedNode, type PreparedNormaliser, type PreparedPlan } from "./prepare.ts";

/**
 * One index compiled for being recomputed very often: everything that does not vary is done once, and a run walks over
 * `Float64Array`s without allocating (rankings by Kemeny and Copeland and rank-based normalisations excepted).
 */
export class Plan {
  readonly entities: readonly Entity[];
  readonly factors: readonly PlanFactor[];
  /** The index as the specification defines it, nothing varied. */
  readonly nominal: Float64Array;
  readonly target: PlanTarget;
  readonly #prepared: PreparedPlan;
  readonly #state = new Int32Array(4);
  readonly #noisy: Float64Array;
  readonly #extremes = new Float64Array(2);
  readonly #normalised: Float64Array[];
  readonly #columns: Float64Array[];

  constructor(prepared: PreparedPlan, target: PlanTarget) {
    this.#prepared = prepared;
    this.target = target;
    this.entities = prepared.entities;
    this.factors = prepared.factors;
    this.nominal = prepared.nominal;
    const size = prepared.entities.length;
    this.#noisy = new Float64Array(size);
    this.#normalised = prepared.indicators.map(() => new Float64Array(size));
    this.#columns = [...this.#normalised];
  }

  /**
   * Scores of all entities at a point of the unit cube. @param point one coordinate in [0, 1) per factor
   * @param seed of the noise; the noise's own coordinate chooses the realisation
   */
  run(point: Float64Array, seed: number, out: Float64Array): void {
    const plan = this.#prepared;
    let treatment = 0;
    for (const choice of plan.treatments) treatment = treatment * choice.count + pick(point, choice);
    const normalisation = pick(point, plan.normalisation);
    const way = treatment * plan.normalisation.count + normalisation;
    this.#normalise(point, seed, treatment, way);
    const last = plan.nodes.length - 1;
    for (let k = 0; k <= last; k += 1)
      runNode(plan.nodes[k]!, point, way, this.#columns, k === last ? out : undefined);
  }

  #normalise(point: Float64Array, seed: number, treatment: number, way: number): void {
    const { noise, ready, normalisers, indicators, treated } = this.#prepared;
    const columns = this.#columns;
    if (noise === undefined) {
      for (let k = 0; k < indicators.length; k += 1) columns[k] = ready[way]![k]!;
      return;
    }
    seedNoise(this.#state, seed, Math.floor(point[noise.dimension]! * 4294967296));
    for (let k = 0; k < indicators.length; k += 1) {
      const amplitude = noise.amplitudes[treatment]![k];
      if (amplitude === undefined) {
        columns[k] = ready[way]![k]!;
        continue;
      }
      addNoise(treated[treatment]![k]!, amplitude, noise.quantiles, this.#state, this.#noisy, this.#extremes);
      normaliseNoisy(normalisers[way]![k]!, this.#noisy, this.#extremes, this.#normalised[k]!);
      columns[k] = this.#normalised[k]!;
    }
  }
}

/** Min-max in one multiplication per cell, since the extremes are known; everything else by its own rule. */
function normaliseNoisy(
  normaliser: PreparedNormaliser,
  values: Float64Array,
  extremes: Float64Array,
  out: Float64Array,
): void {
  const { line, normalise } = normaliser;
  const range = extremes[1]! - extremes[0]!;
  if (line === undefined || !(range > 0)) {
    normalise(values, out);
    return;
  }
  const slope = line.up ? line.span / range : -line.span / range;
  const origin = line.up ? extremes[0]! : extremes[1]!;
  for (let e = 0; e < out.length; e += 1) out[e] = line.lower + slope * (values[e]! - origin);
}

function pick(point: Float64Array, choice: Choice): number {
  return choice.dimension < 0 ? 0 : Math.floor(point[choice.dimension]! * choice.count);
}

function runNode(
  node: PreparedNode,
  point: Float64Array,
  way: number,
  indicators: readonly Float64Array[],
  target: Float64Array | undefined,
): void {
  const { members, columns, weights, perturbation } = node;
  for (let m = 0; m < members.length; m += 1) {
    const member = members[m]!;
    columns[m] = member.indicator >= 0 ? indicators[member.indicator]! : member.node!.out;
  }
  const derivation = node.derivations[way]![pick(point, node.weighting)]!;
  const out = target ?? node.out;
  if (derivation.byEntity) {
    out.fill(0);
    for (let m = 0; m < columns.length; m += 1)
      for (let e = 0; e < out.length; e += 1)
        out[e] = out[e]! + derivation.byEntity[m]![e]! * columns[m]![e]!;
    return;
  }
  weights.set(derivation.weights);
  if (perturbation !== undefined) perturb(weights, point, perturbation.dimension, perturbation.relative);
  const aggregate: Aggregator = node.aggregators[pick(point, node.aggregation)] ?? arithmetic;
  aggregate(columns, weights, out);
}

function perturb(weights: Float64Array, point: Float64Array, dimension: number, relative: number): void {
  let sum = 0;
  for (let m = 0; m < weights.length; m += 1) {
    weights[m] = weights[m]! * (1 + relative * (2 * point[dimension + m]! - 1));
    sum += weights[m]!;
  }
  for (let m = 0; m < weights.length; m += 1) weights[m] = weights[m]! / sum;
}

/** Compiles the plan. @throws EvaluationError when a choice cannot apply or the choices multiply beyond reason */
export function compilePlan(
  specification: Specification,
  data: DataSet,
  target: PlanTarget,
  factors: readonly UncertainFactor[],
): Plan {
  if (factors.length === 0)
    refuse(
      "no-factors",
      { path: "uncertainty.factors" },
      "Nothing varies: name at least one factor under uncertainty.",
      "没有可变因素：请在 uncertainty 下至少给出一个 factor。",
    );
  return new Plan(preparePlan(specification, data, target, factors), target);
}
