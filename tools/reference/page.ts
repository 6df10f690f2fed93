import type { Words } from "@yunhe/kernel";

export interface Page {
  /** Below docs/reference. */
  readonly path: string;
  readonly title: Words;
  /** Undefined: one page for both languages. */
  readonly language?: "en" | "zh";
  /** Markdown. */
  readonly text: string;
}

export const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => "---"), ...rows].map((cells) => `| ${cells.map(cell).join(" | ")} |`).join("\n");

const cell = (text: string): string => text.replaceAll("|", "\\|").replaceAll("\n", " ");

export const code = (text: string): string => (text === "" ? "" : `\`${text}\``);
