import { type Language, type Words, words } from "@yunhe/client";
import type { Context, Output } from "./command/context.ts";
import { loadCommands } from "./commands/index.ts";
import { commandHelp, overview } from "./command/help.ts";
import { exitCodes, usageError } from "./command/errors.ts";
import { failureOf } from "./command/failure.ts";
import { firstWord, parse, type Parsed } from "./command/parse.ts";

/** `yunhe`: finds the command, runs it, and returns its exit code; every failure is told in one way. */
async function main(argv: readonly string[]): Promise<number> {
  let language = languageOf(undefined);
  try {
    const commands = await loadCommands(firstWord(argv));
    const parsed = parse(commands, argv);
    language = languageOf(parsed.options["lang"]);
    const { command, args } = parsed;
    if (command === undefined || parsed.options["help"] === true) {
      if (args.length > 0 && command === undefined && args[0] !== "help") throw unknownCommand(args[0]!);
      const about = command ?? commands.find(({ name }) => name === args.slice(1).join(" "));
      process.stdout.write(`${about ? commandHelp(about, language) : overview(commands, language)}\n`);
      return exitCodes.ok;
    }
    return await command.run(contextOf(parsed, language), parsed.options as never, args);
  } catch (error) {
    const { lines, exitCode } = failureOf(error, language);
    process.stderr.write(`${lines.join("\n")}\n`);
    if (process.env["YUNHE_DEBUG"] !== undefined && error instanceof Error)
      process.stderr.write(`${error.stack}\n`);
    return exitCode;
  }
}

function languageOf(given: Parsed["options"][string]): Language {
  if (given !== undefined && given !== "en" && given !== "zh")
    throw usageError(
      `--lang is en or zh, not ${JSON.stringify(given)}.`,
      `--lang 为 en 或 zh，而非 ${JSON.stringify(given)}。`,
    );
  const { YUNHE_LANG, LC_ALL, LC_MESSAGES, LANG } = process.env;
  const text = given ?? YUNHE_LANG ?? LC_ALL ?? LC_MESSAGES ?? LANG ?? "";
  return /^zh/i.test(text) ? "zh" : "en";
}

function contextOf({ command, options }: Parsed, language: Language): Context {
  const text = (name: string): string | undefined => options[name] as string | undefined;
  // A command may use the name for the format of what it reads.
  const own = command !== undefined && "format" in command.options;
  const output = (own ? undefined : text("format")) ?? "table";
  if (!["table", "json", "yaml", "wide", "name"].includes(output)) {
    throw usageError(
      `-o is json, yaml, wide or name, not ${output}.`,
      `-o 为 json、yaml、wide 或 name，而非 ${output}。`,
    );
  }
  return {
    language,
    output: output as Output,
    project: text("project") ?? process.env["YUNHE_PROJECT"] ?? "default",
    allProjects: options["all-projects"] === true,
    interactive: process.stdout.isTTY,
    say: (each: Words) => each[language],
    print: (line) => void process.stdout.write(`${line}\n`),
    note: (each) => void process.stderr.write(`${each[language]}\n`),
    client: async () => (await import("./command/connect.ts")).openClient(text("server"), language),
  };
}

const unknownCommand = (name: string): Error =>
  usageError(words(`There is no command ${name}.`, "").en, `没有命令 ${name}。`);

process.exitCode = await main(process.argv.slice(2));
