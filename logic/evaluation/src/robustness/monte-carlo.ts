import { identityOrder, rankDescending, ranksOf } from "../aggregation/ranks.ts";
import type { Entity } from "../specification/types.ts";
import type { Plan } from "./plan.ts";
import { SobolSequence } from "./sobol-sequence.ts";

export interface MonteCarloSettings {
  readonly seed: number;
  readonly replications: number;
  /** Width of the rank interval, 0..1. */
  readonly interval: number;
  /** Also count how often each entity is ahead of each other one (entities^2 counters). */
  readonly pairs?: boolean;
}

export interface EntityUncertainty {
  readonly entity: Entity;
  readonly score: number;
  readonly rank: number;
  readonly meanScore: number;
  readonly scoreDeviation: number;
  readonly meanRank: number;
  /** Of the ranks of all replications. */
  readonly lowerRank: number;
  readonly medianRank: number;
  readonly upperRank: number;
  /** Share of replications with rank 1, 2, ... */
  readonly rankShares: readonly number[];
}

export interface UncertaintyResult {
  readonly settings: MonteCarloSettings;
  readonly factors: Plan["factors"];
  readonly entities: readonly EntityUncertainty[];
  /** Mean over replications of the mean absolute change of rank (M. Saisana, A. Saltelli and S. Tarantola, 2005). */
  readonly meanRankShift: number;
  /** `aheadShare[a][b]`: share of replications in which a ranks before b; only with `pairs`. */
  readonly aheadShare?: readonly (readonly number[])[];
}

/**
 * A Monte Carlo run that its owner drives in steps, so that a worker can report progress and stop between them.
 * The result depends on the seed and the number of replications only, not on the steps.
 */
export class MonteCarlo {
  readonly #plan: Plan;
  readonly #settings: MonteCarloSettings;
  readonly #sequence: SobolSequence;
  readonly #point: Float64Array;
  readonly #scores: Float64Array;
  readonly #ranks: Int32Array;
  readonly #order: Int32Array;
  readonly #nominalRanks: Int32Array;
  readonly #counts: Float64Array;
  readonly #ahead: Float64Array;
  readonly #sum: Float64Array;
  readonly #squares: Float64Array;
  #shift = 0;
  #done = 0;

  constructor(plan: Plan, settings: MonteCarloSettings) {
    const n = plan.entities.length;
    this.#plan = plan;
    this.#settings = settings;
    this.#sequence = new SobolSequence(plan.factors.length, settings.seed);
    this.#point = new Float64Array(plan.factors.length);
    this.#scores = new Float64Array(n);
    this.#ranks = new Int32Array(n);
    this.#nominalRanks = ranksOf(plan.nominal);
    this.#order = identityOrder(n).sort((a, b) => this.#nominalRanks[a]! - this.#nominalRanks[b]! || a - b);
    this.#counts = new Float64Array(n * n);
    this.#ahead = new Float64Array(settings.pairs === true ? n * n : 0);
    this.#sum = new Float64Array(n);
    this.#squares = new Float64Array(n);
  }

  get done(): number {
    return this.#done;
  }

  get finished(): boolean {
    return this.#done >= this.#settings.replications;
  }

  /** Runs up to `count` more replications. */
  advance(count: number): void {
    const end = Math.min(this.#settings.replications, this.#done + count);
    for (; this.#done < end; this.#done += 1) {
      this.#sequence.next(this.#point);
      this.#plan.run(this.#point, this.#settings.seed, this.#scores);
      rankDescending(this.#scores, this.#order, this.#ranks);
      this.#count();
    }
  }

  #count(): void {
    const n = this.#scores.length;
    let shift = 0;
    for (let e = 0; e < n; e += 1) {
      const rank = this.#ranks[e]!;
      const cell = e * n + rank - 1;
      this.#counts[cell] = this.#counts[cell]! + 1;
      shift += Math.abs(rank - this.#nominalRanks[e]!);
      const moved = this.#scores[e]! - this.#plan.nominal[e]!;
      this.#sum[e] = this.#sum[e]! + moved;
      this.#squares[e] = this.#squares[e]! + moved * moved;
    }
    this.#shift += shift / n;
    if (this.#ahead.length === 0) return;
    for (let a = 0; a < n; a += 1)
      for (let b = 0; b < n; b += 1)
        if (this.#ranks[a]! < this.#ranks[b]!) this.#ahead[a * n + b] = this.#ahead[a * n + b]! + 1;
  }

  /** Of the replications done so far. */
  result(): UncertaintyResult {
    const n = this.#plan.entities.length;
    const { settings } = { settings: this.#settings };
    return {
      settings: { ...settings, replications: this.#done },
      factors: this.#plan.factors,
      meanRankShift: this.#shift / this.#done,
      entities: this.#plan.entities.map((entity, e) => this.#entity(entity, e)),
      ...(settings.pairs === true
        ? {
            aheadShare: Array.from({ length: n }, (_, a) =>
              Array.from(this.#ahead.subarray(a * n, (a + 1) * n), (count) => count / this.#done),
            ),
          }
        : {}),
    };
  }

  #entity(entity: Entity, e: number): EntityUncertainty {
    const n = this.#plan.entities.length;
    const counts = this.#counts.subarray(e * n, (e + 1) * n);
    const tail = (1 - this.#settings.interval) / 2;
    const moved = this.#sum[e]! / this.#done;
    const variance =
      this.#done < 2 ? 0 : Math.max(0, (this.#squares[e]! - this.#done * moved * moved) / (this.#done - 1));
    return {
      entity,
      score: this.#plan.nominal[e]!,
      rank: this.#nominalRanks[e]!,
      meanScore: this.#plan.nominal[e]! + moved,
      scoreDeviation: Math.sqrt(variance),
      meanRank: counts.reduce((sum, count, k) => sum + count * (k + 1), 0) / this.#done,
      lowerRank: quantile(counts, this.#done, tail),
      medianRank: quantile(counts, this.#done, 0.5),
      upperRank: quantile(counts, this.#done, 1 - tail),
      rankShares: Array.from(counts, (count) => count / this.#done),
    };
  }
}

/** The smallest rank that at least the share `p` of replications does not exceed. */
function quantile(counts: Float64Array, total: number, p: number): number {
  let cumulated = 0;
  for (let k = 0; k < counts.length; k += 1) {
    cumulated += counts[k]!;
    if (cumulated >= p * total && cumulated > 0) return k + 1;
  }
  return counts.length;
}

/** Runs all replications at once. */
export function monteCarlo(plan: Plan, settings: MonteCarloSettings): UncertaintyResult {
  const run = new MonteCarlo(plan, settings);
  run.advance(settings.replications);
  return run.result();
}
