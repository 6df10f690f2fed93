import type { Table } from "@yunhe/client";
import { words } from "@yunhe/client";
import type { Context } from "../command/context.ts";

interface TableLook {
  readonly wide: boolean;
  readonly namespace: boolean;
  readonly header: boolean;
  /** Widths of an earlier page, so that pages line up. */
  readonly width: readonly number[] | undefined;
}

const nothing = words("Nothing found.", "没有找到。");

/** Prints a server-side table; gives the column widths for the next page. */
export function tableText(table: Table, look: TableLook, { print, note }: Context): readonly number[] {
  const shown = table.columnDefinitions
    .map(({ priority }, index) => ({ priority, index }))
    .filter(({ priority }) => look.wide || priority === 0);
  const head = [
    ...(look.namespace ? ["PROJECT"] : []),
    ...shown.map(({ index }) => table.columnDefinitions[index]!.name.toUpperCase()),
  ];
  const rows = table.rows.map(({ cells, object }) => [
    ...(look.namespace ? [object.metadata.namespace ?? ""] : []),
    ...shown.map(({ index }) => cell(cells[index])),
  ]);
  if (rows.length === 0 && look.header) note(nothing);
  const width = columnWidths([head, ...rows], look.width);
  if (look.header && rows.length > 0) print(alignedLine(head, width));
  for (const row of rows) print(alignedLine(row, width));
  return width;
}

/** The width of each column, at least that of an earlier page. */
export const columnWidths = (
  rows: readonly (readonly string[])[],
  earlier: readonly number[] = [],
): readonly number[] =>
  (rows[0] ?? []).map((_, i) => Math.max(earlier[i] ?? 0, ...rows.map((row) => displayWidth(row[i] ?? ""))));

export const alignedLine = (row: readonly string[], width: readonly number[]): string =>
  row
    .map((text, i) => (i === row.length - 1 ? text : pad(text, width[i]!)))
    .join("   ")
    .trimEnd();

const cell = (value: unknown): string => {
  if (value === null || value === undefined) return "";
  return typeof value === "string" ? value : JSON.stringify(value);
};

/** Columns on a terminal: East Asian wide characters take two (Unicode TR11, the ranges that matter here). */
export function displayWidth(text: string): number {
  let width = 0;
  for (const character of text)
    width +=
      /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]/.test(
        character,
      )
        ? 2
        : 1;
  return width;
}

const pad = (text: string, width: number): string =>
  text + " ".repeat(Math.max(0, width - displayWidth(text)));
