import type { Member } from "../engine/decision.ts";
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

  add(task: RunningTask): void {
    this.remove(task.id);
    this.#tasks.set(task.id, task);
    const queue = this.#byQueue.get(task.queue) ?? new Map<string, RunningTask>();
    this.#byQueue.set(task.queue, queue.set(task.id, task));
    this.uses.move(task.queue, task.project, task.amounts, 1);
  }

  remove(id: string): void {
    const task = this.#tasks.get(id);
    if (!task) return;
    this.#tasks.delete(id);
    this.#byQueue.get(task.queue)?.delete(id);
    this.uses.move(task.queue, task.project, task.amounts, -1);
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
}
