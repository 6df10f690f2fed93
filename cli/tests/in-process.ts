import { type Language } from "@yunhe/client";
import type { Context, Output } from "../src/command/context.ts";
import { failureOf } from "../src/command/failure.ts";
import { parse } from "../src/command/parse.ts";
import { loadCommands } from "../src/commands/index.ts";

export interface Ran {
  readonly exitCode: number;
  readonly out: string;
  /** Notes and failures. */
  readonly err: string;
}

/** Runs one command line in this process, as `main` does, and gives what it printed. */
export async function yunhe(...argv: readonly string[]): Promise<Ran> {
  const out: string[] = [];
  const err: string[] = [];
  const { command, options, args } = parse(await loadCommands(), argv);
  if (!command) throw new Error(`no command in ${argv.join(" ")}`);
  const language = (options["lang"] ?? "en") as Language;
  const context: Context = {
    language,
    output: (options["format"] ?? "table") as Output,
    project: "default",
    allProjects: false,
    interactive: false,
    say: (text) => text[language],
    print: (line) => void out.push(line),
    note: (text) => void err.push(text[language]),
    client: () => Promise.reject(new Error("this command must not need a server")),
  };
  const exitCode = await command.run(context, options as never, args).catch((error: unknown) => {
    const failure = failureOf(error, language);
    err.push(...failure.lines);
    return failure.exitCode;
  });
  return { exitCode, out: out.join("\n"), err: err.join("\n") };
}
