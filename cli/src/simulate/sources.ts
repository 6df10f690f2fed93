import { basename } from "node:path";
import { gunzipSync } from "node:zlib";
import { words } from "@yunhe/client";
import { exampleTrace, policies, type Simulation, type SourceText } from "@yunhe/scheduler";
import type { Context } from "../command/context.ts";
import { CommandError, exitCodes, usageError } from "../command/errors.ts";
import { readInput } from "../evaluation/inputs.ts";
import { changesOf } from "./changes.ts";
import { historySources } from "./history.ts";

export interface SimulateOptions {
  readonly format: string | undefined;
  readonly nodes: string | undefined;
  readonly fleet: string | undefined;
  readonly tasks: string | undefined;
  readonly order: string | undefined;
  readonly seeds: readonly string[];
  readonly policy: readonly string[];
  readonly samples: string | undefined;
  readonly change: readonly string[];
}

const formats = ["openb", "trace", "history", "example"];

/** What is to be simulated, every file read; nothing has run yet. */
export async function simulationOf(context: Context, options: SimulateOptions): Promise<Simulation> {
  const chosen = { policies: policiesOf(options.policy) };
  const { format } = options;
  if (format === "openb") {
    forbid(options, "openb", ["fleet", "samples", "change"]);
    const [nodesCsv, tasksCsv] = [await needed(options, "nodes"), await needed(options, "tasks")];
    const order = options.order === undefined ? {} : { orderJsonl: await readSource(options.order) };
    const seeds = options.seeds.length === 0 ? {} : { seeds: seedsOf(options.seeds) };
    return { ...chosen, format, nodesCsv, tasksCsv, ...order, ...seeds };
  }
  if (format === undefined || !formats.includes(format)) throw unknownFormat(format);
  forbid(options, format, ["nodes", "order", ...(format === "example" ? [] : ["seeds" as const])]);
  const samples = options.samples === undefined ? {} : { samples: wholeNumber("samples", options.samples) };
  const changes = changesOf(options.change);
  return { ...chosen, format: "trace", ...(await traceSources(context, options)), ...samples, changes };
}

async function traceSources(
  context: Context,
  options: SimulateOptions,
): Promise<{ readonly fleetJson: SourceText; readonly tasks: SourceText }> {
  const { format } = options;
  if (format === "trace")
    return { fleetJson: await needed(options, "fleet"), tasks: await needed(options, "tasks") };
  if (format === "history") {
    forbid(options, format, ["tasks"]);
    const history = await historySources(context);
    return options.fleet === undefined ? history : { ...history, fleetJson: await readSource(options.fleet) };
  }
  forbid(options, "example", ["tasks", "fleet"]);
  const [seed, ...more] = seedsOf(options.seeds);
  if (more.length > 0) throw usageError("An example has one seed.", "示例只能有一个种子。");
  return exampleTrace(seed ?? 42);
}

/** A file as text, unpacked when it is gzip (RFC 1952, by its first two bytes). */
export async function readSource(path: string): Promise<SourceText> {
  const bytes = await readInput(path);
  const packed = bytes[0] === 0x1f && bytes[1] === 0x8b;
  try {
    const plain = packed ? gunzipSync(bytes) : bytes;
    return { file: basename(path), text: new TextDecoder("utf-8", { fatal: true }).decode(plain) };
  } catch {
    throw new CommandError(
      exitCodes.invalid,
      words(`${path} is not text in UTF-8, nor gzip of it.`, `${path} 不是 UTF-8 文本，也不是其 gzip 压缩。`),
    );
  }
}

function needed(options: SimulateOptions, name: "nodes" | "fleet" | "tasks"): Promise<SourceText> {
  const path = options[name];
  if (path !== undefined) return readSource(path);
  throw usageError(
    `--format ${options.format} needs --${name} FILE.`,
    `--format ${options.format} 需要 --${name} 文件。`,
  );
}

function forbid(options: SimulateOptions, format: string, names: readonly (keyof SimulateOptions)[]): void {
  const given = names.find((name) => options[name] !== undefined && options[name].length > 0);
  if (given === undefined) return;
  throw usageError(
    `--${given} means nothing with --format ${format}.`,
    `--format ${format} 不支持 --${given}。`,
  );
}

const unknownFormat = (format: string | undefined): CommandError =>
  format === undefined
    ? usageError(
        `Name the format with --format: ${formats.join(", ")}.`,
        `请用 --format 指定格式：${formats.join("、")}。`,
      )
    : usageError(
        `There is no format ${format}; there are ${formats.join(", ")}.`,
        `没有格式 ${format}；可用：${formats.join("、")}。`,
      );

/** `fgd,yunhe`, or the option given several times. */
const splitList = (values: readonly string[]): string[] =>
  [...new Set(values.flatMap((value) => value.split(",")).map((value) => value.trim()))].filter(
    (value) => value !== "",
  );

function policiesOf(given: readonly string[]): string[] {
  const names = splitList(given);
  const unknown = names.find((name) => !policies.has(name));
  if (unknown !== undefined) {
    const known = [...policies.keys()];
    throw usageError(
      `There is no policy ${unknown}; there are ${known.join(", ")}.`,
      `没有策略 ${unknown}；可用：${known.join("、")}。`,
    );
  }
  return names.length === 0 ? ["yunhe"] : names;
}

const seedsOf = (given: readonly string[]): number[] =>
  splitList(given).map((text) => wholeNumber("seeds", text));

function wholeNumber(name: string, text: string): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && Number.isSafeInteger(value)) return value;
  throw usageError(
    `--${name} takes whole numbers from 0, not ${text}.`,
    `--${name} 须为自 0 起的整数，而非 ${text}。`,
  );
}
