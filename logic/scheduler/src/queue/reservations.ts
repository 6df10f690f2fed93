import type { FleetState } from "../engine/state.ts";
import type { TaskRequest } from "../model/task.ts";
import type { QueueBounds, QueueRules, QueueUses } from "./quota.ts";
import { Reservation, type Start } from "./reservation.ts";
import type { RunningTask } from "./running.ts";
import { acquireScratch, releaseScratch, type Scratch } from "./scratch.ts";

/** Places kept for a task that cannot start yet. */
export interface Reserved {
  readonly task: string;
  readonly queue: string;
  /** When it can start if nothing ends early; undefined: nobody knows how long the tasks before it run, or still run. */
  readonly atMs: number | undefined;
  /** Nodes of the fleet state, one entry for each. */
  readonly nodes: readonly number[];
}

/** So many heads have places kept; with more queues than this the others wait for their turn. */
const MOST = 8;

interface Head {
  readonly queue: QueueRules;
  readonly project: string;
  readonly task: TaskRequest;
}

interface ReservationsInput {
  readonly state: FleetState;
  readonly uses: QueueUses;
  readonly bounds: QueueBounds;
  readonly nowMs: number;
  /** Everything that runs, what the plan has started included, in the order in which it will be over. */
  readonly byEnd: () => readonly RunningTask[];
  /** Told to end by this plan. */
  readonly isEnding: (id: string) => boolean;
}

/** The reservations of one plan, one per queue, worked out when the first task wants to pass. */
export class Reservations {
  readonly #input: ReservationsInput;
  readonly #heads: Head[] = [];
  readonly #made: { readonly head: Head; readonly reservation: Reservation }[] = [];
  readonly #scratches: Scratch[] = [];
  #next = 0;
  #ends: readonly RunningTask[] = [];

  constructor(input: ReservationsInput) {
    this.#input = input;
  }

  reserveFor(queue: QueueRules, project: string, task: TaskRequest): void {
    if (this.#heads.length < MOST) this.#heads.push({ queue, project, task });
  }

  /** The task whose reservation this start would delay. */
  firstAgainst(start: Start): string | undefined {
    if (this.#heads.length === 0) return undefined;
    this.make();
    for (const [i, { reservation, head }] of this.#made.entries()) {
      if (reservation.allows(start)) continue;
      for (const earlier of this.#made.slice(0, i)) earlier.reservation.undo(start);
      return head.task.id;
    }
    return undefined;
  }

  /** All nodes on which places are kept. */
  nodes(): Set<number> {
    return new Set(this.#made.flatMap(({ reservation }) => [...reservation.nodes()]));
  }

  list(): Reserved[] {
    return this.#made.map(({ head, reservation }) => ({
      task: head.task.id,
      queue: head.queue.name,
      atMs: this.#isOverdue(reservation) ? undefined : reservation.atMs,
      nodes: [...reservation.nodes()],
    }));
  }

  /** Works out those that are not there yet, each upon the one before. */
  make(): void {
    for (; this.#next < this.#heads.length; this.#next += 1) this.#makeOne(this.#heads[this.#next]!);
  }

  close(): void {
    for (const scratch of this.#scratches) releaseScratch(this.#input.state, scratch);
  }

  #makeOne(head: Head): void {
    const { state, uses, bounds, nowMs } = this.#input;
    const before = this.#made.at(-1)?.reservation;
    const scratch = acquireScratch(state);
    this.#scratches.push(scratch);
    scratch.imitate(before?.scratch.state ?? state);
    const over = before?.over ?? 0;
    const ended = this.#ends.slice(0, over);
    const isOver = new Set(ended);
    this.#ends = [...ended, ...this.#input.byEnd().filter((task) => !isOver.has(task))];
    const basis = before
      ? { scratch, uses: before.uses.copy(), atMs: before.atMs, over }
      : { scratch, uses: uses.copy(), atMs: nowMs, over };
    const reservation = Reservation.make(head, this.#ends, basis, bounds, this.#endMs);
    if (reservation) this.#made.push({ head, reservation });
  }

  /** The last one it waits for has outlived its expected end: it may be over now, or in days. */
  #isOverdue({ over, atMs }: Reservation): boolean {
    const { nowMs, isEnding } = this.#input;
    const last = this.#ends[over - 1];
    if (last === undefined || atMs !== nowMs) return false;
    return last.ending !== true && !isEnding(last.id);
  }

  #endMs = (task: RunningTask): number | undefined => {
    const { nowMs, isEnding } = this.#input;
    if (task.ending === true || isEnding(task.id)) return nowMs;
    return task.expectedEndMs === undefined ? undefined : Math.max(nowMs, task.expectedEndMs);
  };
}
