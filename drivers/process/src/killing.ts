import { setTimeout as sleep } from "node:timers/promises";
import type { LiveAttempt } from "./attempt.ts";
import { cgroupKill, cgroupPids } from "./cgroups.ts";
import { readStatus } from "./journal.ts";
import { descendants, processTable, processesOfAttempt, send } from "./processTable.ts";

/**
 * The attempt's processes without its supervisor and log pump. The cgroup knows them all; where there is none, what
 * descends from the launcher, and what carries the attempt's name in its environment after leaving its parent.
 */
export function attemptPids(attempt: LiveAttempt): number[] {
  const group = attempt.job?.cgroup;
  if (group !== undefined && Object.keys(group.folders).length > 0) return cgroupPids(group);
  const main = readStatus(attempt.files).mainPid;
  const table = processTable();
  const family = main === undefined ? [] : descendants(table, main).map((entry) => entry.pid);
  // In a pid namespace nothing can leave the family.
  if (attempt.job?.level === "sandbox") return family;
  return [...new Set([...family, ...processesOfAttempt(attempt.id)])].filter((pid) => pid !== process.pid);
}

/** Asks every process to end, but not the launcher: it has to tell how the program ended. */
export function terminate(attempt: LiveAttempt): void {
  const main = readStatus(attempt.files).mainPid;
  for (const pid of attemptPids(attempt)) if (pid !== main) send(pid, "SIGTERM");
}

/** Kills until nothing is left; processes that are born meanwhile are met in the next round. */
export async function killAll(attempt: LiveAttempt, timeoutMs = 10_000): Promise<boolean> {
  const deadline = performance.now() + timeoutMs;
  for (let waitMs = 1; ; waitMs = Math.min(waitMs * 2, 100)) {
    const pids = attemptPids(attempt);
    if (pids.length === 0) return true;
    if (performance.now() > deadline) return false;
    if (attempt.job?.cgroup === undefined || !cgroupKill(attempt.job.cgroup))
      for (const pid of pids) send(pid, "SIGKILL");
    await sleep(waitMs);
  }
}
