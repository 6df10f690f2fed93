import { type Amounts, amountsAsked, capacityOf } from "./amounts.ts";
import { QueueOrder } from "./order.ts";
import { DEFAULT_AGEING_MS, type QueuePlanInput } from "./plan.ts";
import type { QueueRules } from "./quota.ts";
import type { WaitingTask } from "./waiting.ts";

/** Where a task stands in its queue. */
export interface Standing {
  readonly waiting: WaitingTask;
  /** The key of its bucket, as in a refusal. */
  readonly bucket: string;
  /** 1 starts next. */
  readonly position: number;
}

/**
 * The first `limit` tasks of a queue in the order in which they would start if all of them fitted: fair shares move as
 * if each held what it asks for.
 */
export function standingsOf(
  { running, waiting, nowMs, ageingMs = DEFAULT_AGEING_MS, scheduler }: QueuePlanInput,
  queue: QueueRules,
  limit: number,
): Standing[] {
  const { uses } = running;
  const order = new QueueOrder(queue, waiting, uses, capacityOf(scheduler.state), { nowMs, ageingMs });
  const standings: Standing[] = [];
  const moved: { readonly project: string; readonly amounts: Amounts }[] = [];
  for (let next = order.next(); next && standings.length < limit; next = order.next()) {
    const { task, project } = next.waiting;
    standings.push({ waiting: next.waiting, bucket: next.bucket.key, position: standings.length + 1 });
    const amounts = amountsAsked(task);
    uses.move(queue.name, project, amounts, 1);
    moved.push({ project, amounts });
    order.started(next);
  }
  for (const { project, amounts } of moved) uses.move(queue.name, project, amounts, -1);
  return standings;
}

/** What an estimate of waiting rests on. */
export interface EstimateInput {
  readonly nowMs: number;
  readonly position: number;
  /** Expected ends of what runs in the queue, in order; undefined where nobody knows. */
  readonly endsMs: readonly (number | undefined)[];
  /** The time that its own reservation has, if it has one. */
  readonly reservedAtMs?: number | undefined;
  /** Mean time between the last starts of the queue; undefined without any. */
  readonly paceMs?: number | undefined;
}

/**
 * How long until a task starts, and from what that was guessed: its reservation, the expected ends of what runs (the
 * n-th task starts when the n-th place becomes free), or the pace of the queue's last starts. Undefined when nothing
 * is known.
 */
export function estimateWait(
  input: EstimateInput,
): { readonly waitMs: number; readonly from: "reservation" | "ends" | "pace" } | undefined {
  const { nowMs, position, endsMs, reservedAtMs, paceMs } = input;
  if (reservedAtMs !== undefined) return { waitMs: Math.max(0, reservedAtMs - nowMs), from: "reservation" };
  const freed = endsMs[position - 1];
  if (freed !== undefined) return { waitMs: Math.max(0, freed - nowMs), from: "ends" };
  return paceMs === undefined ? undefined : { waitMs: Math.round(position * paceMs), from: "pace" };
}
