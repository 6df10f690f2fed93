import type { EvaluatedPeriod, Evaluation } from "./compute.ts";
import { flagWords } from "./result.ts";

/** A sheet as CSV and workbook writers take it: the first row is the header. */
export interface ExportSheet {
  readonly name: string;
  readonly rows: readonly (readonly (string | number | null)[])[];
}

/**
 * The evaluation as sheets: scores, indicators, contributions, treated cells, sources, warnings. Every row of data
 * says what it rests on, so that a sheet that is passed on alone still shows synthetic, imputed and extension values.
 */
export function exportSheets(evaluation: Evaluation): ExportSheet[] {
  const { tables, log, data, findings } = evaluation;
  const cellsOf = <T>(each: (table: EvaluatedPeriod) => T[]): T[] => tables.flatMap(each);
  return [
    {
      name: "scores",
      rows: [
        ["kind", "period", "index", "standing", "entity", "score", "rank", "basis"],
        ...cellsOf(scoreRows),
      ],
    },
    {
      name: "indicators",
      rows: [
        ["kind", "period", "indicator", "unit", "entity", "reported", "treated", "normalised", "basis"],
        ...cellsOf(indicatorRows),
      ],
    },
    {
      name: "contributions",
      rows: [
        ["kind", "period", "index", "entity", "indicator", "contribution"],
        ...cellsOf(contributionRows),
      ],
    },
    {
      name: "treated cells",
      rows: [
        ["step", "indicator", "entity", "period", "before", "after", "how"],
        ...log.map((cell) => [
          cell.step,
          cell.indicator,
          cell.entity,
          cell.period,
          cell.before,
          cell.after,
          cell.how.en,
        ]),
      ],
    },
    {
      name: "sources",
      rows: [
        ["publisher", "edition", "page", "status", "licence", "url"],
        ...data.origins.map((origin) => [
          origin.publisher,
          origin.edition ?? null,
          origin.page ?? null,
          origin.status,
          origin.licence ?? null,
          origin.url ?? null,
        ]),
      ],
    },
    {
      name: "warnings",
      rows: [
        ["code", "message", "说明"],
        ...findings.map((finding) => [finding.code, finding.message.en, finding.message.zh]),
      ],
    },
  ];
}

type Row = (string | number | null)[];

function scoreRows(table: EvaluatedPeriod): Row[] {
  return table.indices.flatMap(({ index, scores, ranks, indicators }) => {
    const below = indicators.map((id) => table.indicators.findIndex((indicator) => indicator.id === id));
    return table.entities.map((entity, e) => {
      const bits = below.reduce((all, k) => all | table.flags[k]![e]!, 0);
      return [
        table.kind,
        table.period,
        index.id,
        index.standing,
        entity.id,
        scores[e]!,
        ranks[e]!,
        basis(bits),
      ];
    });
  });
}

function indicatorRows(table: EvaluatedPeriod): Row[] {
  return table.indicators.flatMap((indicator, k) =>
    table.entities.map((entity, e) => {
      const reported = table.reported[k]![e]!;
      return [
        table.kind,
        table.period,
        indicator.id,
        indicator.unit,
        entity.id,
        Number.isNaN(reported) ? null : reported,
        table.treated[k]![e]!,
        table.normalised[k]![e]!,
        basis(table.flags[k]![e]!),
      ];
    }),
  );
}

function contributionRows(table: EvaluatedPeriod): Row[] {
  return table.indices.flatMap(({ index, indicators, contributions }) =>
    contributions === undefined
      ? []
      : table.entities.flatMap((entity, e) =>
          indicators.map((indicator, k) => [
            table.kind,
            table.period,
            index.id,
            entity.id,
            indicator,
            contributions[k]![e]!,
          ]),
        ),
  );
}

/** "stated", or everything that a value is besides. */
function basis(bits: number): string {
  return bits === 0 ? "stated" : flagWords(bits).join(" ");
}
