import { dot, sum } from "./matrix.ts";

export function mean(values: readonly number[]): number {
  return sum(values) / values.length;
}

/** "sample" divides by n − 1, "population" by n. */
export type Divisor = "sample" | "population";

export function variance(values: readonly number[], divisor: Divisor = "sample"): number {
  const centre = mean(values);
  const squares = values.reduce((total, value) => total + (value - centre) ** 2, 0);
  return squares / (divisor === "sample" ? values.length - 1 : values.length);
}

export function standardDeviation(values: readonly number[], divisor: Divisor = "sample"): number {
  return Math.sqrt(variance(values, divisor));
}

/** Smallest and largest value; works for any length, unlike Math.min(...values). */
export function extent(values: readonly number[]): [low: number, high: number] {
  let [low, high] = [Infinity, -Infinity];
  for (const value of values) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return [low, high];
}

/** True when all values are equal up to rounding: correlations and standard scores are then undefined. */
export function isConstant(values: readonly number[]): boolean {
  const [low, high] = extent(values);
  return high - low <= 1e-14 * Math.max(Math.abs(low), Math.abs(high));
}

/** Product-moment correlation; NaN when either side is constant. */
export function pearson(a: readonly number[], b: readonly number[]): number {
  if (isConstant(a) || isConstant(b)) return NaN;
  const [ma, mb] = [mean(a), mean(b)];
  let [ab, aa, bb] = [0, 0, 0];
  for (let i = 0; i < a.length; i++) {
    const [x, y] = [a[i]! - ma, b[i]! - mb];
    ab += x * y;
    aa += x * x;
    bb += y * y;
  }
  return Math.max(-1, Math.min(1, ab / Math.sqrt(aa * bb)));
}

/** Ascending ranks from 1; equal values share the mean of their ranks. */
export function midranks(values: readonly number[]): number[] {
  const order = values.map((_, i) => i).sort((i, j) => values[i]! - values[j]!);
  const ranks = Array.from({ length: values.length }, () => 0);
  for (let start = 0; start < order.length;) {
    let end = start;
    while (end + 1 < order.length && values[order[end + 1]!] === values[order[start]!]) end++;
    for (let k = start; k <= end; k++) ranks[order[k]!] = (start + end) / 2 + 1;
    start = end + 1;
  }
  return ranks;
}

/** Rank correlation: Pearson on midranks, so ties are handled exactly. */
export function spearman(a: readonly number[], b: readonly number[]): number {
  return pearson(midranks(a), midranks(b));
}

/** Kendall's tau-b, which corrects for ties (Kendall 1945); NaN when either side is constant. */
export function kendall(a: readonly number[], b: readonly number[]): number {
  let [score, untiedA, untiedB] = [0, 0, 0];
  for (let i = 0; i < a.length; i++) {
    for (let j = 0; j < i; j++) {
      const [x, y] = [Math.sign(a[i]! - a[j]!), Math.sign(b[i]! - b[j]!)];
      score += x * y;
      untiedA += x * x;
      untiedB += y * y;
    }
  }
  return score / Math.sqrt(untiedA * untiedB);
}

export type CorrelationKind = "pearson" | "spearman" | "kendall";

export const correlation: Readonly<
  Record<CorrelationKind, (a: readonly number[], b: readonly number[]) => number>
> = { pearson, spearman, kendall };

/** Correlation matrix of the columns (variables given as arrays of equal length); NaN where one is constant. */
export function correlationOfColumns(
  columns: readonly (readonly number[])[],
  kind: CorrelationKind = "pearson",
): number[][] {
  const constant = columns.map(isConstant);
  const prepared = columns.map((column) => (kind === "spearman" ? midranks(column) : column));
  const unit = kind === "kendall" ? [] : prepared.map(toUnitDeviation);
  const between = (i: number, j: number) =>
    kind === "kendall"
      ? kendall(columns[i]!, columns[j]!)
      : Math.max(-1, Math.min(1, dot(unit[i]!, unit[j]!)));
  const result = columns.map(() => columns.map(() => NaN));
  for (const [i, row] of result.entries()) {
    if (constant[i]) continue;
    row[i] = 1;
    for (let j = 0; j < i; j++) if (!constant[j]) row[j] = result[j]![i] = between(i, j);
  }
  return result;
}

/** Deviations from the mean, scaled to unit length. */
function toUnitDeviation(column: readonly number[]): number[] {
  const centre = mean(column);
  const deviations = column.map((value) => value - centre);
  const length = Math.sqrt(dot(deviations, deviations));
  return deviations.map((value) => value / length);
}
