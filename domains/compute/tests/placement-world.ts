import {
  type AnyStored,
  type Draft,
  follow,
  type Objects,
  openMemoryStore,
  openObjects,
  type ReconcileContext,
  simulatedEnvironment,
} from "@yunhe/kernel";
import { endedPlan, neverRan } from "../src/attempts/plan.ts";
import type { Outcome } from "../src/driver/port.ts";
import {
  type Attempt,
  attemptKind,
  computeKinds,
  nodeKind,
  poolKind,
  queueKind,
  type Task,
  taskKind,
} from "../src/index.ts";
import { placementReconciler } from "../src/placement/reconciler.ts";
import { placementKinds, PlacementView } from "../src/placement/view.ts";
import { arrayIndexLabel, arrayLabel } from "../src/attempts/job.ts";

const GIB = 2 ** 30;

export interface NodeShape {
  readonly cpus: number;
  readonly devices?: readonly string[];
  readonly pool?: Record<string, unknown>;
  /** More of the pool's status. */
  readonly status?: Record<string, unknown>;
}

/** Placement over a real store without engines: attempts start and end when the test says so. */
export class PlacementWorld {
  readonly environment = simulatedEnvironment();
  readonly view: PlacementView;
  readonly objects: Objects;
  readonly #reconciler: ReturnType<typeof placementReconciler>;
  #context: ReconcileContext = {
    signal: new AbortController().signal,
    fence: { lease: "control-plane", epoch: 0 },
  };

  private constructor(objects: Objects, view: PlacementView) {
    this.objects = objects;
    this.view = view;
    this.#reconciler = placementReconciler({ objects, view, environment: this.environment });
  }

  /** Pools by name, each with one node. */
  static async open(pools: Readonly<Record<string, NodeShape>>): Promise<PlacementWorld> {
    const environment = simulatedEnvironment();
    const store = openMemoryStore();
    const view = new PlacementView();
    await follow(store, placementKinds, (change) => view.apply(change));
    const world = new PlacementWorld(openObjects(store, computeKinds, environment), view);
    await world.create(queueKind, "default", {});
    for (const [name, shape] of Object.entries(pools)) await world.#pool(name, shape);
    return world;
  }

  async create(
    kind: Draft["kind"],
    name: string,
    spec: unknown,
    more: Record<string, unknown> = {},
  ): Promise<void> {
    const { status, ...metadata } = more;
    const object = { metadata: { name, ...metadata }, spec, ...(status === undefined ? {} : { status }) };
    await this.commit([{ type: "create", kind, object }]);
  }

  async submit(
    name: string,
    spec: Record<string, unknown> = {},
    more: Record<string, unknown> = {},
  ): Promise<void> {
    await this.create(taskKind, name, { command: ["true"], ...spec }, { namespace: "default", ...more });
  }

  /** An array whose members start together, as the task reconciler makes them. */
  async submitGang(name: string, count: number, spec: Record<string, unknown> = {}): Promise<void> {
    await this.submit(name, { ...spec, gang: {}, array: { count } });
    for (let i = 0; i < count; i += 1)
      await this.submit(
        `${name}-${i}`,
        { ...spec, gang: {} },
        { labels: { [arrayLabel]: name, [arrayIndexLabel]: String(i) } },
      );
  }

  /** From now on the reconciler leads under this epoch. */
  lead(epoch: number): void {
    this.#context = { ...this.#context, fence: { lease: "control-plane", epoch } };
  }

  /** Gives how long until the next look, undefined: until something changes. */
  async place(): Promise<number | undefined> {
    const again = await this.#reconciler.reconcile(
      { kind: "" as never, namespace: "", name: "*" },
      this.#context,
    );
    return again?.afterMs;
  }

  async task(name: string): Promise<Task> {
    const task = await this.objects.get(taskKind, "default", name);
    if (!task) throw new Error(`no task ${name}`);
    return task;
  }

  async attempt(task: string): Promise<Attempt> {
    const { status } = await this.task(task);
    const attempt = await this.objects.get(attemptKind, "default", status?.currentAttempt ?? "");
    if (!attempt) throw new Error(`${task} has no attempt`);
    return attempt;
  }

  /** Tasks that hold places, by name. */
  async holding(): Promise<string[]> {
    const attempts = await this.objects.list(attemptKind);
    return attempts
      .filter(({ status }) => status?.phase !== "Ended")
      .map(({ spec }) => spec.task)
      .sort();
  }

  async end(task: string, outcome: Outcome): Promise<void> {
    const nowMs = this.environment.clock.nowMs();
    const snapshot = {
      attempt: await this.attempt(task),
      task: await this.task(task),
      jurisdiction: "CN",
      nowMs,
    };
    const { drafts } = endedPlan(snapshot, neverRan(outcome, nowMs), {});
    await this.commit(drafts);
  }

  async commit(drafts: readonly Draft[]): Promise<void> {
    await this.objects.commit(drafts, { actor: "test" });
  }

  async setSpec(
    kind: typeof nodeKind | typeof queueKind,
    name: string,
    spec: Record<string, unknown>,
  ): Promise<void> {
    const object = await this.objects.get(kind, "", name);
    if (!object) throw new Error(`no ${name}`);
    await this.commit([
      {
        type: "update",
        kind,
        object: { ...object, spec: { ...object.spec, ...spec } } as unknown as AnyStored,
      },
    ]);
  }

  async #pool(name: string, { cpus, devices = [], pool = {}, status = {} }: NodeShape): Promise<void> {
    const ready = {
      type: "Ready",
      status: "True",
      reason: "NodeReady",
      message: "",
      lastTransitionTime: new Date(0).toISOString(),
    };
    const capacity = { cpuMilli: cpus * 1000, memoryBytes: 64 * GIB };
    const poolStatus = {
      isolation: ["sandbox"],
      capacity: { ...capacity, devices: devices.length, deviceModels: {} },
      conditions: [ready],
      ...status,
    };
    await this.create(poolKind, name, { driver: "process", ...pool }, { status: poolStatus });
    await this.create(
      nodeKind,
      `${name}-n`,
      { pool: name },
      {
        status: {
          identifier: `yhc:local:local:${name}:n`,
          engineName: "n",
          architecture: "amd64",
          operatingSystem: "linux",
          capacity: { ...capacity, diskBytes: GIB },
          devices: devices.map((model, i) => ({
            id: `d${i}`,
            identifier: `yhc:local:local:${name}:n:d${i}`,
            vendor: "NVIDIA",
            model,
            memoryBytes: 24 * GIB,
            healthy: true,
            simulated: true,
          })),
          conditions: [ready],
        },
      },
    );
  }
}

export type Commit = Objects["commit"];

/** The next placement is given to `meet` instead of the store. */
export function interceptPlacement(
  world: PlacementWorld,
  meet: (send: () => ReturnType<Commit>) => ReturnType<Commit>,
): void {
  const commit = world.objects.commit.bind(world.objects);
  const replaced: Commit = async (drafts, options) => {
    if (options.verb !== "place") return commit(drafts, options);
    Object.assign(world.objects, { commit });
    return meet(() => commit(drafts, options));
  };
  Object.assign(world.objects, { commit: replaced });
}
