import { InputError, type Words } from "../numeric/input-error.ts";
import { parseCsv } from "./csv.ts";
import { decodeText, type DecodedText, type Encoding } from "./encoding.ts";
import {
  cellIssueWords,
  readCellNumber,
  type Cell,
  type CellIssueKind,
  type NumberOptions,
} from "./numbers.ts";

/** A sheet with a header. Rows carry their number in the file, counted from 1. */
export interface SheetTable {
  /** File or sheet name, for messages. */
  readonly file: string;
  readonly header: readonly string[];
  readonly rows: readonly { readonly row: number; readonly cells: readonly Cell[] }[];
}

/**
 * Makes a table of raw rows, the first one being the header.
 * @throws InputError on an empty file, an empty or repeated column name, or a row longer than the header.
 */
export function tableFromRows(
  file: string,
  rows: readonly (readonly Cell[])[],
  numbers?: readonly number[],
): SheetTable {
  const start = rows.findIndex((cells) => cells.some((cell) => cell !== null && String(cell).trim() !== ""));
  const first = rows[start];
  const rest = rows.slice(start + 1);
  if (!first) throw new InputError({ en: `${file} is empty.`, zh: `${file} 为空。` });
  const width = first.findLastIndex((cell) => cell !== null && String(cell).trim() !== "") + 1;
  const header = first.slice(0, width).map((cell) =>
    String(cell ?? "")
      .normalize("NFKC")
      .trim(),
  );
  for (const [j, name] of header.entries()) checkHeader(file, header, name, j);
  return {
    file,
    header,
    rows: rest.flatMap((cells, k) => {
      const row = numbers?.[start + 1 + k] ?? start + k + 2;
      const beyond = cells.findIndex((cell, j) => j >= width && cell !== null && String(cell).trim() !== "");
      if (beyond >= 0) throw longRowError(file, row, beyond, width);
      const padded = header.map((_, j) => cells[j] ?? null);
      return padded.every((cell) => cell === null || cell === "") ? [] : [{ row, cells: padded }];
    }),
  };
}

function checkHeader(file: string, header: readonly string[], name: string, j: number): void {
  if (name === "") {
    throw new InputError(
      { en: `${file}: column ${j + 1} has no name in the header.`, zh: `${file}：第 ${j + 1} 列没有表头。` },
      { row: 1, column: j + 1 },
    );
  }
  const earlier = header.indexOf(name);
  if (earlier === j) return;
  throw new InputError(
    {
      en: `${file}: columns ${earlier + 1} and ${j + 1} are both called "${name}"; rename one.`,
      zh: `${file}：第 ${earlier + 1} 列与第 ${j + 1} 列同名“${name}”；请改名。`,
    },
    { row: 1, column: j + 1 },
  );
}

function longRowError(file: string, row: number, beyond: number, width: number): InputError {
  return new InputError(
    {
      en: `${file}: row ${row} has a value in column ${beyond + 1}, beyond the ${width} named columns; quote cells that contain the delimiter.`,
      zh: `${file}：第 ${row} 行第 ${beyond + 1} 列有值，超出 ${width} 个有表头的列；含分隔符的单元格请加引号。`,
    },
    { row, column: beyond + 1 },
  );
}

/** A table from a text file, with the encoding and how it was found: "fallback" is worth showing to a person. */
export interface CsvTable extends SheetTable {
  readonly encoding: Encoding;
  readonly encodingBy: DecodedText["by"];
}

/** Reads a CSV file of any supported encoding and delimiter. All cells are text; see `numbersOfColumn`. */
export function readCsvTable(file: string, bytes: Uint8Array, encoding?: Encoding): CsvTable {
  const decoded = decodeText(bytes, encoding);
  const { rows, lines } = parseCsv(decoded.text);
  return { ...tableFromRows(file, rows, lines), encoding: decoded.encoding, encodingBy: decoded.by };
}

export interface CellIssue {
  readonly file: string;
  readonly row: number;
  /** Column counted from 1, and its name. */
  readonly column: number;
  readonly header: string;
  readonly kind: CellIssueKind;
  /** error: the cell has no number; notice: it was converted. */
  readonly level: "error" | "notice";
  readonly text: string;
  readonly words: Words;
}

export interface NumberColumn {
  /** One value per row of the table; NaN where empty or unreadable. */
  readonly values: Float64Array;
  readonly issues: readonly CellIssue[];
}

/**
 * Reads a column as numbers. Every cell that was converted or could not be read is listed with row and column.
 * @throws InputError when the table has no such column.
 */
export function numbersOfColumn(
  table: SheetTable,
  header: string,
  options: NumberOptions = {},
): NumberColumn {
  const j = table.header.indexOf(header);
  if (j < 0) {
    throw new InputError({
      en: `${table.file} has no column "${header}"; it has ${table.header.join(", ")}.`,
      zh: `${table.file} 中没有“${header}”列；现有列：${table.header.join("、")}。`,
    });
  }
  const values = new Float64Array(table.rows.length).fill(NaN);
  const issues: CellIssue[] = [];
  for (const [i, { row, cells }] of table.rows.entries()) {
    const cell = cells[j] ?? null;
    const { value, conversions, problem } = readCellNumber(cell, options);
    if (value !== null) values[i] = value;
    for (const kind of problem ? [problem] : conversions) {
      issues.push(issueOf(table.file, row, j, header, kind, problem ? "error" : "notice", cell));
    }
  }
  return { values, issues };
}

function issueOf(
  file: string,
  row: number,
  j: number,
  header: string,
  kind: CellIssueKind,
  level: CellIssue["level"],
  cell: Cell,
): CellIssue {
  const text = cell instanceof Date ? cell.toISOString().slice(0, 10) : String(cell);
  const words = cellIssueWords[kind];
  return {
    file,
    row,
    column: j + 1,
    header,
    kind,
    level,
    text,
    words: {
      en: `${file}, row ${row}, column ${j + 1} (${header}), "${text}": ${words.en}.`,
      zh: `${file} 第 ${row} 行第 ${j + 1} 列（${header}）“${text}”：${words.zh}。`,
    },
  };
}
