import { existsSync, readFileSync } from "node:fs";
import {
  type CrashOutcome,
  judge,
  lastCounts,
  startWriter,
  type Writing,
} from "../../kernel/tests/crash-harness.ts";

const path = "/usr/bin/strace";

/** Where strace is; undefined: not here. */
export const stracePath = process.platform === "linux" && existsSync(path) ? path : undefined;

export type Call = "pwrite64" | "fsync" | "fdatasync" | "ftruncate";
/** What happens instead of, or at, a call of the system: https://man7.org/linux/man-pages/man1/strace.1.html */
export type Injection = "signal=KILL" | "error=EIO" | "error=ENOSPC";

const patienceMs = 20_000;

/**
 * Runs a writer below strace, which strikes at the calls that `when` names (`7`: the seventh of each thread; `5..9`).
 * Kills the writer when nothing has ended it after `forMs` of writing.
 */
export async function strike(
  file: string,
  fault: { readonly call: Call; readonly injection: Injection; readonly when: string },
  forMs: number,
): Promise<Writing> {
  const { call, injection, when } = fault;
  const strace = [path, "-f", "--seccomp-bpf", "-qq", "-o", "/dev/null"];
  const below = [...strace, "-e", `trace=${call}`, "-e", `inject=${call}:${injection}:when=${when}`];
  const writing = startWriter(file, { below });
  // strace dies with what it watches; killing it alone would leave the writer behind.
  const end = (): void => killChildren(writing.child.pid!);
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
  const { lines } = await strike(file, { call, injection: "signal=KILL", when: String(number) }, 3000);
  return { acknowledged: lines.length, ...(await judge(file, lastCounts(lines))) };
}

function killChildren(parent: number): void {
  try {
    const children = readFileSync(`/proc/${parent}/task/${parent}/children`, "utf8").trim().split(" ");
    for (const child of children.filter(Boolean)) process.kill(Number(child), "SIGKILL");
  } catch (error) {
    // Both are gone already.
    if (!["ENOENT", "ESRCH"].includes((error as NodeJS.ErrnoException).code ?? "")) throw error;
  }
}
