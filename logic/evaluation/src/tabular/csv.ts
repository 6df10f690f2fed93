import { InputError } from "../numeric/input-error.ts";

/** A table of texts as it stands in a file, each row with the line where it begins, counted from 1. */
export interface TextTable {
  readonly rows: readonly (readonly string[])[];
  readonly lines: readonly number[];
}

/**
 * Parses CSV after RFC 4180: quoted fields may hold delimiters, quotes (doubled) and line breaks; lines end with
 * LF, CRLF or CR; a BOM is dropped; rows that are wholly empty are skipped. Text is kept exactly as written.
 * @throws InputError that names the line of a quote that is not closed or that stands inside a field.
 */
export function parseCsv(text: string, delimiter = detectDelimiter(text)): TextTable {
  const rows: string[][] = [];
  const lines: number[] = [];
  let [row, line, rowLine] = [[] as string[], 1, 1];
  let at = text.startsWith("\uFEFF") ? 1 : 0;
  const endRow = () => {
    if (row.length > 1 || row[0] !== "") {
      rows.push(row);
      lines.push(rowLine);
    }
    row = [];
  };
  while (at < text.length) {
    const field = text[at] === '"' ? quotedField(text, at, line) : plainField(text, at, delimiter, line);
    row.push(field.value);
    at = field.end;
    line += field.breaks;
    if (text[at] === delimiter) {
      at++;
      if (at === text.length) row.push("");
      if (at < text.length) continue;
    } else if (at < text.length && text[at] !== "\r" && text[at] !== "\n") throw quoteError(line);
    endRow();
    at += text.startsWith("\r\n", at) ? 2 : 1;
    line++;
    rowLine = line;
  }
  if (row.length > 0) endRow();
  return { rows, lines };
}

interface Field {
  readonly value: string;
  readonly end: number;
  readonly breaks: number;
}

function quotedField(text: string, start: number, line: number): Field {
  let value = "";
  let from = start + 1;
  for (;;) {
    const quote = text.indexOf('"', from);
    if (quote < 0) throw quoteError(line);
    value += text.slice(from, quote);
    if (text[quote + 1] !== '"') {
      return { value, end: quote + 1, breaks: value.split(/\r\n|\r|\n/u).length - 1 };
    }
    value += '"';
    from = quote + 2;
  }
}

function plainField(text: string, start: number, delimiter: string, line: number): Field {
  let end = start;
  while (end < text.length && text[end] !== delimiter && text[end] !== "\n" && text[end] !== "\r") {
    if (text[end] === '"') throw quoteError(line);
    end++;
  }
  return { value: text.slice(start, end), end, breaks: 0 };
}

function quoteError(line: number): InputError {
  return new InputError(
    {
      en: `Line ${line} has a quotation mark that is not closed or stands inside a field; double it and quote the field.`,
      zh: `第 ${line} 行的引号未闭合或位于字段中间；请将其写成两个并给整个字段加引号。`,
    },
    { row: line },
  );
}

/** The delimiter that the first line holds most often outside quotes: comma, tab, semicolon, or full-width comma. */
export function detectDelimiter(text: string): string {
  const first = text.replaceAll(/"[^"]*"/gu, "").split(/\r|\n/u, 1)[0]!;
  const counts = [",", "\t", ";", "，", "|"].map((mark) => ({ mark, count: first.split(mark).length - 1 }));
  return counts.reduce((best, one) => (one.count > best.count ? one : best)).mark;
}

/** Writes RFC 4180 CSV with CRLF, quoting only what needs it. Numbers keep full double precision. */
export function writeCsv(rows: readonly (readonly (string | number | null)[])[], delimiter = ","): string {
  const cell = (value: string | number | null) => {
    const text = value === null || Number.isNaN(value) ? "" : String(value);
    const unsafe = text.includes(delimiter) || /["\r\n]|^\s|\s$/u.test(text);
    return unsafe ? `"${text.replaceAll('"', '""')}"` : text;
  };
  return rows.map((row) => `${row.map(cell).join(delimiter)}\r\n`).join("");
}
