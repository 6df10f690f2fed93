import { type Change, type KindKey, keyOfKind, keyText, type ObjectKey } from "@yunhe/kernel";
import { type Attempt, attemptKind } from "../kinds/attempt.ts";
import { type Node, nodeKind } from "../kinds/node.ts";
import { type Pool, poolKind } from "../kinds/pool.ts";
import { type Queue, queueKind } from "../kinds/queue.ts";
import { type Task, taskKind } from "../kinds/task.ts";
import { isOver, mustEnd, statusOf } from "../tasks/state.ts";
import { Books } from "./books.ts";
import { fleetOf } from "./fleet.ts";

/** A task that waits for a place: what the order of the queue needs; the rest is read when its turn comes. */
export interface Waiting {
  readonly key: ObjectKey;
  readonly queue: string;
  readonly priority: number;
  readonly createdMs: number;
  readonly revision: number;
  readonly notBeforeMs: number;
}

export const placementKinds: readonly KindKey[] = [taskKind, attemptKind, nodeKind, poolKind, queueKind].map(
  keyOfKind,
);

/** What placement must know of the whole cluster, kept up to date change by change. */
export class PlacementView {
  readonly books = new Books();
  readonly waiting = new Map<string, Waiting>();
  readonly queues = new Map<string, Queue>();
  readonly #pools = new Map<string, Pool>();
  readonly #nodes = new Map<string, Node>();
  readonly #live = new Set<string>();
  #queueOfTask = new Map<string, string>();
  #fleetChanged = false;

  readonly #appliers: Readonly<Record<string, (change: Change) => void>> = {
    [keyOfKind(taskKind)]: (change) => this.#task(change),
    [keyOfKind(attemptKind)]: (change) => this.#attempt(change),
    [keyOfKind(nodeKind)]: (change) => this.#fleet(this.#nodes, change),
    [keyOfKind(poolKind)]: (change) => this.#fleet(this.#pools, change),
    [keyOfKind(queueKind)]: (change) => this.#queue(change),
  };

  apply(change: Change): void {
    this.#appliers[change.key.kind]?.(change);
  }

  /** Brings the books up to date after nodes or pools have changed; cheap when they have not. */
  settle(): void {
    if (!this.#fleetChanged) return;
    this.#fleetChanged = false;
    const nodes = [...this.#nodes.values()];
    this.books.setFleet(fleetOf([...this.#pools.values()], nodes), nodes);
  }

  pool(name: string): Pool | undefined {
    return this.#pools.get(name);
  }

  nodes(): IterableIterator<Node> {
    return this.#nodes.values();
  }

  pools(): IterableIterator<Pool> {
    return this.#pools.values();
  }

  /** True while this attempt holds what it was granted. */
  isLive(attemptUid: string): boolean {
    return this.#live.has(attemptUid);
  }

  #task(change: Change): void {
    const id = keyText(change.key);
    const task = JSON.parse(change.json) as Task;
    const status = statusOf(task);
    if (change.type === "DELETED") this.#queueOfTask.delete(id);
    else this.#queueOfTask.set(id, task.spec.queue);
    const waits =
      change.type !== "DELETED" &&
      status.phase === "Waiting" &&
      status.currentAttempt === undefined &&
      !isOver(status) &&
      !mustEnd(task) &&
      task.spec.array === undefined &&
      !waitsForOthers(task);
    if (!waits) {
      this.waiting.delete(id);
      return;
    }
    this.waiting.set(id, {
      key: change.key,
      queue: task.spec.queue,
      priority: task.spec.priority,
      createdMs: Date.parse(task.metadata.creationTimestamp),
      revision: change.revision,
      notBeforeMs: status.notBefore === undefined ? 0 : Date.parse(status.notBefore),
    });
  }

  #attempt(change: Change): void {
    const attempt = JSON.parse(change.json) as Attempt;
    const { uid, namespace } = attempt.metadata;
    if (change.type === "DELETED" || attempt.status?.phase === "Ended") {
      this.#live.delete(uid);
      this.books.release(uid);
      return;
    }
    if (this.#live.has(uid)) return;
    this.#live.add(uid);
    const task = keyText({ kind: keyOfKind(taskKind), namespace: namespace ?? "", name: attempt.spec.task });
    const queue = attempt.metadata.labels?.[queueLabel] ?? this.#queueOfTask.get(task) ?? "default";
    this.books.hold({
      attemptUid: uid,
      project: namespace ?? "",
      task: attempt.spec.task,
      queue,
      node: attempt.spec.node,
      grant: attempt.spec.grant,
    });
  }

  #fleet<Kind extends Node | Pool>(known: Map<string, Kind>, change: Change): void {
    const next = JSON.parse(change.json) as Kind;
    const before = known.get(change.key.name);
    if (change.type === "DELETED") known.delete(change.key.name);
    else known.set(change.key.name, next);
    if (change.type !== "MODIFIED" || !before || placementFacts(before) !== placementFacts(next))
      this.#fleetChanged = true;
  }

  #queue(change: Change): void {
    if (change.type === "DELETED") this.queues.delete(change.key.name);
    else this.queues.set(change.key.name, JSON.parse(change.json) as Queue);
  }
}

export const queueLabel = "compute.yunhe.dev/queue";

const waitsForOthers = (task: Task): boolean =>
  task.spec.after.length > 0 && (task.status === undefined || task.status.reason === "WaitingForTasks");

/** A heartbeat changes a status without changing what can be placed: times do not count. */
const placementFacts = ({ spec, status, metadata }: Node | Pool): string =>
  JSON.stringify([spec, status, metadata.labels], (name, value: unknown) =>
    name === "lastTransitionTime" || name === "lastSeen" || name === "message" || name === "messageZh"
      ? undefined
      : value,
  );
