import type { TaskRequest } from "../model/task.ts";

/** A task that waits for places; a gang is one such task. */
export interface WaitingTask {
  readonly task: TaskRequest;
  readonly project: string;
  /** Orders tasks submitted at the same time, such as the members of an array; 0 when absent. */
  readonly sequence?: number;
}

/** Tasks of one project and priority that ask for the same: if one of them finds no place, none does. First come first. */
export interface Bucket {
  readonly key: string;
  readonly tasks: WaitingTask[];
}

/** Tasks of one queue with the same project and priority. */
export interface Group {
  readonly project: string;
  readonly priority: number;
  readonly buckets: Map<string, Bucket>;
  size: number;
  /** When a task of the group last started; −Infinity: not since it began to wait. */
  lastStartMs: number;
}

/** Who waits, by queue, group and bucket, kept in order one by one: a plan never sorts all of them. */
export class WaitingTasks {
  readonly #queues = new Map<string, Map<string, Group>>();
  readonly #places = new Map<string, { readonly waiting: WaitingTask; readonly key: string }>();

  add(waiting: WaitingTask): void {
    const { id, queue } = waiting.task;
    this.remove(id);
    const key = bucketKey(waiting.task);
    this.#places.set(id, { waiting, key });
    const group = this.#group(waiting);
    const bucket = group.buckets.get(key) ?? { key, tasks: [] };
    group.buckets.set(key, bucket);
    bucket.tasks.splice(placeOf(bucket.tasks, waiting), 0, waiting);
    group.size += 1;
    this.#queues.get(queue)!.set(groupKey(waiting), group);
  }

  remove(id: string): void {
    const place = this.#places.get(id);
    if (!place) return;
    this.#places.delete(id);
    const { waiting, key } = place;
    const queue = this.#queues.get(waiting.task.queue)!;
    const group = queue.get(groupKey(waiting))!;
    const { tasks } = group.buckets.get(key)!;
    tasks.splice(placeOf(tasks, waiting), 1);
    group.size -= 1;
    if (tasks.length === 0) group.buckets.delete(key);
  }

  /** A task of this group started: the group's ageing begins anew. Groups without tasks are forgotten after a while. */
  started(waiting: WaitingTask, nowMs: number): void {
    const group = this.#queues.get(waiting.task.queue)?.get(groupKey(waiting));
    if (group) group.lastStartMs = nowMs;
  }

  get(id: string): WaitingTask | undefined {
    return this.#places.get(id)?.waiting;
  }

  get size(): number {
    return this.#places.size;
  }

  queues(): Iterable<string> {
    return this.#queues.keys();
  }

  /** Groups of a queue that have tasks; empty ones that nobody joined again are dropped on the way. */
  groups(queue: string): Group[] {
    const groups = this.#queues.get(queue);
    if (!groups) return [];
    const open = [...groups.values()].filter(({ size }) => size > 0);
    if (open.length === 0 && groups.size > 64) this.#queues.delete(queue);
    return open;
  }

  countOf(queue: string): number {
    return this.groups(queue).reduce((sum, { size }) => sum + size, 0);
  }

  #group(waiting: WaitingTask): Group {
    const { queue, priority } = waiting.task;
    const groups = this.#queues.get(queue) ?? new Map<string, Group>();
    this.#queues.set(queue, groups);
    return (
      groups.get(groupKey(waiting)) ?? {
        project: waiting.project,
        priority,
        buckets: new Map(),
        size: 0,
        lastStartMs: -Infinity,
      }
    );
  }
}

/** First come, first served; ids make the order total. */
export function earlier(a: WaitingTask, b: WaitingTask): number {
  return (
    a.task.submittedAtMs - b.task.submittedAtMs ||
    (a.sequence ?? 0) - (b.sequence ?? 0) ||
    (a.task.id < b.task.id ? -1 : a.task.id > b.task.id ? 1 : 0)
  );
}

function placeOf(tasks: readonly WaitingTask[], waiting: WaitingTask): number {
  let [low, high] = [0, tasks.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (earlier(tasks[middle]!, waiting) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

const groupKey = ({ project, task }: WaitingTask): string => `${task.priority}\0${project}`;

const bucketKey = (task: TaskRequest): string =>
  JSON.stringify([
    task.cpuMilli,
    task.memoryBytes,
    task.capacity,
    task.preemptible,
    task.expectedDurationMs,
    task.devices,
    task.gang,
    task.constraints,
    task.preferences,
    task.affinity,
  ]);
