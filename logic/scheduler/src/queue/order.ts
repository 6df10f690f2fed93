import { type Amounts, dominantShare } from "./amounts.ts";
import type { QueueRules, QueueUses } from "./quota.ts";
import { type Bucket, earlier, type Group, type WaitingTask, type WaitingTasks } from "./waiting.ts";

/** One bucket in turn. */
export interface Candidate {
  readonly waiting: WaitingTask;
  readonly group: Group;
  readonly bucket: Bucket;
}

interface OpenGroup {
  readonly group: Group;
  level: number;
  /** Buckets that still have tasks to try, the one with the earliest task first. */
  readonly open: { readonly bucket: Bucket; next: number }[];
}

/**
 * Whose turn it is within one queue: the highest level, of equal levels the project that holds least, then first come.
 *
 * The level of a group (a project's tasks of one priority) is its priority, plus one for each `ageingMs` in which the
 * group waited and none of it started. So a group that gets its turns keeps its priority, and one that is passed over
 * leads its queue after (highest priority − its own) × ageingMs.
 */
export class QueueOrder {
  readonly #queue: QueueRules;
  readonly #uses: QueueUses;
  readonly #capacity: Amounts;
  #groups: OpenGroup[];

  constructor(
    queue: QueueRules,
    waiting: WaitingTasks,
    uses: QueueUses,
    capacity: Amounts,
    clock: { readonly nowMs: number; readonly ageingMs: number },
  ) {
    this.#queue = queue;
    this.#uses = uses;
    this.#capacity = capacity;
    this.#groups = waiting.groups(queue.name).map((group) => openGroup(group, clock));
  }

  next(): Candidate | undefined {
    let best: OpenGroup | undefined;
    for (const group of this.#groups) if (!best || this.#before(group, best)) best = group;
    if (!best) return undefined;
    const { bucket, next } = best.open[0]!;
    return { waiting: bucket.tasks[next]!, group: best.group, bucket };
  }

  /** The candidate started: the next task of its bucket takes its turn. */
  started({ group, bucket }: Candidate): void {
    const at = this.#groups.find((each) => each.group === group)!;
    at.level = group.priority;
    const cursor = at.open.find((each) => each.bucket === bucket)!;
    cursor.next += 1;
    at.open.splice(at.open.indexOf(cursor), 1);
    if (cursor.next < bucket.tasks.length) insert(at.open, cursor);
    this.#dropEmpty();
  }

  /** The candidate cannot start now, so none of its bucket can. */
  refused({ group, bucket }: Candidate): void {
    const at = this.#groups.find((each) => each.group === group)!;
    at.open.splice(
      at.open.findIndex((each) => each.bucket === bucket),
      1,
    );
    this.#dropEmpty();
  }

  #dropEmpty(): void {
    this.#groups = this.#groups.filter(({ open }) => open.length > 0);
  }

  #before(a: OpenGroup, b: OpenGroup): boolean {
    if (a.level !== b.level) return a.level > b.level;
    const [shareA, shareB] = [this.#share(a), this.#share(b)];
    if (shareA !== shareB) return shareA < shareB;
    return earlier(firstOf(a), firstOf(b)) < 0;
  }

  #share = ({ group }: OpenGroup): number =>
    dominantShare(this.#uses.ofProject(this.#queue.name, group.project), this.#capacity);
}

const firstOf = ({ open }: OpenGroup): WaitingTask => taskAt(open[0]!);
const taskAt = ({ bucket, next }: OpenGroup["open"][number]): WaitingTask => bucket.tasks[next]!;

function openGroup(
  group: Group,
  { nowMs, ageingMs }: { readonly nowMs: number; readonly ageingMs: number },
): OpenGroup {
  const open = [...group.buckets.values()]
    .map((bucket) => ({ bucket, next: 0 }))
    .sort((a, b) => earlier(taskAt(a), taskAt(b)));
  const sinceMs = Math.max(taskAt(open[0]!).task.submittedAtMs, group.lastStartMs);
  const level = group.priority + Math.max(0, Math.floor((nowMs - sinceMs) / ageingMs));
  return { group, level, open };
}

function insert(open: OpenGroup["open"], cursor: OpenGroup["open"][number]): void {
  let at = 0;
  while (at < open.length && earlier(taskAt(open[at]!), taskAt(cursor)) < 0) at += 1;
  open.splice(at, 0, cursor);
}
