import { execFileSync, spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { constants, existsSync, openSync, readFileSync } from "node:fs";
import { Socket } from "node:net";
import { fileURLToPath } from "node:url";
import { joinFiles } from "./cgroups.ts";
import type { Cgroup } from "./cgroups.ts";
import { insideWord } from "./launch.ts";

const folder = new URL("shim/", import.meta.url);
const script = fileURLToPath(new URL("supervisor.sh", folder));
const inside = readFileSync(new URL("inside.sh", folder), "utf8");
const defaultPath = "/usr/local/bin:/usr/bin:/bin:/usr/local/sbin:/usr/sbin:/sbin";
/** Kept waiting for the next attempt; one takes less than a MiB. */
const idleLimit = 32;

export interface Assignment {
  /** The attempt's folder. */
  readonly folder: string;
  /** Where the launcher starts. */
  readonly directory: string;
  /** The file it reads on descriptor 5. */
  readonly system: string;
  readonly logLimitBytes: number;
  readonly cgroup: Cgroup | undefined;
  readonly argv: readonly string[];
}

export const cutNote = "\n[yunhe: the log reached its limit and was cut here / 日志达到上限，在此截断]\n";
const cutNoteBytes = Buffer.byteLength(cutNote);
/** The unit of the shell's `ulimit -f` (POSIX). */
const blockBytes = 512;

interface Supervisor {
  readonly child: ChildProcess;
  attempt: string | undefined;
}

/**
 * Supervisor processes, each in a session of its own. They are used again, since starting one stops this process's only
 * thread for milliseconds. When this process dies, each finishes the attempt it has and ends.
 */
export class SupervisorPool {
  readonly #shell: string;
  readonly #events: string;
  readonly #constants: readonly string[];
  readonly #onGone: (attempt: string) => void;
  readonly #idle: Supervisor[] = [];
  readonly #busy = new Map<string, Supervisor>();

  /**
   * `constants`: words, and folders ending in "/", that come again in many assignments.
   * `onGone`: a supervisor ended although it had this attempt.
   */
  constructor(
    shell: string,
    events: string,
    onGone: (attempt: string) => void,
    constants: readonly string[] = [],
  ) {
    this.#shell = shell;
    this.#events = events;
    this.#constants = [cutNote, ...constants];
    this.#onGone = onGone;
  }

  /** Throws when no process can be started now. */
  async start(attempt: string, assignment: Assignment): Promise<void> {
    const supervisor = this.#idle.pop() ?? (await this.#spawn());
    supervisor.attempt = attempt;
    this.#busy.set(attempt, supervisor);
    supervisor.child.stdin!.write(`${assignmentWords(assignment, this.#constants)}\n`);
  }

  /** The attempt has ended: its supervisor may take another one. */
  release(attempt: string): void {
    const supervisor = this.#busy.get(attempt);
    if (supervisor === undefined) return;
    this.#busy.delete(attempt);
    supervisor.attempt = undefined;
    if (this.#idle.length < idleLimit) this.#idle.push(supervisor);
    else supervisor.child.stdin!.end();
  }

  close(): void {
    for (const supervisor of [...this.#idle, ...this.#busy.values()]) supervisor.child.stdin!.end();
  }

  async #spawn(): Promise<Supervisor> {
    const child = spawn(this.#shell, [script, inside, this.#events, ...this.#constants], {
      cwd: "/",
      env: { PATH: process.env["PATH"] ?? defaultPath },
      stdio: ["pipe", "ignore", "ignore"],
      detached: true,
    });
    if (child.pid === undefined) await new Promise((_, reject) => child.once("error", reject));
    const supervisor: Supervisor = { child, attempt: undefined };
    child.once("exit", () => {
      const index = this.#idle.indexOf(supervisor);
      if (index >= 0) this.#idle.splice(index, 1);
      if (supervisor.attempt === undefined) return;
      this.#busy.delete(supervisor.attempt);
      this.#onGone(supervisor.attempt);
    });
    // It has ended; "exit" tells whose attempt that was.
    child.stdin.on("error", () => undefined);
    child.unref();
    (child.stdin as Socket).unref();
    return supervisor;
  }
}

function assignmentWords(assignment: Assignment, constants: readonly string[]): string {
  const groups = assignment.cgroup === undefined ? [] : joinFiles(assignment.cgroup);
  // The bound includes the note; with a limit too small for it there is none.
  const noted = assignment.logLimitBytes >= cutNoteBytes + blockBytes;
  const blocks = Math.floor((assignment.logLimitBytes - (noted ? cutNoteBytes : 0)) / blockBytes);
  const { folder, directory, system, argv } = assignment;
  const words = [
    folder,
    directory,
    system,
    String(blocks),
    noted ? cutNote : "",
    String(groups.length),
    ...groups,
    ...argv,
  ];
  return words.map((word) => (word === insideWord ? '"$inside"' : shortWord(word, constants))).join(" ");
}

function shortWord(word: string, constants: readonly string[]): string {
  const index = constants.findIndex((each) => (each.endsWith("/") ? word.startsWith(each) : word === each));
  if (index < 0) return oneLine(word);
  const rest = word.slice(constants[index]!.length);
  return `"$c${index + 1}"${rest === "" ? "" : oneLine(rest)}`;
}

/** A word for the shell on one line: single quotes leave it nothing to read but themselves. */
export function oneLine(word: string): string {
  return `'${word.replaceAll("'", `'\\''`).replaceAll("\n", `'"$newline"'`)}'`;
}

/** Makes the named pipe through which supervisors wake the driver; false where there is no `mkfifo`. */
export function makeEventPipe(file: string): boolean {
  if (existsSync(file)) return true;
  try {
    execFileSync("mkfifo", ["-m", "600", file], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

export interface SupervisorEvent {
  readonly type: string;
  readonly attempt: string;
}

/** Reads "TYPE ATTEMPT" lines; returns what stops it. */
export function readEvents(file: string, onEvent: (event: SupervisorEvent) => void): () => void {
  // Opened for writing too, so that it never ends when the last supervisor closes it.
  const descriptor = openSync(file, constants.O_RDWR | constants.O_NONBLOCK);
  const socket = new Socket({ fd: descriptor, readable: true, writable: false });
  let rest = "";
  socket.setEncoding("utf8");
  socket.on("data", (text: string) => {
    const lines = (rest + text).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) {
      const [type = "", attempt = ""] = line.split(" ");
      onEvent({ type, attempt });
    }
  });
  // Hints only: the sampler finds what a broken pipe does not tell.
  socket.on("error", () => socket.destroy());
  return () => socket.destroy();
}
