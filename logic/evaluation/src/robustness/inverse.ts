import { ranksOf } from "../aggregation/ranks.ts";
import type { DataSet } from "../data/dataset.ts";
import type { Specification } from "../specification/schema.ts";
import { refuse } from "../specification/types.ts";
import { Model } from "./model.ts";
import type { PlanTarget } from "./plan-parts.ts";

/** What one indicator of the entity would have to become. */
export interface RequiredChange {
  readonly indicator: string;
  readonly from: number;
  readonly to: number;
  /** Points on the normalised scale as it is now: what makes changes of different units comparable. */
  readonly points: number;
}

export interface RankTarget {
  readonly entity: string;
  readonly rankNow: number;
  readonly rankWanted: number;
  /** Changing one indicator alone, smallest change in points first; only those that suffice. */
  readonly single: readonly RequiredChange[];
  /** The smallest change of several indicators together (least sum of squared points), null when even the best values do not suffice. */
  readonly together: readonly RequiredChange[] | null;
}

/** Bisection steps: the answer is within 2^-50 of the way to the best value. */
const STEPS = 50;

/**
 * What must an entity change to reach a rank? Values move towards the best that any entity has, not beyond; bounds move
 * with the data, the other entities and all weights stay. Values are those that are normalised, after denomination and
 * treatment of outliers. Each answer has been computed through: the rank is reached.
 */
export function changesToReachRank(
  specification: Specification,
  data: DataSet,
  target: PlanTarget,
  entityId: string,
  rank: number,
): RankTarget {
  const model = new Model(specification, data, target);
  const entity = model.entities.findIndex((candidate) => candidate.id === entityId);
  if (entity < 0)
    refuse(
      "unknown-entity",
      { entity: entityId },
      `"${entityId}" is not among the entities that are ranked.`,
      `“${entityId}”不在参与排名的主体之中。`,
    );
  if (!Number.isInteger(rank) || rank < 1 || rank > model.entities.length)
    refuse(
      "unknown-rank",
      { entity: entityId },
      `Rank ${rank} does not exist; there are ${model.entities.length} entities.`,
      `不存在第 ${rank} 名；共有 ${model.entities.length} 个主体。`,
    );
  const search = new RankSearch(model, entity, rank);
  const rankNow = model.scores.ranks[entity]!;
  if (rankNow <= rank) return { entity: entityId, rankNow, rankWanted: rank, single: [], together: [] };
  const single = model.table.indicators
    .flatMap((_, k) => search.alone(k))
    .toSorted((a, b) => a.points - b.points);
  return { entity: entityId, rankNow, rankWanted: rank, single, together: search.together() };
}

class RankSearch {
  readonly #model: Model;
  readonly #entity: number;
  readonly #rank: number;
  readonly #own: readonly number[];
  /** The best value that any entity has, per indicator. */
  readonly #best: readonly number[];
  /** Points between own and best. */
  readonly #room: readonly number[];

  constructor(model: Model, entity: number, rank: number) {
    this.#model = model;
    this.#entity = entity;
    this.#rank = rank;
    const { treated, normalised, indicators } = model.table;
    this.#own = treated.map((values) => values[entity]!);
    this.#best = treated.map((values, k) =>
      values.reduce((a, b) => (indicators[k]!.direction === "up" ? Math.max(a, b) : Math.min(a, b))),
    );
    this.#room = normalised.map((values) => values.reduce((a, b) => Math.max(a, b)) - values[entity]!);
  }

  alone(k: number): RequiredChange[] {
    if (!(this.#room[k]! > 0)) return [];
    const share = this.#smallest((t) => this.#own.map((_, i) => (i === k ? t : 0)));
    return share === undefined ? [] : [this.#change(k, share)];
  }

  /** With slopes w and room r, the least squares change is min(t w, r): Karush-Kuhn-Tucker for a linear score. */
  together(): RequiredChange[] | null {
    const slopes = this.#slopes();
    const full = Math.max(...slopes.map((slope, k) => (slope > 0 ? this.#room[k]! / slope : 0)));
    const shares = (t: number): number[] =>
      slopes.map((slope, k) =>
        this.#room[k]! > 0 ? Math.min(1, Math.max(0, (t * full * slope) / this.#room[k]!)) : 0,
      );
    const t = this.#smallest(shares);
    if (t === undefined) return null;
    return shares(t).flatMap((share, k) => (share > 0 ? [this.#change(k, share)] : []));
  }

  /** Weight of each indicator in the index; where the score is no average, the effect of going all the way. */
  #slopes(): number[] {
    const { effectiveWeights, indicators } = this.#model.scores;
    if (effectiveWeights)
      return this.#model.table.indicators.map(
        (indicator) => effectiveWeights[indicators.indexOf(indicator.id)] ?? 0,
      );
    const now = this.#model.scores.scores[this.#entity]!;
    return this.#own.map((_, k) =>
      this.#room[k]! > 0
        ? (this.#scoresAt(this.#own.map((_, i) => (i === k ? 1 : 0)))[this.#entity]! - now) / this.#room[k]!
        : 0,
    );
  }

  #smallest(shares: (t: number) => number[]): number | undefined {
    const reached = (t: number): boolean => ranksOf(this.#scoresAt(shares(t)))[this.#entity]! <= this.#rank;
    if (!reached(1)) return undefined;
    let [low, high] = [0, 1];
    for (let step = 0; step < STEPS; step += 1) {
      const middle = (low + high) / 2;
      if (reached(middle)) high = middle;
      else low = middle;
    }
    return high;
  }

  #valueAt(k: number, share: number): number {
    return share >= 1 ? this.#best[k]! : this.#own[k]! + share * (this.#best[k]! - this.#own[k]!);
  }

  #scoresAt(shares: readonly number[]): Float64Array {
    return this.#model.scoresOf(
      this.#model.table.treated.map((values, k) => {
        if (shares[k] === 0) return values;
        const changed = values.slice();
        changed[this.#entity] = this.#valueAt(k, shares[k]!);
        return changed;
      }),
    );
  }

  #change(k: number, share: number): RequiredChange {
    return {
      indicator: this.#model.table.indicators[k]!.id,
      from: this.#own[k]!,
      to: this.#valueAt(k, share),
      points: share * this.#room[k]!,
    };
  }
}
