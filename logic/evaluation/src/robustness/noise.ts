import { exp } from "../numeric/elementary.ts";
import { mix32 } from "./random.ts";

/**
 * Independent noise for every cell, fast enough for a hundred thousand replications a second: one step of xoshiro128**
 * gives 32 bits, of which 10 choose a segment of a tabulated quantile function and 22 interpolate in it.
 */

/** 8 KiB per table: it stays in the first-level cache beside the columns. */
const SEGMENTS = 1024;
const SEGMENT_SHIFT = 22;
const WITHIN_MASK = 0x3fffff;
const WITHIN_SCALE = 1 / 4194304;

/** Quantiles of U(-1, 1). */
const uniformQuantiles = Float64Array.from({ length: SEGMENTS + 1 }, (_, k) => (2 * k) / SEGMENTS - 1);

/**
 * Quantiles of the standard normal distribution, straight within each of 1024 segments of equal probability, cut at
 * about 3.3 deviations and rescaled to variance one exactly. Built from IEEE-exact operations.
 */
const normalQuantiles = tabulateNormal();

export type NoiseDistribution = "uniform" | "normal";

export function quantilesOf(distribution: NoiseDistribution): Float64Array {
  return distribution === "normal" ? normalQuantiles : uniformQuantiles;
}

/** Starts the generator of one replication: four words that depend on all bits of both arguments. */
export function seedNoise(state: Int32Array, seed: number, replication: number): void {
  let word = mix32((seed ^ Math.imul(replication, 0x9e3779b9)) | 0);
  for (let k = 0; k < 4; k += 1) {
    word = mix32((word + 0x85ebca6b + k) | 0);
    state[k] = word;
  }
  state[0] = state[0]! | 1;
}

/**
 * out = values + amplitude * quantile(random). Does not allocate.
 * @param extremes receives the least and the greatest value written, which most normalisations need next
 */
export function addNoise(
  values: Float64Array,
  amplitude: Float64Array,
  quantiles: Float64Array,
  state: Int32Array,
  out: Float64Array,
  extremes: Float64Array,
): void {
  let s0 = state[0]!;
  let s1 = state[1]!;
  let s2 = state[2]!;
  let s3 = state[3]!;
  let least = Number.POSITIVE_INFINITY;
  let greatest = Number.NEGATIVE_INFINITY;
  for (let e = 0; e < values.length; e += 1) {
    const product = Math.imul(s1, 5);
    const word = Math.imul((product << 7) | (product >>> 25), 9);
    const t = s1 << 9;
    s2 ^= s0;
    s3 ^= s1;
    s1 ^= s2;
    s0 ^= s3;
    s2 ^= t;
    s3 = (s3 << 11) | (s3 >>> 21);
    const segment = word >>> SEGMENT_SHIFT;
    const low = quantiles[segment]!;
    const x =
      values[e]! +
      amplitude[e]! * (low + (quantiles[segment + 1]! - low) * ((word & WITHIN_MASK) * WITHIN_SCALE));
    out[e] = x;
    if (x < least) least = x;
    if (x > greatest) greatest = x;
  }
  extremes[0] = least;
  extremes[1] = greatest;
  state[0] = s0;
  state[1] = s1;
  state[2] = s2;
  state[3] = s3;
}

function tabulateNormal(): Float64Array {
  const table = new Float64Array(SEGMENTS + 1);
  let x = 0;
  for (let k = 1; k <= SEGMENTS / 2; k += 1) {
    const probability = k === SEGMENTS / 2 ? 1 - 0.5 / SEGMENTS : 0.5 + k / SEGMENTS;
    for (let step = 0; step < 60; step += 1) {
      const move = (cumulativeNormal(x) - probability) / density(x);
      x -= move;
      if (Math.abs(move) < 1e-14) break;
    }
    table[SEGMENTS / 2 + k] = x;
    table[SEGMENTS / 2 - k] = -x;
  }
  let variance = 0;
  for (let k = 0; k < SEGMENTS; k += 1)
    variance +=
      (table[k]! * table[k]! + table[k]! * table[k + 1]! + table[k + 1]! * table[k + 1]!) / 3 / SEGMENTS;
  const scale = 1 / Math.sqrt(variance);
  return table.map((value) => value * scale);
}

function density(x: number): number {
  return 0.3989422804014327 * exp((-x * x) / 2);
}

/** 1/2 + density(x) (x + x^3/3 + x^5/15 + ...), which converges for every x. */
function cumulativeNormal(x: number): number {
  let term = x;
  let sum = x;
  for (let k = 3; Math.abs(term) > 1e-17 * Math.abs(sum); k += 2) {
    term *= (x * x) / k;
    sum += term;
  }
  return 0.5 + density(x) * sum;
}
