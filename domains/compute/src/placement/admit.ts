import { ApiError, words } from "@yunhe/kernel";
import {
  amountsAsked,
  describeChange,
  describeExplanation,
  describeWait,
  policies,
  QueueBounds,
  yunhe,
} from "@yunhe/scheduler";
import type { Task } from "../kinds/task.ts";
import { modelName } from "./books.ts";
import { requestOf } from "./request.ts";
import { rulesOf } from "./rules.ts";
import type { PlacementView } from "./view.ts";

/**
 * Throws `Invalid` (422) for a task that could not start even if nothing else ran, with what stands in the way and what
 * would help. While a pool has not told yet what it has, a node that would do is away, or the queue is not there,
 * nothing is refused: it waits.
 */
export function admitTask(view: PlacementView, task: Task): void {
  view.settle();
  const queue = view.queues.get(task.spec.queue);
  if (!queue || !view.isFleetKnown()) return;
  const member = requestOf(task);
  const { gang, array } = task.spec;
  const request =
    gang && array ? { ...member, gang: { size: array.count, topology: gang.topology } } : member;
  const all = [...view.queues.values()].map((each) => rulesOf(each, modelName));
  const bounds = new QueueBounds(all);
  const rules = bounds.get(task.spec.queue)!;
  const breach = bounds.couldEverHold(rules, amountsAsked(request), request.preemptible);
  if (breach) {
    const reason = { kind: "larger-than-quota", breach } as const;
    throw refusal(task, "spec.resources", describeWait(rules.name, reason), []);
  }
  const why = view.books.scheduler.why(request, policies.get(queue.spec.policy) ?? yunhe);
  // A node that is away, or closed by somebody, may come back: nothing is impossible because of it.
  const isAway = why.excluded.some(({ reason }) => reason === "cordoned");
  if (why.couldEverStart || isAway) return;
  throw refusal(task, "spec", describeExplanation(why), why.changes.map(describeChange));
}

function refusal(
  task: Task,
  field: string,
  why: { readonly en: string; readonly zh: string },
  help: readonly { readonly en: string; readonly zh: string }[],
): ApiError {
  const name = task.metadata.name;
  return new ApiError("Invalid", words(`Task ${name}: ${why.en}`, `任务 ${name}：${why.zh}`), {
    group: "compute.yunhe.dev",
    kind: "tasks",
    name,
    causes: (help.length === 0 ? [why] : help).map(({ en, zh }) => ({
      field,
      reason: "FieldValueInvalid" as const,
      message: words(en, zh),
    })),
  });
}
