import { ApiError, keyOfKind, openObjects, type Store, systemPrincipal, words } from "@yunhe/kernel";
import { poolKind, queueKind } from "@yunhe/domain-compute";
import { EngineUnreachable, type NodeFacts } from "../../../domains/compute/src/driver/port.ts";
import type { Group } from "../../../kernel/src/store/backend.ts";
import { EngineChecks } from "../checks/engine-calls.ts";
import { GroundTruth } from "../checks/ground-truth.ts";
import { LogChecks } from "../checks/log.ts";
import { StoreChecks } from "../checks/store.ts";
import { Violation } from "../checks/violation.ts";
import type { Hooks } from "../defects/hooks.ts";
import { SimulatedDriver } from "../engines/driver.ts";
import { Engine, type Personality } from "../engines/engine.ts";
import { type FaultId, Faults } from "../faults.ts";
import { Operator } from "../users/operator.ts";
import { User } from "../users/user.ts";
import { Watching } from "../users/watching.ts";
import { Blobs } from "./blobs.ts";
import { Chance } from "./chance.ts";
import { Chaos } from "./chaos.ts";
import { Database } from "./database.ts";
import { Disk } from "./disk.ts";
import { Network } from "./network.ts";
import { permitKind } from "./permissions.ts";
import type { Process } from "./process.ts";
import { kinds, meterMs, Replica } from "./replica.ts";
import { ReplicaStore } from "./replica-store.ts";
import { WorldTime } from "./time.ts";
import { Trace } from "./trace.ts";
import { eachTurn } from "./turns.ts";

export interface WorldOptions {
  readonly seed: number;
  readonly faults?: readonly FaultId[] | undefined;
  /** How often users do something. */
  readonly actions?: number | undefined;
  readonly hooks?: Hooks | undefined;
  readonly keepTrace?: boolean | undefined;
}

/** Where each engine stands. */
const jurisdictions = ["CN", "EU"] as const;
const endingEveryMs = 2000;

/** A whole fleet with its control planes, in one process, from one seed. */
export class World {
  readonly time = new WorldTime();
  readonly trace: Trace;
  readonly chance: Chance;
  readonly faults: Faults;
  readonly network: Network;
  readonly disk: Disk;
  readonly blobs = new Blobs();
  readonly database: Database;
  readonly replicas: readonly Replica[];
  readonly engines: readonly Engine[];
  readonly users: readonly User[];
  readonly log: LogChecks;
  readonly truth: GroundTruth;
  readonly storeChecks: StoreChecks;
  readonly watching: Watching;
  readonly operator: Operator;
  readonly isSingle: boolean;
  readonly #chaos: Chaos;
  readonly #engineChecks: EngineChecks;
  readonly #hooks: Hooks;
  readonly #stores = new Map<Process, ReplicaStore>();
  failure: Violation | undefined;

  constructor({ seed, faults, hooks = {}, keepTrace = false }: WorldOptions) {
    this.#hooks = hooks;
    this.trace = new Trace(() => this.time.nowMs, keepTrace);
    this.chance = new Chance(seed);
    this.faults = new Faults(seed, faults);
    this.network = new Network(this.time, this.chance, this.faults);
    this.truth = new GroundTruth(meterMs);
    this.log = new LogChecks(this.truth);
    const layout = this.chance.fork("layout");
    this.isSingle = layout.is(0.35);
    this.disk = new Disk(this.faults, hooks.disk ?? {}, (group) => this.#durable(group));
    this.storeChecks = new StoreChecks(this.disk);
    this.database = new Database({
      time: this.time,
      chance: this.chance,
      faults: this.faults,
      disk: this.disk,
      barrierKinds: [keyOfKind(permitKind)],
      onFatal: () => this.#chaos.crashStore(false, 500),
      onStart: () => this.guard(() => this.storeChecks.reopened()),
      onChanges: (changes) => this.storeChecks.published(changes),
    });
    this.engines = this.#layEngines(layout);
    this.replicas = Array.from({ length: this.isSingle ? 1 : layout.int(2, 3) }, (_, index) =>
      this.#replica(`r${index}`),
    );
    this.operator = new Operator(this.database);
    this.#engineChecks = new EngineChecks(this.log);
    const { time, chance, network, trace, log, replicas } = this;
    this.users = ["ada", "bo"].map(
      (name) =>
        new User({
          name,
          time,
          chance,
          faults: this.faults,
          network,
          trace,
          log,
          replicas,
          jurisdictions: this.engines.map((_, index) => jurisdictions[index]!),
        }),
    );
    this.watching = new Watching({ time, chance, network, log, replicas });
    this.#chaos = new Chaos({
      time,
      faults: this.faults,
      network,
      database: this.database,
      disk: this.disk,
      replicas,
      engines: this.engines,
      trace,
      isSingle: this.isSingle,
      compact: () => this.#compact(),
      stores: this.#stores,
    });
  }

  /** The violation, if there is one, ends the seed; anything else that is thrown is a defect too. */
  guard(check: () => void): void {
    try {
      check();
    } catch (error) {
      this.fail(error);
    }
  }

  fail(error: unknown): void {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    this.failure ??= error instanceof Violation ? error : new Violation("CRASH", text);
  }

  /** Store, queues, pools and control planes are there. */
  async start(): Promise<void> {
    this.faults.healed = true;
    const { environment } = this.database.process;
    const objects = openObjects(this.database.store!, kinds, environment);
    const create = { type: "create" } as const;
    await this.#until(
      objects.commit(
        [
          { ...create, kind: queueKind, object: { metadata: { name: "fast" }, spec: {} } },
          {
            ...create,
            kind: queueKind,
            object: { metadata: { name: "bounded" }, spec: { quota: { tasks: 2, cpus: 5 } } },
          },
          ...this.users.map(({ name }) => ({
            ...create,
            kind: permitKind,
            object: { metadata: { name } },
          })),
          ...this.engines.map(({ name, personality }, index) => ({
            ...create,
            kind: poolKind,
            object: { metadata: { name }, spec: { driver: personality, jurisdiction: jurisdictions[index] } },
          })),
        ],
        { actor: systemPrincipal("world").id },
      ),
    );
    for (const replica of this.replicas) await this.#until(replica.start());
  }

  startChaos(): void {
    this.faults.healed = false;
    this.#chaos.start();
  }

  /** Nothing fails from now on: what is down comes up, what is cut is joined, clocks are set right. */
  heal(): void {
    this.trace.note("heal");
    this.faults.healed = true;
    this.disk.disarm();
    this.network.heal();
    for (const engine of this.engines) engine.heal();
    for (const replica of this.replicas) {
      replica.setClock(0);
      this.time.after(9000, () => void replica.start());
    }
    const endAll = (): void => {
      for (const { name } of this.users) void this.operator.set(name, true);
      this.users[0]!.endTheEndless();
      this.time.after(endingEveryMs, endAll);
    };
    endAll();
  }

  get stores(): readonly ReplicaStore[] {
    return [...this.#stores].filter(([process]) => process.alive).map(([, store]) => store);
  }

  async #until(work: Promise<unknown>): Promise<void> {
    const state = { done: false };
    void work.finally(() => {
      state.done = true;
    });
    await eachTurn(() => {
      if (state.done) return "done";
      if (!this.time.step(this.time.nowMs + 60_000)) throw new Error("the world does not start");
      return "again";
    });
  }

  #durable(group: Group): void {
    for (const { revision, type, key } of group.rows)
      this.trace.note(`${revision} ${type} ${key.kind} ${key.name}`);
    this.guard(() => this.log.take(group));
    // Replicas that lag judge by what they have seen; only one that holds the store itself can promise this.
    if (this.isSingle) this.guard(() => this.operator.take(group));
    if (this.isSingle) return;
    for (const [process, store] of this.#stores) {
      if (process.alive) store.publish(group.rows);
      else this.#stores.delete(process);
    }
  }

  #compact(): void {
    const upTo = Math.min(this.disk.position.revision, ...this.stores.map((store) => store.revision()));
    void this.database.store?.compact(upTo).catch(() => {});
    for (const store of this.stores) store.forgetUpTo(upTo);
  }

  #replica(name: string): Replica {
    return new Replica({
      name,
      time: this.time,
      chance: this.chance,
      hooks: this.#hooks,
      isNewer: () => this.faults.isOn("two-versions") && this.faults.stream("two-versions").is(0.5),
      blobs: this.blobs,
      openStore: (process) =>
        this.storeChecks.watch(this.#openStore(process), process, this.#replicaOf(name), (violation) =>
          this.fail(violation),
        ),
      drivers: (process) => this.#drivers(process),
      onFailure: ({ error, reconciler, key }) => {
        this.trace.note(
          `${name} ${reconciler} ${key.name} failed: ${error instanceof Error ? error.message.slice(0, 80) : ""}`,
        );
        const expected = error instanceof ApiError || error instanceof EngineUnreachable;
        if (!expected && !(error instanceof Error && /on purpose/.test(error.message))) this.fail(error);
      },
      onViolation: (violation) => this.fail(violation),
    });
  }

  #replicaOf = (name: string) => (): number | undefined =>
    this.replicas.find((replica) => replica.name === name)?.epoch;

  #openStore(process: Process): Store {
    if (this.isSingle) {
      if (this.database.store === undefined)
        throw new ApiError("ServiceUnavailable", words("The store is down.", "存储不可用。"));
      return this.database.store;
    }
    const { network, faults, database, disk } = this;
    const sees = this.#hooks.leadsBeforeSeeing !== true;
    const store = new ReplicaStore({ process, network, faults, database, disk, sees });
    this.#stores.set(process, store);
    return store;
  }

  #drivers(process: Process) {
    const { network, faults } = this;
    return Object.fromEntries(
      this.engines.map((engine) => [
        engine.personality,
        async () => {
          const driver = new SimulatedDriver({
            engine,
            network,
            faults,
            process,
            blobs: this.blobs,
            defects: this.#hooks.driverDefects ?? {},
            onCancel: (attempt, job) => this.guard(() => this.#engineChecks.cancel(attempt, job)),
            onSubmit: (job, by, signal) => this.guard(() => this.#engineChecks.submit(job, by, signal)),
          });
          const context = { chance: this.chance.fork(`driver-${process.name}`), time: this.time };
          return this.#hooks.driver?.(driver, context) ?? driver;
        },
      ]),
    );
  }

  #layEngines(layout: Chance): Engine[] {
    const all: Personality[] = ["process", "slurm", "kubernetes"];
    const first = layout.pick(all);
    const second = layout.pick(all);
    const chosen = first === second || layout.is(0.5) ? [first] : [first, second];
    const { time, chance, faults, trace } = this;
    return chosen.map((personality) => {
      const nodes = Array.from({ length: layout.int(1, 2) }, (_, index) =>
        nodeFacts(`n${index}`, layout.int(2, 3)),
      );
      const observer = {
        started: (engine: Engine, job: Parameters<GroundTruth["started"]>[1]) =>
          this.guard(() => this.truth.started(engine, job)),
        ended: () => {},
      };
      return new Engine({
        name: `pool-${personality}`,
        personality,
        nodes,
        time,
        chance: chance.fork(personality),
        faults,
        trace,
        observer,
      });
    });
  }
}

const nodeFacts = (name: string, devices: number): NodeFacts => ({
  name,
  architecture: "x86_64",
  operatingSystem: "linux",
  cpuMilli: 6000,
  memoryBytes: 16 * 2 ** 30,
  diskBytes: 2 ** 40,
  devices: Array.from({ length: devices }, (_, index) => ({
    id: `gpu-${index}`,
    vendor: "NVIDIA",
    model: "A100-80G",
    memoryBytes: 80 * 2 ** 30,
    healthy: true,
    simulated: true,
  })),
  ready: true,
  labels: {},
});
