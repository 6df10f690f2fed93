import type { Words } from "@yunhe/kernel";
import type { Context } from "./context.ts";

/** One option of a command; help, parsing and completions all come from it. */
export interface OptionDefinition {
  /** `value` takes a text, `list` may be given often, `flag` takes none. */
  readonly type: "flag" | "value" | "list";
  readonly short?: string;
  /** What stands for the value in help: `HOST:PORT`. */
  readonly placeholder?: string;
  readonly words: Words;
  /** Values a shell may offer. */
  readonly choices?: readonly string[];
  /** Objects whose names a shell may offer. */
  readonly completes?: "tasks" | "pools" | "queues" | "volumes";
}

export type OptionDefinitions = Readonly<Record<string, OptionDefinition>>;

export type OptionValues<Options extends OptionDefinitions> = {
  readonly [Name in keyof Options]: Options[Name]["type"] extends "flag"
    ? boolean
    : Options[Name]["type"] extends "list"
      ? readonly string[]
      : string | undefined;
};

export interface CommandDefinition<Options extends OptionDefinitions = OptionDefinitions> {
  /** `run`, `pool add`, `audit verify`. */
  readonly name: string;
  /** Positional arguments as help shows them: `KIND [NAME]`, `COMMAND…`. */
  readonly usage: string;
  readonly words: Words;
  readonly details?: Words;
  readonly options: Options;
  readonly examples?: readonly string[];
  /** Everything after the first positional argument belongs to it: `yunhe run ls -l`. */
  readonly passThrough?: boolean;
  /** What a shell may offer as the first argument. */
  readonly completes?: "kinds" | "tasks";
  readonly run: (
    context: Context,
    options: OptionValues<Options>,
    args: readonly string[],
  ) => Promise<number>;
}

/** A command whose options are typed from their definitions. */
export const defineCommand = <const Options extends OptionDefinitions>(
  definition: CommandDefinition<Options>,
): CommandDefinition => definition as unknown as CommandDefinition;
