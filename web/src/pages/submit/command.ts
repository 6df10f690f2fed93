/** How a person writes what is to be run. */
export type Style = "command" | "script";

/** A script is a command of three words: `sh -c TEXT`. */
export const styleOf = (command: readonly unknown[]): Style =>
  command.length === 3 && command[0] === "sh" && command[1] === "-c" && String(command[2]).includes("\n")
    ? "script"
    : "command";

/**
 * Words of a command line with the quoting of POSIX shells (2.2 Quoting): blanks separate, '…' keeps everything, "…"
 * keeps all but \\ before " \\ $ and `, \\ keeps the next character. A quote that is not closed runs to the end.
 */
export function splitCommand(line: string): readonly string[] {
  const words: string[] = [];
  let word: string | undefined;
  let quote: "'" | '"' | undefined;
  for (let at = 0; at < line.length; at += 1) {
    const character = line[at]!;
    if (quote === undefined && /\s/.test(character)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else if (quote === undefined && (character === "'" || character === '"')) {
      quote = character;
      word ??= "";
    } else if (character === quote) {
      quote = undefined;
    } else if (character === "\\" && quote !== "'" && isEscape(line[at + 1], quote)) {
      at += 1;
      word = (word ?? "") + line[at]!;
    } else {
      word = (word ?? "") + character;
    }
  }
  if (word !== undefined) words.push(word);
  return words;
}

const isEscape = (next: string | undefined, quote: string | undefined): boolean =>
  next !== undefined && (quote === undefined || '"\\$`'.includes(next));

/** `train.py` becomes `train-py-4f2a`: what it is, and hardly twice the same. */
export function nameFor(command: readonly string[], random: () => number): string {
  const program = command.find((word) => /\.\w+$/.test(word)) ?? command[0] ?? "task";
  const stem = (program.split("/").at(-1) ?? "")
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-")
    .replaceAll(/^-+|-+$/g, "");
  const suffix = Math.floor(random() * 36 ** 4)
    .toString(36)
    .padStart(4, "0");
  return `${stem.slice(0, 40) || "task"}-${suffix}`;
}
