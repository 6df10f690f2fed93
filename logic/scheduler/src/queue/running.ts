import type { Member } from "../engine/member.ts";
import type { Shape } from "../engine/shape.ts";
import type { Amounts } from "./amounts.ts";
import { QueueUses } from "./quota.ts";

/** A task that holds places; what it takes is already deducted from the fleet state. */
export interface RunningTask {
  readonly id: string;
  readonly queue: string;
  readonly project: string;
  readonly priority: number;
  /** Whether it may be ended for others; what may not never runs on borrowed quota. */
  readonly preemptible: boolean;
  /** Tasks with the same gang are ended together. */
  readonly gang?: string | undefined;
  readonly startedAtMs: number;
  /** When its state was last saved; ending it loses the time since. */
  readonly checkpointedAtMs?: number | undefined;
  /** When it will be over by its expected or allowed duration; absent: nobody knows. */
  readonly expectedEndMs?: number | undefined;
  /** It was told to end and will give its places back soon. */
  readonly ending?: boolean;
  readonly shape: Shape;
  readonly members: readonly Member[];
  readonly amounts: Amounts;
}

/** All running tasks with what their queues and projects hold, kept up to date one by one. */
export class RunningTasks {
  readonly uses = new QueueUses();
  readonly #tasks = new Map<string, RunningTask>();
  readonly #byQueue = new Map<string, Map<string, RunningTask>>();
  /** In the order of {@link earlierEnd}, which does not depend on the time. */
  readonly #byEnd: RunningTask[] = [];
  readonly #ending = new Set<RunningTask>();
  /** Tasks that may be preempted, by queue and priority. */
  readonly #preemptible = new Map<string, Map<number, number>>();

  add(task: RunningTask): void {
    this.remove(task.id);
    this.#tasks.set(task.id, task);
    const queue = this.#byQueue.get(task.queue) ?? new Map<string, RunningTask>();
    this.#byQueue.set(task.queue, queue.set(task.id, task));
    this.uses.move(task.queue, task.project, task.amounts, 1);
    this.#byEnd.splice(this.#placeOf(task), 0, task);
    if (task.ending) this.#ending.add(task);
    this.#count(task, 1);
  }

  remove(id: string): void {
    const task = this.#tasks.get(id);
    if (!task) return;
    this.#tasks.delete(id);
    this.#byQueue.get(task.queue)?.delete(id);
    this.uses.move(task.queue, task.project, task.amounts, -1);
    this.#byEnd.splice(this.#placeOf(task), 1);
    this.#ending.delete(task);
    this.#count(task, -1);
  }

  get(id: string): RunningTask | undefined {
    return this.#tasks.get(id);
  }

  get size(): number {
    return this.#tasks.size;
  }

  all(): IterableIterator<RunningTask> {
    return this.#tasks.values();
  }

  ofQueue(queue: string): Iterable<RunningTask> {
    return this.#byQueue.get(queue)?.values() ?? [];
  }

  /** In the order in which they will be over; those told to end come first. */
  byEnd(alsoEnding: (id: string) => boolean): RunningTask[] {
    const ending = (task: RunningTask): boolean => task.ending === true || alsoEnding(task.id);
    return [...this.#byEnd.filter(ending), ...this.#byEnd.filter((task) => !ending(task))];
  }

  ending(): ReadonlySet<RunningTask> {
    return this.#ending;
  }

  /** Whether anything of the queue may be preempted that has a lower priority. */
  hasPreemptibleBelow(queue: string, priority: number): boolean {
    return [...(this.#preemptible.get(queue)?.keys() ?? [])].some((held) => held < priority);
  }

  #count({ preemptible, queue, priority }: RunningTask, change: 1 | -1): void {
    if (!preemptible) return;
    const counts = this.#preemptible.get(queue) ?? new Map<number, number>();
    this.#preemptible.set(queue, counts);
    const count = (counts.get(priority) ?? 0) + change;
    if (count === 0) counts.delete(priority);
    else counts.set(priority, count);
  }

  #placeOf(task: RunningTask): number {
    let [low, high] = [0, this.#byEnd.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (earlierEnd(this.#byEnd[middle]!, task) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** Those of unknown end count as the last, oldest first. */
function earlierEnd(a: RunningTask, b: RunningTask): number {
  const [endA, endB] = [a.expectedEndMs ?? Infinity, b.expectedEndMs ?? Infinity];
  if (endA !== endB) return endA < endB ? -1 : 1;
  return a.startedAtMs - b.startedAtMs || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);
}
