import { invert } from "../numeric/linear-system.ts";
import { InputError } from "../numeric/input-error.ts";
import { sum, type Matrix } from "../numeric/matrix.ts";
import { correlationOfColumns, mean, pearson, variance } from "../numeric/statistics.ts";
import { checkedColumns } from "./principal-components.ts";

export interface Reliability {
  /** Cronbach's alpha; null for a single variable. */
  readonly alpha: number | null;
  /** Alpha without each variable in turn; null where only one would remain. */
  readonly alphaWithout: (number | null)[];
  /** Correlation of each variable with the sum of the others. */
  readonly itemRestCorrelations: number[];
}

/**
 * Cronbach's alpha of the columns of `data` (units × variables).
 * `raw`: k/(k − 1) · (1 − Σ var(x)/var(Σ x)); `standardised`: k r̄/(1 + (k − 1) r̄), r̄ the mean correlation,
 * which is what the OECD & JRC Handbook reports for the Technology Achievement Index (0.70).
 * Source: L. J. Cronbach, Psychometrika 16 (1951) 297–334.
 */
export function cronbach(data: Matrix, form: "raw" | "standardised" = "standardised"): Reliability {
  const columns = checkedColumns(data).map((column) => (form === "raw" ? column : standardise(column)));
  const k = columns.length;
  const whole = Array.from({ length: data.length }, (_, i) => sum(columns.map((column) => column[i]!)));
  const variances = columns.map((column) => variance(column));
  const own = sum(variances);
  const rests = columns.map((column) => whole.map((value, i) => value - column[i]!));
  return {
    alpha: alphaOf(k, own, whole),
    alphaWithout: rests.map((rest, j) => alphaOf(k - 1, own - variances[j]!, rest)),
    itemRestCorrelations: columns.map((column, j) => pearson(column, rests[j]!)),
  };
}

/** Alpha of k variables from the sum of their variances and their sum per unit; null for fewer than two. */
function alphaOf(k: number, variances: number, whole: readonly number[]): number | null {
  return k < 2 ? null : (k / (k - 1)) * (1 - variances / variance(whole));
}

function standardise(column: readonly number[]): number[] {
  const [centre, spread] = [mean(column), Math.sqrt(variance(column))];
  return column.map((value) => (value - centre) / spread);
}

export type AdequacyWord =
  | "unacceptable"
  | "miserable"
  | "mediocre"
  | "middling"
  | "meritorious"
  | "marvellous";

export interface SamplingAdequacy {
  readonly overall: number;
  readonly perVariable: number[];
  /** Kaiser's words (1974) for the overall value. */
  readonly word: AdequacyWord;
}

/**
 * Kaiser–Meyer–Olkin measure of sampling adequacy: Σ r² / (Σ r² + Σ a²) over pairs, a being the partial
 * correlation given all other variables (the anti-image correlation).
 * Source: H. F. Kaiser & J. Rice, Educational and Psychological Measurement 34 (1974) 111–117.
 * @throws InputError when the correlation matrix is singular (more variables than units, or exact duplicates).
 */
export function samplingAdequacy(data: Matrix): SamplingAdequacy {
  return samplingAdequacyOfCorrelation(correlationOfColumns(checkedColumns(data)));
}

/** The same from a correlation matrix of at least two variables. */
export function samplingAdequacyOfCorrelation(correlations: Matrix): SamplingAdequacy {
  if (correlations.length < 2) {
    throw new InputError({ en: "KMO needs at least two variables.", zh: "KMO 至少需要两个变量。" });
  }
  const inverse = invert(correlations);
  const partial = inverse.map((row, i) =>
    row.map((value, j) => value ** 2 / (inverse[i]![i]! * inverse[j]![j]!)),
  );
  const offDiagonal = (matrix: Matrix) => matrix.map((row, i) => sum(row.filter((_, j) => j !== i)));
  const simple = offDiagonal(correlations.map((row) => row.map((r) => r ** 2)));
  const rest = offDiagonal(partial);
  const overall = sum(simple) / (sum(simple) + sum(rest));
  return {
    overall,
    perVariable: simple.map((value, i) => value / (value + rest[i]!)),
    word: adequacyWord(overall),
  };
}

function adequacyWord(value: number): AdequacyWord {
  const words: AdequacyWord[] = ["miserable", "mediocre", "middling", "meritorious", "marvellous"];
  return value < 0.5 ? "unacceptable" : words[Math.min(4, Math.floor(value * 10 + 1e-9) - 5)]!;
}
