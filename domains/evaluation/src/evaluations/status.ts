import type { Content } from "../contents/port.ts";
import type { EvaluationSpec, EvaluationStatus } from "../kinds/evaluation.ts";
import { statusFindings } from "../kinds/shared.ts";
import type { Summary } from "./messages.ts";

const mostRanked = 50;

/** What the status of a finished evaluation says of its result. */
export function doneStatus(
  spec: EvaluationSpec,
  { engine, warnings, tables, uncertainty, seed }: Summary,
  result: Content,
  bundle: Content,
): Partial<EvaluationStatus> {
  const ranking = rankingOf(spec, tables, uncertainty);
  return {
    progress: 1,
    engine,
    ...(seed !== undefined && { seed }),
    synthetic: warnings.some(({ code }) => code === "synthetic-data" || code === "synthetic-weights"),
    ...(ranking && { ranking }),
    result,
    bundle,
    findings: statusFindings(warnings),
  };
}

/** Of the index whose robustness was asked for, else of the last one of the last period: members come first. */
function rankingOf(
  { robustness }: EvaluationSpec,
  tables: Summary["tables"],
  uncertainty: Summary["uncertainty"],
): EvaluationStatus["ranking"] {
  const wanted = tables.flatMap((table) =>
    table.indices
      .filter(({ id }) => robustness === undefined || id === robustness.index)
      .map((index) => ({ table, index })),
  );
  const found = wanted.findLast(
    ({ table }) => robustness?.period === undefined || table.period === robustness.period,
  );
  if (found === undefined) return undefined;
  const { table, index } = found;
  const sure = new Map(uncertainty?.entities.map((each) => [each.entity.id, each]));
  return {
    index: index.id,
    period: table.period,
    entities: table.entities
      .map(({ id, label }, e) => {
        const interval = sure.get(id);
        return {
          entity: id,
          label: { en: label.en, zh: label.zh },
          rank: index.ranks[e]!,
          score: index.scores[e]!,
          ...(interval && { lowerRank: interval.lowerRank, upperRank: interval.upperRank }),
        };
      })
      .sort((a, b) => a.rank - b.rank)
      .slice(0, mostRanked),
  };
}
