import type { Text } from "../specification/types.ts";

export type Language = keyof Text;

/** Text safe inside an element or a quoted attribute. */
export function escape(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}

/** A number for people: up to `digits` decimals. Full precision is in the JSON result. */
export function shown(value: number | null, digits = 2): string {
  if (value === null || !Number.isFinite(value)) return "–";
  const text = value.toFixed(digits);
  return text.includes(".") ? text.replace(/\.?0+$/, "") : text;
}

/** One decimal is enough for a coordinate. */
export function coordinate(value: number): string {
  return String(Math.round(value * 10) / 10);
}

export interface DataTable {
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** A table whose first column names its rows. */
export function tableMarkup(table: DataTable): string {
  const head = table.head.map((cell) => `<th scope="col">${escape(cell)}</th>`).join("");
  const rows = table.rows
    .map(
      ([first, ...rest]) =>
        `<tr><th scope="row">${escape(first ?? "")}</th>${rest.map((cell) => `<td>${escape(cell)}</td>`).join("")}</tr>`,
    )
    .join("\n");
  return `<div class="scroll"><table><thead><tr>${head}</tr></thead><tbody>\n${rows}\n</tbody></table></div>`;
}

export interface Chart {
  readonly title: string;
  /** What the picture shows, for those who do not see it. */
  readonly description: string;
  readonly svg: string;
  readonly table: DataTable;
}

/** A chart with its source and, under it, the same numbers as a table. */
export function chartMarkup(chart: Chart, source: string, tableWord: string): string {
  return `<figure><h3>${escape(chart.title)}</h3>${chart.svg}<figcaption>${escape(source)}</figcaption><details><summary>${escape(tableWord)}</summary>${tableMarkup(chart.table)}</details></figure>`;
}

/** An accessible picture of the given size in user units. */
export function svgMarkup(width: number, height: number, label: string, content: string): string {
  return `<svg role="img" aria-label="${escape(label)}" viewBox="0 0 ${coordinate(width)} ${coordinate(height)}" xmlns="http://www.w3.org/2000/svg">${content}</svg>`;
}
