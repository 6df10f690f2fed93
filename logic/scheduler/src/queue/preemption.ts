import type { TaskRequest } from "../model/task.ts";
import { amountsAsked } from "./amounts.ts";
import type { QueueBounds, QueueRules, QueueUses } from "./quota.ts";
import { end } from "./reservation.ts";
import type { RunningTask, RunningTasks } from "./running.ts";
import type { Scratch } from "./scratch.ts";

export interface PreemptionInput {
  readonly task: TaskRequest;
  readonly queue: QueueRules;
  readonly project: string;
  readonly bounds: QueueBounds;
  readonly running: RunningTasks;
  /** The fleet and the uses as they are now; they are left as they were. */
  readonly scratch: Scratch;
  readonly uses: QueueUses;
  readonly nowMs: number;
  readonly isEnding: (id: string) => boolean;
}

/** Tasks to end for one that waits, and by what right. */
export interface Victims {
  readonly kind: "priority" | "reclaim";
  readonly victims: readonly RunningTask[];
}

/** Gangs are ended together: a unit is one task or one gang. */
interface Unit {
  readonly tasks: readonly RunningTask[];
  readonly priority: number;
  /** Run time that ending it throws away, all members together. */
  readonly lostMs: number;
  readonly queue: string;
}

/** How many nodes are looked at one by one for a cheap set; a set spread over nodes is looked for beside. */
const NODES_TRIED = 64;

/**
 * The victims that lose least: by highest priority among them, then by run time lost since their last checkpoint, then
 * by number. Undefined when no permitted set makes room. Permitted are tasks that may be preempted and either have a
 * lower priority in the same queue, or run on quota that their queue has borrowed from the cohort of a queue that stays
 * within its own.
 */
export function chooseVictims(input: PreemptionInput): Victims | undefined {
  return best([reclaimed(input), outranked(input)]);
}

function outranked(input: PreemptionInput): Victims | undefined {
  const { running, queue, task } = input;
  const candidates = [...running.ofQueue(queue.name)].filter(
    (each) => each.preemptible && each.priority < task.priority && !input.isEnding(each.id),
  );
  const victims = cheapestSet(input, candidates, () => true);
  return victims && { kind: "priority", victims };
}

/** A queue within its own quota takes back what others of its cohort hold beyond theirs. */
function reclaimed(input: PreemptionInput): Victims | undefined {
  const { bounds, queue, uses, running, task } = input;
  const others = bounds.cohortOf(queue).filter(({ name }) => name !== queue.name);
  if (others.length === 0 || !withinOwnQuota(input)) return undefined;
  const borrowing = others.filter((other) => bounds.borrowed(other, uses).size > 0);
  const candidates = borrowing.flatMap((other) =>
    [...running.ofQueue(other.name)].filter((each) => each.preemptible && !input.isEnding(each.id)),
  );
  const wanted = [...amountsAsked(task).keys()].filter((key) => key !== "tasks" || queue.quota.has(key));
  const stillBorrows = (name: string): boolean => {
    const other = bounds.get(name)!;
    const use = uses.ofQueue(name);
    return wanted.some((key) => (use.get(key) ?? 0) > (other.quota.get(key) ?? Infinity));
  };
  const victims = cheapestSet(input, candidates, stillBorrows);
  return victims && { kind: "reclaim", victims };
}

/** Asked as if nothing might be borrowed. */
const withinOwnQuota = ({ bounds, queue, uses, task }: PreemptionInput): boolean => {
  const breach = bounds.breach(queue, uses, amountsAsked(task), false);
  return breach === undefined || breach.bound === "cohort";
};

function cheapestSet(
  input: PreemptionInput,
  candidates: readonly RunningTask[],
  mayTake: (queue: string) => boolean,
): readonly RunningTask[] | undefined {
  if (candidates.length === 0) return undefined;
  const units = unitsOf(candidates, input).sort(byLoss);
  const sets: (readonly Unit[])[] = [];
  const keep = (set: readonly Unit[] | undefined): void => {
    if (set) sets.push(set);
  };
  if ((input.task.gang?.size ?? 1) === 1) {
    for (const onNode of byNode(units).slice(0, NODES_TRIED)) keep(smallestSet(input, onNode, mayTake));
  }
  if (sets.length === 0) keep(smallestSet(input, units, mayTake));
  const found = sets.sort(byCost)[0];
  return found?.flatMap(({ tasks }) => tasks);
}

/** Ends units in order until there is room, then lets go of those that were not needed, the most costly first. */
function smallestSet(
  input: PreemptionInput,
  units: readonly Unit[],
  mayTake: (queue: string) => boolean,
): readonly Unit[] | undefined {
  const ended: Unit[] = [];
  let room = false;
  for (const unit of units) {
    if (!mayTake(unit.queue)) continue;
    move(input, unit, -1);
    ended.push(unit);
    room = hasRoom(input);
    if (room) break;
  }
  const needed = new Set(ended);
  for (const unit of room ? ended.toReversed() : []) {
    move(input, unit, 1);
    if (hasRoom(input)) needed.delete(unit);
    else move(input, unit, -1);
  }
  for (const unit of needed) move(input, unit, 1);
  return room ? [...needed] : undefined;
}

const hasRoom = ({ bounds, queue, uses, task, scratch }: PreemptionInput): boolean =>
  bounds.breach(queue, uses, amountsAsked(task), task.preemptible) === undefined &&
  scratch.placesFor(task) !== undefined;

function move({ scratch, uses }: PreemptionInput, { tasks }: Unit, sign: 1 | -1): void {
  for (const task of tasks) end(scratch, uses, task, sign);
}

function unitsOf(candidates: readonly RunningTask[], { running, nowMs }: PreemptionInput): Unit[] {
  const gangs = new Set<string>();
  return candidates.flatMap((task): Unit[] => {
    if (task.gang === undefined) return [unitOf([task], nowMs)];
    if (gangs.has(task.gang)) return [];
    gangs.add(task.gang);
    return [
      unitOf(
        [...running.ofQueue(task.queue)].filter(({ gang }) => gang === task.gang),
        nowMs,
      ),
    ];
  });
}

function unitOf(tasks: readonly RunningTask[], nowMs: number): Unit {
  const lost = ({ startedAtMs, checkpointedAtMs }: RunningTask): number =>
    Math.max(0, nowMs - Math.max(startedAtMs, checkpointedAtMs ?? 0));
  return {
    tasks,
    priority: Math.max(...tasks.map(({ priority }) => priority)),
    lostMs: tasks.reduce((sum, task) => sum + lost(task), 0),
    queue: tasks[0]!.queue,
  };
}

/** Units that lie on one node, for each node; nodes with the cheapest unit first. */
function byNode(units: readonly Unit[]): Unit[][] {
  const nodes = new Map<number, Unit[]>();
  for (const unit of units) {
    for (const { members } of unit.tasks) {
      for (const { node } of members) {
        const there = nodes.get(node);
        if (!there) nodes.set(node, [unit]);
        else if (there.at(-1) !== unit) there.push(unit);
      }
    }
  }
  return [...nodes.values()];
}

const byLoss = (a: Unit, b: Unit): number => a.priority - b.priority || a.lostMs - b.lostMs;

const costOf = (units: readonly Pick<Unit, "priority" | "lostMs">[]): readonly number[] => [
  Math.max(...units.map(({ priority }) => priority)),
  units.reduce((sum, { lostMs }) => sum + lostMs, 0),
  units.length,
];

function byCost(a: readonly Unit[], b: readonly Unit[]): number {
  const [left, right] = [costOf(a), costOf(b)];
  return left[0]! - right[0]! || left[1]! - right[1]! || left[2]! - right[2]!;
}

/** Borrowed quota first: it was lent on that condition. */
const best = (found: readonly (Victims | undefined)[]): Victims | undefined =>
  found.find((victims) => victims !== undefined);
