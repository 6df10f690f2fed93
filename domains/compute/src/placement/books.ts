import {
  amountsHeld,
  compileShape,
  createFleetState,
  defaultCatalogue,
  describeChange,
  type Explanation,
  type Fleet,
  type FleetState,
  type Member,
  RunningTasks,
  Scheduler,
  type TaskRequest,
  typicalMix,
} from "@yunhe/scheduler";
import type { GrantFields } from "../kinds/device.ts";
import type { AttemptSpec } from "../kinds/attempt.ts";
import type { Node } from "../kinds/node.ts";
import { spreadAffinity } from "./request.ts";

/** What one live attempt holds. */
export interface Holding {
  readonly attemptUid: string;
  readonly project: string;
  readonly task: string;
  readonly queue: string;
  readonly node: string;
  readonly grant: GrantFields;
  readonly startedAtMs: number;
  readonly scheduling?: AttemptSpec["scheduling"];
  /** `project/array`, for members of one. */
  readonly array?: string | undefined;
}

/** The scheduler's explanation with names in the place of indices, as it stands in a task's status. */
export interface Why extends Omit<Explanation, "ranked" | "revision"> {
  readonly ranked: readonly {
    readonly node: string;
    readonly total: number;
    readonly parts: Explanation["ranked"][number]["parts"];
  }[];
  /** The changes as sentences. */
  readonly help: readonly { readonly en: string; readonly zh: string }[];
}

const catalogue = defaultCatalogue();
/** Fragmentation is measured against as many of the last tasks; a new mix is made when a quarter of it is new. */
const MIX_SIZE = 2048;

/**
 * The books of the fleet: what is free where, from the nodes and from what live attempts hold. Rebuilt when the fleet
 * changes, else moved along with each holding.
 */
export class Books {
  #fleet: Fleet = { pools: [], nodes: [] };
  #nodes = new Map<string, { readonly index: number; readonly node: Node }>();
  #state: FleetState = createFleetState(this.#fleet);
  #scheduler = new Scheduler(this.#state, { explain: "always" });
  #running = new RunningTasks();
  readonly #holdings = new Map<string, Holding>();
  readonly #ending = new Set<string>();
  /** The attempt that holds places for a task, by `project/task`. */
  readonly #attemptOf = new Map<string, string>();
  /** When a task last saved its state, by `project/task`. */
  readonly #checkpoints = new Map<string, number>();
  readonly #recent: TaskRequest[] = [];
  #newer = 0;

  get scheduler(): Scheduler {
    return this.#scheduler;
  }

  get running(): RunningTasks {
    return this.#running;
  }

  get fleet(): Fleet {
    return this.#fleet;
  }

  setFleet(fleet: Fleet, nodes: readonly Node[]): void {
    const byName = new Map(nodes.map((node) => [node.metadata.name, node]));
    this.#fleet = fleet;
    this.#nodes = new Map(fleet.nodes.map(({ id }, index) => [id, { index, node: byName.get(id)! }]));
    this.#state = createFleetState(fleet, { catalogue, mix: typicalMix(this.#recent) });
    this.#newer = 0;
    this.#scheduler = new Scheduler(this.#state, { explain: "always" });
    this.#running = new RunningTasks();
    for (const holding of this.#holdings.values()) this.#take(holding);
  }

  hold(holding: Holding): void {
    if (this.#holdings.has(holding.attemptUid)) return;
    this.#holdings.set(holding.attemptUid, holding);
    this.#attemptOf.set(nameOfTask(holding), holding.attemptUid);
    this.#take(holding);
  }

  /** False when nothing was held under this uid. */
  release(attemptUid: string): boolean {
    this.#ending.delete(attemptUid);
    const task = this.#running.get(attemptUid);
    if (task) {
      for (const { node, devices } of task.members)
        this.#state.give(
          task.shape,
          node,
          devices.map(({ device }) => device),
        );
      this.#running.remove(attemptUid);
    }
    const holding = this.#holdings.get(attemptUid);
    if (holding && this.#attemptOf.get(nameOfTask(holding)) === attemptUid)
      this.#attemptOf.delete(nameOfTask(holding));
    return this.#holdings.delete(attemptUid);
  }

  /** It was told to end: what it holds will be free soon. */
  markEnding(attemptUid: string): void {
    if (this.#ending.has(attemptUid)) return;
    this.#ending.add(attemptUid);
    const task = this.#running.get(attemptUid);
    if (task) this.#running.add({ ...task, ending: true });
  }

  /** A task saved its state, as its checkpoint shows; undefined: the checkpoint is gone. */
  checkpointed(task: string, atMs: number | undefined): void {
    if (this.#checkpoints.get(task) === atMs) return;
    if (atMs === undefined) this.#checkpoints.delete(task);
    else this.#checkpoints.set(task, atMs);
    const running = this.#running.get(this.#attemptOf.get(task) ?? "");
    if (running) this.#running.add({ ...running, checkpointedAtMs: atMs });
  }

  holdings(): IterableIterator<Holding> {
    return this.#holdings.values();
  }

  /** Remembers what people ask for: scores of fragmentation are made against it. */
  noteRequest(task: TaskRequest): void {
    this.#recent.push(task);
    if (this.#recent.length > MIX_SIZE) this.#recent.shift();
    this.#newer += 1;
    if (this.#newer <= this.#recent.length / 4) return;
    this.#newer = 0;
    this.#state.setMix(typicalMix(this.#recent));
  }

  /** Where a member of a placement goes, by names. */
  grantOf(task: TaskRequest, member: Member): { pool: string; node: string; grant: GrantFields } {
    const at = this.#fleet.nodes[member.node]!;
    const { node } = this.#nodes.get(at.id)!;
    const start = this.#state.deviceStart[member.node]!;
    const devices = member.devices.map(({ device, shareMilli, memoryBytes }) => {
      const { id, model } = node.status!.devices[device - start]!;
      return { id, model, shareMilli, memoryBytes };
    });
    return {
      pool: at.pool,
      node: at.id,
      grant: { cpuMilli: task.cpuMilli, memoryBytes: task.memoryBytes, devices },
    };
  }

  /** Revision of the node that the books were made from. */
  revisionOf(node: string): string | undefined {
    return this.#nodes.get(node)?.node.metadata.resourceVersion;
  }

  /** An explanation with names in the place of indices. */
  why({ revision: _ours, ranked, ...explanation }: Explanation): Why {
    const named = ranked.map(({ node, total, parts }) => ({
      node: this.#fleet.nodes[node]!.id,
      total,
      parts,
    }));
    return { ...explanation, ranked: named, help: explanation.changes.map(describeChange) };
  }

  /** A holding on a node that is gone takes no place; it comes back with the node. It counts for its queue all the same. */
  #take(holding: Holding): void {
    const { attemptUid, node: name, grant, queue, project, scheduling } = holding;
    const shape = compileShape(this.#state, shapeOfGrant(holding), -1);
    const members = this.#memberOn(name, grant);
    for (const { node, devices } of members)
      this.#state.take(
        shape,
        node,
        devices.map(({ device }) => device),
      );
    const expectedMs = scheduling?.expectedMs;
    this.#running.add({
      id: attemptUid,
      queue,
      project,
      priority: scheduling?.priority ?? 0,
      preemptible: scheduling?.preemptible ?? false,
      gang: scheduling?.gang,
      startedAtMs: holding.startedAtMs,
      checkpointedAtMs: this.#checkpoints.get(nameOfTask(holding)),
      expectedEndMs: expectedMs === undefined ? undefined : holding.startedAtMs + expectedMs,
      ending: this.#ending.has(attemptUid),
      shape,
      members,
      amounts: members.length > 0 ? amountsHeld(this.#state, shape, members) : amountsOfGrant(grant),
    });
  }

  #memberOn(name: string, grant: GrantFields): Member[] {
    const at = this.#nodes.get(name);
    if (!at) return [];
    const start = this.#state.deviceStart[at.index]!;
    const ids = at.node.status!.devices.map(({ id }) => id);
    const devices = grant.devices.flatMap(({ id, shareMilli, memoryBytes }) => {
      const ordinal = ids.indexOf(id);
      return ordinal < 0 ? [] : [{ device: start + ordinal, shareMilli, memoryBytes }];
    });
    return [{ pool: this.#state.poolOf[at.index]!, node: at.index, devices }];
  }
}

export const isKnownModel = (name: string): boolean => catalogue.find(name) !== undefined;
export const modelName = (name: string): string => catalogue.find(name)?.name ?? name;

const nameOfTask = ({ project, task }: Pick<Holding, "project" | "task">): string => `${project}/${task}`;

/** What a grant counts for against quotas. */
export const amountsOfGrant = ({ cpuMilli, memoryBytes, devices }: GrantFields): Map<string, number> => {
  const amounts = new Map([
    ["tasks", 1],
    ["cpuMilli", cpuMilli],
    ["memoryBytes", memoryBytes],
  ]);
  for (const { model, shareMilli } of devices) {
    for (const key of ["devices *", `devices ${modelName(model)}`])
      amounts.set(key, (amounts.get(key) ?? 0) + shareMilli);
  }
  return amounts;
};

/** The same amounts as a request: what `take` deducts is exactly what was granted. */
const shapeOfGrant = ({ grant, scheduling, array }: Holding): Parameters<typeof compileShape>[1] => {
  const [first] = grant.devices;
  return {
    cpuMilli: grant.cpuMilli,
    memoryBytes: grant.memoryBytes,
    capacity: "on-demand",
    ...(scheduling?.spread === undefined || array === undefined
      ? {}
      : { affinity: spreadAffinity(array, scheduling.spread) }),
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
