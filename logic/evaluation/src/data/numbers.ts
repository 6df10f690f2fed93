import { errorFinding, type Finding, type Place } from "../specification/types.ts";

const MISSING = new Set(["", "NA", "N/A", "n/a", "null"]);
const PLAIN = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/;
const DATE_LIKE =
  /^(\d{4}[-/.年]\d{1,2}([-/.月]\d{1,2}日?)?(T.*|月)?|\d{1,2}[-/]\d{1,2}[-/]\d{2,4}|\d{1,2}-[A-Z][a-z]{2}(-\d{2,4})?|[A-Z][a-z]{2}-\d{2})$/;

/**
 * The number in a cell: NaN when the cell says that there is none, undefined (with a finding) when it is not a number.
 * Nothing is guessed: thousands separators, percent signs and dates are refused with what to do.
 */
export function readNumber(value: unknown, place: Place, findings: Finding[]): number | undefined {
  if (value === null || value === undefined) return Number.NaN;
  if (typeof value === "number") {
    if (Number.isFinite(value)) return value;
    if (Number.isNaN(value)) return value;
  }
  if (value instanceof Date) return fail("date-in-number", value.toISOString().slice(0, 10), place, findings);
  if (typeof value === "string") {
    const text = value.trim();
    if (MISSING.has(text)) return Number.NaN;
    if (PLAIN.test(text) && Number.isFinite(Number(text))) return Number(text);
    if (DATE_LIKE.test(text)) return fail("date-in-number", text, place, findings);
    return fail("text-in-number", text, place, findings);
  }
  return fail("text-in-number", String(value), place, findings);
}

function fail(
  code: "date-in-number" | "text-in-number",
  text: string,
  place: Place,
  findings: Finding[],
): undefined {
  const at = [
    place.file,
    place.row === undefined ? undefined : `row ${place.row}`,
    place.column === undefined ? undefined : `column ${place.column}`,
    place.row === undefined ? place.path : undefined,
  ]
    .filter((part) => part !== undefined)
    .join(", ");
  const prefix = at === "" ? "" : `${at}: `;
  const [en, zh] =
    code === "date-in-number"
      ? [
          `"${text}" is a date where a number is expected; a spreadsheet may have turned the number into a date. Enter it as a number.`,
          `此处应为数值，却是日期“${text}”；可能被电子表格自动转换。请改为数值。`,
        ]
      : [
          `"${text}" is not a plain number; write digits with a decimal point, without separators, units or percent signs, or leave the cell empty.`,
          `“${text}”不是纯数值；请只写数字和小数点，不要带千分位、单位或百分号；缺失请留空。`,
        ];
  findings.push(errorFinding(code, place, prefix + en, prefix + zh));
  return undefined;
}
