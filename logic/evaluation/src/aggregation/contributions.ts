import { pow } from "../numeric/elementary.ts";
import type { Aggregation } from "../specification/steps-schema.ts";
import { medianMembers } from "./aggregate.ts";

/**
 * How much of an entity's score each member brings. All averages here are homogeneous of degree one, so by Euler's
 * theorem the score is the sum over members of slope times value. Slopes of the arithmetic mean are the weights.
 * @returns one column of slopes per member, or undefined for rankings, whose scores no member owns a part of
 */
export function memberSlopes(
  aggregation: Aggregation,
  columns: readonly Float64Array[],
  weights: Float64Array,
  scores: Float64Array,
): Float64Array[] | undefined {
  const n = scores.length;
  const each = (slope: (member: number, e: number) => number): Float64Array[] =>
    columns.map((_, m) => Float64Array.from({ length: n }, (_, e) => slope(m, e)));
  const value = (m: number, e: number): number => columns[m]![e]!;
  switch (aggregation.method) {
    case "arithmetic":
      return each((m) => weights[m]!);
    case "geometric":
      return each((m, e) => (value(m, e) === 0 ? 0 : (weights[m]! * scores[e]!) / value(m, e)));
    case "harmonic":
      return each((m, e) => powerSlope(-1, weights[m]!, value(m, e), scores[e]!));
    case "generalised":
      return each((m, e) => powerSlope(aggregation.power, weights[m]!, value(m, e), scores[e]!));
    case "owa":
      return orderedSlopes(aggregation.order, columns, n);
    case "median":
      return medianSlopes(columns, weights, n);
    case "mazziotta-pareto":
      return paretoSlopes(aggregation.penalise === "unbalance-lowers" ? -1 : 1, columns, weights, n);
    case "none":
    case "borda":
    case "copeland":
    case "condorcet":
    case "kemeny":
      return undefined;
  }
}

function powerSlope(power: number, weight: number, value: number, score: number): number {
  return value === 0 || score === 0 ? 0 : weight * pow(value / score, power - 1);
}

function orderedSlopes(
  order: readonly number[],
  columns: readonly Float64Array[],
  n: number,
): Float64Array[] {
  const slopes = columns.map(() => new Float64Array(n));
  for (let e = 0; e < n; e += 1) {
    const members = [...columns.keys()].sort((a, b) => columns[b]![e]! - columns[a]![e]! || a - b);
    for (const [position, m] of members.entries()) slopes[m]![e] = order[position]!;
  }
  return slopes;
}

function medianSlopes(columns: readonly Float64Array[], weights: Float64Array, n: number): Float64Array[] {
  const slopes = columns.map(() => new Float64Array(n));
  const order = new Int32Array(columns.length);
  for (let e = 0; e < n; e += 1) {
    const [low, high] = medianMembers(columns, weights, e, order);
    slopes[low]![e] = slopes[low]![e]! + 0.5;
    slopes[high]![e] = slopes[high]![e]! + 0.5;
  }
  return slopes;
}

/** d(M + s S^2/M)/dz_i = w_i (1 + s (2 (z_i - M)/M - S^2/M^2)). */
function paretoSlopes(
  sign: 1 | -1,
  columns: readonly Float64Array[],
  weights: Float64Array,
  n: number,
): Float64Array[] {
  const slopes = columns.map(() => new Float64Array(n));
  for (let e = 0; e < n; e += 1) {
    const centre = columns.reduce((sum, column, m) => sum + weights[m]! * column[e]!, 0);
    const variance = columns.reduce(
      (sum, column, m) => sum + weights[m]! * (column[e]! - centre) * (column[e]! - centre),
      0,
    );
    for (const [m, column] of columns.entries()) {
      slopes[m]![e] =
        weights[m]! * (1 + sign * ((2 * (column[e]! - centre)) / centre - variance / (centre * centre)));
    }
  }
  return slopes;
}
