/** Scores closer than this share of the greatest are one score: rounding must not decide a rank. */
export const TIE_TOLERANCE = 1e-12;

/**
 * Competition ranks: 1 is best, equal scores share the best rank (1, 2, 2, 4). `order` is scratch and keeps the last
 * order, which makes the next call on similar scores fast.
 * @param order a permutation of 0..n-1
 */
export function rankDescending(scores: Float64Array, order: Int32Array, ranks: Int32Array): void {
  const n = scores.length;
  if (n > 64) order.sort((a, b) => scores[b]! - scores[a]! || a - b);
  else insertionSort(scores, order);
  let greatest = 0;
  for (let e = 0; e < n; e += 1) {
    const size = Math.abs(scores[e]!);
    if (size > greatest) greatest = size;
  }
  const tie = greatest * TIE_TOLERANCE;
  let previous = Number.POSITIVE_INFINITY;
  let rank = 0;
  for (let k = 0; k < n; k += 1) {
    const e = order[k]!;
    const score = scores[e]!;
    if (previous - score > tie) rank = k + 1;
    ranks[e] = rank;
    previous = score;
  }
}

function insertionSort(scores: Float64Array, order: Int32Array): void {
  for (let k = 1; k < order.length; k += 1) {
    const e = order[k]!;
    const score = scores[e]!;
    let at = k - 1;
    while (at >= 0 && scores[order[at]!]! < score) {
      order[at + 1] = order[at]!;
      at -= 1;
    }
    order[at + 1] = e;
  }
}

/** A fresh permutation 0..n-1. */
export function identityOrder(n: number): Int32Array {
  return Int32Array.from({ length: n }, (_, k) => k);
}

/** Ranks of one set of scores. */
export function ranksOf(scores: Float64Array): Int32Array {
  const ranks = new Int32Array(scores.length);
  rankDescending(scores, identityOrder(scores.length), ranks);
  return ranks;
}
