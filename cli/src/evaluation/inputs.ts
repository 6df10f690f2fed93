import { readFile } from "node:fs/promises";
import { basename, extname } from "node:path";
import { words } from "@yunhe/client";
import {
  type CommandInput,
  parseMapping,
  readSpecification,
  type SourceTable,
  suggestMapping,
  tabular,
  type TableMapping,
} from "@yunhe/evaluation";
import type { OptionValues } from "../command/define.ts";
import { CommandError, exitCodes, usageError } from "../command/errors.ts";
import type { inputOptions } from "./options.ts";

type Options = OptionValues<typeof inputOptions>;

/** The bytes of a file a person named; `-` is standard input. */
export async function readInput(path: string): Promise<Uint8Array> {
  try {
    if (path !== "-") return await readFile(path);
    const parts: Uint8Array[] = [];
    for await (const part of process.stdin) parts.push(part as Uint8Array);
    return Buffer.concat(parts);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new CommandError(
      exitCodes.failed,
      words(`${path} cannot be read.`, `无法读取 ${path}。`),
      words(why, why),
    );
  }
}

export const readText = async (path: string): Promise<string> =>
  new TextDecoder("utf-8").decode(await readInput(path));

/** The specification alone, as text with its name. */
export async function specificationOf(
  options: Pick<Options, "spec">,
): Promise<{ readonly text: string; readonly name: string }> {
  if (options.spec === undefined)
    throw usageError("Name the specification with --spec FILE.", "请用 --spec 文件 指定规范。");
  return { text: await readText(options.spec), name: basename(options.spec) };
}

/** Specification and data as the library's commands take them: one JSON data file, or any number of CSV and XLSX tables. */
export async function inputOf(options: Options): Promise<CommandInput> {
  const specification = await specificationOf(options);
  if (options.data.length === 0)
    throw usageError("Name the data with --data FILE.", "请用 --data 文件 指定数据。");
  const [first] = options.data as [string];
  const files = { specification: specification.name, data: basename(first) };
  if (options.data.length === 1 && !isTable(first))
    return { specification: specification.text, files, data: await readText(first) };
  const wrong = options.data.find((path) => !isTable(path));
  if (wrong !== undefined)
    throw usageError(
      `Several data files must be tables; ${wrong} is none.`,
      `多个数据文件必须均为表格；${wrong} 不是。`,
    );
  const data = await Promise.all(
    options.data.map((path, k) => tableWithMapping(specification, options, path, k)),
  );
  return { specification: specification.text, files, data };
}

async function tableWithMapping(
  specification: { readonly text: string; readonly name: string },
  options: Options,
  path: string,
  position: number,
): Promise<{ table: SourceTable; mapping: TableMapping }> {
  const table = await readTable(path, options.sheet);
  const file = options.mapping[position];
  return {
    table,
    mapping: file === undefined ? suggestedFor(specification, table, options) : await mappingOf(file),
  };
}

const mappingOf = async (path: string): Promise<TableMapping> =>
  parseMapping(await readText(path), basename(path));

/** The mapping that the headers suggest; `--period` is the period of a table that has no column for it. */
export function suggestedFor(
  specification: { readonly text: string; readonly name: string },
  table: SourceTable,
  options: Pick<Options, "table-period">,
): TableMapping {
  const read = readSpecification(specification.text, specification.name);
  return suggestMapping(read, table, { publisher: table.file, status: "stated" }, options["table-period"]);
}

const isTable = (path: string): boolean =>
  [".csv", ".tsv", ".txt", ".xlsx"].includes(extname(path).toLowerCase());

export async function readTable(path: string, sheet: string | undefined): Promise<SourceTable> {
  const bytes = await readInput(path);
  const name = basename(path);
  return extname(path).toLowerCase() === ".xlsx"
    ? tabular.readXlsxTable(name, bytes, sheet)
    : tabular.readCsvTable(name, bytes);
}
