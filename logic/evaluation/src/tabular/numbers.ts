import type { Words } from "../numeric/input-error.ts";

/** A cell as files give it. */
export type Cell = string | number | boolean | Date | null;

/** Something that was done to a cell to get its number, or why it has none. */
export type CellIssueKind =
  | "thousandsSeparator"
  | "fullWidth"
  | "percent"
  | "chineseUnit"
  | "date"
  | "text"
  | "ambiguousSeparator"
  | "spreadsheetError";

export interface CellNumber {
  /** The number; null for an empty cell and for one that cannot be read. */
  readonly value: number | null;
  /** Conversions made, in order; all must be shown to the person who imports. */
  readonly conversions: readonly Exclude<
    CellIssueKind,
    "date" | "text" | "ambiguousSeparator" | "spreadsheetError"
  >[];
  /** Why a cell that is not empty has no number. */
  readonly problem: CellIssueKind | null;
}

export interface NumberOptions {
  /** "." unless given; the other of "." and "," may then separate thousands. */
  readonly decimalMark?: "." | ",";
  /** What 12 % becomes: 0.12 ("fraction", the default) or 12 ("points", for columns whose unit is %). */
  readonly percentAs?: "fraction" | "points";
  /** What stands for a missing value, besides an empty cell. */
  readonly missing?: readonly string[];
}

const defaultMissing = ["na", "n/a", "null", "-", "--", "—", "…", "..", "缺失", "无数据"];
const chineseUnits: Readonly<Record<string, number>> = {
  万亿: 1e12,
  千亿: 1e11,
  百亿: 1e10,
  亿: 1e8,
  千万: 1e7,
  百万: 1e6,
  万: 1e4,
  千: 1e3,
};
const datePattern =
  /^(?:\d{4}\s*[-/.年]\s*\d{1,2}(?:\s*[-/.月]\s*\d{1,2})?\s*[日月]?|\d{1,2}[-/]\d{1,2}(?:[-/]\d{2,4})?|\d{1,2}月\d{1,2}日|\d{1,2}-[a-z]{3}(?:-\d{2,4})?|[a-z]{3}-\d{2,4})(?:[T ]\d{1,2}:\d{2}.*)?$/iu;

const none = { conversions: [], problem: null } as const;

/**
 * Reads a number from a cell of a number column. Conversions are listed, never silent; dates (which spreadsheets make
 * of 3-5), text, and "1.234,5"-like or "1,23" forms that may mean two numbers are problems.
 * 万 and 亿 multiply.
 */
export function readCellNumber(cell: Cell, options: NumberOptions = {}): CellNumber {
  if (cell === null) return { value: null, ...none };
  if (cell instanceof Date) return { value: null, conversions: [], problem: "date" };
  if (typeof cell === "boolean") return { value: null, conversions: [], problem: "text" };
  if (typeof cell === "number") {
    return Number.isFinite(cell)
      ? { value: cell, ...none }
      : { value: null, conversions: [], problem: "text" };
  }
  return readText(cell, options);
}

function readText(text: string, options: NumberOptions): CellNumber {
  const plain = text
    .normalize("NFKC")
    .replaceAll(/[\s\u00A0]+/gu, " ")
    .trim();
  if (plain === "" || (options.missing ?? defaultMissing).includes(plain.toLowerCase()))
    return { value: null, ...none };
  if (/^#(?:N\/A|REF!|VALUE!|DIV\/0!|NAME\?|NUM!|NULL!)$/iu.test(plain)) return problem("spreadsheetError");
  if (datePattern.test(plain)) return problem("date");
  const conversions: CellNumber["conversions"][number][] = [];
  if (/[０-９．，％－＋]/u.test(text)) conversions.push("fullWidth");
  const match =
    /^([+\-−]?)([\d.,' ]*\d\.?)(e[+-]?\d+)?\s*(万亿|千亿|百亿|亿|千万|百万|万|千)?\s*(%)?$/iu.exec(plain);
  if (!match) return problem("text");
  const [, sign, digits, exponent = "", unit, percent] = match;
  const number = readDigits(digits!, options.decimalMark ?? ".");
  if (number === null) return problem(/[.,]/u.test(digits!) ? "ambiguousSeparator" : "text");
  if (number.grouped) conversions.push("thousandsSeparator");
  if (unit !== undefined) conversions.push("chineseUnit");
  if (percent !== undefined) conversions.push("percent");
  const magnitude = Number(`${number.plain}${exponent}`) * (unit === undefined ? 1 : chineseUnits[unit]!);
  const value =
    (percent === undefined || options.percentAs === "points" ? magnitude : magnitude / 100) *
    (sign === "" || sign === "+" ? 1 : -1);
  return Number.isFinite(value) ? { value, conversions, problem: null } : problem("text");
}

function problem(kind: CellIssueKind): CellNumber {
  return { value: null, conversions: [], problem: kind };
}

/** Removes thousands marks where they stand at every third digit; null when the marks fit no reading. */
function readDigits(digits: string, decimalMark: "." | ","): { plain: string; grouped: boolean } | null {
  const [whole = "", fraction, ...more] = digits.split(decimalMark);
  if (more.length > 0 || (fraction !== undefined && !/^\d*$/u.test(fraction))) return null;
  const grouped = /^\d{1,3}(?:[,.' ]\d{3})+$/u.test(whole);
  const marks = new Set(whole.match(/[,.' ]/gu));
  if ((!grouped && !/^\d*$/u.test(whole)) || marks.size > 1) return null;
  const plain = `${whole.replaceAll(/[,.' ]/gu, "") || "0"}${fraction ? `.${fraction}` : ""}`;
  return { plain, grouped };
}

/** What each conversion and problem is called, for the list that the import shows. */
export const cellIssueWords: Readonly<Record<CellIssueKind, Words>> = {
  thousandsSeparator: { en: "thousands separators removed", zh: "已去除千分位分隔符" },
  fullWidth: { en: "full-width characters converted", zh: "已转换全角字符" },
  percent: { en: "a per cent sign was read", zh: "已识别百分号" },
  chineseUnit: { en: "multiplied by the unit 万 or 亿 in the cell", zh: "已按单元格内的万、亿等单位换算" },
  date: {
    en: "a date in a number column; spreadsheets turn entries such as 3-5 into dates. Enter the number again",
    zh: "数值列中出现日期；电子表格会把 3-5 之类的内容变成日期。请重新输入数值",
  },
  text: {
    en: "text in a number column. Enter a number or leave it empty",
    zh: "数值列中出现文本。请填写数值或留空",
  },
  ambiguousSeparator: {
    en: "separators that allow more than one reading, such as 1,23. Write 1.23 or 123, or say that the comma is the decimal mark",
    zh: "分隔符可有多种读法，如 1,23。请写成 1.23 或 123，或指明逗号为小数点",
  },
  spreadsheetError: {
    en: "an error value of the spreadsheet. Repair the formula",
    zh: "电子表格的错误值。请修正公式",
  },
};
