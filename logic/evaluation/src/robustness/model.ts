import { compileAggregator } from "../aggregation/aggregate.ts";
import type { DataSet } from "../data/dataset.ts";
import { fixedScale } from "../pipeline/period.ts";
import { compute, type EvaluatedPeriod } from "../pipeline/compute.ts";
import type { IndexScores } from "../pipeline/scores.ts";
import type { Specification } from "../specification/schema.ts";
import { refuse, type Entity } from "../specification/types.ts";
import {
  applyLinear,
  compileNormaliser,
  fitLinear,
  isLinear,
  type LinearNormaliser,
  type NormalisationContext,
} from "../steps/normalisation.ts";
import type { PlanTarget } from "./plan-parts.ts";

/** One computed index that can be asked for the scores of other data, its weights kept. */
export class Model {
  readonly specification: Specification;
  readonly target: PlanTarget;
  readonly table: EvaluatedPeriod;
  readonly scores: IndexScores;
  readonly #below: readonly IndexScores[];
  readonly #contexts: readonly NormalisationContext[];

  constructor(specification: Specification, data: DataSet, target: PlanTarget) {
    this.specification = specification;
    this.target = target;
    const evaluation = compute(specification, data, {
      indices: [target.index],
      periods: [target.period],
      extensions: target.extensions,
    });
    this.table = evaluation.tables.find((table) =>
      table.indices.some((scores) => scores.index.id === target.index),
    )!;
    const at = this.table.indices.findIndex((scores) => scores.index.id === target.index);
    this.#below = this.table.indices.slice(0, at + 1);
    this.scores = this.table.indices[at]!;
    this.#contexts = this.table.indicators.map((indicator) => ({
      indicator: indicator.id,
      direction: indicator.direction,
      period: target.period,
      ...fixedScale(indicator),
    }));
  }

  get entities(): readonly Entity[] {
    return this.table.entities;
  }

  /** Scores of treated columns that are normalised anew, so that bounds move with the data. */
  scoresOf(treated: readonly Float64Array[]): Float64Array {
    return this.aggregate(
      treated.map((values, k) => {
        const out = new Float64Array(values.length);
        compileNormaliser(this.#rule(k), this.#contexts[k]!, values.length)(values, out);
        return out;
      }),
    );
  }

  /** Scores of other treated columns on this model's own scale: bounds and weights stay as they are here. */
  scoresOnOwnScale(treated: readonly Float64Array[]): Float64Array {
    return this.aggregate(
      treated.map((values, k) => {
        const out = new Float64Array(values.length);
        applyLinear(this.#line(k), values, out);
        return out;
      }),
    );
  }

  #rule(k: number) {
    const rule = this.table.indicators[k]!.normalisation ?? this.specification.steps.normalisation;
    if (
      (rule.method === "goalposts" && this.#contexts[k]!.goalposts === undefined) ||
      rule.method === "distance-to-reference"
    ) {
      refuse(
        "scale-not-portable",
        { indicator: this.#contexts[k]!.indicator },
        `The scale of "${this.#contexts[k]!.indicator}" comes from another period or entity and cannot be carried to changed data; give goalposts in the specification.`,
        `指标“${this.#contexts[k]!.indicator}”的标度取自其他时期或主体，无法用于变动后的数据；请在规范中直接给出 goalposts。`,
      );
    }
    return rule;
  }

  #line(k: number): LinearNormaliser {
    const rule = this.#rule(k);
    if (!isLinear(rule))
      refuse(
        "scale-not-portable",
        { indicator: this.#contexts[k]!.indicator },
        `"${rule.method}" depends on all entities at once, so values of one year have no place on the scale of another; use min-max, goalposts or z-score.`,
        `“${rule.method}”依赖全部主体，一年的数值无法置于另一年的标度上；请使用 min-max、goalposts 或 z-score。`,
      );
    const line: LinearNormaliser = {
      origin: 0,
      range: 1,
      lower: 0,
      span: 1,
      floor: 0,
      ceiling: 0,
      constant: undefined,
    };
    fitLinear(rule, this.#contexts[k]!, this.table.treated[k]!, line);
    return line;
  }

  /** Runs the tree over normalised columns with the weights derived here. */
  aggregate(normalised: readonly Float64Array[]): Float64Array {
    const values = new Map(this.table.indicators.map((indicator, k) => [indicator.id, normalised[k]!]));
    for (const { index, derivation } of this.#below) {
      const columns = index.members.map((member) => values.get(member.id)!);
      const out = new Float64Array(columns[0]!.length);
      if (derivation.byEntity)
        for (const [m, column] of columns.entries())
          for (let e = 0; e < out.length; e += 1) out[e] = out[e]! + derivation.byEntity[m]![e]! * column[e]!;
      else
        compileAggregator(index.aggregation, columns.length, { index: index.id })(
          columns,
          derivation.weights,
          out,
        );
      values.set(index.id, out);
    }
    return values.get(this.target.index)!;
  }
}
