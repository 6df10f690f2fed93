import { log } from "../numeric/elementary.ts";
import { InputError } from "../numeric/input-error.ts";
import { checkTable, sum, toUnitSum, transpose, type Matrix } from "../numeric/matrix.ts";
import {
  correlationOfColumns,
  extent,
  standardDeviation,
  type CorrelationKind,
  type Divisor,
} from "../numeric/statistics.ts";
import { checkedColumns } from "../coherence/principal-components.ts";

export interface EntropyWeights {
  /** Sum to 1. */
  readonly weights: number[];
  /** Entropy of each indicator, 0 … 1 (logarithms to base m, the number of units). */
  readonly entropies: number[];
  /** Degree of divergence 1 − entropy. */
  readonly divergences: number[];
}

/**
 * Shannon entropy weights: p(i,j) = x(i,j)/Σᵢ x, E(j) = −Σ p ln p / ln m (0·ln 0 = 0), w ∝ 1 − E.
 * `data` is units × indicators and must be ≥ 0 with a positive sum per column; it is not normalised further,
 * so normalise (and shift) first if your source does.
 * Source: C. L. Hwang & K. Yoon, Multiple Attribute Decision Making, Springer 1981, section 2.2.
 */
export function entropyWeights(data: Matrix): EntropyWeights {
  checkTable(data, 2);
  for (const [i, row] of data.entries()) {
    for (const [j, value] of row.entries()) if (value < 0) throw negativeError(i, j, value);
  }
  const scale = log(data.length);
  const entropies = transpose(data).map((column) => {
    const shares = toUnitSum(column);
    return -sum(shares.map((p) => (p > 0 ? p * log(p) : 0))) / scale;
  });
  const divergences = entropies.map((entropy) => (1 - entropy < 1e-15 ? 0 : 1 - entropy));
  return { weights: toUnitSum(divergences), entropies, divergences };
}

function negativeError(i: number, j: number, value: number): InputError {
  return new InputError(
    {
      en: `Row ${i + 1}, column ${j + 1} is ${value}; entropy weights need values ≥ 0: normalise first.`,
      zh: `第 ${i + 1} 行第 ${j + 1} 列为 ${value}；熵权法要求数值非负，请先做归一化。`,
    },
    { row: i + 1, column: j + 1 },
  );
}

export interface CriticWeights {
  /** Sum to 1. */
  readonly weights: number[];
  readonly standardDeviations: number[];
  readonly correlations: number[][];
  /** Σₖ (1 − r(j,k)): how much indicator j disagrees with the others. */
  readonly conflicts: number[];
  /** C(j) = σ(j) · conflict(j). */
  readonly information: number[];
}

export interface CriticOptions {
  /** +1 more is better (default), −1 less is better, per indicator. */
  readonly directions?: readonly (1 | -1)[];
  readonly correlation?: CorrelationKind;
  /** Divisor of the standard deviation: changes σ and C, never the weights. */
  readonly divisor?: Divisor;
}

/**
 * CRITIC weights of the columns of `data` (units × indicators), which are min-max normalised first.
 * Source: D. Diakoulaki, G. Mavrotas & L. Papayannakis, Determining objective weights in multiple criteria
 * problems: the CRITIC method, Computers & Operations Research 22 (1995) 763–770.
 */
export function criticWeights(data: Matrix, options: CriticOptions = {}): CriticWeights {
  const { directions, correlation = "pearson", divisor = "sample" } = options;
  const columns = checkedColumns(data, 2).map((column, j) => minMax(column, directions?.[j] ?? 1));
  const correlations = correlationOfColumns(columns, correlation);
  const standardDeviations = columns.map((column) => standardDeviation(column, divisor));
  const conflicts = correlations.map((row) => sum(row.map((r) => 1 - r)));
  const information = conflicts.map((conflict, j) => conflict * standardDeviations[j]!);
  return { weights: toUnitSum(information), standardDeviations, correlations, conflicts, information };
}

function minMax(column: readonly number[], direction: 1 | -1): number[] {
  const [low, high] = extent(column);
  return column.map((value) => (direction === 1 ? value - low : high - value) / (high - low));
}
