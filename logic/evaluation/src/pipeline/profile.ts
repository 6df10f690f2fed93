import { refuse, type Entity } from "../specification/types.ts";
import { median as middleOf } from "../steps/moments.ts";
import type { EvaluatedPeriod } from "./compute.ts";

export interface ProfileIndicator {
  readonly indicator: string;
  readonly normalised: number;
  /** Median of all entities. */
  readonly median: number;
  /** Contribution to the index above what the median entity would have, null for rankings. */
  readonly gain: number | null;
}

export interface EntityProfile {
  readonly entity: Entity;
  readonly score: number;
  readonly rank: number;
  /** Indicators above the median, greatest lead first. */
  readonly strengths: readonly ProfileIndicator[];
  /** Indicators below the median, greatest lag first. */
  readonly weaknesses: readonly ProfileIndicator[];
  /** The entities most alike: smallest root mean square distance over normalised indicators. */
  readonly peers: readonly { readonly entity: Entity; readonly distance: number; readonly rank: number }[];
}

/** What an entity is good and bad at within one index, and who is like it. @param count of each list */
export function profileOf(table: EvaluatedPeriod, index: string, entityId: string, count = 3): EntityProfile {
  const scores = table.indices.find((candidate) => candidate.index.id === index);
  const e = table.entities.findIndex((entity) => entity.id === entityId);
  if (scores === undefined || e < 0)
    return refuse(
      "unknown-entity",
      { entity: entityId, index, period: table.period },
      `"${entityId}" has no score in "${index}" in ${table.period}.`,
      `“${entityId}”在 ${table.period} 没有指数“${index}”的得分。`,
    );
  const columns = scores.indicators.map(
    (id) => table.normalised[table.indicators.findIndex((indicator) => indicator.id === id)]!,
  );
  const facts = scores.indicators.map((indicator, k): ProfileIndicator => {
    const median = middleOf(columns[k]!);
    const weight = scores.effectiveWeights?.[k];
    return {
      indicator,
      normalised: columns[k]![e]!,
      median,
      gain: weight === undefined ? null : weight * (columns[k]![e]! - median),
    };
  });
  const lead = (fact: ProfileIndicator): number => fact.gain ?? fact.normalised - fact.median;
  const distances = table.entities.map((entity, other) => ({
    entity,
    rank: scores.ranks[other]!,
    distance: distance(columns, e, other),
  }));
  return {
    entity: table.entities[e]!,
    score: scores.scores[e]!,
    rank: scores.ranks[e]!,
    strengths: facts
      .filter((fact) => lead(fact) > 0)
      .toSorted((a, b) => lead(b) - lead(a))
      .slice(0, count),
    weaknesses: facts
      .filter((fact) => lead(fact) < 0)
      .toSorted((a, b) => lead(a) - lead(b))
      .slice(0, count),
    peers: distances
      .filter((_, other) => other !== e)
      .toSorted((a, b) => a.distance - b.distance)
      .slice(0, count),
  };
}

function distance(columns: readonly Float64Array[], a: number, b: number): number {
  const sum = columns.reduce(
    (total, column) => total + (column[a]! - column[b]!) * (column[a]! - column[b]!),
    0,
  );
  return Math.sqrt(sum / columns.length);
}
