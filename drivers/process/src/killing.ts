import { setTimeout as sleep } from "node:timers/promises";
import type { LiveAttempt } from "./attempt.ts";
import { cgroupKill, cgroupPids } from "./cgroups.ts";
import { readStatus } from "./journal.ts";
import { descendants, processLives, processTable, processesOfAttempt, send } from "./process-table.ts";
import type { ProcessEntry } from "./process-table.ts";

/** What is needed of an attempt to find what runs of it. */
export type RunningAttempt = Pick<LiveAttempt, "id" | "files" | "job">;

/** The launcher and what descends from it. */
export function attemptFamily(
  attempt: Pick<LiveAttempt, "files">,
  table: readonly ProcessEntry[],
): ProcessEntry[] {
  const { main } = readStatus(attempt.files);
  return main === undefined || !processLives(main) ? [] : descendants(table, main.pid);
}

/**
 * The attempt's processes without its supervisor and log pump. The cgroup knows them all; where there is none, what
 * descends from the launcher, and what carries the attempt's name in its environment after leaving its parent.
 */
export function attemptPids(attempt: RunningAttempt): number[] {
  const group = attempt.job?.cgroup;
  if (group !== undefined && Object.keys(group.folders).length > 0) return cgroupPids(group);
  const family = attemptFamily(attempt, processTable()).map((entry) => entry.pid);
  // In a pid namespace nothing can leave the family while the launcher is there.
  if (attempt.job?.level === "sandbox" && family.length > 0) return family;
  return [...new Set([...family, ...processesOfAttempt(attempt.id)])].filter((pid) => pid !== process.pid);
}

/** Kills until nothing is left; processes that are born meanwhile are met in the next round. */
export async function killAll(attempt: RunningAttempt, timeoutMs = 10_000): Promise<boolean> {
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
