import { words } from "@yunhe/kernel";
import type { Words } from "@yunhe/kernel";
import { EngineUnreachable } from "@yunhe/domain-compute/driver";
import type { AttemptId, AttemptRef, Ending, Observation, Outcome } from "@yunhe/domain-compute/driver";
import type { SlurmJob } from "./access/port.ts";
import { attemptPattern, track } from "./engine.ts";
import type { Engine } from "./engine.ts";
import { accountedOutcome, decideOutcome, endingOf, forgottenOutcome, stoppedOutcome } from "./ending.ts";
import { historyOf } from "./history.ts";
import { readEvidence, readProgress, withdrawn } from "./evidence.ts";
import type { Evidence } from "./evidence.ts";
import type { Look } from "./queue-view.ts";
import { noUsage } from "./record.ts";
import { reasonWords } from "./reasons.ts";
import { stageOf } from "./states.ts";

/** How often the use of a running attempt is read; as often as its supervisor measures it. */
export const sampleSeconds = 10;
/** A first sample comes early, so that short attempts are seen to use something. */
const freshMs = 1000;
/** The same as `fileDelaySeconds`, of an attempt that was told to end. */
const orderedPatienceMs = 5000;

/** One answer for each attempt, from one look at the queue and as few files as will do. */
export async function observe(
  engine: Engine,
  attempts: readonly AttemptRef[],
): Promise<readonly Observation[]> {
  const answers = new Map<AttemptId, Observation>();
  const open: AttemptId[] = [];
  for (const { id } of attempts) {
    const ending = engine.tracked.get(id)?.ending;
    if (ending !== undefined) answers.set(id, { attempt: id, state: "ended", ...ending });
    else if (justTaken(engine, id)) answers.set(id, taken(id));
    else if (attemptPattern.test(id)) open.push(id);
    else answers.set(id, { attempt: id, state: "absent" });
  }
  if (open.length > 0) {
    try {
      await observeOpen(engine, open, answers);
    } catch (error) {
      const reason = causeOf(error);
      for (const id of open) if (!answers.has(id)) answers.set(id, { attempt: id, state: "unknown", reason });
    }
  }
  return attempts.map(({ id }) => answers.get(id)!);
}

/** Slurm has told us its id a moment ago: to ask again at once for each of many would keep it from taking more. */
function justTaken({ tracked, environment, config }: Engine, id: AttemptId): boolean {
  const { takenAtMs, stop } = tracked.get(id) ?? {};
  return (
    takenAtMs !== undefined &&
    stop === undefined &&
    environment.clock.monotonicMs() - takenAtMs < config.pollMs
  );
}

const taken = (attempt: AttemptId): Observation => ({
  attempt,
  state: "queued",
  reason: words("Slurm has taken it and has not looked at it yet.", "Slurm 已接收，尚未调度。"),
});

const causeOf = (error: unknown): Words =>
  error instanceof EngineUnreachable
    ? error.words
    : words(`The cluster could not be asked: ${String(error)}`, `无法查询集群：${String(error)}`);

async function observeOpen(
  engine: Engine,
  ids: readonly AttemptId[],
  answers: Map<AttemptId, Observation>,
): Promise<void> {
  await engine.ready();
  let since = -Infinity;
  for (const id of ids) since = Math.max(since, engine.tracked.get(id)?.changedAtMs ?? -Infinity);
  const look = await engine.queue.look(since);
  const running: [AttemptId, SlurmJob][] = [];
  const closer: AttemptId[] = [];
  for (const id of ids) {
    const job = look.jobs.get(id);
    const stage = job === undefined ? undefined : stageOf(job.state);
    if (stage === "waiting" || stage === "running") delete engine.tracked.get(id)?.silentSinceMs;
    if (job !== undefined && stage === "waiting") answers.set(id, queued(id, job));
    else if (job !== undefined && stage === "running") running.push([id, job]);
    else if (job !== undefined && stage === undefined) answers.set(id, strangeState(id, job));
    else if (job === undefined && engine.submitting.has(id)) answers.set(id, beingSubmitted(id));
    else closer.push(id);
  }
  await refreshProgress(engine, running);
  for (const [id, job] of running) answers.set(id, runningNow(engine, id, job));
  if (closer.length > 0) await lookCloser(engine, closer, look, answers);
}

const queued = (attempt: AttemptId, job: SlurmJob): Observation => ({
  attempt,
  state: "queued",
  reason: reasonWords(job.reason),
});

const strangeState = (attempt: AttemptId, job: SlurmJob): Observation => ({
  attempt,
  state: "unknown",
  reason: words(`Slurm says the unknown state "${job.state}".`, `Slurm 报告了未知状态“${job.state}”。`),
});

const beingSubmitted = (attempt: AttemptId): Observation => ({
  attempt,
  state: "unknown",
  reason: words("It is being handed to Slurm.", "正在提交给 Slurm。"),
});

/** Reads what is due; a file system that cannot be read leaves the figures as they were. */
async function refreshProgress(engine: Engine, running: readonly [AttemptId, SlurmJob][]): Promise<void> {
  const now = engine.environment.clock.monotonicMs();
  const due = running
    .map(([id]) => id)
    .filter((id) => {
      const { start, usage, readAtMs = -Infinity } = track(engine, id);
      const every =
        start === undefined || usage === undefined || usage.cpuCoreMs === 0 ? freshMs : sampleSeconds * 1000;
      return now - readAtMs >= every;
    });
  if (due.length === 0) return;
  const found = await readProgress(engine.files, due).catch(() => undefined);
  for (const [id, { record, usage }] of found ?? []) {
    const tracked = track(engine, id);
    tracked.readAtMs = now;
    if (record.started !== undefined) tracked.start = record.started;
    tracked.usage = usage;
  }
}

function runningNow(engine: Engine, attempt: AttemptId, job: SlurmJob): Observation {
  const { start, usage = noUsage } = track(engine, attempt);
  const startedAtMs = start?.firstAtMs ?? job.startedAtMs;
  if (startedAtMs === undefined || job.node === undefined)
    return { attempt, state: "queued", reason: words("Slurm prepares its node.", "Slurm 正在准备节点。") };
  return { attempt, state: "running", startedAtMs, node: job.node, usage };
}

/** Attempts that Slurm says have ended, or no longer speaks of. */
async function lookCloser(
  engine: Engine,
  ids: readonly AttemptId[],
  look: Look,
  answers: Map<AttemptId, Observation>,
): Promise<void> {
  const evidence = await readEvidence(engine, ids);
  const inHistory = ids.filter((id) => {
    const own = evidence.get(id)!;
    // Who was told to end by somebody else knows neither who nor why.
    const isPlain = own.record.ended !== undefined && own.record.ended.how !== "term";
    return own.ending === undefined && !isPlain;
  });
  const history = inHistory.length === 0 ? undefined : await historyOf(engine, inHistory);
  for (const id of ids) {
    const own = evidence.get(id)!;
    const job = together(look.jobs.get(id), history?.get(id));
    const answer = await judge(engine, id, own, job);
    if (answer.state === "ended" && own.ending === undefined) await settle(engine, id, answer, own);
    answers.set(id, answer);
  }
}

/** The queue knows first; accounting knows more. */
function together(queued: SlurmJob | undefined, past: SlurmJob | undefined): SlurmJob | undefined {
  if (queued === undefined || past?.accounted === undefined) return queued ?? past;
  return { ...queued, accounted: past.accounted };
}

async function judge(
  engine: Engine,
  attempt: AttemptId,
  evidence: Evidence,
  job: SlurmJob | undefined,
): Promise<Observation> {
  const tracked = track(engine, attempt);
  const nowMs = engine.environment.clock.nowMs();
  if (evidence.ending !== undefined) {
    tracked.ending = evidence.ending;
    return { attempt, state: "ended", ...evidence.ending };
  }
  // Accounting may be behind the queue, which said nothing of it.
  const isBehind = job !== undefined && stageOf(job.state) !== "ended";
  if (evidence.job === undefined) {
    if (job === undefined) return { attempt, state: "absent" };
    if (!isBehind) return { attempt, state: "ended", ...forgotten(job, nowMs) };
    return silent(engine, attempt, evidence, job);
  }
  const outcome = decideOutcome(evidence, isBehind ? undefined : job);
  if (outcome !== undefined) return { attempt, state: "ended", ...endingOf(outcome, evidence, job, nowMs) };
  const ended = (why: Outcome): Observation => ({
    attempt,
    state: "ended",
    ...endingOf(why, evidence, undefined, nowMs),
  });
  if (evidence.jobId === undefined && evidence.claim === undefined && job === undefined)
    // Handed over by nobody; told to end before, it never will be.
    return evidence.stop === undefined ? { attempt, state: "absent" } : ended(stoppedOutcome(evidence));
  if (await withdraw(engine, attempt, evidence))
    return ended(evidence.stop === undefined ? forgottenOutcome : stoppedOutcome(evidence));
  return silent(engine, attempt, evidence, job);
}

/**
 * Slurm has it no more and no job has claimed it: by taking the claim itself nobody ever can, which needs no waiting
 * for files that come late.
 */
async function withdraw({ files }: Engine, attempt: AttemptId, { claim }: Evidence): Promise<boolean> {
  return (
    claim === withdrawn || (claim === undefined && (await files.create(attempt, "claim", `${withdrawn}\n`)))
  );
}

/** Its folder is gone, and Slurm still remembers that it ended. */
function forgotten(job: SlurmJob, nowMs: number): Ending {
  const outcome: Outcome =
    job.state === "COMPLETED"
      ? { type: "exited", exitCode: 0 }
      : {
          type: "node-lost",
          reason: words(
            `Its folder is gone, and Slurm says no more than ${job.state}.`,
            `其目录已不存在，Slurm 仅报告 ${job.state}。`,
          ),
        };
  const endedAtMs = job.endedAtMs ?? nowMs;
  return { outcome, startedAtMs: job.startedAtMs, endedAtMs, node: job.node, usage: noUsage };
}

/** Over in Slurm, without a result that can be seen: the file may come late, so wait before concluding (E2). */
function silent(
  engine: Engine,
  attempt: AttemptId,
  evidence: Evidence,
  job: SlurmJob | undefined,
): Observation {
  const tracked = track(engine, attempt);
  const now = engine.environment.clock.monotonicMs();
  tracked.silentSinceMs ??= now;
  const ordered = evidence.stop !== undefined;
  if (now - tracked.silentSinceMs < (ordered ? orderedPatienceMs : engine.config.fileDelaySeconds * 1000)) {
    return {
      attempt,
      state: "unknown",
      reason: words(
        "Slurm no longer has the job and its result is not to be seen yet in the shared folder.",
        "Slurm 中已无该作业，共享目录中尚未见到其结果。",
      ),
    };
  }
  const outcome: Outcome = ordered
    ? stoppedOutcome(evidence)
    : (accountedOutcome(evidence, job) ?? {
        type: "node-lost",
        reason: words(
          "The job is gone from Slurm and left no result: its node, or the controller's memory of it, was lost.",
          "该作业已从 Slurm 消失且未留下结果：其节点或控制器的记录已丢失。",
        ),
      });
  return {
    attempt,
    state: "ended",
    ...endingOf(outcome, evidence, job, engine.environment.clock.nowMs()),
  };
}

/** The first ending that is told is the one for ever (T6). */
async function settle(
  engine: Engine,
  id: AttemptId,
  answer: Observation & { readonly state: "ended" },
  evidence: Evidence,
): Promise<void> {
  const { attempt: _attempt, state: _state, ...ending } = answer;
  if (evidence.job !== undefined) await engine.files.write(id, "ending.json", JSON.stringify(ending));
  track(engine, id).ending = ending;
}
