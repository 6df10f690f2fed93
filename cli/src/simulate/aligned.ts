import { displayWidth } from "../output/table.ts";

/** Rows with their columns under one another; the first column to the left, the others to the right. */
export function alignedRows(rows: readonly (readonly string[])[]): string[] {
  const columns = Math.max(...rows.map((row) => row.length));
  const width = Array.from({ length: columns }, (_, i) =>
    Math.max(...rows.map((row) => displayWidth(row[i] ?? ""))),
  );
  return rows.map((row) =>
    row
      .map((text, i) => {
        const space = " ".repeat(width[i]! - displayWidth(text));
        return i === 0 ? text + space : space + text;
      })
      .join("  ")
      .trimEnd(),
  );
}
