import type { SlurmJob, SlurmNode, SlurmPartition } from "./port.ts";

/** Of `squeue -o`, in this order; times as seconds since the epoch (SLURM_TIME_FORMAT=%s). */
export const queueFormat = "%i|%T|%r|%N|%S|%e|%j";

/** Lines of seven columns; the name is the last one, since only it may hold anything. */
export function parseJobs(text: string, prefix: string): SlurmJob[] {
  const jobs: SlurmJob[] = [];
  for (const line of text.split("\n")) {
    const columns = line.split("|");
    const name = columns[6];
    if (name === undefined || !name.startsWith(prefix)) continue;
    const [id, state, reason, node, start, end] = columns as [string, string, string, string, string, string];
    // sacct: "CANCELLED by 1000", "OUT_OF_ME+".
    const word = state.split(" ")[0]!.replace(/^OUT_OF_ME\+$/, "OUT_OF_MEMORY");
    jobs.push({
      id,
      name,
      state: word,
      reason,
      node: node === "" || node === "None assigned" || node === "(null)" ? undefined : node,
      startedAtMs: timeMs(start),
      endedAtMs: timeMs(end),
    });
  }
  return jobs;
}

function timeMs(text: string): number | undefined {
  const seconds = Number(text);
  return text === "" || !Number.isFinite(seconds) || seconds <= 0 ? undefined : seconds * 1000;
}

/** One line of `scontrol -o show …`: `Key=Value` pairs whose values may hold spaces. */
export function parsePairs(line: string): Map<string, string> {
  const pairs = new Map<string, string>();
  for (const part of line.trim().split(/\s+(?=[A-Z][A-Za-z_:]*=)/)) {
    const at = part.indexOf("=");
    if (at > 0) pairs.set(part.slice(0, at), part.slice(at + 1).trim());
  }
  return pairs;
}

const present = (text: string | undefined): string | undefined =>
  text === undefined || text === "" || text === "(null)" || text === "N/A" ? undefined : text;

const list = (text: string | undefined): string[] => present(text)?.split(",") ?? [];

export function parseNodes(text: string): SlurmNode[] {
  return text
    .split("\n")
    .map(parsePairs)
    .filter((pairs) => pairs.has("NodeName"))
    .map((pairs) => ({
      name: pairs.get("NodeName")!,
      architecture: present(pairs.get("Arch")) ?? "unknown",
      operatingSystem: (present(pairs.get("OS")) ?? "unknown").split(" ").slice(0, 2).join(" "),
      cpus: Number(pairs.get("CPUEfctv") ?? pairs.get("CPUTot") ?? 0),
      memoryMiB: Number(pairs.get("RealMemory") ?? 0),
      diskMiB: Number(pairs.get("TmpDisk") ?? 0),
      gres: present(pairs.get("Gres")) ?? "",
      states: statesOf(pairs.get("State") ?? "UNKNOWN"),
      reason: present(pairs.get("Reason"))?.replace(/ \[[^\]]*\]$/, ""),
      features: list(pairs.get("ActiveFeatures")),
      partitions: list(pairs.get("Partitions")),
    }));
}

const stateMarks: Readonly<Record<string, string>> = {
  "*": "NOT_RESPONDING",
  "~": "POWERED_DOWN",
  "#": "POWERING_UP",
};

/** `IDLE+DRAIN`, `DOWN*+DRAIN`: the marks are flags too (sinfo(1), NODE STATE CODES). */
export function statesOf(text: string): string[] {
  return text
    .toUpperCase()
    .split("+")
    .flatMap((word) => {
      const mark = /[^A-Z_]+$/.exec(word)?.[0] ?? "";
      return [
        word.slice(0, word.length - mark.length),
        ...mark.split("").flatMap((sign) => stateMarks[sign] ?? []),
      ];
    });
}

export function parsePartitions(text: string): SlurmPartition[] {
  return text
    .split("\n")
    .map(parsePairs)
    .filter((pairs) => pairs.has("PartitionName"))
    .map((pairs) => ({
      name: pairs.get("PartitionName")!,
      isDefault: pairs.get("Default") === "YES",
      up: pairs.get("State") === "UP",
      maxMinutes: minutesOf(pairs.get("MaxTime") ?? ""),
      nodes: present(pairs.get("Nodes")) ?? "",
    }));
}

/** `days-hours:minutes:seconds`; undefined for UNLIMITED. */
export function minutesOf(text: string): number | undefined {
  const match = /^(?:(\d+)-)?(\d+):(\d+):(\d+)$/.exec(text);
  if (match === null) return undefined;
  const [days = 0, hours = 0, minutes = 0] = match.slice(1).map((part) => Number(part ?? 0));
  return (days * 24 + hours) * 60 + minutes;
}

export function parseSettings(text: string): Map<string, string> {
  const settings = new Map<string, string>();
  for (const line of text.split("\n")) {
    const match = /^([A-Za-z_]+)\s*=\s*(.*)$/.exec(line);
    if (match !== null) settings.set(match[1]!, match[2]!.trim());
  }
  return settings;
}
