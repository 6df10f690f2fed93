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
  const stored = await commitLatest(context, [taskKind], "cancel", async () => {
    const task = (await readTask(context)) ?? (object as unknown as Task);
    if (isOver(statusOf(task)) || task.spec.cancelled) return undefined;
    const next = { ...task, spec: { ...task.spec, cancelled: true } };
    return { type: "update", kind: taskKind, object: next as AnyStored };
  });
  return stored ?? (await readTask(context)) ?? object;
}

/** Ends the running attempt; the next one follows and costs no retry. */
async function retry(context: ActionContext, object: AnyResource): Promise<unknown> {
  await commitLatest(context, [attemptKind], "retry", async () => {
    const task = (await readTask(context)) ?? (object as unknown as Task);
    const name = statusOf(task).currentAttempt;
    const attempt = name === undefined ? undefined : await readAttempt(context, name);
    if (!attempt || attempt.status?.phase === "Ended") throw nothingRuns(task);
    if (attempt.spec.end !== undefined) return undefined;
    const next = { ...attempt, spec: { ...attempt.spec, end: "retried" } };
    return { type: "update", kind: attemptKind, object: next as AnyStored };
  });
  return (await readTask(context)) ?? object;
}

const readTask = ({ store, environment, target }: ActionContext): Promise<Task | undefined> =>
  openObjects(store, [taskKind], environment).get(taskKind, target.namespace, target.name);

const readAttempt = (context: ActionContext, name: string): Promise<Attempt | undefined> =>
  openObjects(context.store, [attemptKind], context.environment).get(
    attemptKind,
    context.target.namespace,
    name,
  );

/** Reconcilers write the same objects all the time: who acts says what is wanted, not upon which revision. */
const tries = 8;

/** Commits what `draft` makes of the objects as they are now, again when one of them was changed meanwhile. */
async function commitLatest(
  context: ActionContext,
  kinds: readonly AnyKind[],
  verb: string,
  draft: () => Promise<Draft | undefined>,
): Promise<unknown> {
  const objects = openObjects(context.store, kinds, context.environment);
  const options: CommitOptions = { actor: context.principal.id, verb, guard: context.guard };
  for (let left = tries - 1; ; left -= 1) {
    const made = await draft();
    if (made === undefined) return undefined;
    try {
      const [stored] = await objects.commit([made], options);
      return stored;
    } catch (error) {
      if (left === 0 || !(error instanceof ApiError) || error.reason !== "Conflict") throw error;
    }
  }
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
