import type {
  AnyStored,
  Change,
  Check,
  Draft,
  Environment,
  ObjectKey,
  Objects,
  ReconcileContext,
  Reconciler,
  Requeue,
} from "@yunhe/kernel";
import { keyOfKind, sharedObject } from "@yunhe/kernel";
import { type Attempt, attemptKind } from "../kinds/attempt.ts";
import { type Task, taskKind } from "../kinds/task.ts";
import { arrayLabel } from "../attempts/job.ts";
import { releaseDraft, statusDraft } from "./drafts.ts";
import type { Member, TaskIndex } from "./index-of-tasks.ts";
import { planArray } from "./array.ts";
import { isOver, statusOf } from "./state.ts";
import { planTask, type TaskStep } from "./plan.ts";

export interface TaskReconcilerOptions {
  readonly objects: Objects;
  readonly index: TaskIndex;
  readonly environment: Environment;
}

const actor = "system:reconciler/task";
/** An array's numbers are written this often at most: else every step of every member would cost a transaction. */
const summaryEveryMs = 250;

const taskKey = (namespace: string, name: string): ObjectKey => ({
  kind: keyOfKind(taskKind),
  namespace,
  name,
});

/** Brings tasks along what is not an attempt's matter: cancel, dependencies, arrays, deletion. */
export function taskReconciler(options: TaskReconcilerOptions): Reconciler {
  const { index } = options;
  const hushedUntilMs = new Map<string, number>();
  return {
    name: "task",
    sources: [
      {
        kind: taskKind,
        keys: (change) => [change.key, ...index.dependents(change.key), ...arrayParent(change)],
      },
      { kind: attemptKind, keys: (change) => (change.type === "MODIFIED" ? [] : attemptOwner(change)) },
    ],
    concurrency: 16,
    reconcile: (key, context) => reconcile({ ...options, hushedUntilMs }, key, context),
  };
}

/** `hushedUntilMs`: until when the numbers of an array, by its uid, are not written again; on the monotonic clock. */
type Memory = { readonly hushedUntilMs: Map<string, number> };

async function reconcile(
  options: TaskReconcilerOptions & Memory,
  key: ObjectKey,
  context: ReconcileContext,
): Promise<Requeue | undefined> {
  const { objects, index, environment } = options;
  const task = await objects.get(taskKind, key.namespace, key.name);
  if (!task) return undefined;
  const commit: Commit = (drafts, checks = []) =>
    objects.commit(drafts, { actor, fence: context.fence, checks });
  if (task.spec.array) return reconcileArray(options, task, key, commit);
  const step = planTask({
    task,
    attempts: await attemptsOf(objects, index, task),
    dependencies: await Promise.all(
      task.spec.after.map(async (name) => ({ name, task: await objects.get(taskKind, key.namespace, name) })),
    ),
    nowMs: environment.clock.nowMs(),
  });
  const drafts = draftsOf(step, task);
  if (drafts.length > 0) await commit(drafts);
  return undefined;
}

type Commit = (drafts: readonly Draft[], checks?: readonly Check[]) => Promise<unknown>;

async function reconcileArray(
  { objects, index, environment: { clock }, hushedUntilMs }: TaskReconcilerOptions & Memory,
  array: Task,
  key: ObjectKey,
  commit: Commit,
): Promise<Requeue | undefined> {
  const { uid, generation } = array.metadata;
  const hushedMs = (hushedUntilMs.get(uid) ?? 0) - clock.monotonicMs();
  const plan = planArray(array, index.members(key), clock.nowMs(), hushedMs > 0);
  // A member that comes late to an array which was cancelled meanwhile would be ended by nobody (T1).
  const asAsked = [{ key, uid, generation }];
  for (const drafts of plan.transactions) await commit(drafts, asAsked);
  for (const member of plan.end.members) await commit(await endMember(objects, member, plan.end.how));
  if (plan.summary === "later") return { afterMs: hushedMs };
  if (plan.summary === "written") hushedUntilMs.set(uid, clock.monotonicMs() + summaryEveryMs);
  else if (isOver(statusOf(array))) hushedUntilMs.delete(uid);
  return undefined;
}

/** Only a task that ends or goes away needs its attempts read. */
async function attemptsOf(objects: Objects, index: TaskIndex, task: Task): Promise<Attempt[]> {
  if (
    !task.spec.cancelled &&
    task.metadata.deletionTimestamp === undefined &&
    task.status?.currentAttempt === undefined
  )
    return [];
  const keys = index.attempts(taskKey(task.metadata.namespace ?? "", task.metadata.name));
  const found = await Promise.all(keys.map((key) => objects.get(attemptKind, key.namespace, key.name)));
  return found.filter(
    (attempt) => attempt !== undefined && attempt.metadata.ownerReferences?.[0]?.uid === task.metadata.uid,
  ) as Attempt[];
}

async function endMember(objects: Objects, { key }: Member, how: "cancel" | "delete"): Promise<Draft[]> {
  const member = await objects.get(taskKind, key.namespace, key.name);
  if (!member) return [];
  if (how === "delete") return [{ type: "delete", kind: taskKind, object: member as AnyStored }];
  return [
    {
      type: "update",
      kind: taskKind,
      object: { ...member, spec: { ...member.spec, cancelled: true } } as AnyStored,
    },
  ];
}

function draftsOf(step: TaskStep, task: Task): Draft[] {
  switch (step.type) {
    case "none":
      return [];
    case "status":
      return [statusDraft(task, step.status)];
    case "end-attempt":
      return [
        {
          type: "update",
          kind: attemptKind,
          object: { ...step.attempt, spec: { ...step.attempt.spec, end: "cancelled" } } as AnyStored,
        },
        statusDraft(task, step.status),
      ];
    case "delete-attempts":
      return step.attempts
        .filter((attempt) => attempt.metadata.deletionTimestamp === undefined)
        .map((attempt) => ({ type: "delete", kind: attemptKind, object: attempt as AnyStored }));
    case "release":
      return [releaseDraft(task)];
  }
}

const labelPattern = new RegExp(`"${arrayLabel.replaceAll(".", "\\.")}":"([^"]+)"`);

/** Read from the text: a member's change concerns the array it belongs to. */
function arrayParent(change: Change): ObjectKey[] {
  const parent = labelPattern.exec(change.json)?.[1];
  return parent === undefined ? [] : [taskKey(change.key.namespace, parent)];
}

function attemptOwner(change: Change): ObjectKey[] {
  const attempt = sharedObject<typeof attemptKind>(change);
  return [taskKey(change.key.namespace, attempt.spec.task)];
}
