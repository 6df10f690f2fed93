import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import {
  type CrashOutcome,
  judge,
  lastCounts,
  startWriter,
  type Writing,
} from "../../kernel/tests/crash-harness.ts";

const path = "/usr/bin/strace";

/** Why strace cannot strike here; undefined: it can. */
export const reasonAgainstStriking: string | undefined = whyNot();

function whyNot(): string | undefined {
  if (process.platform !== "linux" || !existsSync(path)) return "needs strace";
  const { status, stderr } = spawnSync(path, ["-f", "-b", "execve", "-qq", "-o", "/dev/null", "true"]);
  return status === 0 ? undefined : `strace may not trace here: ${String(stderr).trim()}`;
}

/** Calls that change what is on the disk (`write` also feeds sockets and pipes). */
export const calls = [
  "pwrite64",
  "write",
  "fsync",
  "fdatasync",
  "ftruncate",
  "rename",
  "mkdir",
  "link",
  "unlink",
] as const;
export type Call = (typeof calls)[number];

/** What strace does to a program: https://man7.org/linux/man-pages/man1/strace.1.html */
export interface CallFault {
  readonly calls: readonly Call[];
  /** What happens instead of, or at, a call. */
  readonly injection: "signal=KILL" | "error=EIO" | "error=ENOSPC" | "retval=0";
  /** Which calls, counted for each thread and each call by itself: `7` the seventh, `5..9`, `5+`; absent: all. */
  readonly when?: string;
}

/**
 * The words before a program that put it below strace.
 *
 * `startsPrograms`: what it starts is let go at its `execve`, before it has made any call of its own. A fault of the
 * server must not be one of its supervisors and tasks, which `-f` alone would follow, count and kill too; attaching to
 * the threads (`-p`) would miss those that come later and all that happens before. The price is that strace stops the
 * server at every call: the filter that spares it (`--seccomp-bpf`) outlives the letting go, and a kernel that finds
 * nobody tracing fails each filtered call with ENOSYS, so strace does not install it together with `-b`.
 */
export function below(fault: CallFault, startsPrograms: boolean): string[] {
  const { injection, when } = fault;
  const names = fault.calls.join();
  const follow = startsPrograms ? ["-b", "execve"] : ["--seccomp-bpf"];
  const inject = `inject=${names}:${injection}${when === undefined ? "" : `:when=${when}`}`;
  return [path, "-f", ...follow, "-qq", "-o", "/dev/null", "-e", `trace=${names}`, "-e", inject];
}

const patienceMs = 20_000;

/** Runs a writer below strace. Kills the writer when nothing has ended it after `forMs` of writing. */
export async function strike(file: string, fault: CallFault, forMs: number): Promise<Writing> {
  const writing = startWriter(file, { below: below(fault, false) });
  const end = (): void => killTraced(writing.child.pid!);
  const patience = setTimeout(end, patienceMs);
  let mercy: ReturnType<typeof setTimeout> | undefined;
  writing.child.stdout!.once("data", () => (mercy = setTimeout(end, forMs)));
  await writing.ended;
  clearTimeout(patience);
  clearTimeout(mercy);
  return writing;
}

/** `kill -9` at the n-th call of a thread; looks at what is left. */
export async function killAtCall(file: string, call: Call, number: number): Promise<CrashOutcome> {
  const fault = { calls: [call], injection: "signal=KILL", when: String(number) } as const;
  const { lines } = await strike(file, fault, 3000);
  return { acknowledged: lines.length, ...(await judge(file, lastCounts(lines))) };
}

/** `kill -9` of what strace runs. It dies with that; killing strace alone would leave the program behind. */
export function killTraced(strace: number): void {
  try {
    const children = readFileSync(`/proc/${strace}/task/${strace}/children`, "utf8").trim().split(" ");
    for (const child of children.filter(Boolean)) process.kill(Number(child), "SIGKILL");
  } catch (error) {
    // Both are gone already.
    if (!["ENOENT", "ESRCH"].includes((error as NodeJS.ErrnoException).code ?? "")) throw error;
  }
}
