import type { Member } from "../engine/member.ts";
import type { Shape } from "../engine/shape.ts";
import type { TaskRequest } from "../model/task.ts";
import { type Amounts, amountsAsked, amountsHeld } from "./amounts.ts";
import type { QueueBounds, QueueRules, QueueUses } from "./quota.ts";
import type { RunningTask } from "./running.ts";
import type { Scratch } from "./scratch.ts";

/** Something that may start: what it takes where, for whom, and when it would be over at the latest. */
export interface Start {
  readonly queue: QueueRules;
  readonly project: string;
  readonly task: TaskRequest;
  readonly shape: Shape;
  readonly members: readonly Member[];
  readonly amounts: Amounts;
  /** Undefined: nobody knows. */
  readonly endsAtMs: number | undefined;
}

/** What later reservations are built upon: the fleet as it will be when the one before has started. */
export interface Basis {
  readonly scratch: Scratch;
  readonly uses: QueueUses;
  /** When this state is reached; undefined: nobody knows. */
  readonly atMs: number | undefined;
  /** How many of the running tasks, in the order of their ends, are over by then. */
  readonly over: number;
}

/**
 * The earliest time at which a blocked task can start if nothing new comes, and the places that it will have then (EASY
 * back-fill, Lifka 1995, on nodes and devices instead of a count of processors). Others may pass if they are over by
 * then, or fit beside it then. Tasks whose end nobody knows count as ending after all others, oldest first, at an
 * unknown time: then only what fits beside it may pass.
 */
export class Reservation implements Basis {
  readonly task: TaskRequest;
  readonly scratch: Scratch;
  readonly uses: QueueUses;
  readonly atMs: number | undefined;
  readonly over: number;
  readonly members: readonly Member[];
  readonly #bounds: QueueBounds;

  private constructor(task: TaskRequest, basis: Basis, members: readonly Member[], bounds: QueueBounds) {
    this.task = task;
    this.scratch = basis.scratch;
    this.uses = basis.uses;
    this.atMs = basis.atMs;
    this.over = basis.over;
    this.members = members;
    this.#bounds = bounds;
  }

  /** Undefined when it does not fit even after every running task has ended. Changes `basis.scratch` and `basis.uses`. */
  static make(
    { queue, project, task }: Pick<Start, "queue" | "project" | "task">,
    ends: readonly RunningTask[],
    basis: Basis,
    bounds: QueueBounds,
    endMs: (task: RunningTask) => number | undefined,
  ): Reservation | undefined {
    const { scratch, uses } = basis;
    const fits = () =>
      bounds.breach(queue, uses, amountsAsked(task), task.preemptible) ? undefined : scratch.placesFor(task);
    const over = earliest(scratch, uses, ends, basis.over, () => fits() !== undefined);
    const places = over === undefined ? undefined : fits();
    if (over === undefined || !places) return undefined;
    const last = over === basis.over ? undefined : ends[over - 1]!;
    const atMs = last === undefined ? basis.atMs : laterOf(basis.atMs, endMs(last));
    scratch.take(places);
    uses.move(queue.name, project, amountsHeld(scratch.state, places.shape, places.members), 1);
    return new Reservation(task, { scratch, uses, atMs, over }, places.members, bounds);
  }

  /** Whether the start leaves the reservation as it is; if it stays beyond the reserved time, its places are noted. */
  allows(start: Start): boolean {
    if (this.atMs !== undefined && start.endsAtMs !== undefined && start.endsAtMs <= this.atMs) return true;
    const { queue, project, amounts, task, shape, members } = start;
    if (this.#bounds.breach(queue, this.uses, amounts, task.preemptible)) return false;
    if (!this.scratch.takeIfFits(shape, members)) return false;
    this.uses.move(queue.name, project, amounts, 1);
    return true;
  }

  /** Takes back what `allows` noted: another reservation did not allow it. */
  undo({ queue, project, amounts, shape, members, endsAtMs }: Start): void {
    if (this.atMs !== undefined && endsAtMs !== undefined && endsAtMs <= this.atMs) return;
    this.scratch.giveAll(shape, members);
    this.uses.move(queue.name, project, amounts, -1);
  }

  /** A start that goes ahead of it or takes its own places: it is made anew. */
  nodes(): Set<number> {
    return new Set(this.members.map(({ node }) => node));
  }
}

const laterOf = (a: number | undefined, b: number | undefined): number | undefined =>
  a === undefined || b === undefined ? undefined : Math.max(a, b);

/**
 * How many of `ends` must be over for `fits` to hold: in growing steps, then by halving, so that a thousand running
 * tasks cost some twenty tries. Leaves scratch and uses in that state.
 */
function earliest(
  scratch: Scratch,
  uses: QueueUses,
  ends: readonly RunningTask[],
  from: number,
  fits: () => boolean,
): number | undefined {
  let at = from;
  const moveTo = (to: number): void => {
    for (; at < to; at += 1) end(scratch, uses, ends[at]!, -1);
    for (; at > to; at -= 1) end(scratch, uses, ends[at - 1]!, 1);
  };
  if (fits()) return at;
  let low = at;
  for (let step = 1; ; step *= 2) {
    if (low === ends.length) return undefined;
    const to = Math.min(ends.length, low + step);
    moveTo(to);
    if (fits()) break;
    low = to;
  }
  let high = at;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    moveTo(middle);
    if (fits()) high = middle;
    else low = middle;
  }
  moveTo(high);
  return high;
}

export function end(scratch: Scratch, uses: QueueUses, task: RunningTask, sign: 1 | -1): void {
  if (sign < 0) scratch.give(task);
  else scratch.take(task);
  uses.move(task.queue, task.project, task.amounts, sign);
}
