import { parseArgs } from "node:util";
import type { CommandDefinition, OptionDefinitions } from "./define.ts";
import { usageError } from "./errors.ts";
import { globalOptions } from "./global.ts";

export interface Parsed {
  readonly command: CommandDefinition | undefined;
  readonly options: Readonly<Record<string, boolean | string | readonly string[] | undefined>>;
  readonly args: readonly string[];
}

/** Finds the command (`audit verify` before `audit`), then reads its options and the global ones. */
export function parse(commands: readonly CommandDefinition[], argv: readonly string[]): Parsed {
  const lead = leadingOptions(argv);
  const rest = argv.slice(lead);
  const command = commands
    .toSorted((a, b) => b.name.length - a.name.length)
    .find(({ name }) => name.split(" ").every((part, i) => rest[i] === part));
  const after = command === undefined ? rest : rest.slice(command.name.split(" ").length);
  const words = [...argv.slice(0, lead), ...after];
  const options = { ...globalOptions, ...command?.options };
  const own = command?.passThrough ? ownPart(words, options) : words.length;
  const { values, positionals } = read(words.slice(0, own), options);
  return { command, options: withDefaults(values, options), args: [...positionals, ...words.slice(own)] };
}

/** The word that names the command, or its family. */
export const firstWord = (argv: readonly string[]): string | undefined => argv[leadingOptions(argv)];

/** How many words of options stand before the command. */
function leadingOptions(argv: readonly string[]): number {
  let at = 0;
  while (at < argv.length && argv[at]!.startsWith("-")) at += takesValue(argv[at]!, globalOptions) ? 2 : 1;
  return Math.min(at, argv.length);
}

/** Up to where the words are the command's own: its options, before the program that is to be run. */
function ownPart(words: readonly string[], options: OptionDefinitions): number {
  let at = 0;
  while (at < words.length && words[at]!.startsWith("-")) {
    if (words[at] === "--") return at + 1;
    at += takesValue(words[at]!, options) ? 2 : 1;
  }
  return Math.min(at, words.length);
}

function takesValue(word: string, options: OptionDefinitions): boolean {
  if (word.includes("=")) return false;
  const found = Object.entries(options).find(
    ([name, { short }]) => word === `--${name}` || word === `-${short}`,
  );
  return found !== undefined && found[1].type !== "flag";
}

function read(words: readonly string[], options: OptionDefinitions): ReturnType<typeof parseArgs> {
  const wanted = Object.entries(options).map(([name, { type, short }]) => [
    name,
    {
      type: type === "flag" ? "boolean" : "string",
      multiple: type === "list",
      ...(short === undefined ? {} : { short }),
    },
  ]);
  try {
    return parseArgs({ args: [...words], options: Object.fromEntries(wanted), allowPositionals: true });
  } catch (error) {
    const text = error instanceof Error ? error.message.split(". ")[0]! : String(error);
    throw usageError(`${text}.`, `无法理解命令行：${text}。`);
  }
}

function withDefaults(
  values: ReturnType<typeof parseArgs>["values"],
  options: OptionDefinitions,
): Parsed["options"] {
  const entries = Object.entries(options).map(([name, { type }]) => {
    const value = values[name] as boolean | string | string[] | undefined;
    return [name, value ?? (type === "flag" ? false : type === "list" ? [] : undefined)] as const;
  });
  return Object.fromEntries(entries);
}
