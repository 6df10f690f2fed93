import type { PlanFactor } from "./plan-parts.ts";

export interface SensitivitySettings {
  readonly seed: number;
  /** Base points N; the plan runs N (factors + 2) times. A power of two keeps the points balanced. */
  readonly points: number;
  /** Resamples of the base points for the intervals; 0 for none. */
  readonly bootstrap: number;
  /** Width of the bootstrap interval, 0..1. */
  readonly interval: number;
  /** Entities whose rank is examined; all when absent. */
  readonly entities?: readonly string[];
  /** Pairs [a, b] for the question whether a ranks before b. */
  readonly pairs?: readonly (readonly [string, string])[];
}

/** A share of variance with its bootstrap interval. Estimates of small indices can be slightly negative. */
export interface Estimate {
  readonly value: number;
  readonly lower: number | null;
  readonly upper: number | null;
}

export interface FactorSensitivity {
  readonly factor: PlanFactor;
  /** Share of the variance that the factor explains alone. */
  readonly first: Estimate;
  /** Share that it explains with all its interactions. */
  readonly total: Estimate;
}

export type SensitivityOutput =
  | { readonly output: "mean-rank-shift" }
  | { readonly output: "rank"; readonly entity: string }
  | { readonly output: "ahead"; readonly entity: string; readonly other: string };

export type SensitivityOf = SensitivityOutput & {
  readonly mean: number;
  readonly variance: number;
  /** null when the output never varies: then no factor has a share of nothing. */
  readonly factors: readonly FactorSensitivity[] | null;
};

/** Shares of the variance of one output: `values[block * N + point]`, blocks A, B, AB_1, ..., AB_k. */
export function analyse(
  output: SensitivityOutput,
  values: Float64Array,
  factors: readonly PlanFactor[],
  settings: SensitivitySettings,
  resamples: readonly Float64Array[],
): SensitivityOf {
  const n = settings.points;
  const a = values.subarray(0, n);
  const b = values.subarray(n, 2 * n);
  let mean = 0;
  for (let j = 0; j < 2 * n; j += 1) mean += values[j]! / (2 * n);
  // Per base point: what it adds to the variance, counted once over A and B.
  const spread = Float64Array.from(
    a,
    (value, j) => ((value - mean) * (value - mean) + (b[j]! - mean) * (b[j]! - mean)) / 2,
  );
  const variance = spread.reduce((sum, value) => sum + value, 0) / n;
  if (!(variance > 1e-24)) return { ...output, mean, variance: 0, factors: null };
  const spreads = Float64Array.from(resamples, (times) =>
    times.reduce((sum, count, j) => sum + count * spread[j]!, 0),
  );
  return {
    ...output,
    mean,
    variance,
    factors: factors.map((factor, i) => {
      const ab = values.subarray((i + 2) * n, (i + 3) * n);
      const firsts = new Float64Array(n);
      const totals = new Float64Array(n);
      for (let j = 0; j < n; j += 1) {
        const moved = ab[j]! - a[j]!;
        firsts[j] = (b[j]! - mean) * moved;
        totals[j] = (moved * moved) / 2;
      }
      const [first, total] = estimates(firsts, totals, variance, settings, resamples, spreads);
      return { factor, first, total };
    }),
  };
}

function estimates(
  first: Float64Array,
  total: Float64Array,
  variance: number,
  settings: SensitivitySettings,
  resamples: readonly Float64Array[],
  spreads: Float64Array,
): [first: Estimate, total: Estimate] {
  const firsts = new Float64Array(resamples.length);
  const totals = new Float64Array(resamples.length);
  const sums = new Float64Array(2);
  for (let r = 0; r < resamples.length; r += 1) {
    weightedSums(resamples[r]!, first, total, sums);
    firsts[r] = sums[0]! / spreads[r]!;
    totals[r] = sums[1]! / spreads[r]!;
  }
  return [estimate(first, variance, settings, firsts), estimate(total, variance, settings, totals)];
}

function estimate(
  parts: Float64Array,
  variance: number,
  settings: SensitivitySettings,
  drawn: Float64Array,
): Estimate {
  const value = parts.reduce((sum, part) => sum + part, 0) / settings.points / variance;
  if (drawn.length === 0) return { value, lower: null, upper: null };
  drawn.sort();
  const tail = (1 - settings.interval) / 2;
  const at = (p: number): number => drawn[Math.min(drawn.length - 1, Math.floor(p * drawn.length))]!;
  return { value, lower: at(tail), upper: at(1 - tail) };
}

/** Sums of both parts under a resample; two of each side by side let the processor overlap the additions. */
function weightedSums(
  times: Float64Array,
  first: Float64Array,
  total: Float64Array,
  out: Float64Array,
): void {
  let f0 = 0;
  let f1 = 0;
  let t0 = 0;
  let t1 = 0;
  const whole = times.length & ~1;
  for (let j = 0; j < whole; j += 2) {
    const a = times[j]!;
    const b = times[j + 1]!;
    f0 += a * first[j]!;
    f1 += b * first[j + 1]!;
    t0 += a * total[j]!;
    t1 += b * total[j + 1]!;
  }
  if (whole < times.length) {
    f0 += times[whole]! * first[whole]!;
    t0 += times[whole]! * total[whole]!;
  }
  out[0] = f0 + f1;
  out[1] = t0 + t1;
}
