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

/** What estimates of waiting rest on, for the tasks of one queue. */
export interface EstimateInput {
  readonly nowMs: number;
  /** When what runs in the queue is expected to be over; undefined where nobody knows. */
  readonly endsMs: readonly (number | undefined)[];
  /** Those that wait, in the order of their turn. */
  readonly waiting: readonly WaitingFor[];
}

export interface WaitingFor {
  /** How long it is expected to run; undefined: nobody knows. */
  readonly runMs?: number | undefined;
  /** Members that start together; default 1. */
  readonly size?: number | undefined;
  /** The places that are kept for it; `atMs` undefined: nobody knows when it has them. */
  readonly reserved?: { readonly atMs?: number | undefined } | undefined;
}

export interface StartEstimate {
  readonly startsAtMs: number;
  /** Its reservation, or the expected ends of what runs and of what goes before it. */
  readonly from: "reservation" | "ends";
}

/**
 * When each waiting task starts, undefined where nobody knows. The one with a reservation starts at its time and none
 * behind it earlier; any other takes the place that becomes free next, as if all places were alike, and gives it back
 * when it is over. What has outlived its expected end says nothing about when it will be over.
 */
export function estimateStarts({
  nowMs,
  endsMs,
  waiting,
}: EstimateInput): readonly (StartEstimate | undefined)[] {
  const ends = endsMs.filter((endMs) => endMs !== undefined && endMs > nowMs) as number[];
  ends.sort((a, b) => a - b);
  let notBeforeMs: number | undefined = nowMs;
  return waiting.map(({ runMs, size = 1, reserved }) => {
    const freed = ends.splice(0, size);
    const freedMs: number | undefined = freed.length < size ? undefined : freed.at(-1);
    const startsAtMs: number | undefined = reserved ? reserved.atMs : laterOf(notBeforeMs, freedMs);
    notBeforeMs = startsAtMs;
    if (startsAtMs === undefined) return undefined;
    if (runMs !== undefined)
      for (let i = 0; i < size; i += 1) ends.splice(placeIn(ends, startsAtMs + runMs), 0, startsAtMs + runMs);
    return { startsAtMs: Math.max(nowMs, startsAtMs), from: reserved ? "reservation" : "ends" };
  });
}

const laterOf = (a: number | undefined, b: number | undefined): number | undefined =>
  a === undefined || b === undefined ? undefined : Math.max(a, b);

function placeIn(sorted: readonly number[], value: number): number {
  const at = sorted.findIndex((each) => each > value);
  return at < 0 ? sorted.length : at;
}
