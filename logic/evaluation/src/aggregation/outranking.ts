import { refuse, type Place } from "../specification/types.ts";
import { kemenyOrder, KEMENY_LIMIT } from "./kemeny.ts";

/**
 * Voting rules over members: each member votes with its weight for the entity that has the higher value; equal values
 * give half of the weight to each (OECD/JRC Handbook 2008, section 6.3, outranking matrix).
 */

/** Weight of the members that prefer a to b, flattened: `[a * n + b]`. The diagonal is 0. */
export function outrankingMatrix(columns: readonly Float64Array[], weights: Float64Array): Float64Array {
  const n = columns[0]?.length ?? 0;
  const matrix = new Float64Array(n * n);
  for (const [m, column] of columns.entries()) {
    const weight = weights[m]!;
    for (let a = 0; a < n; a += 1) {
      for (let b = a + 1; b < n; b += 1) {
        const d = column[a]! - column[b]!;
        const forA = d > 0 ? weight : d < 0 ? 0 : weight / 2;
        matrix[a * n + b] = matrix[a * n + b]! + forA;
        matrix[b * n + a] = matrix[b * n + a]! + weight - forA;
      }
    }
  }
  return matrix;
}

/** Two supports within this are a tie, so that rounding does not decide. */
const TIE = 1e-12;

/** What a wins of b, from the outranking matrix. */
type Duel = (matrix: Float64Array, n: number, a: number, b: number) => number;

/** 1 when a beats b by weight, -1 when it loses, 0 for a tie. */
const byMajority: Duel = (matrix, n, a, b) => {
  const d = matrix[a * n + b]! - matrix[b * n + a]!;
  return d > TIE ? 1 : d < -TIE ? -1 : 0;
};

const byWeight: Duel = (matrix, n, a, b) => matrix[a * n + b]!;

/** The score of each: the sum over its duels with all others. */
const scoresOf =
  (duel: Duel) =>
  (columns: readonly Float64Array[], weights: Float64Array, out: Float64Array): void => {
    const n = out.length;
    const matrix = outrankingMatrix(columns, weights);
    for (let a = 0; a < n; a += 1) {
      let score = 0;
      for (let b = 0; b < n; b += 1) if (a !== b) score += duel(matrix, n, a, b);
      out[a] = score;
    }
  };

/** A. H. Copeland (1951): duels won minus duels lost. */
export const copelandScores = scoresOf(byMajority);

/** J.-C. de Borda (1781): weighted number of entities beaten, ties half. */
export const bordaScores = scoresOf(byWeight);

/** Condorcet's order: the number of duels won, when majorities form an order; refused, naming a cycle, when they do not. */
export function condorcetScores(
  place: Place,
): (columns: readonly Float64Array[], weights: Float64Array, out: Float64Array) => void {
  return (columns, weights, out) => {
    const n = out.length;
    const matrix = outrankingMatrix(columns, weights);
    const cycle = majorityCycle(matrix, n);
    if (cycle) {
      const names = cycle.map((entity) => entity + 1).join(" > ");
      refuse(
        "condorcet-cycle",
        place,
        `Index "${place.index}" has no Condorcet order: majorities run in a circle (entities ${names} in their order); use copeland or kemeny.`,
        `指数“${place.index}”不存在孔多塞排序：多数关系成环（按次序第 ${names} 个主体）；请改用 copeland 或 kemeny。`,
      );
    }
    for (let a = 0; a < n; a += 1) {
      let score = 0;
      for (let b = 0; b < n; b += 1) {
        const result = a === b ? 0 : byMajority(matrix, n, a, b);
        score += result > 0 ? 1 : result === 0 && a !== b ? 0.5 : 0;
      }
      out[a] = score;
    }
  };
}

/** Three entities a >= b >= c of which c > a (or a tie breaks the order): undefined when majorities are a weak order. */
function majorityCycle(matrix: Float64Array, n: number): number[] | undefined {
  for (let a = 0; a < n; a += 1) {
    for (let b = 0; b < n; b += 1) {
      if (a === b || byMajority(matrix, n, a, b) < 0) continue;
      for (let c = 0; c < n; c += 1) {
        if (c === a || c === b || byMajority(matrix, n, b, c) < 0) continue;
        const strict = byMajority(matrix, n, a, b) > 0 || byMajority(matrix, n, b, c) > 0;
        const back = byMajority(matrix, n, a, c);
        if (back < 0 || (strict && back === 0)) return [a, b, c, a];
      }
    }
  }
  return undefined;
}

/** The exact Kemeny order as scores n (first) to 1 (last). */
export function kemenyScores(
  place: Place,
): (columns: readonly Float64Array[], weights: Float64Array, out: Float64Array) => void {
  return (columns, weights, out) => {
    const n = out.length;
    const order = kemenyOrder(outrankingMatrix(columns, weights), n);
    if (order === undefined) {
      return refuse(
        "kemeny-too-large",
        place,
        `Index "${place.index}": more than ${KEMENY_LIMIT} entities form one knot of cyclic majorities, beyond what is solved exactly; use copeland or borda.`,
        `指数“${place.index}”：超过 ${KEMENY_LIMIT} 个主体的多数关系相互成环，超出精确求解范围；请改用 copeland 或 borda。`,
      );
    }
    for (const [position, entity] of order.entries()) out[entity] = n - position;
  };
}
