import type { Index, Indicator } from "../specification/schema.ts";
import type {
  Aggregation,
  Imputation,
  Normalisation,
  OutlierTreatment,
} from "../specification/steps-schema.ts";
import { refuse, type Text } from "../specification/types.ts";
import type { UncertainFactor } from "../specification/uncertainty-schema.ts";
import type { Weighting } from "../specification/weights-schema.ts";
import type { Choice, PlanFactor } from "./plan-parts.ts";

type ChoiceOf<T> = Choice & { readonly choices: readonly T[] };
type NoiseFactor = UncertainFactor & { factor: "noise" };

/** Which coordinate of a point varies what. */
export interface Dimensions {
  readonly factors: readonly PlanFactor[];
  readonly imputation: ChoiceOf<Imputation | undefined>;
  readonly outliers: ChoiceOf<OutlierTreatment | undefined>;
  readonly normalisation: ChoiceOf<Normalisation | undefined>;
  readonly weighting: (index: Index) => ChoiceOf<Weighting>;
  readonly aggregation: (index: Index) => ChoiceOf<Aggregation>;
  readonly perturbation: (
    index: Index,
  ) => { readonly dimension: number; readonly relative: number } | undefined;
  readonly noise: { readonly dimension: number; readonly factor: NoiseFactor } | undefined;
}

/**
 * Gives every factor its coordinates, in the order of the specification.
 * @param indices the target's subtree
 * @param indicators those that the factors' labels may name
 */
export function assignDimensions(
  indices: readonly Index[],
  indicators: readonly Indicator[],
  factors: readonly UncertainFactor[],
): Dimensions {
  const assigned = new Assignment(indices, indicators);
  for (const factor of factors) assigned.add(factor);
  return assigned;
}

class Assignment implements Dimensions {
  readonly factors: PlanFactor[] = [];
  imputation: ChoiceOf<Imputation | undefined> = { dimension: -1, count: 1, choices: [undefined] };
  outliers: ChoiceOf<OutlierTreatment | undefined> = { dimension: -1, count: 1, choices: [undefined] };
  normalisation: ChoiceOf<Normalisation | undefined> = { dimension: -1, count: 1, choices: [undefined] };
  noise: Dimensions["noise"];
  readonly #indices: readonly Index[];
  readonly #weighting = new Map<string, ChoiceOf<Weighting>>();
  readonly #aggregation = new Map<string, ChoiceOf<Aggregation>>();
  readonly #perturbation = new Map<string, { dimension: number; relative: number }>();
  readonly #taken = new Set<string>();

  readonly #labels: ReadonlyMap<string, Text>;

  constructor(indices: readonly Index[], indicators: readonly Indicator[]) {
    this.#indices = indices;
    this.#labels = new Map([...indicators, ...indices].map(({ id, label }) => [id, label]));
  }

  #label(id: string): Text {
    return this.#labels.get(id) ?? { en: id, zh: id };
  }

  readonly weighting = (index: Index): ChoiceOf<Weighting> =>
    this.#weighting.get(index.id) ?? { dimension: -1, count: 1, choices: [index.weights] };
  readonly aggregation = (index: Index): ChoiceOf<Aggregation> =>
    this.#aggregation.get(index.id) ?? { dimension: -1, count: 1, choices: [index.aggregation] };
  readonly perturbation = (
    index: Index,
  ): { readonly dimension: number; readonly relative: number } | undefined =>
    this.#perturbation.get(index.id);

  add(factor: UncertainFactor): void {
    switch (factor.factor) {
      case "imputation":
        this.imputation = this.#choice("imputation", "imputation", "插补方法", factor.choices);
        return;
      case "outliers":
        this.outliers = this.#choice("outliers", "treatment of outliers", "离群值处理", factor.choices);
        return;
      case "normalisation":
        this.normalisation = this.#choice("normalisation", "normalisation", "标准化方法", factor.choices);
        return;
      case "aggregation":
        return this.#shared(
          "aggregation",
          "aggregation",
          "聚合方法",
          factor.index,
          factor.choices,
          this.#aggregation,
        );
      case "weighting":
        return this.#shared(
          "weighting",
          "weighting method",
          "赋权方法",
          factor.index,
          factor.choices,
          this.#weighting,
        );
      case "experts":
        return this.#experts(factor.index);
      case "weights":
        for (const index of this.#reach(factor.index))
          if (index.members.length > 1) this.#perturb(index, factor.relative);
        return;
      case "noise":
        this.noise = { dimension: this.#dimension("noise", "noise in the data", "数据噪声"), factor };
    }
  }

  #dimension(id: string, en: string, zh: string): number {
    if (this.#taken.has(id))
      refuse(
        "factor-twice",
        { path: "uncertainty.factors" },
        `The factor "${id}" is named twice.`,
        `因素“${id}”重复出现。`,
      );
    this.#taken.add(id);
    return this.factors.push({ id, label: { en, zh } }) - 1;
  }

  #choice<T>(id: string, en: string, zh: string, choices: readonly T[]): ChoiceOf<T> {
    return { dimension: this.#dimension(id, en, zh), count: choices.length, choices };
  }

  /** The indices that a factor acts on: the one it names, or all. */
  #reach(id: string | undefined): readonly Index[] {
    const reached = this.#indices.filter((index) => id === undefined || index.id === id);
    if (reached.length === 0)
      refuse(
        "factor-out-of-reach",
        { path: "uncertainty.factors", index: id },
        `A factor names the index "${id}", which is not part of the examined index.`,
        `某因素指定的指数“${id}”不在所考察的指数之内。`,
      );
    return reached;
  }

  #shared<T>(
    id: string,
    en: string,
    zh: string,
    target: string | undefined,
    choices: readonly T[],
    into: Map<string, ChoiceOf<T>>,
  ): void {
    const name = target === undefined ? undefined : this.#label(target);
    const [suffix, of, zhOf] =
      name === undefined ? ["", "", ""] : [`:${target}`, ` of ${name.en}`, `（${name.zh}）`];
    const choice = this.#choice(id + suffix, en + of, zh + zhOf, choices);
    for (const index of this.#reach(target)) {
      if (into.has(index.id))
        refuse(
          "factor-twice",
          { index: index.id },
          `Two factors vary the ${en} of "${index.id}".`,
          `有两个因素同时改变“${index.id}”的${zh}。`,
        );
      into.set(index.id, choice);
    }
  }

  #experts(id: string): void {
    const [index] = this.#reach(id);
    const { weights } = index!;
    const alone: Weighting[] =
      weights.method === "ahp"
        ? weights.experts.map((expert) => ({ ...weights, experts: [expert] }))
        : weights.method === "budget-allocation"
          ? weights.allocations.map((allocation) => ({ ...weights, allocations: [allocation] }))
          : [];
    if (alone.length < 2)
      refuse(
        "no-experts",
        { index: id },
        `The choice of experts for "${id}" needs AHP or budget allocation with at least two experts.`,
        `“${id}”的专家选择要求采用 AHP 或预算分配法且至少有两位专家。`,
      );
    const { en, zh } = index!.label;
    this.#weighting.set(
      id,
      this.#choice(`experts:${id}`, `choice of expert for ${en}`, `专家选择（${zh}）`, alone),
    );
  }

  #perturb(index: Index, relative: number): void {
    if (index.weights.method === "benefit-of-the-doubt")
      refuse(
        "weights-not-shared",
        { index: index.id },
        `"${index.id}" gives each entity its own weights (benefit of the doubt); there are none to vary.`,
        `“${index.id}”采用受益权衡法，每个主体各有权重，没有可变动的公共权重。`,
      );
    const first = this.factors.length;
    for (const { id } of index.members) {
      const { en, zh } = this.#label(id);
      this.#dimension(
        `weight:${index.id}/${id}`,
        `weight of ${en} in ${index.label.en}`,
        `“${zh}”在“${index.label.zh}”中的权重`,
      );
    }
    this.#perturbation.set(index.id, { dimension: first, relative });
  }
}
