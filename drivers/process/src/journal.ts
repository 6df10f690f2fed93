import { existsSync, readFileSync, statSync } from "node:fs";
import path from "node:path";
import type { Ending } from "@yunhe/domain-compute/driver";

/** Where one attempt keeps what it needs; the folder moves from `live/` to `done/` when the attempt has ended. */
export interface AttemptFiles {
  readonly folder: string;
  /** The {@link StoredJob}, written last before the start: without it nothing was started yet. */
  readonly job: string;
  /** What the launcher reads on descriptor 3 or sources: holds the environment, so it goes when the attempt ends. */
  readonly launch: string;
  /**
   * Made exclusively by the supervisor that runs the attempt; every step is a line in it, the last one the driver's own:
   * `settled` and the {@link Ending}, once and for all.
   */
  readonly started: string;
  readonly log: string;
  readonly work: string;
  readonly temporary: string;
  /** Why and when the attempt was told to end. */
  readonly stop: string;
}

export function attemptFiles(folder: string): AttemptFiles {
  const at = (name: string): string => path.join(folder, name);
  return {
    folder,
    job: at("job.json"),
    launch: at("launch"),
    started: at("started"),
    log: at("log"),
    work: at("work"),
    temporary: at("tmp"),
    stop: at("stop.json"),
  };
}

/** The supervisor's process; ids are reused, so it is the same one only with the same start time in the same boot. */
export interface Supervisor {
  readonly pid: number;
  readonly startTime: string;
  readonly bootId: string;
  /** Seconds since boot when it began. */
  readonly uptimeS: number;
  readonly startedAtMs: number;
}

export type StartRecord =
  | { readonly type: "none" }
  /** Made by the driver in the supervisor's place: nothing runs and nothing ever will. */
  | { readonly type: "barred" }
  | { readonly type: "started"; readonly supervisor: Supervisor };

export const barredMark = "barred end\n";
const settledMark = "settled ";

/** On a line of its own, even after one that was cut off. */
export const settledLine = (ending: Ending): string => `\n${settledMark}${JSON.stringify(ending)}\n`;

/** Undefined while it has not ended, and when its driver was killed while it wrote that. */
export function readEnding(files: AttemptFiles): Ending | undefined {
  const lines = (readText(files.started) ?? "").split("\n");
  const line = lines.slice(0, -1).findLast((each) => each.startsWith(settledMark));
  return line === undefined ? undefined : (JSON.parse(line.slice(settledMark.length)) as Ending);
}

export function readStart(files: AttemptFiles): StartRecord {
  const text = readText(files.started);
  if (text?.startsWith(barredMark)) return { type: "barred" };
  const first = /^(\d+) (\S+) (\S+) ([\d.]+) end\n/.exec(text ?? "");
  if (first === null) return { type: "none" };
  const [, pid, startTime = "0", bootId = "-", uptime] = first;
  const { birthtimeMs, mtimeMs } = statSync(files.started);
  return {
    type: "started",
    supervisor: {
      pid: Number(pid),
      startTime,
      bootId,
      uptimeS: Number(uptime),
      // Some file systems do not keep the time of birth.
      startedAtMs: Math.round(birthtimeMs > 0 ? Math.min(birthtimeMs, mtimeMs) : mtimeMs),
    },
  };
}

/** What the supervisor and the first process inside have written so far. */
export interface StatusRecord {
  /** The launcher, the root of everything the attempt runs. */
  readonly main: { readonly pid: number; readonly startTime: string } | undefined;
  readonly began: boolean;
  /** A cgroup that could not be joined. */
  readonly cgroup: string | undefined;
  readonly missing: boolean;
  readonly unstartable: boolean;
  readonly exitStatus: number | undefined;
  /** The shell's words for a death by signal. */
  readonly signalWords: string | undefined;
  /** User and system time of the program and what it waited for, by the shell's `times`. */
  readonly cpuMs: number;
  readonly endedUptimeS: number | undefined;
  /** When the last line was written. */
  readonly writtenAtMs: number;
}

const clockPattern = /(\d+)m([\d.]+)s/g;

export function readStatus(files: AttemptFiles): StatusRecord {
  const text = readText(files.started) ?? "";
  const status = {
    main: undefined as StatusRecord["main"],
    began: false,
    cgroup: undefined as string | undefined,
    missing: false,
    unstartable: false,
    exitStatus: undefined as number | undefined,
    signalWords: undefined as string | undefined,
    cpuMs: 0,
    endedUptimeS: undefined as number | undefined,
    writtenAtMs: text === "" ? 0 : Math.round(statSync(files.started).mtimeMs),
  };
  // A last line without its newline is still being written.
  for (const line of text.split("\n").slice(1, -1)) {
    const [word, value, startTime = "0"] = line.split(" ");
    if (word === "main") status.main = { pid: Number(value), startTime };
    else if (word === "began") status.began = true;
    else if (word === "cgroup") status.cgroup = value;
    else if (word === "missing") status.missing = true;
    else if (word === "unstartable") status.unstartable = true;
    else if (word === "exit") status.exitStatus = Number(value);
    else if (word === "" || line.startsWith(settledMark)) continue;
    else if (word === "ended") status.endedUptimeS = Number(value);
    else if (/^\d+m[\d.]+s \d+m[\d.]+s$/.test(line)) status.cpuMs += clockMs(line);
    else status.signalWords = line;
  }
  return status;
}

function clockMs(line: string): number {
  let ms = 0;
  for (const [, minutes, seconds] of line.matchAll(clockPattern)) {
    ms += Number(minutes) * 60_000 + Number(seconds) * 1000;
  }
  return Math.round(ms);
}

export function readText(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

/** One of our own files, as the type that we write there. */
// oxlint-disable-next-line typescript/no-unnecessary-type-parameters
export function readJson<T>(file: string): T | undefined {
  const text = readText(file);
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text) as T;
  } catch {
    // Our own file, cut off by a crash while it was written: as good as absent.
    return undefined;
  }
}

export const present = existsSync;
