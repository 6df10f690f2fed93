import { errorFinding, type Finding, type Place } from "../specification/types.ts";
import { cellIssueWords, readCellNumber, type Cell } from "../tabular/numbers.ts";
import type { NumberForms } from "./number-forms.ts";

/** A number, and the text it was converted from when that was not a plain number. */
export interface NumberRead {
  readonly value: number;
  readonly convertedFrom?: string;
}

/**
 * The number in a cell: NaN when the cell says that there is none, undefined (with a finding) when it is not a plain
 * number. Nothing is guessed: a cell that would need a conversion (separators, percent sign, 万) is refused with the
 * number that it seems to mean, unless `forms` accepts that conversion.
 */
export function readNumber(
  value: unknown,
  place: Place,
  findings: Finding[],
  forms?: NumberForms,
): NumberRead | undefined {
  if (value === undefined || Number.isNaN(value)) return { value: Number.NaN };
  if (value !== null && typeof value === "object" && !(value instanceof Date))
    return fail("text-in-number", place, findings, "an object", "对象", "");
  const cell = value as Cell;
  const read = readCellNumber(cell, {
    percentAs: forms?.percentAs ?? "points",
    ...(forms?.decimalMark && { decimalMark: forms.decimalMark }),
    ...(forms !== undefined && forms.missing.length > 0 && { missing: forms.missing }),
  });
  const shown = cell instanceof Date ? cell.toISOString().slice(0, 10) : String(cell);
  if (read.problem !== null) {
    const words = cellIssueWords[read.problem];
    return fail(
      read.problem === "date" ? "date-in-number" : "text-in-number",
      place,
      findings,
      words.en,
      words.zh,
      shown,
    );
  }
  const unwanted = read.conversions.filter((conversion) => !forms?.accept.includes(conversion));
  if (unwanted.length > 0)
    return fail(
      "text-in-number",
      place,
      findings,
      `not a plain number. If ${read.value} is meant, write that, or accept ${unwanted.join(", ")} under numbers`,
      `不是纯数值。如指 ${read.value}，请直接填写，或在 numbers 中接受 ${unwanted.join("、")}`,
      shown,
    );
  return {
    value: read.value ?? Number.NaN,
    ...(read.conversions.length > 0 && { convertedFrom: shown }),
  };
}

function fail(
  code: string,
  place: Place,
  findings: Finding[],
  en: string,
  zh: string,
  shown: string,
): undefined {
  const [at, zhAt] = cellWords(place);
  findings.push(errorFinding(code, place, `${at}"${shown}": ${en}.`, `${zhAt}“${shown}”：${zh}。`));
  return undefined;
}

/** "data.csv row 3, column D: " in both languages, or what of it is known. */
export function cellWords(place: Place): [en: string, zh: string] {
  const en = [
    place.row === undefined ? "" : `row ${place.row}`,
    place.column === undefined ? "" : `column ${place.column}`,
  ]
    .filter(Boolean)
    .join(", ");
  const zh = [
    place.row === undefined ? "" : `第 ${place.row} 行`,
    place.column === undefined ? "" : `“${place.column}”列`,
  ]
    .filter(Boolean)
    .join("");
  const file = place.file ?? "";
  const path = en === "" ? (place.path ?? "") : "";
  return [
    [file, en, path],
    [file, zh, path],
  ].map((parts) => {
    const text = parts.filter(Boolean).join(" ");
    return text === "" ? "" : `${text}: `;
  }) as [string, string];
}
