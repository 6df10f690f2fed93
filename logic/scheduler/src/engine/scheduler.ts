import type { Policy } from "../policies/policy.ts";
import type { TaskRequest } from "../model/task.ts";
import type { Allocation, AllocationId, Conflict, Proposal, Unplaced } from "./decision.ts";
import type { Member } from "./member.ts";
import { explain, type Explanation } from "./explanation.ts";
import { IndexCache } from "./index-cache.ts";
import { chooseMember } from "./choose.ts";
import { proposeGang } from "./gang.ts";
import { memberFits, giveMember, takeMember } from "./member.ts";
import type { ShapeIndex } from "./shape-index.ts";
import type { FleetState } from "./state.ts";

export interface SchedulerOptions {
  /** When decisions carry an explanation: never, when nothing fits (default), or always. */
  readonly explain?: "never" | "failures" | "always";
  /** How many runners-up an explanation names. */
  readonly runnersUp?: number;
  /** How many (policy, shape) rankings are kept; each takes about 12 bytes per node. */
  readonly rankingLimit?: number;
}

/**
 * Decides and keeps the books of one fleet: propose (nothing deducted), assume (checked against the current revision
 * and deducted), commit or roll back when the engine answered, release at the end. `place` is propose and assume.
 */
export class Scheduler {
  readonly state: FleetState;
  readonly #cache: IndexCache;
  readonly #explain: NonNullable<SchedulerOptions["explain"]>;
  readonly #runnersUp: number;
  readonly #allocations = new Map<AllocationId, Allocation>();
  #lastId = 0;

  constructor(state: FleetState, options: SchedulerOptions = {}) {
    this.state = state;
    this.#explain = options.explain ?? "failures";
    this.#runnersUp = options.runnersUp ?? 3;
    this.#cache = new IndexCache(state, options.rankingLimit ?? 256);
  }

  place(task: TaskRequest, policy: Policy): Allocation | Unplaced {
    const proposal = this.propose(task, policy);
    return proposal.kind === "unplaced" ? proposal : this.#deduct(proposal);
  }

  /** Where the task would go now; nothing is deducted. A task object must not be changed once it was passed in. */
  propose(task: TaskRequest, policy: Policy): Proposal | Unplaced {
    const index = this.#cache.indexFor(task, policy);
    const { gang } = task;
    const chosen = this.#choose(task, policy, index);
    if (!chosen) {
      const why = this.#explain === "never" ? {} : { explanation: explain(this.state, index, gang, -1) };
      return { kind: "unplaced", taskId: task.id, ...why };
    }
    const why =
      this.#explain === "always" ? { explanation: explain(this.state, index, gang, this.#runnersUp) } : {};
    const { shape } = index;
    return {
      kind: "proposal",
      taskId: task.id,
      shape,
      members: chosen,
      revision: this.state.log.head,
      ...why,
    };
  }

  /** Deducts a proposal if all of it still fits; a stale one can conflict but never over-grants. */
  assume(proposal: Proposal): Allocation | Conflict {
    const { members, shape, taskId } = proposal;
    if (this.state.log.head === proposal.revision) return this.#deduct(proposal);
    for (const [i, member] of members.entries()) {
      if (memberFits(this.state, shape, member)) {
        takeMember(this.state, shape, member);
        continue;
      }
      for (const taken of members.slice(0, i)) giveMember(this.state, shape, taken);
      return { kind: "conflict", taskId, member: i };
    }
    return this.#record(proposal);
  }

  /** The engine agreed. */
  commit(id: AllocationId): Allocation {
    const allocation: Allocation = { ...this.allocation(id), state: "committed" };
    this.#allocations.set(id, allocation);
    return allocation;
  }

  /** The engine refused: everything is given back. Only what is not committed can be rolled back. */
  rollback(id: AllocationId): void {
    if (this.allocation(id).state === "committed")
      throw new RangeError(`allocation ${id} is committed: release it`);
    this.release(id);
  }

  /** The task ended: everything is given back. */
  release(id: AllocationId): void {
    const { members, shape } = this.allocation(id);
    for (const member of members) giveMember(this.state, shape, member);
    this.#allocations.delete(id);
  }

  allocation(id: AllocationId): Allocation {
    const allocation = this.#allocations.get(id);
    if (!allocation) throw new RangeError(`no allocation ${id}: it was released or never made`);
    return allocation;
  }

  get allocations(): ReadonlyMap<AllocationId, Allocation> {
    return this.#allocations;
  }

  /** Why a task would go where it would go now, or why nowhere. */
  why(task: TaskRequest, policy: Policy): Explanation {
    return explain(this.state, this.#cache.indexFor(task, policy), task.gang, this.#runnersUp);
  }

  #choose(task: TaskRequest, policy: Policy, index: ShapeIndex): Member[] | undefined {
    const random = this.#cache.randomOf(policy);
    if (task.gang && task.gang.size > 1)
      return proposeGang({ state: this.state, index, policy, random }, task.gang);
    const member = chooseMember(this.state, index, policy, random);
    return member && [member];
  }

  #deduct(proposal: Proposal): Allocation {
    for (const member of proposal.members) takeMember(this.state, proposal.shape, member);
    return this.#record(proposal);
  }

  #record({ taskId, shape, members, explanation }: Proposal): Allocation {
    this.#lastId += 1;
    const id = this.#lastId as AllocationId;
    const why = explanation && { explanation };
    const allocation: Allocation = { kind: "placed", id, taskId, shape, members, state: "assumed", ...why };
    this.#allocations.set(id, allocation);
    return allocation;
  }
}
