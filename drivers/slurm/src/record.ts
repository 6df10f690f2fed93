import type { Usage } from "@yunhe/domain-compute/driver";

/** What `supervise.sh` wrote down of an attempt. */
export interface AttemptRecord {
  readonly started: Start | undefined;
  readonly ended: End | undefined;
}

export interface Start {
  readonly atMs: number;
  readonly node: string;
  readonly job: string;
  /** How often Slurm had put the job back into its queue before. */
  readonly restart: number;
  /** Of several starts the first. */
  readonly firstAtMs: number;
  /** The shell is bash, which says nothing of a death by SIGTERM. */
  readonly bash: boolean;
}

export interface End {
  readonly atMs: number;
  /**
   * `ended` by itself; `stopped` by our order; `expired`: its time was over; `term`: somebody else sent TERM; `again`:
   * Slurm started it a second time, having forgotten the first one, and it did nothing.
   */
  readonly how: "ended" | "stopped" | "expired" | "term" | "again";
  /** Of the program; undefined when it never began. */
  readonly exitStatus: number | undefined;
  readonly missing: boolean;
  readonly unstartable: boolean;
}

const hows = ["ended", "stopped", "expired", "term", "again"] as const;

/** A line that is not whole yet (no line end) does not count. */
export function parseRecord(text: string): AttemptRecord {
  let started: Start | undefined;
  let ended: End | undefined;
  let status: { exitStatus?: number; missing?: boolean; unstartable?: boolean } = {};
  for (const line of text.slice(0, text.lastIndexOf("\n") + 1).split("\n")) {
    const [step, ...rest] = line.split(" ");
    if (step === "start") {
      started = startOf(rest, started);
      ended = undefined;
      status = {};
    } else if (step === "exit") status = { ...status, exitStatus: Number(rest[0]) };
    else if (step === "missing" || step === "unstartable") status = { ...status, [step]: true };
    else if (step === "end") {
      const how = hows.find((known) => known === rest[1]) ?? "ended";
      ended = {
        atMs: Number(rest[0]),
        how,
        exitStatus: status.exitStatus,
        missing: status.missing ?? false,
        unstartable: status.unstartable ?? false,
      };
    }
  }
  return { started, ended };
}

function startOf(
  [at, node = "", job = "", restart, shell]: readonly string[],
  before: Start | undefined,
): Start {
  return {
    atMs: Number(at),
    node,
    job,
    restart: Number(restart),
    firstAtMs: before?.firstAtMs ?? Number(at),
    bash: shell === "bash",
  };
}

export const noUsage: Usage = { cpuCoreMs: 0, memoryByteSeconds: 0, peakMemoryBytes: 0 };

/** The file `usage`, with the processor time of `times` (POSIX) where it is more. */
export function parseUsage(usage: string | undefined, times: string | undefined): Usage {
  const [cpuCoreMs = 0, memoryByteSeconds = 0, peakMemoryBytes = 0] = (usage ?? "")
    .trim()
    .split(" ")
    .map(Number);
  return {
    cpuCoreMs: Math.max(cpuCoreMs, childrenMs(times ?? "")),
    memoryByteSeconds,
    peakMemoryBytes,
  };
}

/** The second line of `times`: user and system time of the children, as in `0m1.23s 0m0.04s`. */
function childrenMs(times: string): number {
  const line = times.split("\n")[1] ?? "";
  let sum = 0;
  for (const [, minutes, seconds] of line.matchAll(/(\d+)m([\d.]+)s/g))
    sum += Number(minutes) * 60_000 + Number(seconds) * 1000;
  return Math.round(sum);
}
