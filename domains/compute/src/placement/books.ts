import {
  compileShape,
  createFleetState,
  type Explanation,
  type Fleet,
  fgd,
  type FleetState,
  type Policy,
  Scheduler,
  type Shape,
  type TaskRequest,
} from "@yunhe/scheduler";
import type { Node } from "../kinds/node.ts";
import type { GrantFields } from "../kinds/device.ts";

/** What one live attempt holds. */
export interface Holding {
  readonly attemptUid: string;
  readonly project: string;
  readonly task: string;
  readonly queue: string;
  readonly node: string;
  readonly grant: GrantFields;
}

export interface Found {
  readonly type: "found";
  readonly pool: string;
  readonly node: string;
  readonly grant: GrantFields;
  readonly why: Why;
}

export interface NotFound {
  readonly type: "not-found";
  readonly why: Why;
}

/** The scheduler's explanation with names in the place of indices, as it stands in a task's status. */
export interface Why {
  readonly candidates: number;
  readonly feasible: number;
  readonly excluded: Explanation["excluded"];
  readonly ranked: readonly {
    readonly node: string;
    readonly total: number;
    readonly parts: Explanation["ranked"][number]["parts"];
  }[];
}

interface Taken {
  readonly shape: Shape;
  readonly node: number;
  readonly devices: readonly number[];
}

/**
 * The books of the fleet: what is free where, from the nodes and from what live attempts hold. Rebuilt when the fleet
 * changes, else moved along with each holding.
 */
export class Books {
  #fleet: Fleet = { pools: [], nodes: [] };
  #nodes = new Map<string, { readonly index: number; readonly node: Node }>();
  #state: FleetState = createFleetState(this.#fleet);
  #scheduler = new Scheduler(this.#state, { explain: "always" });
  readonly #holdings = new Map<string, Holding>();
  readonly #taken = new Map<string, Taken>();

  setFleet(fleet: Fleet, nodes: readonly Node[]): void {
    const byName = new Map(nodes.map((node) => [node.metadata.name, node]));
    this.#fleet = fleet;
    this.#nodes = new Map(fleet.nodes.map(({ id }, index) => [id, { index, node: byName.get(id)! }]));
    this.#state = createFleetState(fleet);
    this.#scheduler = new Scheduler(this.#state, { explain: "always" });
    this.#taken.clear();
    for (const holding of this.#holdings.values()) this.#take(holding);
  }

  hold(holding: Holding): void {
    if (this.#holdings.has(holding.attemptUid)) return;
    this.#holdings.set(holding.attemptUid, holding);
    this.#take(holding);
  }

  release(attemptUid: string): void {
    this.#holdings.delete(attemptUid);
    const taken = this.#taken.get(attemptUid);
    if (!taken) return;
    this.#state.give(taken.shape, taken.node, taken.devices);
    this.#taken.delete(attemptUid);
  }

  holdings(): IterableIterator<Holding> {
    return this.#holdings.values();
  }

  /** Where the task would go now; nothing is held by asking. */
  find(task: TaskRequest, policy: Policy = fgd): Found | NotFound {
    const proposal = this.#scheduler.propose(task, policy);
    const why = this.#why(proposal.explanation);
    const member = proposal.kind === "unplaced" ? undefined : proposal.members[0];
    if (!member) return { type: "not-found", why };
    const at = this.#fleet.nodes[member.node]!;
    const { node } = this.#nodes.get(at.id)!;
    const start = this.#state.deviceStart[member.node]!;
    const devices = member.devices.map(({ device, shareMilli, memoryBytes }) => {
      const { id, model } = node.status!.devices[device - start]!;
      return { id, model, shareMilli, memoryBytes };
    });
    const grant = { cpuMilli: task.cpuMilli, memoryBytes: task.memoryBytes, devices };
    return { type: "found", pool: at.pool, node: at.id, grant, why };
  }

  #why(explanation: Explanation | undefined): Why {
    const {
      candidates = this.#fleet.nodes.length,
      feasible = 0,
      excluded = [],
      ranked = [],
    } = explanation ?? {};
    const named = ranked.map(({ node, total, parts }) => ({
      node: this.#fleet.nodes[node]!.id,
      total,
      parts,
    }));
    return { candidates, feasible, excluded, ranked: named };
  }

  /** A holding on a node that is gone takes nothing; it comes back with the node. */
  #take({ attemptUid, node: name, grant }: Holding): void {
    const at = this.#nodes.get(name);
    if (!at) return;
    const start = this.#state.deviceStart[at.index]!;
    const ids = at.node.status!.devices.map(({ id }) => id);
    const devices = grant.devices
      .map(({ id }) => start + ids.indexOf(id))
      .filter((device) => device >= start);
    const shape = compileShape(this.#state, shapeOfGrant(grant), -1);
    this.#state.take(shape, at.index, devices);
    this.#taken.set(attemptUid, { shape, node: at.index, devices });
  }
}

/** The same amounts as a request: what `take` deducts is exactly what was granted. */
const shapeOfGrant = (grant: GrantFields): Parameters<typeof compileShape>[1] => {
  const [first] = grant.devices;
  return {
    cpuMilli: grant.cpuMilli,
    memoryBytes: grant.memoryBytes,
    capacity: "on-demand",
    ...(first === undefined
      ? {}
      : {
          devices: {
            count: grant.devices.length,
            shareMilli: first.shareMilli,
            ...(first.memoryBytes > 0 ? { memoryBytes: first.memoryBytes } : {}),
          },
        }),
  };
};
