import { type AuditEntry, type Change, keyOfKind, sharedObject, words } from "@yunhe/kernel";
import { type Amounts, type Breach, QueueBounds, QueueUses } from "@yunhe/scheduler";
import { type Attempt, attemptKind } from "../kinds/attempt.ts";
import { type Queue, queueKind } from "../kinds/queue.ts";
import { taskKind } from "../kinds/task.ts";
import { amountsOfGrant, modelName } from "../placement/books.ts";
import { rulesOf } from "../placement/rules.ts";
import { queueLabel } from "../placement/view.ts";
import { type Finding, isLive, ownerUid, placeOf } from "./state.ts";

const kinds = { task: keyOfKind(taskKind), attempt: keyOfKind(attemptKind), queue: keyOfKind(queueKind) };

/** What of an entry of the audit log matters here. */
export type HistoryEntry = Pick<AuditEntry, "kind" | "verb" | "uid" | "before" | "after">;

export interface HistoryOptions {
  /** Up to here versions may be missing: what is superseded there was compacted away. */
  readonly compacted: number;
  /** Whether a task or attempt still exists; of one that does not nothing is kept in mind that no version tells. */
  readonly exists: (uid: string) => boolean;
}

interface Held {
  readonly queue: string;
  readonly project: string;
  readonly amounts: Amounts;
}

/**
 * Follows the log from its first entry on and says what broke a promise that no single state shows: cancel is final
 * (T5), and no placement takes a queue over its quota (R2). A quota that is lowered below what is held breaks nothing.
 *
 * Of what was compacted away the audit log still knows which attempts were made and which tasks were cancelled by the
 * action of that name, so T5 is followed through it as far as that goes. R2 needs every version and begins behind it.
 */
export class HistoryAudit {
  readonly #options: HistoryOptions;
  readonly #cancelledAt = new Map<string, number>();
  /** Members of arrays: to cancel an array is to cancel them, from that moment on. */
  readonly #arrays = new Map<string, string>();
  /** Attempts that were made by a version that is gone; taken out when a later one has been looked at. */
  readonly #madeAt = new Map<string, number>();
  readonly #queues = new Map<string, Queue>();
  readonly #held = new Map<string, Held>();
  readonly #uses = new QueueUses();
  #bounds: QueueBounds | undefined;

  constructor(options: HistoryOptions) {
    this.#options = options;
  }

  /** The next entry, with the version it speaks of where that is still there. */
  take(entry: HistoryEntry, version: Change | undefined): Finding[] {
    if (entry.after === 0) return [];
    switch (entry.kind) {
      case kinds.task:
        return this.#task(entry, version);
      case kinds.attempt:
        return this.#attempt(entry, version);
      case kinds.queue:
        this.#queue(version);
    }
    return [];
  }

  #task({ verb, uid, after }: HistoryEntry, version: Change | undefined): Finding[] {
    const cancelledAt = this.#cancelledAt.get(uid);
    if (version === undefined) {
      if (verb === "cancel" && cancelledAt === undefined && this.#options.exists(uid))
        this.#cancelledAt.set(uid, after);
      return [];
    }
    if (version.type === "DELETED") {
      this.#cancelledAt.delete(uid);
      this.#arrays.delete(uid);
      return [];
    }
    const task = sharedObject<typeof taskKind>(version);
    const array = ownerUid(task);
    if (array !== undefined) this.#arrays.set(uid, array);
    if (task.spec.cancelled) {
      if (cancelledAt === undefined) this.#cancelledAt.set(uid, after);
      return [];
    }
    if (!this.#cancelledAt.delete(uid)) return [];
    return [
      {
        invariant: "T5",
        object: placeOf("task", task),
        revision: after,
        words: words(
          `it was cancelled at revision ${cancelledAt}, and that was undone at revision ${after}`,
          `已于修订 ${cancelledAt} 取消，却在修订 ${after} 被撤销`,
        ),
      },
    ];
  }

  #attempt({ uid, before, after }: HistoryEntry, version: Change | undefined): Finding[] {
    if (version === undefined) {
      if (before === 0 && this.#options.exists(uid)) this.#madeAt.set(uid, after);
      return [];
    }
    const attempt = sharedObject<typeof attemptKind>(version);
    const madeAt = before === 0 ? after : this.#madeAt.get(uid);
    this.#madeAt.delete(uid);
    const isOver = version.type === "DELETED" || !isLive(attempt);
    const findings = madeAt === undefined ? [] : this.#madeTooLate(attempt, madeAt);
    if (isOver) this.#release(uid);
    else if (!this.#held.has(uid)) findings.push(...this.#hold(uid, attempt, version));
    return findings;
  }

  #madeTooLate(attempt: Attempt, madeAt: number): Finding[] {
    const task = ownerUid(attempt) ?? "";
    const before = [task, this.#arrays.get(task) ?? ""]
      .map((uid) => this.#cancelledAt.get(uid))
      .find((revision) => revision !== undefined && revision < madeAt);
    if (before === undefined) return [];
    return [
      {
        invariant: "T5",
        object: placeOf("attempt", attempt),
        revision: madeAt,
        words: words(
          `it was made at revision ${madeAt}, its task was cancelled at revision ${before} already`,
          `于修订 ${madeAt} 创建，而其任务早在修订 ${before} 已取消`,
        ),
      },
    ];
  }

  /** What carries no queue, such as a canary, was not placed by one. */
  #hold(uid: string, attempt: Attempt, { revision, previous }: Change): Finding[] {
    const queue = attempt.metadata.labels?.[queueLabel];
    if (queue === undefined) return [];
    const amounts = amountsOfGrant(attempt.spec.grant);
    this.#bounds ??= new QueueBounds([...this.#queues.values()].map((each) => rulesOf(each, modelName)));
    const rules = this.#bounds.get(queue);
    const isPlaced = previous === 0 && revision > this.#options.compacted && rules !== undefined;
    const mayBorrow = attempt.spec.scheduling?.preemptible ?? false;
    const breach = isPlaced ? this.#bounds.breach(rules, this.#uses, amounts, mayBorrow) : undefined;
    const project = attempt.metadata.namespace ?? "";
    this.#held.set(uid, { queue, project, amounts });
    this.#uses.move(queue, project, amounts, 1);
    return breach === undefined ? [] : [overQuota(attempt, queue, revision, breach)];
  }

  #release(uid: string): void {
    const held = this.#held.get(uid);
    if (held === undefined) return;
    this.#held.delete(uid);
    this.#uses.move(held.queue, held.project, held.amounts, -1);
  }

  #queue(version: Change | undefined): void {
    if (version === undefined) return;
    const before = this.#queues.get(version.key.name);
    const queue = sharedObject<typeof queueKind>(version);
    if (version.type === "DELETED") this.#queues.delete(version.key.name);
    else this.#queues.set(version.key.name, queue);
    if (version.type === "DELETED" || before?.metadata.generation !== queue.metadata.generation)
      this.#bounds = undefined;
  }
}

const boundWords = {
  quota: { en: "its quota", zh: "其配额" },
  borrowing: { en: "what it may borrow", zh: "其可借用量" },
  cohort: { en: "the quota of its cohort", zh: "其队列组的配额" },
} as const;

function overQuota(attempt: Attempt, queue: string, revision: number, breach: Breach): Finding {
  const { resource, used, asked, limit, bound } = breach;
  const { en, zh } = boundWords[bound];
  return {
    invariant: "R2",
    object: placeOf("attempt", attempt),
    revision,
    words: words(
      `it was placed at revision ${revision} and took queue ${queue} over ${en}: ${used + asked} of ${limit} ${resource}`,
      `于修订 ${revision} 放置，使队列 ${queue} 超出${zh}：${resource} 共 ${limit}，占用 ${used + asked}`,
    ),
  };
}
