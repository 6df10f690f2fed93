import { cellKey, type DataSet } from "../data/dataset.ts";
import type { Specification } from "../specification/schema.ts";
import { refuse, type Origin, type Revision } from "../specification/types.ts";
import { compute, type ComputeOptions, type Evaluation } from "../pipeline/compute.ts";

/** One cell to change; null makes it missing. */
export interface CellEdit {
  readonly indicator: string;
  readonly entity: string;
  readonly period: string;
  readonly value: number | null;
}

/**
 * The data with edited cells; each keeps its former value as a revision, with the reason and date given. The given data
 * are not changed. @throws EvaluationError naming a cell that does not exist
 */
export function editCells(
  specification: Specification,
  data: DataSet,
  edits: readonly CellEdit[],
  origin: Origin,
  revision: Pick<Revision, "reason" | "replacedOn"> = { reason: "scenario" },
): DataSet {
  const columns = new Map(data.columns);
  const revisions = new Map(data.revisions);
  const origins = [...data.origins, origin];
  for (const edit of edits) {
    const column = columns.get(edit.indicator);
    const indicator = specification.indicators.find((candidate) => candidate.id === edit.indicator);
    const entities = data.entities.get(indicator?.collectedPer ?? indicator?.kind ?? "") ?? [];
    const e = entities.findIndex((entity) => entity.id === edit.entity);
    const p = data.periods.indexOf(edit.period);
    if (column === undefined || e < 0 || p < 0)
      return refuse(
        "unknown-cell",
        { indicator: edit.indicator, entity: edit.entity, period: edit.period },
        `There is no cell "${edit.indicator}" of "${edit.entity}" in ${edit.period}.`,
        `不存在“${edit.entity}”在 ${edit.period} 的指标“${edit.indicator}”单元格。`,
      );
    const cell = p * entities.length + e;
    const values = column.values.slice();
    const origin = column.origin.slice();
    const former = values[cell]!;
    const key = cellKey(edit.indicator, edit.entity, edit.period);
    if (origin[cell]! >= 0)
      revisions.set(key, [
        ...(revisions.get(key) ?? []),
        {
          value: Number.isNaN(former) ? null : former,
          origin: origins[origin[cell]!]!,
          ...revision,
        },
      ]);
    values[cell] = edit.value ?? Number.NaN;
    origin[cell] = edit.value === null ? -1 : origins.length - 1;
    columns.set(edit.indicator, { ...column, values, origin });
  }
  return { ...data, columns, origins, revisions };
}

export interface ScenarioRow {
  readonly entity: string;
  readonly period: string;
  readonly index: string;
  readonly scoreBefore: number;
  readonly scoreAfter: number;
  readonly rankBefore: number;
  readonly rankAfter: number;
}

export interface Scenario {
  readonly before: Evaluation;
  readonly after: Evaluation;
  /** Every score or rank that the edits moved. */
  readonly moved: readonly ScenarioRow[];
}

/** Computes with and without the edits. */
export function scenario(
  specification: Specification,
  data: DataSet,
  edits: readonly CellEdit[],
  options: ComputeOptions = {},
): Scenario {
  const origin: Origin = {
    publisher: "scenario",
    status: "derived",
    note: "edited to see what would follow",
  };
  const before = compute(specification, data, options);
  const after = compute(specification, editCells(specification, data, edits, origin), options);
  return { before, after, moved: before.tables.flatMap((table, t) => movedRows(table, after.tables[t]!)) };
}

function movedRows(before: Evaluation["tables"][number], after: Evaluation["tables"][number]): ScenarioRow[] {
  const place = new Map(after.entities.map((entity, e) => [entity.id, e]));
  return before.indices.flatMap((scores, k) =>
    [...before.entities.entries()].flatMap(([e, entity]) => {
      const f = place.get(entity.id);
      const next = after.indices[k]!;
      if (f === undefined || (scores.scores[e] === next.scores[f] && scores.ranks[e] === next.ranks[f]))
        return [];
      return [
        {
          entity: entity.id,
          period: before.period,
          index: scores.index.id,
          scoreBefore: scores.scores[e]!,
          scoreAfter: next.scores[f]!,
          rankBefore: scores.ranks[e]!,
          rankAfter: next.ranks[f]!,
        },
      ];
    }),
  );
}
