import { exp, log } from "../numeric/elementary.ts";
import { InputError } from "../numeric/input-error.ts";
import { sum, toUnitSum } from "../numeric/matrix.ts";
import { checkJudgements, type JudgementMatrix } from "./judgements.ts";

/**
 * Aggregated individual judgements (AIJ): weighted geometric mean, entry by entry; stays reciprocal.
 * A judgement that some experts did not make (NaN) is the mean of those who did; NaN if none did.
 * Source: J. Aczél & T. L. Saaty, Procedures for synthesizing ratio judgements, J. Math. Psych. 27 (1983) 93–102.
 */
export function aggregateJudgements(
  matrices: readonly JudgementMatrix[],
  expertWeights: readonly number[] = matrices.map(() => 1),
): number[][] {
  const influence = checkExperts(matrices.length, expertWeights);
  const n = matrices[0]!.length;
  for (const matrix of matrices) {
    if (matrix.length !== n) throw sizeError(matrix.length, n);
    checkJudgements(matrix, { allowMissing: true });
  }
  const mean = (i: number, j: number) => {
    const made = matrices.flatMap((matrix, k) => {
      const value = matrix[i]![j]!;
      return Number.isNaN(value) ? [] : [{ logarithm: log(value), weight: influence[k]! }];
    });
    const total = sum(made.map((one) => one.weight));
    return exp(sum(made.map((one) => one.logarithm * one.weight)) / total);
  };
  const result = Array.from({ length: n }, (_, i) => Array.from({ length: n }, (_, j) => Number(i === j)));
  for (let i = 0; i < n; i++) {
    for (let j = i + 1; j < n; j++) {
      result[i]![j] = mean(i, j);
      result[j]![i] = 1 / result[i]![j]!;
    }
  }
  return result;
}

/**
 * Aggregated individual priorities (AIP): weighted arithmetic or geometric mean of the experts' weights, sum 1.
 * Source: E. Forman & K. Peniwati, EJOR 108 (1998) 165–169.
 */
export function aggregatePriorities(
  priorities: readonly (readonly number[])[],
  options: { readonly mean?: "arithmetic" | "geometric"; readonly expertWeights?: readonly number[] } = {},
): number[] {
  const { mean = "arithmetic", expertWeights = priorities.map(() => 1) } = options;
  const influence = checkExperts(priorities.length, expertWeights);
  const [into, back] = mean === "geometric" ? [log, exp] : [Number, Number];
  const n = priorities[0]!.length;
  for (const one of priorities) if (one.length !== n) throw sizeError(one.length, n);
  return toUnitSum(
    Array.from({ length: n }, (_, i) => back(sum(priorities.map((one, k) => influence[k]! * into(one[i]!))))),
  );
}

export type ConsensusWord = "veryLow" | "low" | "moderate" | "high" | "veryHigh";

export interface Consensus {
  /** 1: all experts have the same priorities; 0: as different as the scale allows. */
  readonly indicator: number;
  readonly word: ConsensusWord;
  /** Shannon entropies in nats: mean of the experts', of their mean, and the difference. */
  readonly alpha: number;
  readonly gamma: number;
  readonly beta: number;
}

/**
 * Goepel's group consensus from Shannon entropies of the experts' priorities (n ≥ 2 items, ≥ 2 experts):
 * S* = (exp(−Hβ) − exp(Hα,min − Hγ,max)) / (1 − exp(Hα,min − Hγ,max)), with Hγ,max = ln n and
 * Hα,min the entropy of one item judged M times as important as all others (M = 9 on the linear scale).
 * Source: K. D. Goepel, Implementing the AHP as a standard method, ISAHP 2013, in the corrected form of 2014
 * (unlimited Hγ,max), which AHP-OS uses; words from the same author's scale (0.5, 0.625, 0.75, 0.875).
 */
export function groupConsensus(priorities: readonly (readonly number[])[], scaleMaximum = 9): Consensus {
  checkExperts(
    priorities.length,
    priorities.map(() => 1),
    2,
  );
  const n = priorities[0]!.length;
  const alpha = sum(priorities.map(entropy)) / priorities.length;
  const gamma = entropy(aggregatePriorities(priorities));
  const beta = gamma - alpha;
  const extreme = Array.from({ length: n }, (_, i) => (i === 0 ? scaleMaximum : 1) / (n + scaleMaximum - 1));
  const floor = exp(entropy(extreme) - log(n));
  const indicator = (exp(-beta) - floor) / (1 - floor);
  return { indicator, word: consensusWord(indicator), alpha, gamma, beta };
}

function entropy(shares: readonly number[]): number {
  return -sum(shares.map((p) => (p > 0 ? p * log(p) : 0)));
}

function consensusWord(indicator: number): ConsensusWord {
  if (indicator < 0.5) return "veryLow";
  if (indicator < 0.625) return "low";
  if (indicator < 0.75) return "moderate";
  return indicator <= 0.875 ? "high" : "veryHigh";
}

function checkExperts(count: number, expertWeights: readonly number[], minimum = 1): number[] {
  if (count < minimum) {
    throw new InputError({
      en: `${count} expert(s) were given; at least ${minimum} are needed.`,
      zh: `仅有 ${count} 位专家；至少需要 ${minimum} 位。`,
    });
  }
  const wrong = expertWeights.findIndex((weight) => !(weight >= 0 && Number.isFinite(weight)));
  if (expertWeights.length === count && wrong < 0) return toUnitSum(expertWeights);
  throw new InputError({
    en: `Each of the ${count} experts needs one weight ≥ 0; there are ${expertWeights.length}${wrong < 0 ? "" : `, number ${wrong + 1} is ${expertWeights[wrong]}`}.`,
    zh: `${count} 位专家各需一个非负权重；现有 ${expertWeights.length} 个${wrong < 0 ? "" : `，第 ${wrong + 1} 个为 ${expertWeights[wrong]}`}。`,
  });
}

function sizeError(found: number, expected: number): InputError {
  return new InputError({
    en: `All experts must judge the same ${expected} items; one has ${found}.`,
    zh: `所有专家必须评判相同的 ${expected} 个项目；其中一位有 ${found} 个。`,
  });
}
