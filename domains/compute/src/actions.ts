import {
  type ActionContext,
  type ActionHandlers,
  ApiError,
  type AnyKind,
  type AnyResource,
  type AnyStored,
  type CommitOptions,
  type Draft,
  keyOfKind,
  openObjects,
  words,
} from "@yunhe/kernel";
import { type Attempt, attemptKind } from "./kinds/attempt.ts";
import { type Task, taskKind } from "./kinds/task.ts";
import { isOver, statusOf } from "./tasks/state.ts";

/** What the custom actions of tasks do. */
export const computeActions: ActionHandlers = {
  [keyOfKind(taskKind)]: { cancel, retry },
};

/** Final once it is acknowledged (T5). A task that is over stays what it is; cancelling twice is no error. */
async function cancel(context: ActionContext, object: AnyResource): Promise<unknown> {
  const task = object as unknown as Task;
  if (isOver(statusOf(task)) || task.spec.cancelled) return task;
  const next = { ...task, spec: { ...task.spec, cancelled: true } };
  return commitOne(
    context,
    [taskKind],
    { type: "update", kind: taskKind, object: next as AnyStored },
    "cancel",
  );
}

/** Ends the running attempt; the next one follows and costs no retry. */
async function retry(context: ActionContext, object: AnyResource): Promise<unknown> {
  const task = object as unknown as Task;
  const name = statusOf(task).currentAttempt;
  const attempt = name === undefined ? undefined : await readAttempt(context, name);
  if (!attempt || attempt.status?.phase === "Ended") throw nothingRuns(task);
  if (attempt.spec.end !== undefined) return task;
  const next = { ...attempt, spec: { ...attempt.spec, end: "retried" } };
  await commitOne(
    context,
    [attemptKind],
    { type: "update", kind: attemptKind, object: next as AnyStored },
    "retry",
  );
  return task;
}

const readAttempt = (context: ActionContext, name: string): Promise<Attempt | undefined> =>
  openObjects(context.store, [attemptKind], context.environment).get(
    attemptKind,
    context.target.namespace,
    name,
  );

async function commitOne(
  context: ActionContext,
  kinds: readonly AnyKind[],
  draft: Draft,
  verb: string,
): Promise<unknown> {
  const options: CommitOptions = { actor: context.principal.id, verb, guard: context.guard };
  const [stored] = await openObjects(context.store, kinds, context.environment).commit([draft], options);
  return stored;
}

const nothingRuns = (task: Task): ApiError =>
  new ApiError(
    "Conflict",
    words(
      `Task ${task.metadata.name} has no running attempt to end; it is ${statusOf(task).phase}.`,
      `任务 ${task.metadata.name} 没有正在运行的尝试；当前阶段为 ${statusOf(task).phase}。`,
    ),
    { kind: "tasks", name: task.metadata.name },
  );
