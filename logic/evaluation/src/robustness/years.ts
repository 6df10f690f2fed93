import { ranksOf } from "../aggregation/ranks.ts";
import type { DataSet } from "../data/dataset.ts";
import type { Specification } from "../specification/schema.ts";
import { refuse } from "../specification/types.ts";
import { Model } from "./model.ts";
import type { PlanTarget } from "./plan-parts.ts";

export interface Edition {
  readonly specification: Specification;
  readonly data: DataSet;
  readonly target: PlanTarget;
}

export interface EntityChange {
  readonly entity: string;
  readonly before: { readonly score: number; readonly rank: number };
  readonly after: { readonly score: number; readonly rank: number };
  /** What the change of the entity's own values explains. */
  readonly dataPart: number;
  /** What moved bounds, weights and rules explain; with `dataPart` it is the change of the score exactly. */
  readonly methodPart: number;
}

export interface ChangeBetween {
  readonly changes: readonly EntityChange[];
  /** Entities that only one of the two has: no change exists for them. */
  readonly onlyBefore: readonly string[];
  readonly onlyAfter: readonly string[];
}

/**
 * Splits the change of scores between two years (or editions) into a part of the data and a part of the method, each
 * averaged over the two orders in which they can change, so that neither year is favoured.
 * @throws EvaluationError when the editions score different indicators, or a scale cannot be carried over
 */
export function changeBetween(before: Edition, after: Edition): ChangeBetween {
  const a = new Model(before.specification, before.data, before.target);
  const b = new Model(after.specification, after.data, after.target);
  const ids = (model: Model): string => model.table.indicators.map((indicator) => indicator.id).join(", ");
  if (ids(a) !== ids(b))
    refuse(
      "editions-differ",
      { index: before.target.index },
      `The two editions score different indicators (${ids(a)} against ${ids(b)}), so their change cannot be split.`,
      `两个版本的计分指标不同（${ids(a)} 与 ${ids(b)}），无法分解其变化。`,
    );
  const place = new Map(b.entities.map((entity, e) => [entity.id, e]));
  const oldData = a.table.treated;
  const newData = b.table.treated;
  const oldOnNew = b.scoresOnOwnScale(oldData);
  const newOnOld = a.scoresOnOwnScale(newData);
  const ranks = { before: ranksOf(a.scores.scores), after: ranksOf(b.scores.scores) };
  const changes = [...a.entities.entries()].flatMap(([e, entity]) => {
    const f = place.get(entity.id);
    if (f === undefined) return [];
    const [first, last] = [a.scores.scores[e]!, b.scores.scores[f]!];
    const dataPart = (newOnOld[f]! - first + (last - oldOnNew[e]!)) / 2;
    return [
      {
        entity: entity.id,
        before: { score: first, rank: ranks.before[e]! },
        after: { score: last, rank: ranks.after[f]! },
        dataPart,
        methodPart: last - first - dataPart,
      },
    ];
  });
  const known = new Set(a.entities.map((entity) => entity.id));
  return {
    changes,
    onlyBefore: a.entities.filter((entity) => !place.has(entity.id)).map((entity) => entity.id),
    onlyAfter: b.entities.filter((entity) => !known.has(entity.id)).map((entity) => entity.id),
  };
}
