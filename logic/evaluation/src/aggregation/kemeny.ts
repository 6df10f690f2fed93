/**
 * Exact Kemeny order: the ranking with the greatest total support of its pairs (J. Kemeny 1959; H. P. Young 1988).
 * Entities are first split by majorities: groups that beat each other in a fixed direction keep that direction in every
 * Kemeny order (extended Condorcet criterion, M. Truchon 1998), so only knots of cyclic majorities are searched, by
 * dynamic programming over subsets in O(2^k k^2).
 */

/** Largest knot that is solved: 2^18 subsets take about a third of a second. */
export const KEMENY_LIMIT = 18;

const TIE = 1e-12;

/** Entities from first to last; equally good orders are settled by position. Undefined beyond the limit. */
export function kemenyOrder(support: Float64Array, n: number): number[] | undefined {
  const order: number[] = [];
  for (const knot of knots(support, n)) {
    if (knot.length > KEMENY_LIMIT) return undefined;
    order.push(...(knot.length === 1 ? knot : bestOrder(support, n, knot)));
  }
  return order;
}

/** Sum over pairs of the support for the order given. */
export function kemenySupport(support: Float64Array, n: number, order: readonly number[]): number {
  let total = 0;
  for (let i = 0; i < order.length; i += 1)
    for (let j = i + 1; j < order.length; j += 1) total += support[order[i]! * n + order[j]!]!;
  return total;
}

/**
 * Strongly connected parts of "beats", winners first; each part sorted. A tie ties nobody down: an order along the
 * parts loses no pair of different parts, so an optimal order within each part makes an optimal order of all.
 */
function knots(support: Float64Array, n: number): number[][] {
  const reach = reachability(support, n);
  const parts: number[][] = [];
  const left = new Set(Array.from({ length: n }, (_, k) => k));
  while (left.size > 0) {
    // Someone whom only his own part beats, the first by position: his part comes next.
    const top = [...left].find((a) => [...left].every((b) => reach[b]![a] === 0 || reach[a]![b] === 1))!;
    const part = [...left].filter((b) => b === top || (reach[top]![b] === 1 && reach[b]![top] === 1));
    for (const entity of part) left.delete(entity);
    parts.push(part);
  }
  return parts;
}

/** reach[a][b] = 1 when a chain of won duels leads from a to b. */
function reachability(support: Float64Array, n: number): Uint8Array[] {
  const reach = Array.from({ length: n }, (_, a) =>
    Uint8Array.from({ length: n }, (_, b) => (support[a * n + b]! > support[b * n + a]! + TIE ? 1 : 0)),
  );
  for (let via = 0; via < n; via += 1) {
    for (let a = 0; a < n; a += 1) {
      if (reach[a]![via] === 0) continue;
      for (let b = 0; b < n; b += 1) if (reach[via]![b] === 1) reach[a]![b] = 1;
    }
  }
  return reach;
}

/** best[S] = greatest support of an order of S; the last of S is what the step removes. */
function bestOrder(support: Float64Array, n: number, knot: readonly number[]): number[] {
  const k = knot.length;
  const best = new Float64Array(1 << k).fill(Number.NEGATIVE_INFINITY);
  const first = new Int8Array(1 << k);
  best[0] = 0;
  for (let set = 1; set < 1 << k; set += 1) {
    for (let a = 0; a < k; a += 1) {
      if ((set & (1 << a)) === 0) continue;
      const rest = set ^ (1 << a);
      let value = best[rest]!;
      for (let b = 0; b < k; b += 1) if ((rest & (1 << b)) !== 0) value += support[knot[a]! * n + knot[b]!]!;
      if (value > best[set]! + TIE) {
        best[set] = value;
        first[set] = a;
      }
    }
  }
  const order: number[] = [];
  for (let set = (1 << k) - 1; set !== 0; set ^= 1 << first[set]!) order.push(knot[first[set]!]!);
  return order;
}
