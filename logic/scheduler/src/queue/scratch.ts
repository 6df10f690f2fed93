import type { Member } from "../engine/member.ts";
import { giveMember, memberFits, takeMember } from "../engine/member.ts";
import { Scheduler } from "../engine/scheduler.ts";
import type { Shape } from "../engine/shape.ts";
import { createFleetState, type FleetState } from "../engine/state.ts";
import type { TaskRequest } from "../model/task.ts";
import { bestFit } from "../policies/packing.ts";
import type { RunningTask } from "./running.ts";

/**
 * A second state of the same fleet to try things on: what would be free later, or if something ended. Affinity groups
 * are not followed: a required affinity is checked when the task really starts.
 */
export class Scratch {
  readonly state: FleetState;
  readonly #scheduler: Scheduler;

  constructor(like: FleetState) {
    const { fleet, catalogue, rankOf } = like;
    this.state = createFleetState(fleet, { catalogue, nodeRank: rankOf });
    this.#scheduler = new Scheduler(this.state, { explain: "never" });
  }

  /** Becomes what `other` is now; only nodes that differ count as changed. */
  imitate(other: FleetState): void {
    const { state } = this;
    for (let node = 0; node < state.nodeCount; node += 1)
      if (!sameNode(state, other, node)) state.log.push(node);
    for (const key of perNodeAndDevice) state[key].set(other[key]);
  }

  give(task: Pick<RunningTask, "shape" | "members">): void {
    for (const member of task.members) giveMember(this.state, bare(task.shape), member);
  }

  take(task: Pick<RunningTask, "shape" | "members">): void {
    for (const member of task.members) takeMember(this.state, bare(task.shape), member);
  }

  /** Takes all of it if all of it fits at exactly these places, else nothing. */
  takeIfFits(shape: Shape, members: readonly Member[]): boolean {
    const taken: Member[] = [];
    for (const member of members) {
      if (!memberFits(this.state, shape, member)) {
        this.giveAll(shape, taken);
        return false;
      }
      takeMember(this.state, bare(shape), member);
      taken.push(member);
    }
    return true;
  }

  giveAll(shape: Shape, members: readonly Member[]): void {
    for (const member of members) giveMember(this.state, bare(shape), member);
  }

  /** Where the task would go here; undefined when nowhere. */
  placesFor(task: TaskRequest): { readonly shape: Shape; readonly members: readonly Member[] } | undefined {
    const proposal = this.#scheduler.propose(withoutAffinity(task), bestFit);
    return proposal.kind === "proposal" ? proposal : undefined;
  }
}

/** The group of a shape belongs to the state that compiled it. */
const bare = (shape: Shape): Shape => (shape.group ? { ...shape, group: undefined } : shape);

function withoutAffinity(task: TaskRequest): TaskRequest {
  if (!task.affinity) return task;
  const { affinity: _none, ...rest } = task;
  return rest;
}

const perNodeAndDevice = [
  "schedulable",
  "cpuFree",
  "memoryFree",
  "freeShare",
  "wholeFree",
  "taskCount",
  "deviceFree",
  "deviceMemoryFree",
] as const;

function sameNode(a: FleetState, b: FleetState, node: number): boolean {
  if (a.schedulable[node] !== b.schedulable[node] || a.cpuFree[node] !== b.cpuFree[node]) return false;
  if (a.memoryFree[node] !== b.memoryFree[node]) return false;
  for (let device = a.deviceStart[node]!; device < a.deviceStart[node + 1]!; device += 1) {
    if (a.deviceFree[device] !== b.deviceFree[device]) return false;
    if (a.deviceMemoryFree[device] !== b.deviceMemoryFree[device]) return false;
  }
  return true;
}

const spare = new WeakMap<FleetState, Scratch[]>();

/** A scratch state for this fleet, used again from plan to plan; hand it back with {@link releaseScratch}. */
export function acquireScratch(state: FleetState): Scratch {
  const free = spare.get(state) ?? [];
  spare.set(state, free);
  const scratch = free.pop();
  return scratch?.state.fleet === state.fleet ? scratch : new Scratch(state);
}

export function releaseScratch(state: FleetState, scratch: Scratch): void {
  spare.get(state)?.push(scratch);
}
