import type { Words } from "@yunhe/kernel";
import { words } from "@yunhe/kernel";
import type { Outcome } from "../driver/port.ts";
import type { TaskSpec, TaskStatus } from "../kinds/task.ts";
import { durationMsOf } from "../quantity.ts";

/** What an ended attempt means for its task. */
export type Verdict =
  | { readonly type: "succeeded" }
  | { readonly type: "cancelled" }
  | { readonly type: "failed"; readonly reason: string; readonly message: Words }
  /** Another attempt follows, not before `afterMs` from now; `counts` when it uses up one of the allowed retries. */
  | {
      readonly type: "retry";
      readonly afterMs: number;
      readonly counts: boolean;
      readonly reason: string;
      readonly message: Words;
      /** The pool that could not take it is left out next time. */
      readonly elsewhere?: boolean;
    };

/** Why an attempt was told to end; recorded before the engine is told. */
export type EndReason = "cancelled" | "timed-out" | "preempted" | "orphan" | "retried";

/**
 * Judges the engine's first terminal outcome (T6). The program's own exit wins over a cancel that came too late;
 * retries are bounded and counted once per real attempt (T7).
 */
export function judge(
  outcome: Outcome,
  told: EndReason | undefined,
  spec: Pick<TaskSpec, "retries" | "cancelled">,
  countedFailures: number,
): Verdict {
  if (outcome.type === "exited" && outcome.exitCode === 0) return { type: "succeeded" };
  const cause = told !== undefined && endedByUs(outcome) ? told : outcome.type;
  if (spec.cancelled) return { type: "cancelled" };
  if (cause === "cancelled" || cause === "orphan") return { type: "cancelled" };
  const { reason, message } = describe(outcome, cause);
  if (cause === "preempted" || cause === "node-lost" || cause === "retried") {
    return { type: "retry", afterMs: 0, counts: false, reason, message };
  }
  if (outcome.type === "not-started" && outcome.elsewhere) {
    return { type: "retry", afterMs: 0, counts: false, reason: "PoolRefused", message, elsewhere: true };
  }
  if (outcome.type === "not-started" || countedFailures >= spec.retries.limit) {
    return { type: "failed", reason, message };
  }
  return { type: "retry", afterMs: backoffMs(spec.retries, countedFailures), counts: true, reason, message };
}

/** Doubles from `backoff` with each counted failure, up to `maxBackoff`. */
export function backoffMs(retries: TaskSpec["retries"], countedFailures: number): number {
  return Math.min(
    durationMsOf(retries.backoff) * 2 ** Math.min(countedFailures, 40),
    durationMsOf(retries.maxBackoff),
  );
}

const endedByUs = (outcome: Outcome): boolean =>
  outcome.type === "cancelled" ||
  outcome.type === "signaled" ||
  outcome.type === "exited" ||
  outcome.type === "timed-out";

function describe(outcome: Outcome, cause: string): { reason: string; message: Words } {
  if (cause === "timed-out") {
    return {
      reason: "TimedOut",
      message: words(
        "It ran longer than its timeout; give it more time or less work.",
        "运行超过了时限；请放宽时限或减少工作量。",
      ),
    };
  }
  if (cause === "retried")
    return {
      reason: "RetryRequested",
      message: words("Ended on request, to be tried again.", "应请求结束，将重新尝试。"),
    };
  switch (outcome.type) {
    case "exited":
      return {
        reason: "NonZeroExit",
        message: words(
          `The program returned ${outcome.exitCode}; its log says more.`,
          `程序返回 ${outcome.exitCode}；详见日志。`,
        ),
      };
    case "signaled":
      return {
        reason: "Signaled",
        message: words(`The program was ended by ${outcome.signal}.`, `程序被信号 ${outcome.signal} 终止。`),
      };
    case "out-of-memory":
      return {
        reason: "OutOfMemory",
        message: words(
          `It needed more than the ${outcome.limitBytes} bytes of memory that it asked for; raise spec.resources.memory.`,
          `所需内存超过申请的 ${outcome.limitBytes} 字节；请调高 spec.resources.memory。`,
        ),
      };
    case "preempted":
      return { reason: "Preempted", message: outcome.reason };
    case "node-lost":
      return { reason: "NodeLost", message: outcome.reason };
    case "not-started":
      return { reason: "NotStarted", message: outcome.reason };
    case "cancelled":
    case "timed-out":
      return { reason: "Ended", message: words("The engine ended it.", "引擎将其终止。") };
  }
}

/** The task's status after `verdict`; the fields of the attempt's outcome are filled in for a person to read. */
export function settledStatus(
  before: TaskStatus,
  verdict: Verdict,
  outcome: Outcome,
  nowMs: number,
): TaskStatus {
  const {
    currentAttempt: _over,
    notBefore: _past,
    reason: _r,
    message: _m,
    messageZh: _z,
    exitCode: _e,
    signal: _s,
    ...rest
  } = before;
  const now = new Date(nowMs).toISOString();
  const ended = {
    ...(outcome.type === "exited" ? { exitCode: outcome.exitCode } : {}),
    ...(outcome.type === "signaled" ? { signal: outcome.signal } : {}),
  };
  switch (verdict.type) {
    case "succeeded":
      return { ...rest, ...ended, phase: "Succeeded", endedAt: now };
    case "cancelled":
      return { ...rest, ...ended, phase: "Cancelled", endedAt: now };
    case "failed":
      return {
        ...rest,
        ...ended,
        ...said(verdict),
        phase: "Failed",
        countedFailures: rest.countedFailures + 1,
        endedAt: now,
      };
    case "retry":
      return {
        ...rest,
        ...said(verdict),
        phase: "Waiting",
        countedFailures: rest.countedFailures + (verdict.counts ? 1 : 0),
        ...(verdict.elsewhere && rest.pool !== undefined
          ? { refusedBy: [...new Set([...(rest.refusedBy ?? []), rest.pool])] }
          : {}),
        ...(verdict.afterMs > 0 ? { notBefore: new Date(nowMs + verdict.afterMs).toISOString() } : {}),
      };
  }
}

const said = (verdict: { reason: string; message: Words }) => ({
  reason: verdict.reason,
  message: verdict.message.en,
  messageZh: verdict.message.zh,
});
