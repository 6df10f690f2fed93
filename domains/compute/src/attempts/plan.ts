import {
  type AnyStored,
  type Draft,
  type EventInput,
  withConditions,
  type Words,
  words,
} from "@yunhe/kernel";
import type { Ending, JobHandle, Observation, Outcome } from "../driver/port.ts";
import { type Attempt, attemptKind, type AttemptStatus } from "../kinds/attempt.ts";
import type { Task, TaskStatus } from "../kinds/task.ts";
import { usageRecordKind } from "../kinds/usage-record.ts";
import { chainStart, nextLink, noUsage } from "../metering/chain.ts";
import { usageRecord } from "../metering/record.ts";
import { durationMsOf } from "../quantity.ts";
import { statusDraft } from "../tasks/drafts.ts";
import { isOver, statusOf } from "../tasks/state.ts";
import type { Kept } from "./files.ts";
import { judge, settledStatus, type Verdict } from "./settle.ts";
import { type deviceSharing, shareCondition, sharingCondition } from "./shares.ts";

/** One attempt with what its transitions depend on. */
export interface AttemptSnapshot {
  readonly attempt: Attempt;
  /** Undefined when the task is gone or its name belongs to another one by now. */
  readonly task: Task | undefined;
  readonly jurisdiction: string;
  /** Undefined: it holds no part of a device. */
  readonly sharing?: ReturnType<typeof deviceSharing>;
  readonly nowMs: number;
}

type Seen<State extends Observation["state"]> = Extract<Observation, { state: State }>;

/** Pure: the engine has it, but it does not run yet. */
export function queuedDrafts(
  { attempt, nowMs }: AttemptSnapshot,
  seen: Seen<"queued">,
  handle: JobHandle | undefined,
): Draft[] {
  const now = iso(nowMs);
  const { en: message, zh: messageZh } = seen.reason;
  return [
    attemptStatus(attempt, {
      ...attempt.status,
      phase: "Submitted",
      submittedAt: attempt.status?.submittedAt ?? now,
      ...(handle === undefined ? {} : { handle }),
      conditions: [
        {
          type: "Queued",
          status: "True",
          reason: "EngineQueue",
          message,
          messageZh,
          lastTransitionTime: now,
        },
      ],
    }),
  ];
}

/** Pure: its data are on the way; undefined when that is said already. */
export function stagingDraft({ attempt, nowMs }: AttemptSnapshot, why: Words): Draft | undefined {
  const [before] = attempt.status?.conditions ?? [];
  if (before?.type === "Staging" && before.message === why.en) return undefined;
  const staging = {
    type: "Staging",
    status: "True" as const,
    reason: "DataMoves",
    message: why.en,
    messageZh: why.zh,
    lastTransitionTime: before?.lastTransitionTime ?? iso(nowMs),
  };
  return attemptStatus(attempt, { phase: "Placed", ...attempt.status, conditions: [staging] });
}

/** Pure: it runs for the first time that we know of; the task says so too. */
export function startedDrafts(
  snapshot: AttemptSnapshot,
  seen: Seen<"running">,
  handle: JobHandle | undefined,
): Draft[] {
  const { attempt, task } = snapshot;
  const startedAt = iso(seen.startedAtMs);
  const status: AttemptStatus = {
    ...withSharing(snapshot),
    phase: "Running",
    startedAt,
    submittedAt: attempt.status?.submittedAt ?? startedAt,
    ...(handle === undefined ? {} : { handle }),
  };
  const drafts = [attemptStatus(attempt, status)];
  if (task && isCurrent(task, attempt) && statusOf(task).phase !== "Cancelling") {
    const started = withStart(snapshot, statusOf(task), seen.startedAtMs);
    drafts.push(statusDraft(task, { ...started, phase: "Running" }));
  }
  return drafts;
}

/** Pure: another link of the usage chain while it runs. */
export const meteredDrafts = (
  snapshot: AttemptSnapshot,
  seen: Seen<"running">,
  ranUntilMs: number,
): Draft[] =>
  linkDrafts(snapshot, snapshot.attempt.status!, {
    startedAtMs: seen.startedAtMs,
    untilMs: ranUntilMs,
    usage: seen.usage,
    final: false,
  });

/** What an ended attempt comes to: changes that belong in one transaction (M2), and what people are told. */
export interface EndedPlan {
  readonly drafts: readonly Draft[];
  readonly event: EventInput | undefined;
  /** What became of its task; undefined when that was no longer this attempt's to say. */
  readonly verdict: Verdict | undefined;
}

/** Pure: the outcome, the last link of the chain and what it means for the task. */
export function endedPlan(
  snapshot: AttemptSnapshot,
  ending: Ending,
  kept: Kept & { readonly abandoned?: boolean },
): EndedPlan {
  const { attempt, task, nowMs } = snapshot;
  const outcome = enforced(ending.outcome, attempt, task);
  const ended: AttemptStatus = {
    ...withSharing(snapshot),
    phase: "Ended",
    endedAt: iso(ending.endedAtMs),
    outcome,
    usage: ending.usage,
    ...(kept.abandoned === true ? { abandoned: true } : {}),
    ...(ending.startedAtMs === undefined ? {} : { startedAt: iso(ending.startedAtMs) }),
  };
  const startedAtMs = ending.startedAtMs ?? ending.endedAtMs;
  const observed = { startedAtMs, untilMs: ending.endedAtMs, usage: ending.usage, final: true };
  const drafts = linkDrafts(snapshot, ended, observed);
  if (!task || !isCurrent(task, attempt) || isOver(statusOf(task)))
    return { drafts, event: undefined, verdict: undefined };
  const started =
    ending.startedAtMs === undefined
      ? statusOf(task)
      : withStart(snapshot, statusOf(task), ending.startedAtMs);
  const verdict = kept.failed ?? judge(outcome, attempt.spec.end, task.spec, started.countedFailures);
  const settled = settledStatus(started, verdict, outcome, nowMs);
  const status = kept.outputs === undefined ? settled : { ...settled, outputs: kept.outputs };
  return {
    drafts: [...drafts, statusDraft(task, status)],
    event: endedEvent(task, attempt, verdict),
    verdict,
  };
}

/** Success and cancel speak for themselves; a failure or a retry is told. */
function endedEvent(task: Task, attempt: Attempt, verdict: Verdict): EventInput | undefined {
  if (verdict.type === "succeeded" || verdict.type === "cancelled") return undefined;
  const { reason, message } = verdict;
  const { number } = attempt.spec;
  return {
    about: task,
    type: "Warning",
    reason,
    message: words(`Attempt ${number}: ${message.en}`, `第 ${number} 次尝试：${message.zh}`),
    component: "reconciler/attempt",
  };
}

/** The ending of an attempt that no engine ever ran. */
export const neverRan = (outcome: Outcome, atMs: number): Ending => ({
  outcome,
  startedAtMs: undefined,
  endedAtMs: atMs,
  node: undefined,
  usage: noUsage,
});

/**
 * The ending of an attempt that is given up because its pool was lost. What its job does from now on counts for
 * nothing, so it is charged up to the last moment at which the engine is known to have had it: the engine's last answer,
 * or the end of the usage chain if that is later (M2, M3).
 */
export function lostEnding(
  { attempt, nowMs }: AttemptSnapshot,
  lastSeenMs: number | undefined,
  reason: Words,
): Ending {
  const { startedAt, metered } = attempt.status ?? {};
  const outcome: Outcome = { type: "node-lost", reason };
  if (startedAt === undefined) return neverRan(outcome, nowMs);
  const startedAtMs = Date.parse(startedAt);
  const endedAtMs = Math.max(metered?.untilMs ?? startedAtMs, Math.min(lastSeenMs ?? 0, nowMs));
  return { outcome, startedAtMs, endedAtMs, node: undefined, usage: metered?.usage ?? noUsage };
}

/** When the next usage record is due, from now; at or below 0: now. */
export const meterDueMs = (countedToMs: number, meterMs: number, ranUntilMs: number): number =>
  countedToMs + meterMs - ranUntilMs;

/** Up to where usage is written. */
export const countedToMs = (attempt: Attempt, startedAtMs: number): number =>
  attempt.status?.metered?.untilMs ?? startedAtMs;

function linkDrafts(
  { attempt, task, jurisdiction }: AttemptSnapshot,
  status: AttemptStatus,
  observed: Parameters<typeof nextLink>[2],
): Draft[] {
  const { link, head } = nextLink(
    status.metered ?? chainStart(observed.startedAtMs),
    attempt.spec.grant,
    observed,
  );
  const record = usageRecord(attempt, link, { queue: task?.spec.queue ?? "", jurisdiction });
  return [
    attemptStatus(attempt, { ...status, metered: head }),
    { type: "create", kind: usageRecordKind, object: record },
  ];
}

const attemptStatus = (attempt: Attempt, status: AttemptStatus): Draft => ({
  type: "update",
  kind: attemptKind,
  subresource: "status",
  object: { ...attempt, status } as AnyStored,
});

const isCurrent = (task: Task, attempt: Attempt): boolean =>
  statusOf(task).currentAttempt === attempt.metadata.name;

/** Once it runs somewhere, pools that refused it before are asked again next time. */
function withStart(
  { sharing, nowMs }: AttemptSnapshot,
  { refusedBy: _r, refusals: _n, conditions: before, ...status }: TaskStatus,
  startedAtMs: number,
): TaskStatus {
  const conditions = withConditions(before, {
    [shareCondition]: sharingCondition(before, sharing, iso(nowMs)),
  });
  return {
    ...status,
    startedAt: status.startedAt ?? iso(startedAtMs),
    ...(conditions.length === 0 ? {} : { conditions }),
  };
}

/** What the attempt says of itself while it runs and afterwards; that it waits in the engine is over. */
function withSharing({ attempt, sharing, nowMs }: AttemptSnapshot): AttemptStatus {
  const { conditions: before, ...status } = attempt.status ?? { phase: "Placed" };
  const held = sharingCondition(before, sharing, iso(nowMs));
  return { ...status, ...(held === undefined ? {} : { conditions: [held] }) };
}

/** An end by our own timeout is recorded as one, with the limit, even if the engine saw only a kill. */
function enforced(outcome: Outcome, attempt: Attempt, task: Task | undefined): Outcome {
  if (attempt.spec.end === "timed-out" && outcome.type !== "exited" && task?.spec.timeout !== undefined) {
    return { type: "timed-out", limitMs: durationMsOf(task.spec.timeout) };
  }
  return outcome;
}

const iso = (atMs: number): string => new Date(atMs).toISOString();
