import { type SourceText, TraceError, type TracePosition } from "./trace-error.ts";

/** One row of a CSV, its fields by header; every complaint about a field names file, line and column. */
export class CsvRow {
  readonly line: number;
  readonly #file: string;
  readonly #fields: ReadonlyMap<string, string>;

  constructor(file: string, line: number, fields: ReadonlyMap<string, string>) {
    this.#file = file;
    this.line = line;
    this.#fields = fields;
  }

  at(column: string): TracePosition {
    return { file: this.#file, line: this.line, column };
  }

  /** The field without spaces around it; "" when the file has no such column. */
  text(column: string): string {
    return this.#fields.get(column)?.trim() ?? "";
  }

  required(column: string): string {
    const text = this.text(column);
    if (text === "") throw new TraceError(this.at(column), { en: "a value is missing", zh: "缺少值" });
    return text;
  }

  /** An integer of at least 0 and at most `most`. */
  count(column: string, most = Number.MAX_SAFE_INTEGER): number {
    const text = this.required(column);
    const value = Number(text);
    if (!/^\+?\d+(\.0+)?$/.test(text) || !Number.isSafeInteger(value) || value > most) {
      const bound = most === Number.MAX_SAFE_INTEGER ? "" : ` … ${most}`;
      throw new TraceError(this.at(column), {
        en: `"${text}" is not a whole number from 0${bound}`,
        zh: `“${text}”不是从 0 起${bound ? `到 ${most} ` : ""}的整数`,
      });
    }
    return value;
  }

  optionalCount(column: string): number | undefined {
    return this.text(column) === "" ? undefined : this.count(column);
  }

  /** An integer of either sign; undefined when the field is empty. */
  optionalInteger(column: string): number | undefined {
    const text = this.text(column);
    if (text === "") return undefined;
    if (/^[+-]?\d+$/.test(text) && Number.isSafeInteger(Number(text))) return Number(text);
    throw new TraceError(this.at(column), {
      en: `"${text}" is not a whole number`,
      zh: `“${text}”不是整数`,
    });
  }

  /** `true` or `false`; undefined when the field is empty. */
  flag(column: string): boolean | undefined {
    const text = this.text(column).toLowerCase();
    if (text === "") return undefined;
    if (text === "true" || text === "1") return true;
    if (text === "false" || text === "0") return false;
    throw new TraceError(this.at(column), {
      en: `"${text}" is neither true nor false`,
      zh: `“${text}”既不是 true 也不是 false`,
    });
  }

  /** Values between `|`, as they stand; undefined when the field is empty. */
  list(column: string): string[] | undefined {
    const text = this.text(column);
    return text === "" ? undefined : text.split("|").map((item) => item.trim());
  }
}

/**
 * Parses RFC 4180 CSV with a header line; all `required` columns must be there, every row as long as the header, and,
 * where `known` is given, no other columns than those: a misspelt one would be ignored in silence.
 */
export function parseCsv(
  { file, text }: SourceText,
  required: readonly string[],
  known?: readonly string[],
): CsvRow[] {
  const records = splitRecords(file, text);
  const header = records.shift();
  if (!header) throw new TraceError({ file, line: 1 }, { en: "the file is empty", zh: "文件为空" });
  const columns = header.fields.map((field) => field.trim());
  for (const [i, column] of columns.entries()) {
    if (columns.indexOf(column) !== i) {
      throw new TraceError({ file, line: 1, column }, { en: "the column is there twice", zh: "列名重复" });
    }
  }
  for (const column of required) {
    if (columns.includes(column)) continue;
    throw new TraceError({ file, line: 1, column }, { en: "the column is missing", zh: "缺少该列" });
  }
  const strange = known && columns.find((column) => !known.includes(column));
  if (strange !== undefined) {
    throw new TraceError(
      { file, line: 1, column: strange },
      {
        en: `there is no such column; there are ${known!.join(", ")}`,
        zh: `没有这样的列；可用的列：${known!.join(", ")}`,
      },
    );
  }
  return records.map(({ line, fields }) => {
    if (fields.length !== columns.length) {
      throw new TraceError(
        { file, line, column: columns[fields.length] ?? `${columns.length + 1}` },
        {
          en: `${fields.length} fields where the header has ${columns.length}`,
          zh: `有 ${fields.length} 个字段，而表头有 ${columns.length} 个`,
        },
      );
    }
    return new CsvRow(file, line, new Map(columns.map((column, i) => [column, fields[i]!])));
  });
}

interface CsvRecord {
  readonly line: number;
  readonly fields: string[];
}

/** Splits into records; quoted fields may hold commas, line breaks and doubled quotes. Blank lines are skipped. */
function splitRecords(file: string, text: string): CsvRecord[] {
  const body = text.startsWith("\uFEFF") ? text.slice(1) : text;
  const records: CsvRecord[] = [];
  let line = 1;
  for (let at = 0; at < body.length;) {
    const record: CsvRecord = { line, fields: [] };
    let more = true;
    while (more) {
      const field = readField(file, body, at, line);
      record.fields.push(field.value);
      line += field.breaks;
      at = field.end;
      more = body[at] === ",";
      if (more) at += 1;
    }
    at += body.startsWith("\r\n", at) ? 2 : 1;
    line += 1;
    if (record.fields.length > 1 || record.fields[0] !== "") records.push(record);
  }
  return records;
}

function readField(
  file: string,
  text: string,
  start: number,
  line: number,
): { value: string; end: number; breaks: number } {
  if (text[start] !== '"') {
    const rest = /[,\r\n]/g;
    rest.lastIndex = start;
    const end = rest.exec(text)?.index ?? text.length;
    return { value: text.slice(start, end), end, breaks: 0 };
  }
  let end = start + 1;
  for (; text[end] !== '"' || text[end + 1] === '"'; end += text[end] === '"' ? 2 : 1) {
    if (end >= text.length) {
      throw new TraceError({ file, line }, { en: "a quoted field does not end", zh: "带引号的字段没有结束" });
    }
  }
  const value = text.slice(start + 1, end).replaceAll('""', '"');
  return { value, end: end + 1, breaks: value.split("\n").length - 1 };
}
