import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, readdirSync, rmdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { readText } from "./journal.ts";

export interface CgroupLimits {
  readonly cpuMilli: number;
  readonly memoryBytes: number;
  readonly pids: number;
}

export type Controller = "cpu" | "memory" | "pids" | "usage";

/** One attempt's group: the folder per controller (all the same one in version 2). Survives the driver, kept in the job. */
export interface Cgroup {
  readonly version: 1 | 2;
  readonly folders: Partial<Record<Controller, string>>;
  /** Counters at the start, where the group was used before. */
  readonly cpuBeforeMs?: number;
  readonly oomKillsBefore?: number;
}

/** A place under which groups can be made, proved by a canary. */
export interface CgroupRoot {
  readonly version: 1 | 2;
  readonly parents: Partial<Record<Controller, string>>;
}

const mountRoot = "/sys/fs/cgroup";
const periodUs = 100_000;

/** Tries version 2, then version 1, really running a process in a group; undefined when neither is writable. */
export function findCgroupRoot(label: string): CgroupRoot | undefined {
  if (process.platform !== "linux") return undefined;
  const name = `yunhe-${createHash("sha256").update(label).digest("hex").slice(0, 12)}`;
  for (const candidate of [...version2Candidates(name), version1Candidate(name)]) {
    if (candidate !== undefined && Object.keys(candidate.parents).length > 0 && canaryRuns(candidate))
      return candidate;
  }
  return undefined;
}

/** Our own group and its ancestors: the nearest one that is delegated to us and hands its controllers on. */
function* version2Candidates(name: string): Generator<CgroupRoot> {
  const controllers = readText(path.join(mountRoot, "cgroup.controllers"));
  if (controllers === undefined) return;
  let own = ownPath((line) => line.startsWith("0::"));
  for (;;) {
    const parent = path.join(mountRoot, own, name);
    try {
      mkdirSync(parent, { recursive: true });
      tryWrite(path.join(mountRoot, own, "cgroup.subtree_control"), "+cpu +memory +pids");
      writeFileSync(path.join(parent, "cgroup.subtree_control"), "+memory +pids");
      const withCpu = tryWrite(path.join(parent, "cgroup.subtree_control"), "+cpu");
      yield {
        version: 2,
        parents: { memory: parent, pids: parent, usage: parent, ...(withCpu ? { cpu: parent } : {}) },
      };
    } catch {
      tryRemove(parent);
    }
    if (own === "/" || own === ".") return;
    own = path.dirname(own);
  }
}

function version1Candidate(name: string): CgroupRoot | undefined {
  const parents: Partial<Record<Controller, string>> = {};
  const files: readonly [Controller, string][] = [
    ["cpu", "cpu"],
    ["memory", "memory"],
    ["pids", "pids"],
    ["usage", "cpuacct"],
  ];
  for (const [controller, subsystem] of files) {
    const own = ownPath((line) => (line.split(":")[1] ?? "").split(",").includes(subsystem));
    const parent = path.join(mountRoot, subsystem, own, name);
    try {
      readFileSync(path.join(mountRoot, subsystem, "cgroup.procs"));
      mkdirSync(parent, { recursive: true });
      parents[controller] = parent;
    } catch {
      // This controller is not mounted or not ours; the others may be.
    }
  }
  return { version: 1, parents };
}

function ownPath(matches: (line: string) => boolean): string {
  const line = (readText("/proc/self/cgroup") ?? "").split("\n").find(matches);
  return line?.split(":").slice(2).join(":") ?? "/";
}

function canaryRuns(root: CgroupRoot): boolean {
  try {
    const group = makeCgroup(root, "canary", { cpuMilli: 1000, memoryBytes: 64 * 2 ** 20, pids: 64 });
    try {
      const join = 'for g; do echo 0 > "$g" || exit 1; done';
      execFileSync("/bin/sh", ["-c", join, "join", ...joinFiles(group)], { stdio: "ignore", timeout: 5000 });
      return true;
    } finally {
      removeCgroup(group);
    }
  } catch {
    return false;
  }
}

/** Makes the attempt's group with its limits; making it again changes nothing. Throws when the kernel refuses. */
export function makeCgroup(root: CgroupRoot, name: string, limits: CgroupLimits): Cgroup {
  const folders: Partial<Record<Controller, string>> = {};
  for (const [controller, parent] of Object.entries(root.parents) as [Controller, string][]) {
    const folder = path.join(parent, name);
    mkdirSync(folder, { recursive: true });
    folders[controller] = folder;
  }
  const group: Cgroup = { version: root.version, folders };
  limitCgroup(group, limits);
  return group;
}

export function limitCgroup(group: Cgroup, limits: CgroupLimits): void {
  if (group.version === 2) limitVersion2(group.folders, limits);
  else limitVersion1(group.folders, limits);
}

function limitVersion2(folders: Cgroup["folders"], limits: CgroupLimits): void {
  if (folders.cpu !== undefined && limits.cpuMilli > 0) {
    writeFileSync(path.join(folders.cpu, "cpu.max"), `${quotaUs(limits)} ${periodUs}`);
    tryWrite(path.join(folders.cpu, "cpu.weight"), String(weight(limits)));
  }
  if (folders.memory !== undefined && limits.memoryBytes > 0) {
    writeFileSync(path.join(folders.memory, "memory.max"), String(limits.memoryBytes));
    tryWrite(path.join(folders.memory, "memory.swap.max"), "0");
  }
  if (folders.pids !== undefined) writeFileSync(path.join(folders.pids, "pids.max"), String(limits.pids));
}

function limitVersion1(folders: Cgroup["folders"], limits: CgroupLimits): void {
  if (folders.cpu !== undefined) {
    writeFileSync(
      path.join(folders.cpu, "cpu.cfs_quota_us"),
      String(limits.cpuMilli > 0 ? quotaUs(limits) : -1),
    );
    tryWrite(path.join(folders.cpu, "cpu.shares"), String(shares(limits)));
  }
  if (folders.memory !== undefined) {
    const limit = String(limits.memoryBytes > 0 ? limits.memoryBytes : -1);
    // Memory with swap may never be less than memory: which of the two goes first depends on the limit before.
    tryWrite(path.join(folders.memory, "memory.memsw.limit_in_bytes"), limit);
    writeFileSync(path.join(folders.memory, "memory.limit_in_bytes"), limit);
    tryWrite(path.join(folders.memory, "memory.memsw.limit_in_bytes"), limit);
  }
  if (folders.pids !== undefined) writeFileSync(path.join(folders.pids, "pids.max"), String(limits.pids));
}

/** However little was asked for: starting a program at a hundredth of a core takes a second. */
const burstMilli = 250;

/** A ceiling, in microseconds of each period; when cores are short, `shares` gives each what it asked for. */
function quotaUs(limits: CgroupLimits): number {
  return Math.round((Math.max(burstMilli, limits.cpuMilli) * periodUs) / 1000);
}

/** 1024 for a core (cgroup version 1); the kernel takes no less than 2. */
const shares = ({ cpuMilli }: CgroupLimits): number =>
  cpuMilli > 0 ? Math.max(2, Math.round((cpuMilli * 1024) / 1000)) : 1024;

/** The same on version 2's scale of 1 to 10,000, by the kernel's own conversion (cgroup-v2, "CPU Interface Files"). */
const weight = (limits: CgroupLimits): number =>
  Math.min(10_000, Math.max(1, Math.round(1 + ((shares(limits) - 2) * 9999) / 262_142)));

/** The files that a process writes "0" to in order to join; each once where controllers share a folder. */
export function joinFiles(group: Cgroup): string[] {
  return [...new Set(Object.values(group.folders))].map((folder) => path.join(folder, "cgroup.procs"));
}

/** Members; all controllers have the same ones. */
export function cgroupPids(group: Cgroup): number[] {
  const pids = new Set<number>();
  for (const folder of new Set(Object.values(group.folders))) {
    for (const line of (readText(path.join(folder, "cgroup.procs")) ?? "").split("\n"))
      if (line !== "") pids.add(Number(line));
  }
  return [...pids];
}

/** Kills all members at once where the kernel can (version 2 since Linux 5.14). */
export function cgroupKill(group: Cgroup): boolean {
  const folder = group.folders.pids;
  return group.version === 2 && folder !== undefined && tryWrite(path.join(folder, "cgroup.kill"), "1");
}

export interface CgroupUsage {
  readonly cpuMs: number | undefined;
  readonly memoryBytes: number | undefined;
  readonly peakBytes: number | undefined;
}

export function cgroupUsage(group: Cgroup): CgroupUsage {
  const { usage, memory } = group.folders;
  if (group.version === 2) {
    const stat = usage === undefined ? undefined : readText(path.join(usage, "cpu.stat"));
    const micros = /^usage_usec (\d+)/m.exec(stat ?? "")?.[1];
    return {
      cpuMs: micros === undefined ? undefined : Math.round(Number(micros) / 1000),
      memoryBytes: memory === undefined ? undefined : readNumber(path.join(memory, "memory.current")),
      peakBytes: memory === undefined ? undefined : readNumber(path.join(memory, "memory.peak")),
    };
  }
  const nanos = usage === undefined ? undefined : readNumber(path.join(usage, "cpuacct.usage"));
  return {
    cpuMs: nanos === undefined ? undefined : Math.round(nanos / 1e6) - (group.cpuBeforeMs ?? 0),
    memoryBytes: memory === undefined ? undefined : readNumber(path.join(memory, "memory.usage_in_bytes")),
    peakBytes: memory === undefined ? undefined : readNumber(path.join(memory, "memory.max_usage_in_bytes")),
  };
}

/** Whether the kernel killed a member for want of memory. */
export function ranOutOfMemory(group: Cgroup): boolean {
  return oomKills(group) > (group.oomKillsBefore ?? 0);
}

export function oomKills(group: Cgroup): number {
  const folder = group.folders.memory;
  if (folder === undefined) return 0;
  const text = readText(path.join(folder, group.version === 2 ? "memory.events" : "memory.oom_control"));
  return Number(/^oom_kill (\d+)/m.exec(text ?? "")?.[1] ?? 0);
}

/** False when members are left. */
export function removeCgroup(group: Cgroup): boolean {
  return [...new Set(Object.values(group.folders))].map(tryRemove).every(Boolean);
}

/** Removes the place itself when no attempt is left in it. */
export function leaveCgroups(root: CgroupRoot): void {
  for (const parent of new Set(Object.values(root.parents))) tryRemove(parent);
}

/** Groups without a live attempt, left by a crash between two steps. */
export function sweepCgroups(root: CgroupRoot, isLive: (name: string) => boolean): void {
  for (const parent of new Set(Object.values(root.parents))) {
    for (const entry of readdirSync(parent, { withFileTypes: true })) {
      if (entry.isDirectory() && !isLive(entry.name)) tryRemove(path.join(parent, entry.name));
    }
  }
}

function readNumber(file: string): number | undefined {
  const text = readText(file);
  return text === undefined ? undefined : Number(text.trim());
}

function tryWrite(file: string, text: string): boolean {
  try {
    writeFileSync(file, text);
    return true;
  } catch {
    return false;
  }
}

function tryRemove(folder: string): boolean {
  try {
    rmdirSync(folder);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "ENOENT";
  }
}
