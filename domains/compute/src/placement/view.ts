import {
  type Change,
  type Check,
  type KindKey,
  keyOfKind,
  keyText,
  type ObjectKey,
  sharedObject,
} from "@yunhe/kernel";
import { type WaitingTask, WaitingTasks } from "@yunhe/scheduler";
import { arrayLabel } from "../attempts/job.ts";
import { type Attempt, attemptKind } from "../kinds/attempt.ts";
import { type Node, nodeKind } from "../kinds/node.ts";
import { type Pool, poolKind } from "../kinds/pool.ts";
import { type Queue, queueKind } from "../kinds/queue.ts";
import { type Task, taskKind } from "../kinds/task.ts";
import { isDue, type Pause } from "../pause.ts";
import { pauseOf } from "../tasks/plan.ts";
import { type Volume, volumeKind } from "../kinds/volume.ts";
import { isOver, mustEnd, statusOf } from "../tasks/state.ts";
import { checkpointLabel } from "../volumes/checkpoint.ts";
import { Books } from "./books.ts";
import { fleetOf } from "./fleet.ts";
import { Gangs } from "./gangs.ts";
import { arrayOf, gangOf, nameOf, requestOf, sequenceOf } from "./request.ts";
import { Seen } from "./seen.ts";

export const placementKinds: readonly KindKey[] = [
  taskKind,
  attemptKind,
  nodeKind,
  poolKind,
  queueKind,
  volumeKind,
].map(keyOfKind);
export const queueLabel = "compute.yunhe.dev/queue";

interface Entry {
  readonly keys: readonly ObjectKey[];
  /** The array that it is a member of, or, of a gang, that is one. */
  readonly array: ObjectKey | undefined;
  /** Members of a gang that are over: it starts without them. */
  readonly over: readonly ObjectKey[];
  readonly waiting: WaitingTask;
  /** What of the task matters to its place in the queue: a change of anything else is no news. */
  readonly facts: string;
}

/** What placement must know of the whole cluster, kept up to date change by change. */
export class PlacementView {
  readonly books = new Books();
  readonly waiting = new WaitingTasks();
  readonly gangs = new Gangs();
  readonly queues = new Map<string, Queue>();
  /** What transactions are checked against. */
  readonly seen = new Seen();
  /** Moves on whenever a plan may come out differently. */
  version = 0;
  /** Moves on whenever people may see something else in the status of a queue or of a waiting task. */
  news = 0;
  readonly #entries = new Map<string, Entry>();
  /** Arrays that must end, as `project/array`. */
  readonly #ending = new Set<string>();
  /** Tasks whose next attempt has to wait for a time. */
  readonly #later = new Map<string, Pause>();
  readonly #pools = new Map<string, Pool>();
  readonly #nodes = new Map<string, Node>();
  readonly #volumes = new Map<string, Volume>();
  readonly #live = new Map<string, ObjectKey>();
  #fleetChanged = false;

  readonly #appliers: Readonly<Record<string, (change: Change) => void>> = {
    [keyOfKind(taskKind)]: (change) => this.#task(change),
    [keyOfKind(attemptKind)]: (change) => this.#attempt(change),
    [keyOfKind(nodeKind)]: (change) => this.#fleet(this.#nodes, change),
    [keyOfKind(poolKind)]: (change) => this.#fleet(this.#pools, change),
    [keyOfKind(queueKind)]: (change) => this.#queue(change),
    [keyOfKind(volumeKind)]: (change) => this.#volume(change),
  };

  apply(change: Change): void {
    this.news += 1;
    this.#appliers[change.key.kind]?.(change);
  }

  /** Brings the books up to date after nodes or pools have changed; cheap when they have not. */
  settle(): void {
    if (!this.#fleetChanged) return;
    this.#fleetChanged = false;
    const nodes = [...this.#nodes.values()];
    this.books.setFleet(fleetOf([...this.#pools.values()], nodes, [...this.#volumes.values()]), nodes);
  }

  /** Puts those into the queue whose time has come; gives when the next one is due. */
  wakeDue(nowMs: number): number | undefined {
    let next: number | undefined;
    for (const [id, pause] of this.#later) {
      if (!isDue(pause, nowMs)) next = Math.min(next ?? Infinity, pause.untilMs);
      else {
        this.#later.delete(id);
        this.waiting.add(this.#entries.get(id)!.waiting);
        this.version += 1;
      }
    }
    return next;
  }

  /** The tasks behind a waiting one: itself, or the members of a gang in order. */
  keysOf(id: string): readonly ObjectKey[] {
    return this.#entries.get(id)?.keys ?? [];
  }

  /** What its start rests on of tasks that it does not write: an array that must end starts nothing more (T4, T5). */
  restsOf(id: string): Check[] {
    const { array, over = [] } = this.#entries.get(id) ?? {};
    const { seen } = this;
    return [...(array === undefined ? [] : [seen.asked(array)]), ...over.map((key) => seen.whole(key))];
  }

  attemptKey(uid: string): ObjectKey | undefined {
    return this.#live.get(uid);
  }

  /** False while a pool has not told yet what it has: then nothing is impossible. */
  isFleetKnown(): boolean {
    return (
      this.#nodes.size > 0 && [...this.#pools.values()].every(({ status }) => status?.capacity !== undefined)
    );
  }

  pool(name: string): Pool | undefined {
    return this.#pools.get(name);
  }

  node(name: string): Node | undefined {
    return this.#nodes.get(name);
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

  /** Where a volume lies matters, and roughly how large it is: moving it may cost. */
  #volume(change: Change): void {
    const id = keyText(change.key);
    const next = change.type === "DELETED" ? undefined : sharedObject<typeof volumeKind>(change);
    const where = (volume?: Volume): string =>
      JSON.stringify([volume?.status?.version, volume?.status?.pools, magnitude(volume?.status?.bytes)]);
    const before = this.#volumes.get(id);
    this.#checkpoint(change.key, next ?? before, next?.status?.changedAt);
    if (next) this.#volumes.set(id, next);
    else this.#volumes.delete(id);
    if (next && before && where(before) === where(next)) return;
    this.#fleetChanged = true;
    this.version += 1;
  }

  /** What preemption would lose is the time since the checkpoint last changed. */
  #checkpoint({ namespace }: ObjectKey, volume: Volume | undefined, changedAt: string | undefined): void {
    const task = volume?.metadata.labels?.[checkpointLabel];
    if (task === undefined) return;
    this.books.checkpointed(
      `${namespace}/${task}`,
      changedAt === undefined ? undefined : Date.parse(changedAt),
    );
  }

  #task(change: Change): void {
    this.seen.take(change);
    const task = sharedObject<typeof taskKind>(change);
    const gone = change.type === "DELETED";
    const gang = gangOf(task);
    if (task.spec.array !== undefined) return this.#array(task, change, gone);
    if (gang === undefined) return this.#single(task, change.key, !gone && waits(task));
    this.#member(gang, task, change.key, gone);
  }

  /** An array that must end starts nothing more, though its members are told so one after another. */
  #array(task: Task, change: Change, gone: boolean): void {
    const name = nameOf(task);
    const { key } = change;
    this.seen.takeAsked(change, task);
    if (task.spec.gang !== undefined) {
      const { count } = task.spec.array!;
      this.gangs.setArray(name, gone || mustEnd(task) ? undefined : { key, count });
      return this.#gangChanged(name);
    }
    if (gone) return void this.#ending.delete(name);
    if (!mustEnd(task) || this.#ending.has(name)) return;
    this.#ending.add(name);
    const ended = keyText(key);
    for (const [id, { array }] of this.#entries)
      if (array !== undefined && keyText(array) === ended) this.#drop(id);
    this.version += 1;
  }

  #single(task: Task, key: ObjectKey, waiting: boolean): void {
    const id = nameOf(task);
    const ofArray = arrayOf(task);
    if (!waiting || (ofArray !== undefined && this.#ending.has(ofArray))) return this.#drop(id);
    const { notBefore, refusedBy = [] } = statusOf(task);
    const facts = JSON.stringify([task.metadata.uid, task.metadata.generation, refusedBy, notBefore]);
    if (this.#entries.get(id)?.facts === facts) return;
    const entry = { task: this.#request(task), project: key.namespace, sequence: sequenceOf(task) };
    const array = arrayKeyOf(task, key);
    this.#put(id, { keys: [key], array, over: [], waiting: entry, facts }, pauseOf(task));
  }

  #member(gang: string, task: Task, key: ObjectKey, gone: boolean): void {
    const status = statusOf(task);
    const state = isOver(status) ? "over" : waits(task) ? "waiting" : "live";
    this.gangs.set(
      gang,
      key.name,
      gone || task.metadata.deletionTimestamp !== undefined
        ? undefined
        : {
            key,
            state,
            pause: pauseOf(task),
            waiting: { task: this.#request(task), project: key.namespace, sequence: sequenceOf(task) },
            topology: task.spec.gang?.topology ?? "any",
          },
    );
    this.#gangChanged(gang);
  }

  #gangChanged(gang: string): void {
    const found = this.gangs.waiting(gang);
    this.version += 1;
    if (!found) this.#drop(gang);
    else this.#put(gang, { ...found, facts: "" }, found.pause);
  }

  #put(id: string, entry: Entry, pause: Pause): void {
    this.#drop(id);
    this.#entries.set(id, entry);
    if (pause.untilMs > 0) this.#later.set(id, pause);
    else this.waiting.add(entry.waiting);
    this.books.noteRequest(entry.waiting.task);
    this.version += 1;
  }

  #drop(id: string): void {
    if (!this.#entries.delete(id)) return;
    this.#later.delete(id);
    this.waiting.remove(id);
  }

  #request(task: Task): WaitingTask["task"] {
    const refused = statusOf(task).refusedBy ?? [];
    const others = [...this.#pools.keys()].filter((pool) => !refused.includes(pool));
    return requestOf(task, refused.length === 0 ? undefined : others);
  }

  #attempt(change: Change): void {
    const attempt = sharedObject<typeof attemptKind>(change);
    const { uid, namespace } = attempt.metadata;
    if (change.type === "DELETED" || attempt.status?.phase === "Ended") {
      this.#live.delete(uid);
      if (this.books.release(uid)) this.version += 1;
      return;
    }
    if (!this.#live.has(uid)) this.#hold(attempt, change.key);
    if (attempt.spec.end !== undefined) this.books.markEnding(uid);
    this.#live.set(uid, { ...change.key, namespace: namespace ?? "" });
  }

  #hold({ metadata, spec, status }: Attempt, { namespace }: ObjectKey): void {
    const array = metadata.labels?.[arrayLabel];
    this.books.hold({
      attemptUid: metadata.uid,
      project: namespace,
      task: spec.task,
      queue: metadata.labels?.[queueLabel] ?? "default",
      node: spec.node,
      grant: spec.grant,
      startedAtMs: Date.parse(status?.startedAt ?? metadata.creationTimestamp),
      ...(spec.scheduling === undefined ? {} : { scheduling: spec.scheduling }),
      ...(array === undefined ? {} : { array: `${namespace}/${array}` }),
    });
  }

  #fleet<Kind extends Node | Pool>(known: Map<string, Kind>, change: Change): void {
    const next = sharedObject(change) as unknown as Kind;
    const before = known.get(change.key.name);
    this.seen.take(change);
    if (change.type === "DELETED") known.delete(change.key.name);
    else known.set(change.key.name, next);
    if (change.type === "MODIFIED" && before && placementFacts(before) === placementFacts(next)) return;
    this.#fleetChanged = true;
    this.version += 1;
  }

  #queue(change: Change): void {
    this.seen.take(change);
    const next = sharedObject<typeof queueKind>(change);
    this.seen.takeAsked(change, next);
    const before = this.queues.get(change.key.name);
    if (change.type === "DELETED") this.queues.delete(change.key.name);
    else this.queues.set(change.key.name, next);
    if (before?.metadata.generation !== next.metadata.generation || change.type !== "MODIFIED")
      this.version += 1;
  }
}

function arrayKeyOf({ metadata }: Task, key: ObjectKey): ObjectKey | undefined {
  const name = metadata.labels?.[arrayLabel];
  return name === undefined ? undefined : { ...key, name };
}

/** The same for sizes that differ by less than half: a volume that grows is news only now and then. */
const magnitude = (bytes = 0): number => Math.round(Math.log2(1 + bytes));

function waits(task: Task): boolean {
  const status = statusOf(task);
  if (status.phase !== "Waiting" || status.currentAttempt !== undefined || mustEnd(task)) return false;
  const waitsForOthers = task.status === undefined || task.status.reason === "WaitingForTasks";
  return task.spec.after.length === 0 || !waitsForOthers;
}

/** A heartbeat changes a status without changing what can be placed: times, words and free disk do not count. */
const placementFacts = ({ spec, status, metadata }: Node | Pool): string =>
  JSON.stringify([spec, status, metadata.labels], (name, value: unknown) =>
    passing.has(name) ? undefined : value,
  );
const passing = new Set(["lastTransitionTime", "lastSeen", "message", "messageZh", "diskBytes"]);
