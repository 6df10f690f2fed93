/** A program on a pseudo-terminal, as a person has it before them (`script` of util-linux makes the terminal). */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { stripVTControlCharacters } from "node:util";
import { until } from "./yunhe.ts";

export const terminalMissing = (): string | undefined =>
  process.platform === "linux" && existsSync("/usr/bin/script")
    ? undefined
    : "needs the program script of util-linux to make a terminal";

export const enter = "\r";
export const interrupt = "\u0003";
/** Clears what was typed. */
export const clear = "\u0015";

export interface Terminal {
  /** Waits until the screen shows it, after what was looked for before. */
  sees(what: RegExp): Promise<void>;
  types(text: string): void;
  /** Everything that was shown, without colours. */
  shown(): string;
  ended(): Promise<number>;
}

const quoted = (word: string): string => `'${word.replaceAll("'", `'\\''`)}'`;

export function openTerminal(
  command: readonly string[],
  environment: Readonly<Record<string, string>>,
): Terminal {
  // Otherwise its width is 0, and each letter has a line of its own.
  const line = `stty cols 160 rows 50 && exec ${command.map(quoted).join(" ")}`;
  const child = spawn("script", ["-qefc", line, "/dev/null"], {
    env: { ...environment, TERM: "xterm", SHELL: "/bin/sh" },
    stdio: "pipe",
  });
  let text = "";
  let seenTo = 0;
  child.stdout.setEncoding("utf8").on("data", (part: string) => (text += part));
  const exited = once(child, "close") as Promise<[number | null]>;
  const shown = (): string => stripVTControlCharacters(text);
  return {
    shown,
    async sees(what) {
      const look = (): boolean => {
        const match = what.exec(shown().slice(seenTo));
        if (match === null) return false;
        seenTo += match.index + match[0].length;
        return true;
      };
      await until(`${what} on the terminal`, look).catch((error: unknown) => {
        throw new Error(`${String(error)}\n${shown().slice(-1000)}`);
      });
    },
    types: (keys) => void child.stdin.write(keys),
    ended: async () => (await exited)[0] ?? -1,
  };
}
