import { apiVersionOf, type Draft, type Requeue, type Words, words } from "@yunhe/kernel";
import type { ReconcileContext } from "@yunhe/kernel";
import { isConflict } from "../attempts/conflict.ts";
import { attemptKind } from "../kinds/attempt.ts";
import { type Task, taskKind, type TaskStatus } from "../kinds/task.ts";
import { statusDraft } from "../tasks/drafts.ts";
import { isRunnable } from "../tasks/plan.ts";
import { statusOf } from "../tasks/state.ts";
import type { Found, Why as FleetWhy } from "./books.ts";
import { type QueueUse, quotaBreach, useByQueue } from "./quota.ts";
import type { PlacementOptions } from "./reconciler.ts";
import { requestOf } from "./request.ts";
import { queueLabel, type Waiting } from "./view.ts";

const actor = "system:reconciler/placement";
/** Tasks looked at in one pass; the rest have their turn in the next one, so that others are served in between. */
const passLimit = 500;
/** How many tasks that cannot start get a fresh explanation per pass. */
const explainLimit = 50;

interface Why {
  readonly reason: string;
  readonly message: Words;
  readonly explanation?: Record<string, unknown>;
}

/** One walk over the waiting tasks: the first that fit are placed, the others are told why not. */
export class PlacementPass {
  readonly #options: PlacementOptions;
  readonly #context: ReconcileContext;
  readonly #uses: Map<string, QueueUse>;
  /** Shapes that found no place in this pass: equal ones need not ask again. */
  readonly #refused = new Map<string, Why>();
  readonly #commits: Promise<void>[] = [];
  #explained = 0;

  constructor(options: PlacementOptions, context: ReconcileContext) {
    this.#options = options;
    this.#context = context;
    options.view.settle();
    this.#uses = useByQueue(options.view.books.holdings());
  }

  async run(): Promise<Requeue | undefined> {
    const { view, environment } = this.#options;
    const nowMs = environment.clock.nowMs();
    const due = [...view.waiting.values()].filter((task) => task.notBeforeMs <= nowMs).sort(inOrder);
    for (const waiting of due.slice(0, passLimit)) {
      if (this.#context.signal.aborted) break;
      await this.#consider(waiting, nowMs);
    }
    await Promise.all(this.#commits);
    if (due.length > passLimit && this.#commits.length > 0) return { afterMs: 0 };
    return this.#nextDue(nowMs);
  }

  #nextDue(nowMs: number): Requeue | undefined {
    const later = [...this.#options.view.waiting.values()]
      .map((task) => task.notBeforeMs)
      .filter((ms) => ms > nowMs);
    return later.length === 0 ? undefined : { afterMs: Math.min(...later) - nowMs };
  }

  async #consider(waiting: Waiting, nowMs: number): Promise<void> {
    const { objects, view } = this.#options;
    const task = await objects.get(taskKind, waiting.key.namespace, waiting.key.name);
    if (!task || !isRunnable(task, nowMs)) return;
    const queue = view.queues.get(task.spec.queue);
    if (!queue) return this.#tell(task, noQueue(task.spec.queue));
    if (queue.spec.projects.length > 0 && !queue.spec.projects.includes(waiting.key.namespace)) {
      return this.#tell(task, notYours(task.spec.queue, waiting.key.namespace));
    }
    const request = requestOf(task);
    const shape = JSON.stringify([task.spec.queue, { ...request, id: "", submittedAtMs: 0, priority: 0 }]);
    const known = this.#refused.get(shape);
    if (known) return this.#tell(task, known);
    const refused = quotaBreach(queue, this.#uses.get(task.spec.queue), request);
    if (refused) return this.#refuse(shape, task, refused);
    const found = view.books.find(request);
    if (found.type === "found") return this.#place(task, found);
    return this.#refuse(shape, task, noPlace(found.why));
  }

  #refuse(shape: string, task: Task, why: Why): void {
    this.#refused.set(shape, why);
    this.#tell(task, why);
  }

  #place(task: Task, found: Found): void {
    const { books } = this.#options.view;
    const uid = this.#options.environment.random.uuid();
    const number = statusOf(task).attempts + 1;
    const holding = {
      attemptUid: uid,
      project: task.metadata.namespace ?? "",
      task: task.metadata.name,
      queue: task.spec.queue,
      node: found.node,
      grant: found.grant,
    };
    books.hold(holding);
    for (const [queue, use] of useByQueue([holding])) this.#add(queue, use);
    const drafts = placementDrafts(task, uid, number, found);
    const commit = this.#options.objects.commit(drafts, { actor, verb: "place", fence: this.#context.fence });
    this.#commits.push(
      commit.then(
        () => undefined,
        (error: unknown) => {
          books.release(uid);
          if (!isConflict(error)) throw error;
        },
      ),
    );
  }

  #add(queue: string, more: QueueUse): void {
    const use = this.#uses.get(queue);
    if (!use) {
      this.#uses.set(queue, more);
      return;
    }
    use.tasks += more.tasks;
    use.cpuMilli += more.cpuMilli;
    use.memoryBytes += more.memoryBytes;
    use.devicesMilli += more.devicesMilli;
  }

  /** Writes why a task waits, when that is news. */
  #tell(task: Task, why: Why): void {
    const status = statusOf(task);
    if (status.reason === why.reason && status.message === why.message.en) return;
    if (this.#explained >= explainLimit) return;
    this.#explained += 1;
    const next: TaskStatus = {
      ...status,
      reason: why.reason,
      message: why.message.en,
      messageZh: why.message.zh,
      ...(why.explanation === undefined ? {} : { explanation: why.explanation }),
    };
    const commit = this.#options.objects.commit([statusDraft(task, next)], {
      actor,
      fence: this.#context.fence,
    });
    this.#commits.push(
      commit.then(
        () => undefined,
        (error: unknown) => {
          if (!isConflict(error)) throw error;
        },
      ),
    );
  }
}

/** Higher priority first, then who came first; names break ties so that the order is total. */
const inOrder = (a: Waiting, b: Waiting): number =>
  b.priority - a.priority ||
  a.createdMs - b.createdMs ||
  (a.key.namespace < b.key.namespace ? -1 : a.key.namespace > b.key.namespace ? 1 : 0) ||
  a.key.name.localeCompare(b.key.name, "en", { numeric: true });

/** The attempt and the task that points to it: together or not at all (T3). */
function placementDrafts(task: Task, uid: string, number: number, found: Found): Draft[] {
  const name = `${task.metadata.name}-${number}`;
  const { reason: _r, message: _m, messageZh: _z, notBefore: _n, ...status } = statusOf(task);
  const next: TaskStatus = {
    ...status,
    phase: "Starting",
    attempts: number,
    currentAttempt: name,
    lastAttempt: name,
    pool: found.pool,
    node: found.node,
    explanation: { ...found.why },
  };
  return [
    {
      type: "create",
      kind: attemptKind,
      object: {
        metadata: {
          name,
          namespace: task.metadata.namespace ?? "",
          uid: uid as never,
          labels: { [queueLabel]: task.spec.queue },
          ownerReferences: [
            {
              apiVersion: apiVersionOf(taskKind),
              kind: taskKind.kind,
              name: task.metadata.name,
              uid: task.metadata.uid,
              controller: true,
            },
          ],
        },
        spec: { task: task.metadata.name, number, pool: found.pool, node: found.node, grant: found.grant },
      },
    },
    statusDraft(task, next),
  ];
}

const noQueue = (name: string): Why => ({
  reason: "NoSuchQueue",
  message: words(
    `There is no queue ${name}; create it or name another.`,
    `没有队列 ${name}；请创建，或指定其他队列。`,
  ),
});

const notYours = (queue: string, project: string): Why => ({
  reason: "QueueNotAllowed",
  message: words(
    `Queue ${queue} does not serve project ${project}.`,
    `队列 ${queue} 不服务于项目 ${project}。`,
  ),
});

function noPlace(why: FleetWhy): Why {
  const top = why.excluded.toSorted((a, b) => b.nodes - a.nodes).slice(0, 3);
  const en = top.map(({ words: { en: text }, nodes }) => `${text} (${nodes})`).join("; ");
  const zh = top.map(({ words: { zh: text }, nodes }) => `${text}（${nodes}）`).join("；");
  return {
    reason: "NoPlace",
    message: words(
      `None of ${why.candidates} nodes can take it now: ${en || "the fleet is empty"}.`,
      `${why.candidates} 个节点目前均无法接收：${zh || "尚无节点"}。`,
    ),
    explanation: { ...why },
  };
}
