import { InputError } from "../numeric/input-error.ts";
import { RECIPROCAL_TOLERANCE } from "../specification/check-weights.ts";
import type { Index } from "../specification/schema.ts";
import {
  errorFinding,
  EvaluationError,
  warningFinding,
  type Finding,
  type Place,
  type Text,
} from "../specification/types.ts";
import type { ExpertJudgements, Weighting } from "../specification/weights-schema.ts";
import * as w from "../weights/index.ts";

/** How one index's weights came about. */
export interface WeightDerivation {
  readonly method: Weighting["method"];
  /** One per member. For benefit of the doubt the mean over entities. */
  readonly weights: Float64Array;
  /** Benefit of the doubt: one column per member, a weight per entity, such that scores are per cent of the best possible. */
  readonly byEntity?: readonly Float64Array[];
  /** AHP: the group's consistency, and each expert's. */
  readonly consistency?: w.Consistency;
  readonly lambdaMax?: number;
  readonly experts?: readonly ExpertResult[];
  readonly consensus?: w.Consensus;
  /** AHP: judgements to reconsider, most inconsistent first. */
  readonly hints?: readonly w.JudgementHint[];
  /** Optimised weights: false when the target was not met. */
  readonly converged?: boolean;
  readonly synthetic?: boolean;
  readonly findings: readonly Finding[];
}

export interface ExpertResult {
  readonly expert: string;
  readonly weights: readonly number[];
  readonly lambdaMax: number;
  readonly consistency: w.Consistency;
}

/**
 * Weights of an index's members. @param columns the members' columns, for methods that look at the data
 * @throws EvaluationError naming the index when the method cannot apply
 */
export function deriveWeights(
  index: Index,
  weighting: Weighting,
  columns: readonly Float64Array[],
  period: string,
): WeightDerivation {
  const place = { index: index.id, period };
  try {
    return derive(index, weighting, columns, place);
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    const { en, zh } = error.words;
    throw new EvaluationError([
      errorFinding(
        "weights-cannot-apply",
        {
          ...place,
          row: error.place.row,
          column: error.place.column === undefined ? undefined : String(error.place.column),
        },
        `Index "${index.id}", weights by ${weighting.method}: ${en}`,
        `指数“${index.id}”（${weighting.method} 赋权）：${zh}`,
      ),
    ]);
  }
}

function derive(
  index: Index,
  weighting: Weighting,
  columns: readonly Float64Array[],
  place: Place,
): WeightDerivation {
  const count = index.members.length;
  const plain = (weights: readonly number[]): WeightDerivation => ({
    method: weighting.method,
    weights: Float64Array.from(weights),
    findings: [],
  });
  if (count === 1 && weighting.method !== "ahp" && weighting.method !== "benefit-of-the-doubt")
    return plain([1]);
  switch (weighting.method) {
    case "equal":
      return plain(w.equalWeights(count));
    case "manual":
      return plain(
        w.manualWeights(
          index.members.map((member) => member.weight ?? 0),
          { rescale: weighting.rescale },
        ),
      );
    case "ahp":
      return ahp(index, weighting, place);
    case "pca":
      return plain(w.factorWeights(rows(columns), { method: "firstComponent" }).weights);
    case "factor":
      return plain(w.factorWeights(rows(columns)).weights);
    case "entropy":
      return plain(w.entropyWeights(rows(columns)).weights);
    case "critic":
      return plain(w.criticWeights(rows(columns)).weights);
    case "budget-allocation":
      return plain(
        w.budgetWeights(
          weighting.allocations.map(({ points }) => points),
          { budget: weighting.allocations[0]!.points.reduce((sum, value) => sum + value, 0) },
        ),
      );
    case "benefit-of-the-doubt":
      return benefitOfTheDoubt(weighting, columns, count);
    case "optimised":
      return optimised(index, weighting.target, columns, place);
  }
}

/** Entities x members, as the weighting methods take them. */
function rows(columns: readonly Float64Array[]): number[][] {
  return Array.from({ length: columns[0]?.length ?? 0 }, (_, e) => columns.map((column) => column[e]!));
}

function ahp(index: Index, weighting: Weighting & { method: "ahp" }, place: Place): WeightDerivation {
  const names = index.members.map((member) => member.id);
  if (names.length === 1)
    return {
      method: "ahp",
      weights: Float64Array.of(1),
      consistency: {
        kind: "notApplicable",
        reason: { en: "Not applicable: there is one member.", zh: "不适用：仅有一个成员。" },
      },
      lambdaMax: 1,
      synthetic: weighting.synthetic,
      findings: [],
    };
  const matrices = weighting.experts.map((expert) => matrixOf(expert, weighting, names));
  const experts = weighting.experts.map((expert, k) => ({
    expert: expert.expert,
    ...prioritiesOf(matrices[k]!, weighting, names),
  }));
  const says = weighting.experts.map((expert) => expert.importance ?? 1);
  const single = experts.length === 1;
  const byJudgements = single || weighting.group === "judgements";
  const matrix = single ? matrices[0]! : w.aggregateJudgements(matrices, says);
  const group = single ? experts[0]! : prioritiesOf(matrix, weighting, names);
  const weights = byJudgements
    ? group.weights
    : w.aggregatePriorities(
        experts.map((expert) => expert.weights),
        { expertWeights: says },
      );
  const complete = !matrix.flat().some(Number.isNaN);
  return {
    method: "ahp",
    weights: Float64Array.from(weights),
    lambdaMax: group.lambdaMax,
    consistency: group.consistency,
    experts,
    ...(single
      ? {}
      : {
          consensus: w.groupConsensus(
            experts.map((expert) => expert.weights),
            w.scaleMaximum(weighting.scale, names.length, weighting.scaleParameter),
          ),
        }),
    ...(complete && names.length > 2 ? { hints: w.mostInconsistent(matrix, 3, weighting.randomIndex) } : {}),
    synthetic: weighting.synthetic,
    findings: [...experts, ...(single ? [] : [{ expert: "group", ...group }])].flatMap(
      ({ expert, consistency }) => inconsistency(index, expert, consistency, place),
    ),
  };
}

/** Published matrices are rounded: the part above the diagonal counts, the rest is its exact reciprocal. */
function matrixOf(
  expert: ExpertJudgements,
  weighting: Weighting & { method: "ahp" },
  names: readonly string[],
): number[][] {
  const given = expert.matrix.map((row) => row.map((value) => value ?? Number.NaN));
  w.checkJudgements(given, { tolerance: RECIPROCAL_TOLERANCE, allowMissing: true, names });
  const exact = given.map((row, i) =>
    row.map((value, j) =>
      i === j ? 1 : i < j ? larger(value, given[j]![i]!) : 1 / larger(given[j]![i]!, value),
    ),
  );
  return weighting.scale === "linear" && weighting.scaleParameter === undefined
    ? exact
    : w.applyScale(exact, weighting.scale, weighting.scaleParameter);
}

/** Of a pair of reciprocals the one above 1 was judged, the other rounded: 3 and 0.33 mean 3. */
function larger(value: number, reciprocal: number): number {
  return value >= 1 || Number.isNaN(value) ? value : 1 / reciprocal;
}

function prioritiesOf(
  matrix: number[][],
  weighting: Weighting & { method: "ahp" },
  names: readonly string[],
): { weights: number[]; lambdaMax: number; consistency: w.Consistency } {
  const eigenvector = weighting.priorities === "eigenvector";
  const options = {
    names,
    ...(weighting.randomIndex && { randomIndexTable: weighting.randomIndex }),
    ...(weighting.consistencyLimit && { limit: weighting.consistencyLimit }),
  };
  if (matrix.flat().some(Number.isNaN))
    return w.prioritiesOfIncomplete(matrix, {
      ...options,
      method: eigenvector ? "harker" : "logarithmic-least-squares",
    });
  return w.prioritiesOf(matrix, { ...options, method: eigenvector ? "eigenvector" : "geometric-mean" });
}

function inconsistency(index: Index, expert: string, consistency: w.Consistency, place: Place): Finding[] {
  if (consistency.kind === "notApplicable" || consistency.warning === null) return [];
  const text: Text = consistency.warning;
  return [
    warningFinding(
      "inconsistent-judgements",
      place,
      `Index "${index.id}", ${expert}: ${text.en}`,
      `指数“${index.id}”，${expert === "group" ? "专家组" : expert}：${text.zh}`,
    ),
  ];
}

function benefitOfTheDoubt(
  weighting: Weighting & { method: "benefit-of-the-doubt" },
  columns: readonly Float64Array[],
  count: number,
): WeightDerivation {
  const limits =
    weighting.lower === 0 && weighting.upper === 1
      ? undefined
      : columns.map(() => ({ lower: weighting.lower, upper: weighting.upper }));
  const result = w.benefitOfTheDoubt(rows(columns), limits);
  const byEntity = columns.map((_, m) => Float64Array.from(result.weights, (own) => 100 * own[m]!));
  return {
    method: "benefit-of-the-doubt",
    weights: Float64Array.from(
      { length: count },
      (_, m) => byEntity[m]!.reduce((sum, value) => sum + value, 0) / byEntity[m]!.length,
    ),
    byEntity,
    findings: [],
  };
}

function optimised(
  index: Index,
  target: readonly number[] | undefined,
  columns: readonly Float64Array[],
  place: Place,
): WeightDerivation {
  const result = w.weightsForInfluence(rows(columns), target === undefined ? {} : { target });
  const findings = result.converged
    ? []
    : [
        warningFinding(
          "weights-not-converged",
          place,
          `Index "${index.id}": no weights meet the target influence; the nearest found miss it by ${result.largestGap}.`,
          `指数“${index.id}”：没有权重能达到目标影响力；所得最接近的权重相差 ${result.largestGap}。`,
        ),
      ];
  return {
    method: "optimised",
    weights: Float64Array.from(result.weights),
    converged: result.converged,
    findings,
  };
}
