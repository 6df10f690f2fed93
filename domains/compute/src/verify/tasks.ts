import { words } from "@yunhe/kernel";
import type { Attempt } from "../kinds/attempt.ts";
import type { Task } from "../kinds/task.ts";
import { isOver, statusOf } from "../tasks/state.ts";
import { type Finding, isLive, placeOf } from "./state.ts";

/** Pure: what must hold between a task and its attempts, at every revision. */
export function auditTask(task: Task, attempts: readonly Attempt[]): Finding[] {
  const status = statusOf(task);
  const live = attempts.filter(isLive);
  const object = placeOf("task", task);
  const findings: Finding[] = [];
  const say = (invariant: string, en: string, zh: string): void => {
    findings.push({ invariant, object, words: words(en, zh) });
  };
  if (live.length > 1)
    say("T3", `${live.length} attempts are not over at once`, `同时有 ${live.length} 次尝试未结束`);
  const current = attempts.find(({ metadata }) => metadata.name === status.currentAttempt);
  if (status.currentAttempt !== undefined && (current === undefined || !isLive(current)))
    say(
      "T1",
      `it waits for attempt ${status.currentAttempt}, which is ${current ? "over" : "gone"}: nothing will move it on`,
      `等待尝试 ${status.currentAttempt}，但它${current ? "已结束" : "已不存在"}：任务将永远停滞`,
    );
  if (live.length > 0 && live[0]!.metadata.name !== status.currentAttempt)
    say(
      isOver(status) ? "T6" : "T3",
      `attempt ${live[0]!.metadata.name} is not over, but the task does not own up to it`,
      `尝试 ${live[0]!.metadata.name} 未结束，但任务未记录它`,
    );
  if (isOver(status) && status.currentAttempt !== undefined)
    say("T6", "it is over and has a current attempt", "任务已结束却仍有当前尝试");
  if (status.countedFailures > task.spec.retries.limit + 1)
    say(
      "T7",
      `${status.countedFailures} failures were counted with ${task.spec.retries.limit} retries allowed`,
      `允许重试 ${task.spec.retries.limit} 次，却计入 ${status.countedFailures} 次失败`,
    );
  const failures = attempts.filter(countsAsFailure).length;
  if (failures > task.spec.retries.limit + 1)
    say(
      "T7",
      `${failures} attempts failed with ${task.spec.retries.limit} retries allowed`,
      `允许重试 ${task.spec.retries.limit} 次，却有 ${failures} 次尝试失败`,
    );
  const numbers = new Set(attempts.map(({ spec }) => spec.number));
  if (numbers.size < attempts.length || attempts.some(({ spec }) => spec.number > status.attempts))
    say("T7", "its attempts are not numbered once each up to their count", "尝试的编号有重复或超出计数");
  return [...findings, ...unfinished(task, object)];
}

const failing: ReadonlySet<string> = new Set(["exited", "signaled", "out-of-memory", "timed-out"]);

/** It ended by its own failure: neither well, nor because it was told to. */
function countsAsFailure({ spec, status }: Attempt): boolean {
  const { outcome } = status ?? {};
  if (status?.phase !== "Ended" || outcome === undefined || spec.end !== undefined) return false;
  return failing.has(outcome.type) && !(outcome.type === "exited" && outcome.exitCode === 0);
}

/** An object that is being deleted and has no finaliser left should be gone. */
function unfinished(task: Task, object: string): Finding[] {
  const { deletionTimestamp, finalizers = [] } = task.metadata;
  if (deletionTimestamp === undefined || finalizers.length > 0) return [];
  return [
    {
      invariant: "C7",
      object,
      words: words(
        "it is being deleted, nothing holds it, and it is still there",
        "正在删除且无终结器，却仍存在",
      ),
    },
  ];
}

/** Pure: an attempt must have an owner while it lives, and an outcome when it is over. */
export function auditAttempt(attempt: Attempt, owner: Task | undefined): Finding[] {
  const object = placeOf("attempt", attempt);
  const findings: Finding[] = [];
  if (isLive(attempt) && owner === undefined)
    findings.push({
      invariant: "E1",
      object,
      words: words("it is not over and its task is gone", "尝试未结束，其任务已不存在"),
    });
  if (!isLive(attempt) && attempt.status?.outcome === undefined)
    findings.push({
      invariant: "T6",
      object,
      words: words("it is over and no outcome is recorded", "尝试已结束却未记录结果"),
    });
  return findings;
}
