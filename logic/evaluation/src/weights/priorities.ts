import { exp, log } from "../numeric/elementary.ts";
import { principalEigenpair } from "../numeric/eigen.ts";
import { mean } from "../numeric/statistics.ts";
import { sum, timesVector, toUnitSum, transpose } from "../numeric/matrix.ts";
import { checkJudgements, type JudgementCheck, type JudgementMatrix } from "./judgements.ts";
import { assessConsistency, type Consistency, type ConsistencyOptions } from "./consistency.ts";

/**
 * - `eigenvector`: principal right eigenvector (Saaty 1977), to rounding.
 * - `geometric-mean`: normalised row geometric means, the logarithmic least-squares solution (Crawford & Williams 1985).
 * - `column-mean`: mean of the normalised columns, the hand approximation (和积法); shown as an approximation.
 */
export type PriorityMethod = "eigenvector" | "geometric-mean" | "column-mean";

export interface Priorities {
  readonly method: PriorityMethod;
  /** Sum to 1. */
  readonly weights: number[];
  /**
   * For `eigenvector` the principal eigenvalue; for the others the mean of (A w)ᵢ / wᵢ,
   * which is what textbooks compute by hand and equals it when A is consistent.
   */
  readonly lambdaMax: number;
  readonly consistency: Consistency;
}

export type PriorityOptions = JudgementCheck & ConsistencyOptions & { readonly method?: PriorityMethod };

/**
 * Weights of n items from a complete comparison matrix, with its consistency.
 * @throws InputError when the matrix is not square, positive and reciprocal.
 */
export function prioritiesOf(matrix: JudgementMatrix, options: PriorityOptions = {}): Priorities {
  checkJudgements(matrix, { ...options, allowMissing: false });
  const method = options.method ?? "eigenvector";
  const { weights, lambdaMax } = solvePriorities(matrix, method);
  return { method, weights, lambdaMax, consistency: assessConsistency(matrix, weights, lambdaMax, options) };
}

function solvePriorities(
  matrix: JudgementMatrix,
  method: PriorityMethod,
): { weights: number[]; lambdaMax: number } {
  if (method === "eigenvector") {
    const { vector, value } = principalEigenpair(matrix);
    return { weights: vector, lambdaMax: value };
  }
  const weights = method === "geometric-mean" ? rowGeometricMeans(matrix) : normalisedColumnMeans(matrix);
  return { weights, lambdaMax: mean(timesVector(matrix, weights).map((value, i) => value / weights[i]!)) };
}

function rowGeometricMeans(matrix: JudgementMatrix): number[] {
  return toUnitSum(matrix.map((row) => exp(mean(row.map(log)))));
}

function normalisedColumnMeans(matrix: JudgementMatrix): number[] {
  const totals = transpose(matrix).map(sum);
  return toUnitSum(matrix.map((row) => mean(row.map((value, j) => value / totals[j]!))));
}
