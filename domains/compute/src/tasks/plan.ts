import { type Words, words } from "@yunhe/kernel";
import type { Attempt } from "../kinds/attempt.ts";
import type { Task, TaskStatus } from "../kinds/task.ts";
import { isDue, type Pause } from "../pause.ts";
import { durationMsOf } from "../quantity.ts";
import { isOver, mustEnd, statusOf } from "./state.ts";

/** Pauses that are not a task's own back-off, such as before another pool is tried, last this long at most. */
const leastPauseMs = 10 * 60_000;

/** Everything that the plan of one task depends on. */
export interface TaskSnapshot {
  readonly task: Task;
  /** Its attempts, in any order. */
  readonly attempts: readonly Attempt[];
  /** The tasks named in `after`; undefined where there is none of that name. */
  readonly dependencies: readonly { readonly name: string; readonly task: Task | undefined }[];
  readonly nowMs: number;
}

/** What the task reconciler does next; one step, then it looks again. */
export type TaskStep =
  | { readonly type: "none" }
  | { readonly type: "status"; readonly status: TaskStatus }
  /** Tell the live attempt to end. */
  | { readonly type: "end-attempt"; readonly attempt: Attempt; readonly status: TaskStatus }
  | { readonly type: "delete-attempts"; readonly attempts: readonly Attempt[] }
  | { readonly type: "release" };

/** Pure: the next step of a single task (not of an array's parent). */
export function planTask({ task, attempts, dependencies, nowMs }: TaskSnapshot): TaskStep {
  const status = statusOf(task);
  const live = attempts.find((attempt) => attempt.status?.phase !== "Ended");
  if (mustEnd(task) && !isOver(status)) return endStep(status, live, nowMs);
  if (task.metadata.deletionTimestamp !== undefined) {
    return attempts.length > 0 ? { type: "delete-attempts", attempts } : { type: "release" };
  }
  if (isOver(status) || live) return { type: "none" };
  return dependencyStep(task, status, dependencies, nowMs);
}

function endStep(status: TaskStatus, live: Attempt | undefined, nowMs: number): TaskStep {
  if (!live) {
    const { currentAttempt: _none, notBefore: _past, ...rest } = status;
    return {
      type: "status",
      status: { ...rest, phase: "Cancelled", endedAt: new Date(nowMs).toISOString() },
    };
  }
  if (live.spec.end !== undefined) return { type: "none" };
  return { type: "end-attempt", attempt: live, status: { ...status, phase: "Cancelling" } };
}

function dependencyStep(
  task: Task,
  status: TaskStatus,
  dependencies: TaskSnapshot["dependencies"],
  nowMs: number,
): TaskStep {
  const failed = dependencies.find(
    ({ task: other }) => other && isOver(statusOf(other)) && statusOf(other).phase !== "Succeeded",
  );
  if (failed) {
    return say(
      task,
      { ...status, phase: "Failed", endedAt: new Date(nowMs).toISOString() },
      "DependencyFailed",
      {
        en: `Task ${failed.name}, which must succeed first, did not.`,
        zh: `须先成功的任务 ${failed.name} 未成功。`,
      },
    );
  }
  const open = dependencies.filter(({ task: other }) => !other || statusOf(other).phase !== "Succeeded");
  if (open.length === 0) {
    return status.reason === "WaitingForTasks" || (task.status === undefined && task.spec.after.length > 0)
      ? { type: "status", status: cleared(status) }
      : { type: "none" };
  }
  const names = open.map(({ name, task: other }) => (other ? name : `${name} (?)`)).join(", ");
  return say(task, status, "WaitingForTasks", words(`Waits for ${names}.`, `等待 ${names}。`));
}

/** A status that says `reason`; no step when it says so already. */
function say(task: Task, status: TaskStatus, reason: string, message: Words): TaskStep {
  if (
    task.status?.reason === reason &&
    task.status.message === message.en &&
    task.status.phase === status.phase
  ) {
    return { type: "none" };
  }
  return { type: "status", status: { ...status, reason, message: message.en, messageZh: message.zh } };
}

function cleared(status: TaskStatus): TaskStatus {
  const { reason: _r, message: _m, messageZh: _z, ...rest } = status;
  return rest;
}

/** True when the scheduler may place it now: it waits, for no task and for no time. */
export function isRunnable(task: Task, nowMs: number): boolean {
  const status = statusOf(task);
  if (status.phase !== "Waiting" || status.currentAttempt !== undefined || mustEnd(task) || task.spec.array)
    return false;
  if (task.spec.after.length > 0 && (task.status === undefined || status.reason === "WaitingForTasks"))
    return false;
  return isDue(pauseOf(task), nowMs);
}

/** Until when its next attempt waits. */
export const pauseOf = (task: Task): Pause => {
  const { notBefore } = statusOf(task);
  return {
    untilMs: notBefore === undefined ? 0 : Date.parse(notBefore),
    longestMs: Math.max(leastPauseMs, durationMsOf(task.spec.retries.maxBackoff)),
  };
};
