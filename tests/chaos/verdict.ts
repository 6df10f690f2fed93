/** What Yunhe says became of everything, held against what the tasks themselves wrote down. Promises: docs/explanation/simulation.md. */
import type { Attempt, Task, UsageRecord } from "../objects.ts";
import type { Run } from "./evidence.ts";
import type { Struck } from "./weather.ts";
import type { Sent } from "./workload.ts";

export interface ChaosAttempt extends Omit<Attempt, "metadata" | "spec" | "status"> {
  readonly metadata: Attempt["metadata"] & { readonly creationTimestamp: string };
  readonly spec: Attempt["spec"] & { readonly end?: string; readonly pool: string };
  readonly status?: Attempt["status"] & { readonly abandoned?: boolean; readonly handle?: string };
}

export interface Findings {
  readonly sent: readonly Sent[];
  readonly tasks: ReadonlyMap<string, Task>;
  readonly attempts: readonly ChaosAttempt[];
  readonly usage: readonly UsageRecord[];
  readonly runs: ReadonlyMap<string, Run>;
  readonly struck: readonly Struck[];
  /** Handles of jobs that Slurm itself cancelled, unasked. */
  readonly cancelledBySlurm: ReadonlySet<string>;
}

export interface Verdict {
  /** `PROMISE: what does not hold`. */
  readonly broken: readonly string[];
  /** What looks odd and is not: its cause was injected. */
  readonly explained: readonly string[];
}

/** How long what is left of an attempt that was given up may go on: the supervisor looks once a second. */
const orphanMs = 15_000;

/** How long things may take to run again after they were broken, and an order to get to the cluster when nothing is. */
const recoveryMs = 15_000;
const orderMs = 5000;

export function judge(findings: Findings): Verdict {
  const broken: string[] = [];
  const explained: string[] = [];
  const say = {
    broken: (text: string) => broken.push(text),
    explained: (text: string) => explained.push(text),
  };
  for (const sent of findings.sent) judgeTask(findings, sent, say);
  for (const attempt of findings.attempts) judgeAttempt(findings, attempt, say);
  judgeRuns(findings, say);
  return { broken, explained };
}

interface Say {
  readonly broken: (text: string) => void;
  readonly explained: (text: string) => void;
}

function judgeTask(findings: Findings, sent: Sent, say: Say): void {
  const { tasks } = findings;
  const members =
    sent.count === undefined ? [sent.name] : indexes(sent.count).map((i) => `${sent.name}-${i}`);
  for (const [index, name] of members.entries()) {
    const task = tasks.get(name);
    if (task === undefined) {
      say.broken(`T1: task ${name} was acknowledged and is not there`);
      continue;
    }
    const { phase = "none", exitCode, reason, message } = task.status ?? {};
    const is = phase === "Failed" ? `Failed ${exitCode ?? reason}` : phase;
    const wanted = wantedOf(sent, index);
    if (!/^(Succeeded|Failed|Cancelled)/.test(is))
      say.broken(`T1: task ${name} (${sent.sort}) is still ${is}: ${message ?? ""}`);
    else if (is !== wanted)
      say.broken(`E2: task ${name} (${sent.sort}) is ${is}, and should be ${wanted}: ${message ?? ""}`);
  }
  if (sent.cancelledAtMs !== undefined) judgeCancel(findings, sent.name, sent.cancelledAtMs, say);
}

/**
 * A job that Slurm had already may begin while the order to end it cannot get there. What was made, or began with
 * nothing in the way, after the cancellation was acknowledged should not have been.
 */
function judgeCancel(
  { runs, attempts, struck }: Findings,
  name: string,
  cancelledAtMs: number,
  say: Say,
): void {
  for (const { task, attempt, starts } of runs.values()) {
    const late = starts.at(-1)! - cancelledAtMs;
    if (task !== name || late <= 0) continue;
    const made = attempts.find(({ metadata }) => metadata.uid === attempt)?.metadata.creationTimestamp;
    const inTheWay = struck.some(
      ({ atMs, forMs }) => atMs < cancelledAtMs + late && atMs + forMs + recoveryMs > cancelledAtMs,
    );
    const text = `${name} began ${late} ms after it was cancelled`;
    if (made !== undefined && Date.parse(made) < cancelledAtMs && (inTheWay || late < orderMs))
      say.explained(`${text}: Slurm had it, and the order was on its way`);
    else say.broken(`T5: ${text}`);
  }
}

const indexes = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

function wantedOf({ sort }: Sent, index: number): string {
  if (sort.startsWith("is-cancelled")) return "Cancelled";
  if (sort === "fails") return "Failed 3";
  return sort === "array" && index % 3 !== 0 ? `Failed ${index % 3}` : "Succeeded";
}

function judgeAttempt(findings: Findings, attempt: ChaosAttempt, say: Say): void {
  const { name, uid } = attempt.metadata;
  const run = findings.runs.get(uid);
  const { outcome, phase, endedAt } = attempt.status ?? {};
  if (phase !== "Ended" || outcome === undefined) {
    say.broken(`T1: attempt ${name} is ${phase ?? "Placed"} at the end`);
    return;
  }
  judgeChain(findings, attempt, say);
  const told = attempt.spec.end !== undefined || attempt.status?.abandoned === true;
  const said = run?.exitCode;
  const is = outcome.type === "exited" ? `exited ${outcome.exitCode}` : outcome.type;
  if (outcome.type === "exited" ? said !== outcome.exitCode : said !== undefined) {
    const text = `attempt ${name} says ${is}, its program ${said === undefined ? "never ended" : `exited ${said}`}`;
    if (told || (outcome.type === "node-lost" && nearPowerCut(findings.struck, run!.aliveUntilMs)))
      say.explained(text);
    else say.broken(`E2: ${text}`);
  } else if (!["exited", "node-lost"].includes(outcome.type) && !told) {
    const text = `attempt ${name} says ${is}, and nobody told it to end`;
    const bySlurm = findings.cancelledBySlurm.has(attempt.status?.handle ?? "");
    if (outcome.type === "preempted" && run === undefined && bySlurm)
      say.explained(`${text}: a node would not have a job twice whose start the controller had forgotten`);
    else say.broken(`E2: ${text}`);
  }
  if (outcome.type === "node-lost") say.explained(`attempt ${name} was lost with its node or controller`);
  const longer = (run?.aliveUntilMs ?? 0) - Date.parse(endedAt ?? "");
  if (longer > orphanMs) say.broken(`E1: attempt ${name} (${is}) went on for ${longer} ms after its end`);
}

/** A program that has said its last word is gone before its supervisor could write that down. */
const nearPowerCut = (struck: readonly Struck[], atMs: number): boolean =>
  struck.some(({ what, atMs: cutMs }) => what === "node-power-cut" && Math.abs(cutMs - atMs) < 3000);

function judgeChain({ usage }: Findings, { metadata }: ChaosAttempt, say: Say): void {
  const chain = usage
    .filter(({ spec }) => spec.attemptUid === metadata.uid)
    .map(({ spec }) => spec)
    .sort((a, b) => a.sequence - b.sequence);
  const lasts = chain.filter(({ final }) => final).length;
  if (lasts !== 1) say.broken(`M2: attempt ${metadata.name} has ${lasts} last usage records`);
  for (const [at, link] of chain.entries()) {
    const before = chain[at - 1];
    if (link.sequence !== at || (before !== undefined && link.startMs < before.endMs))
      say.broken(`M2: usage record ${at} of attempt ${metadata.name} is charged twice`);
    if (link.endMs < link.startMs) say.broken(`M3: usage record ${at} of ${metadata.name} is negative`);
  }
}

function judgeRuns({ runs, attempts, tasks, struck }: Findings, say: Say): void {
  const byUid = new Map(attempts.map((attempt) => [attempt.metadata.uid, attempt]));
  const byTask = Map.groupBy(runs.values(), ({ task }) => task);
  for (const run of runs.values()) {
    if (run.starts.length > 1)
      say.broken(
        `T2: attempt ${run.attempt} of ${run.task} began ${run.starts.length} times (jobs ${run.jobs.join(", ")})`,
      );
    if (!byUid.has(run.attempt)) say.broken(`E1: ${run.task} ran as ${run.attempt}, which is no attempt`);
    if (!tasks.has(run.task)) say.broken(`T1: ${run.task} ran, and is no task`);
  }
  for (const [task, ofTask] of byTask) {
    const inOrder = ofTask.toSorted((a, b) => a.starts[0]! - b.starts[0]!);
    for (const [at, run] of inOrder.entries()) {
      const next = inOrder[at + 1];
      if (next === undefined || run.aliveUntilMs <= next.starts[0]!) continue;
      const text = `two attempts of ${task} ran at once for ${run.aliveUntilMs - next.starts[0]!} ms`;
      const lost = byUid.get(run.attempt)?.status?.outcome?.type === "node-lost";
      // A daemon that is dead while its steps live on cannot be asked: its node counts as lost.
      if (lost && struck.some(({ what }) => what === "slurmd-killed"))
        say.explained(`${text}: its node's daemon was dead`);
      else say.broken(`T3: ${text}`);
    }
  }
}
