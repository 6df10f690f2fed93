import { apiVersionOf, type Draft, keyOfKind, type ObjectKey } from "@yunhe/kernel";
import type { Placement } from "@yunhe/scheduler";
import { arrayLabel } from "../attempts/job.ts";
import type { AttemptSpec } from "../kinds/attempt.ts";
import { attemptKind } from "../kinds/attempt.ts";
import { nodeKind } from "../kinds/node.ts";
import { poolKind } from "../kinds/pool.ts";
import { queueKind } from "../kinds/queue.ts";
import { type Task, taskKind, type TaskStatus } from "../kinds/task.ts";
import { statusDraft } from "../tasks/drafts.ts";
import { statusOf } from "../tasks/state.ts";
import type { Books, Holding, Why } from "./books.ts";
import { expectedMsOf, gangOf } from "./request.ts";
import { queueLabel } from "./view.ts";

/** One member of a placement: its task, and what it gets where. */
export interface Granted {
  readonly task: Task;
  readonly uid: string;
  readonly pool: string;
  readonly node: string;
  readonly grant: Holding["grant"];
}

export function grantedTo(
  books: Books,
  placement: Placement,
  tasks: readonly Task[],
  uids: readonly string[],
): Granted[] {
  return placement.members.map((member, i) => ({
    task: tasks[i]!,
    uid: uids[i]!,
    ...books.grantOf(placement.task, member),
  }));
}

/** What the books hold for the members of a placement before it is committed. */
export function holdingsOf(
  books: Books,
  { task, members, project, queue }: Placement,
  keys: readonly ObjectKey[],
  uids: readonly string[],
  startedAtMs: number,
): Holding[] {
  const gang = task.gang === undefined ? {} : { gang: task.id };
  const expected = task.expectedDurationMs === undefined ? {} : { expectedMs: task.expectedDurationMs };
  return members.map((member, i) => {
    const { node, grant } = books.grantOf(task, member);
    const { priority, preemptible, affinity } = task;
    return {
      attemptUid: uids[i]!,
      project,
      task: keys[i]!.name,
      queue: queue.name,
      node,
      grant,
      startedAtMs,
      scheduling: {
        priority,
        preemptible,
        ...expected,
        ...gang,
        ...(affinity === undefined ? {} : { spread: affinity.over }),
      },
      array: affinity?.group,
    };
  });
}

/** The attempt and the task that points to it: together or not at all (T3); all members of a gang in one (T4). */
export function placementDrafts(granted: Granted, why: (Why & { policy: string }) | undefined): Draft[] {
  const { task, uid, pool, node, grant } = granted;
  const number = statusOf(task).attempts + 1;
  const name = `${task.metadata.name}-${number}`;
  const {
    reason: _r,
    message: _m,
    messageZh: _z,
    notBefore: _n,
    explanation: _e,
    ...status
  } = statusOf(task);
  const next: TaskStatus = {
    ...status,
    phase: "Starting",
    attempts: number,
    currentAttempt: name,
    lastAttempt: name,
    pool,
    node,
    ...(why === undefined ? {} : { explanation: { ...why } }),
  };
  const array = task.metadata.labels?.[arrayLabel];
  const metadata = {
    name,
    namespace: task.metadata.namespace ?? "",
    uid: uid as never,
    labels: { [queueLabel]: task.spec.queue, ...(array === undefined ? {} : { [arrayLabel]: array }) },
    ownerReferences: [
      {
        apiVersion: apiVersionOf(taskKind),
        kind: taskKind.kind,
        name: task.metadata.name,
        uid: task.metadata.uid,
        controller: true,
      },
    ],
  };
  const spec = { task: task.metadata.name, number, pool, node, grant, scheduling: schedulingOf(task) };
  return [{ type: "create", kind: attemptKind, object: { metadata, spec } }, statusDraft(task, next)];
}

function schedulingOf(task: Task): AttemptSpec["scheduling"] {
  const expectedMs = expectedMsOf(task.spec);
  const gang = gangOf(task);
  const { spread } = task.spec.placement.prefer;
  return {
    priority: task.spec.priority,
    preemptible: task.spec.preemptible,
    ...(expectedMs === undefined ? {} : { expectedMs }),
    ...(gang === undefined ? {} : { gang }),
    ...(spread === undefined ? {} : { spread }),
  };
}

export const nodeKey = (name: string): ObjectKey => ({ kind: keyOfKind(nodeKind), namespace: "", name });
export const poolKey = (name: string): ObjectKey => ({ kind: keyOfKind(poolKind), namespace: "", name });
export const queueKey = (name: string): ObjectKey => ({ kind: keyOfKind(queueKind), namespace: "", name });
