import type { Draft } from "@yunhe/kernel";
import { apiVersionOf } from "@yunhe/kernel";
import { arrayIndexLabel, arrayLabel } from "../attempts/job.ts";
import { type Task, taskKind, type TaskPhase, type TaskStatus } from "../kinds/task.ts";
import type { Member } from "./index-of-tasks.ts";
import { releaseDraft, statusDraft } from "./drafts.ts";
import { isOver, mustEnd, statusOf } from "./state.ts";

/** Members made in one transaction; small enough that others get their turn between two of them. */
const membersPerTransaction = 200;
/** How many members may exist unfinished beyond those that run, so that a huge array does not flood the store. */
const window = 2000;

export interface ArrayPlan {
  readonly transactions: readonly (readonly Draft[])[];
  /** Members to cancel, or to delete, before the array itself can end. */
  readonly end: { readonly how: "cancel" | "delete"; readonly members: readonly Member[] };
  /** What became of the numbers in its status: written, or kept for a little later. */
  readonly summary?: "written" | "later";
}

/**
 * Pure: makes the members of an array, passes on its end, and sums up how they stand. `hushed`: the numbers were written
 * just now, so that new ones can wait unless the phase is another one.
 */
export function planArray(
  parent: Task,
  members: ReadonlyMap<number, Member>,
  nowMs: number,
  hushed = false,
): ArrayPlan {
  const status = statusOf(parent);
  const counts = count(parent, members);
  if (parent.metadata.deletionTimestamp !== undefined) return deletion(parent, members);
  if (isOver(status)) return only([]);
  if (mustEnd(parent)) return cancellation(parent, members, counts, nowMs);
  const wanted = membersToMake(parent, members, counts);
  const transactions: Draft[][] = [];
  for (let start = 0; start < wanted.length; start += membersPerTransaction) {
    transactions.push(
      wanted.slice(start, start + membersPerTransaction).map((index) => memberDraft(parent, index)),
    );
  }
  const next = summary(parent, counts, nowMs);
  if (sameSummary(parent.status, next)) return only(transactions);
  if (hushed && next.phase === parent.status?.phase) return { ...only(transactions), summary: "later" };
  return { ...only([...transactions, [statusDraft(parent, next)]]), summary: "written" };
}

const only = (transactions: ArrayPlan["transactions"]): ArrayPlan => ({
  transactions,
  end: { how: "cancel", members: [] },
});

type Counts = NonNullable<TaskStatus["array"]>;

const countedAs: Readonly<Record<TaskPhase, Exclude<keyof Counts, "total" | "created">>> = {
  Waiting: "waiting",
  Starting: "running",
  Running: "running",
  Cancelling: "running",
  Succeeded: "succeeded",
  Failed: "failed",
  Cancelled: "cancelled",
};

/** One walk: it is done for every change of every member. */
function count(parent: Task, members: ReadonlyMap<number, Member>): Counts {
  const counts: Counts = {
    total: parent.spec.array?.count ?? 0,
    created: members.size,
    waiting: 0,
    running: 0,
    succeeded: 0,
    failed: 0,
    cancelled: 0,
  };
  for (const { phase } of members.values()) counts[countedAs[phase]] += 1;
  return counts;
}

function membersToMake(parent: Task, members: ReadonlyMap<number, Member>, counts: Counts): number[] {
  const open = counts.waiting + counts.running;
  const room = Math.max(0, Math.min(parent.spec.array?.parallelism ?? window, window) - open);
  const missing: number[] = [];
  if (room === 0 || members.size === counts.total) return missing;
  for (let index = 0; index < counts.total && missing.length < room; index++) {
    if (!members.has(index)) missing.push(index);
  }
  return missing;
}

function memberDraft(parent: Task, index: number): Draft {
  const { array: _array, ...spec } = parent.spec;
  return {
    type: "create",
    kind: taskKind,
    object: {
      metadata: {
        name: `${parent.metadata.name}-${index}`,
        namespace: parent.metadata.namespace ?? "",
        labels: {
          ...parent.metadata.labels,
          [arrayLabel]: parent.metadata.name,
          [arrayIndexLabel]: String(index),
        },
        ownerReferences: [
          {
            apiVersion: apiVersionOf(taskKind),
            kind: taskKind.kind,
            name: parent.metadata.name,
            uid: parent.metadata.uid,
            controller: true,
            blockOwnerDeletion: true,
          },
        ],
      },
      spec,
    },
  };
}

function summary(parent: Task, counts: Counts, nowMs: number): TaskStatus {
  const before = statusOf(parent);
  const over = counts.succeeded + counts.failed + counts.cancelled;
  const done = over === counts.total;
  const phase: TaskPhase = !done
    ? counts.running + over > 0
      ? "Running"
      : "Waiting"
    : counts.failed > 0
      ? "Failed"
      : counts.cancelled > 0
        ? "Cancelled"
        : "Succeeded";
  const now = new Date(nowMs).toISOString();
  return {
    ...before,
    phase,
    array: counts,
    ...(phase !== "Waiting" && before.startedAt === undefined ? { startedAt: now } : {}),
    ...(done ? { endedAt: now } : {}),
  };
}

const sameSummary = (before: TaskStatus | undefined, next: TaskStatus): boolean =>
  before !== undefined &&
  before.phase === next.phase &&
  JSON.stringify(before.array) === JSON.stringify(next.array);

/** An array waits for its members to go, since they hold what it granted. */
const deletion = (parent: Task, members: ReadonlyMap<number, Member>): ArrayPlan => ({
  transactions: members.size === 0 ? [[releaseDraft(parent)]] : [],
  end: { how: "delete", members: [...members.values()].filter((member) => !member.deleting) },
});

function cancellation(
  parent: Task,
  members: ReadonlyMap<number, Member>,
  counts: Counts,
  nowMs: number,
): ArrayPlan {
  const open = [...members.values()].filter((member) => !isOver(member));
  const cancelled = {
    ...statusOf(parent),
    phase: "Cancelled",
    array: counts,
    endedAt: new Date(nowMs).toISOString(),
  } as const;
  return {
    transactions: open.length === 0 ? [[statusDraft(parent, cancelled)]] : [],
    end: { how: "cancel", members: open.filter((member) => !member.cancelled) },
  };
}
