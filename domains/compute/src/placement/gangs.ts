import type { ObjectKey } from "@yunhe/kernel";
import { type Gang as GangRequest, taskId, type WaitingTask } from "@yunhe/scheduler";
import type { Pause } from "../pause.ts";

/** One member of a gang, as much of it as the gang needs. */
export interface GangMember {
  readonly key: ObjectKey;
  readonly state: "waiting" | "live" | "over";
  readonly pause: Pause;
  /** What it asks for by itself. */
  readonly waiting: WaitingTask;
  readonly topology: GangRequest["topology"];
}

export interface GangArray {
  readonly key: ObjectKey;
  /** How many members it has. */
  readonly count: number;
}

/** A gang as one waiting task, with its members in order. */
export interface WaitingGang {
  readonly waiting: WaitingTask;
  readonly keys: readonly ObjectKey[];
  readonly pause: Pause;
  readonly array: ObjectKey;
  /** The members that are over: that the others are all it has left to start is so only as these stand. */
  readonly over: readonly ObjectKey[];
}

/**
 * The gangs there are: arrays whose members start together. A gang waits when all members that are not over wait; when
 * only some do, because one of them must be tried again, the others have to end first. One whose array must end waits no
 * more: its members are told one after another, and those that are not told yet must not start without the others (T4).
 */
export class Gangs {
  readonly #members = new Map<string, Map<string, GangMember>>();
  readonly #arrays = new Map<string, GangArray>();
  readonly #broken = new Set<string>();

  /** Undefined: the array must end, or is gone. */
  setArray(gang: string, array: GangArray | undefined): void {
    if (array === undefined) this.#arrays.delete(gang);
    else this.#arrays.set(gang, array);
  }

  /** Undefined: the member is being deleted, or is gone; another one takes its place. */
  set(gang: string, name: string, member: GangMember | undefined): void {
    const members = this.#members.get(gang) ?? new Map<string, GangMember>();
    if (member) members.set(name, member);
    else members.delete(name);
    if (members.size === 0) this.#members.delete(gang);
    else this.#members.set(gang, members);
    this.#judge(gang);
  }

  /** Undefined while it is not complete, or not all of it waits. */
  waiting(gang: string): WaitingGang | undefined {
    const array = this.#arrays.get(gang);
    const members = [...(this.#members.get(gang)?.values() ?? [])];
    const open = members.filter(({ state }) => state !== "over");
    if (open.length === 0 || members.length !== array?.count) return undefined;
    if (open.some(({ state }) => state !== "waiting")) return undefined;
    open.sort((a, b) => (a.waiting.sequence ?? 0) - (b.waiting.sequence ?? 0));
    const { waiting, topology } = open[0]!;
    const task = { ...waiting.task, id: taskId(gang), gang: { size: open.length, topology } };
    return {
      waiting: { task, project: waiting.project },
      keys: open.map(({ key }) => key),
      pause: open.map(({ pause }) => pause).reduce((a, b) => (b.untilMs > a.untilMs ? b : a)),
      array: array.key,
      over: members.filter(({ state }) => state === "over").map(({ key }) => key),
    };
  }

  /** Gangs of which some members wait while others run. */
  broken(): ReadonlySet<string> {
    return this.#broken;
  }

  #judge(gang: string): void {
    const states = new Set([...(this.#members.get(gang)?.values() ?? [])].map(({ state }) => state));
    if (states.has("waiting") && states.has("live")) this.#broken.add(gang);
    else this.#broken.delete(gang);
  }
}
