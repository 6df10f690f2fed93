import { identityOrder, rankDescending, ranksOf } from "../aggregation/ranks.ts";
import { refuse } from "../specification/types.ts";
import type { Plan, PlanFactor } from "./plan.ts";
import { RandomStream } from "./random.ts";
import { QUASI_RANDOM_DIMENSIONS, SobolSequence } from "./sobol-sequence.ts";

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

export interface SensitivityResult {
  readonly settings: SensitivitySettings;
  readonly runs: number;
  readonly outputs: readonly SensitivityOf[];
}

/**
 * Variance-based sensitivity (I. M. Sobol', 1993): first-order indices by A. Saltelli et al., Computer Physics
 * Communications 181 (2010) 259-270, table 2(b), total indices by M. J. W. Jansen (1999), ibid. 2(f).
 */
export function sensitivity(plan: Plan, settings: SensitivitySettings): SensitivityResult {
  const k = plan.factors.length;
  if (2 * k > QUASI_RANDOM_DIMENSIONS)
    refuse(
      "too-many-factors",
      { path: "uncertainty.factors" },
      `${k} factors need ${2 * k} quasi-random dimensions; at most ${QUASI_RANDOM_DIMENSIONS / 2} factors can be told apart. Group them or vary fewer.`,
      `${k} 个因素需要 ${2 * k} 个准随机维度，最多支持 ${QUASI_RANDOM_DIMENSIONS / 2} 个因素；请合并或减少因素。`,
    );
  const outputs = chooseOutputs(plan, settings);
  const values = runDesign(plan, settings, outputs);
  const resamples = drawResamples(settings);
  return {
    settings,
    runs: settings.points * (k + 2),
    outputs: outputs.map((output, o) => analyse(output, values[o]!, plan.factors, settings, resamples)),
  };
}

function chooseOutputs(plan: Plan, settings: SensitivitySettings): SensitivityOutput[] {
  const ids = plan.entities.map((entity) => entity.id);
  const known = (id: string): string => {
    if (!ids.includes(id))
      refuse(
        "unknown-entity",
        { entity: id },
        `"${id}" is not among the entities that are ranked.`,
        `“${id}”不在参与排名的主体之中。`,
      );
    return id;
  };
  return [
    { output: "mean-rank-shift" },
    ...(settings.entities ?? ids).map((id) => ({ output: "rank" as const, entity: known(id) })),
    ...(settings.pairs ?? []).map(([entity, other]) => ({
      output: "ahead" as const,
      entity: known(entity),
      other: known(other),
    })),
  ];
}

/** Outputs of all runs: `[output][block * N + point]`, blocks A, B, AB_1, ..., AB_k. */
function runDesign(
  plan: Plan,
  settings: SensitivitySettings,
  outputs: readonly SensitivityOutput[],
): Float64Array[] {
  const k = plan.factors.length;
  const { points, seed } = settings;
  const n = plan.entities.length;
  const values = outputs.map(() => new Float64Array(points * (k + 2)));
  const observe = observer(plan, outputs, values);
  const sequence = new SobolSequence(2 * k, seed);
  const both = new Float64Array(2 * k);
  const a = both.subarray(0, k);
  const b = both.subarray(k);
  const mixed = new Float64Array(k);
  const scores = new Float64Array(n);
  const run = (point: Float64Array, at: number): void => {
    plan.run(point, seed, scores);
    observe(scores, at);
  };
  for (let j = 0; j < points; j += 1) {
    sequence.next(both);
    run(a, j);
    run(b, points + j);
    mixed.set(a);
    for (let i = 0; i < k; i += 1) {
      mixed[i] = b[i]!;
      run(mixed, (i + 2) * points + j);
      mixed[i] = a[i]!;
    }
  }
  return values;
}

/** Turns scores into the outputs of one run. */
function observer(
  plan: Plan,
  outputs: readonly SensitivityOutput[],
  values: readonly Float64Array[],
): (scores: Float64Array, at: number) => void {
  const position = new Map(plan.entities.map((entity, e) => [entity.id, e]));
  const nominal = ranksOf(plan.nominal);
  const n = nominal.length;
  const order = identityOrder(n);
  const ranks = new Int32Array(n);
  const first = Int32Array.from(outputs, (output) =>
    output.output === "mean-rank-shift" ? -1 : position.get(output.entity)!,
  );
  const second = Int32Array.from(outputs, (output) =>
    output.output === "ahead" ? position.get(output.other)! : -1,
  );
  return (scores, at) => {
    rankDescending(scores, order, ranks);
    for (let o = 0; o < first.length; o += 1) {
      const e = first[o]!;
      const other = second[o]!;
      let value = 0;
      if (e < 0) for (let x = 0; x < n; x += 1) value += Math.abs(ranks[x]! - nominal[x]!) / n;
      else value = other < 0 ? ranks[e]! : ranks[e]! < ranks[other]! ? 1 : 0;
      values[o]![at] = value;
    }
  };
}

/** How often each base point is drawn, per resample. */
function drawResamples(settings: SensitivitySettings): Float64Array[] {
  const random = new RandomStream(settings.seed, 3);
  return Array.from({ length: settings.bootstrap }, () => {
    const times = new Float64Array(settings.points);
    for (let j = 0; j < settings.points; j += 1) {
      const drawn = random.below(settings.points);
      times[drawn] = times[drawn]! + 1;
    }
    return times;
  });
}

function analyse(
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
