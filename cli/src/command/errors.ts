import { type Language, type Words, words } from "@yunhe/client";

/** What `yunhe` returns; documented in docs/reference/cli. A task's own exit code is passed on by `run`. */
export const exitCodes = {
  ok: 0,
  /** The command failed for a reason it states. */
  failed: 1,
  /** The command line cannot be understood. */
  usage: 2,
  /** No server answered. */
  unreachable: 3,
  /** Not signed in, or not allowed. */
  refused: 4,
  notFound: 5,
  /** The object is invalid, or was changed meanwhile. */
  invalid: 6,
  /** The task did not run to its end: cancelled, lost, never started. */
  taskNotRun: 125,
  interrupted: 130,
} as const;

/** An error for people: one sentence what, one where, one what to do. */
export class CommandError extends Error {
  override readonly name = "CommandError";
  readonly exitCode: number;
  readonly what: Words;
  readonly where: Words | undefined;
  readonly toDo: Words | undefined;

  constructor(exitCode: number, what: Words, where?: Words, toDo?: Words) {
    super(what.en);
    this.exitCode = exitCode;
    this.what = what;
    this.where = where;
    this.toDo = toDo;
  }

  lines(language: Language): string[] {
    return [this.what, this.where, this.toDo]
      .filter((part) => part !== undefined)
      .map((part) => part[language]);
  }
}

export const usageError = (en: string, zh: string): CommandError =>
  new CommandError(
    exitCodes.usage,
    words(en, zh),
    undefined,
    words("`yunhe help` shows how.", "`yunhe help` 说明用法。"),
  );
