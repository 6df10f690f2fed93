import { writeFile } from "node:fs/promises";
import { stringify } from "yaml";
import { type Words, words } from "@yunhe/client";
import type { Finding } from "@yunhe/evaluation";
import type { Context } from "../command/context.ts";
import { CommandError, exitCodes, usageError } from "../command/errors.ts";
import { alignedLine, columnWidths } from "../output/table.ts";
import { findingWords } from "./failure.ts";

/** True when a program reads the answer: JSON or YAML instead of text. */
export function printData(context: Context, options: { readonly json: boolean }, value: unknown): boolean {
  if (options.json || context.output === "json") context.print(JSON.stringify(value, null, 2));
  else if (context.output === "yaml") context.print(stringify(value).trimEnd());
  else return false;
  return true;
}

export function printRows(
  context: Context,
  head: readonly string[],
  rows: readonly (readonly string[])[],
): void {
  const all = [head.map((name) => name.toUpperCase()), ...rows];
  const width = columnWidths(all);
  for (const row of all) context.print(alignedLine(row, width));
}

/** Remarks stay beside every result, on standard error. */
export function noteFindings(context: Context, findings: readonly Finding[]): void {
  for (const finding of findings) context.note(findingWords(finding));
}

export async function writeOut(context: Context, path: string, content: string | Uint8Array): Promise<void> {
  try {
    await writeFile(path, content);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new CommandError(
      exitCodes.failed,
      words(`${path} cannot be written.`, `无法写入 ${path}。`),
      words(why, why),
    );
  }
  context.note(words(`Written: ${path}`, `已写入：${path}`));
}

/** A whole number from an option. */
export function wholeOption(name: string, text: string | undefined, least: number): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (/^\d+$/.test(text) && Number.isSafeInteger(value) && value >= least) return value;
  throw usageError(
    `--${name} is a whole number of at least ${least}, not ${text}.`,
    `--${name} 为不小于 ${least} 的整数，而非 ${text}。`,
  );
}

export const shown = (value: number, digits = 4): string => value.toFixed(digits);

export const say = (context: Context, text: Words): string => text[context.language];
