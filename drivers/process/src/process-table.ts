import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { readText } from "./journal.ts";
import type { Supervisor } from "./journal.ts";

export interface ProcessEntry {
  readonly pid: number;
  readonly parent: number;
  readonly cpuMs: number;
  readonly residentBytes: number;
}

const ticksPerSecond = 100;
const pageBytes = 4096;

/** Every live process of the machine; zombies are dead. */
export function processTable(): readonly ProcessEntry[] {
  return process.platform === "linux" ? linuxTable() : psTable();
}

function linuxTable(): ProcessEntry[] {
  const entries: ProcessEntry[] = [];
  for (const name of readdirSync("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    const fields = statFields(Number(name));
    if (fields === undefined || fields[0] === "Z" || fields[0] === "X") continue;
    entries.push({
      pid: Number(name),
      parent: Number(fields[1]),
      cpuMs: ((Number(fields[11]) + Number(fields[12])) * 1000) / ticksPerSecond,
      residentBytes: Number(fields[21]) * pageBytes,
    });
  }
  return entries;
}

/** Fields of `/proc/PID/stat` from the third (state) on; proc(5). */
function statFields(pid: number): readonly string[] | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "latin1");
    return text.slice(text.lastIndexOf(") ") + 2).split(" ");
  } catch {
    return undefined;
  }
}

function psTable(): ProcessEntry[] {
  const text = execFileSync("ps", ["-axo", "pid=,ppid=,stat=,rss=,time="], { encoding: "utf8" });
  return text
    .trim()
    .split("\n")
    .map((line) => line.trim().split(/\s+/))
    .filter((columns) => !(columns[2] ?? "Z").startsWith("Z"))
    .map(([pid, parent, , rss, time]) => ({
      pid: Number(pid),
      parent: Number(parent),
      residentBytes: Number(rss) * 1024,
      cpuMs: (time ?? "0").split(":").reduce((sum, part) => sum * 60 + Number(part), 0) * 1000,
    }));
}

/** `root` and all that descend from it. */
export function descendants(table: readonly ProcessEntry[], root: number): ProcessEntry[] {
  const children = Map.groupBy(table, (entry) => entry.parent);
  const found = table.filter((entry) => entry.pid === root);
  for (let next = 0; next < found.length; next++) found.push(...(children.get(found[next]!.pid) ?? []));
  return found;
}

/** Processes whose environment names the attempt: finds those that left their parent and their session. */
export function processesOfAttempt(attempt: string): number[] {
  if (process.platform !== "linux") return [];
  const mark = `YUNHE_ATTEMPT=${attempt}\0`;
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => environmentHolds(pid, mark));
}

function environmentHolds(pid: number, mark: string): boolean {
  try {
    const text = readFileSync(`/proc/${pid}/environ`, "utf8");
    return text.startsWith(mark) || text.includes(`\0${mark}`);
  } catch {
    return false;
  }
}

export const bootId: string = (readText("/proc/sys/kernel/random/boot_id") ?? "-").trim();

/** Whether this very supervisor still runs. */
export function supervisorLives(supervisor: Supervisor): boolean {
  return supervisor.bootId === bootId && processLives(supervisor);
}

/** Whether the process with this id is still the one that started then: ids are used again. */
export function processLives(known: { readonly pid: number; readonly startTime: string }): boolean {
  if (process.platform !== "linux") return send(known.pid, 0);
  const fields = statFields(known.pid);
  return fields !== undefined && fields[0] !== "Z" && fields[0] !== "X" && fields[19] === known.startTime;
}

/** Sends a signal; false when there is no such process any more. */
export function send(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    process.kill(pid, signal);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
