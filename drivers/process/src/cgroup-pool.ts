import { accessSync, writeFileSync } from "node:fs";
import path from "node:path";
import {
  cgroupUsage,
  joinFiles,
  leaveCgroups,
  limitCgroup,
  makeCgroup,
  oomKills,
  removeCgroup,
  cgroupPids,
} from "./cgroups.ts";
import type { Cgroup, CgroupLimits, CgroupRoot } from "./cgroups.ts";

/** More are removed when they become free. */
const idleLimit = 64;

interface IdleGroup {
  readonly group: Cgroup;
  readonly limits: string;
}

/**
 * Groups that were used before: making and removing the four folders of version 1 costs more than starting a sandbox.
 * Counters that cannot be set back are kept as what they were at the start. Version 2 has one cheap folder and a peak
 * that cannot be set back, so there each attempt has a new one.
 */
export class CgroupPool {
  readonly root: CgroupRoot;
  readonly #idle: IdleGroup[] = [];
  #made = 0;

  constructor(root: CgroupRoot) {
    this.root = root;
  }

  /** `attempt` names a new group. Throws when the kernel refuses the limits. */
  acquire(attempt: string, limits: CgroupLimits): Cgroup {
    const wanted = JSON.stringify(limits);
    const fitting = this.#idle.findIndex((idle) => idle.limits === wanted);
    const [idle] = fitting >= 0 ? this.#idle.splice(fitting, 1) : this.#idle.splice(-1, 1);
    if (idle !== undefined) {
      try {
        return reuse(idle, wanted, limits);
      } catch {
        // Someone removed it, or its last user left more in it than the new limit allows.
        removeCgroup(idle.group);
      }
    }
    return makeCgroup(this.root, `${attempt}.${this.#made++}`, limits);
  }

  /** Takes back a group; false when processes are left in it. */
  release(group: Cgroup, limits: CgroupLimits | undefined): boolean {
    if (limits === undefined || group.version === 2 || this.#idle.length >= idleLimit)
      return removeCgroup(group);
    if (cgroupPids(group).length > 0) return false;
    forgetCache(group);
    this.#idle.push({ group, limits: JSON.stringify(limits) });
    return true;
  }

  close(): void {
    for (const { group } of this.#idle.splice(0)) removeCgroup(group);
    leaveCgroups(this.root);
  }

  isIdle(name: string): boolean {
    return this.#idle.some(({ group }) =>
      joinFiles(group).some((file) => path.basename(path.dirname(file)) === name),
    );
  }
}

function reuse({ group, limits: had }: IdleGroup, wanted: string, limits: CgroupLimits): Cgroup {
  if (had !== wanted) limitCgroup(group, limits);
  const { memory } = group.folders;
  if (memory !== undefined) writeFileSync(path.join(memory, "memory.max_usage_in_bytes"), "0");
  for (const file of joinFiles(group)) accessSync(file);
  const cpuBeforeMs = cgroupUsage({ ...group, cpuBeforeMs: 0 }).cpuMs ?? 0;
  return { ...group, cpuBeforeMs, oomKillsBefore: oomKills(group) };
}

const negligibleBytes = 2 ** 20;

/** Files that the last attempt read stay charged to the group; the next one starts without them. */
function forgetCache(group: Cgroup): void {
  const { memory } = group.folders;
  if (memory === undefined || (cgroupUsage(group).memoryBytes ?? 0) < negligibleBytes) return;
  try {
    writeFileSync(path.join(memory, "memory.force_empty"), "0");
  } catch {
    // Pages in use elsewhere stay; the kernel takes them back when the limit is near.
  }
}
