import { type ChildProcess, spawn } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import type { Socket } from "node:net";
import path from "node:path";
import { fileURLToPath } from "node:url";

const script = fileURLToPath(new URL("shim/warden.sh", import.meta.url));
// Released packages carry JavaScript, a checkout TypeScript.
const extension = import.meta.url.endsWith(".ts") ? "ts" : "js";
const program = fileURLToPath(new URL(`keep-limits.${extension}`, import.meta.url));

const markFile = (directory: string): string => path.join(directory, "driver");

/** False when another driver has been opened over the folder since, or the folder is gone. */
export function isNewestDriver(directory: string, mark: string): boolean {
  try {
    return readFileSync(markFile(directory), "utf8").trim() === mark;
  } catch {
    return false;
  }
}

/**
 * Sees to it that time limits hold when this process is dead. One shell that sleeps for all attempts together, started
 * with the first one that has a limit; what it starts when this process has ended is `keep-limits.ts`.
 */
export class Warden {
  readonly #shell: string;
  readonly #directory: string;
  readonly #mark: string;
  #child: ChildProcess | undefined;

  /** `mark`: unlike that of any other driver of this folder. From now on what former ones left behind keeps no limits. */
  constructor(shell: string, directory: string, mark: string) {
    this.#shell = shell;
    this.#directory = directory;
    this.#mark = mark;
    writeFileSync(markFile(directory), `${mark}\n`, { mode: 0o600 });
  }

  /** There is an attempt with a time limit. */
  watch(): void {
    if (this.#child !== undefined) return;
    const child = spawn(this.#shell, [script, process.execPath, program, this.#directory, this.#mark], {
      cwd: "/",
      env: { PATH: process.env["PATH"] ?? "/usr/bin:/bin" },
      stdio: ["pipe", "ignore", "ignore"],
      detached: true,
    });
    this.#child = child;
    const gone = (): void => {
      if (this.#child === child) this.#child = undefined;
    };
    child.once("exit", gone);
    // None can be started now: the next attempt tries again, and while this process lives it keeps limits itself.
    child.once("error", gone);
    child.stdin.on("error", () => undefined);
    child.unref();
    (child.stdin as Socket).unref();
  }

  close(): void {
    this.#child?.stdin?.end();
  }
}
