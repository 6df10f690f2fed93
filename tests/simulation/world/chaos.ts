import type { FaultId, Faults } from "../faults.ts";
import type { Engine } from "../engines/engine.ts";
import type { Chance } from "./chance.ts";
import type { Database } from "./database.ts";
import type { Disk } from "./disk.ts";
import type { Network } from "./network.ts";
import type { Process } from "./process.ts";
import type { Replica } from "./replica.ts";
import type { ReplicaStore } from "./replica-store.ts";
import type { Trace } from "./trace.ts";
import type { WorldTime } from "./time.ts";

export interface ChaosOptions {
  readonly time: WorldTime;
  readonly faults: Faults;
  readonly network: Network;
  readonly database: Database;
  readonly disk: Disk;
  readonly replicas: readonly Replica[];
  readonly engines: readonly Engine[];
  readonly trace: Trace;
  /** One process holds store and control plane: they die together. */
  readonly isSingle: boolean;
  readonly compact: () => void;
  /** The store as each replica that is not alone sees it. */
  readonly stores: ReadonlyMap<Process, ReplicaStore>;
}

const everyMs = 1000;

/** Strikes once a second of the world, with whatever faults the seed has. Others strike where they belong: on a call. */
export class Chaos {
  readonly #options: ChaosOptions;

  constructor(options: ChaosOptions) {
    this.#options = options;
  }

  start(): void {
    const { time, faults } = this.#options;
    if (faults.isOn("clock-skew"))
      for (const replica of this.#options.replicas)
        replica.shiftClock(Math.round(faults.stream("clock-skew").between(-5000, 5000)));
    const tick = (): void => {
      if (faults.healed) return;
      this.#strike();
      time.after(everyMs, tick);
    };
    tick();
  }

  /** Ends the store's process, and with a single one the control plane too. */
  crashStore(keepsPending: boolean, downMs: number): void {
    const { database, isSingle, replicas, time } = this.#options;
    database.crash(keepsPending, downMs);
    if (!isSingle) return;
    for (const replica of replicas) {
      replica.crash();
      time.after(downMs + 50, () => void replica.start());
    }
  }

  #strike(): void {
    this.#onReplicas();
    this.#onStore();
    this.#onNetwork();
    for (const engine of this.#options.engines) this.#onEngine(engine);
  }

  #hit(id: FaultId, weight: number, strike: (chance: Chance) => void): void {
    const { faults, trace } = this.#options;
    if (!faults.strikes(id, weight)) return;
    trace.note(`fault ${id}`);
    strike(faults.stream(id));
  }

  #onReplicas(): void {
    const { replicas, isSingle, time, faults } = this.#options;
    const restart = (replica: Replica, chance: Chance): void => {
      const slow = faults.strikes("replica-slow-start", 5);
      const downMs = slow ? chance.between(8000, 30_000) : chance.between(100, 3000);
      if (isSingle) return this.crashStore(chance.is(0.5), downMs);
      time.after(this.#stallFollowers(), () => {
        if (faults.healed) return;
        replica.crash();
        time.after(downMs, () => void replica.start());
      });
    };
    this.#hit("replica-crash", 0.5, (chance) => restart(this.#oneOf(chance), chance));
    this.#hit("replica-pause", 0.4, (chance) => {
      const ms = chance.between(1000, 40_000);
      chance.pick(replicas).process?.pauseFor(ms);
      if (isSingle) this.#options.database.process.pauseFor(ms);
    });
    const roll = (chance: Chance): void => {
      const replica = this.#oneOf(chance);
      time.after(this.#stallFollowers(), () => {
        if (!faults.healed)
          void replica.stop().then(() => time.after(chance.between(200, 9000), () => void replica.start()));
      });
    };
    this.#hit("rolling-restart", 0.3, roll);
    // An upgrade, or the way back from it, is a restart that brings the one version or the other.
    this.#hit("two-versions", 0.5, roll);
    this.#hit("clock-forward", 0.3, (chance) => {
      chance.pick(replicas).shiftClock(chance.pick([2000, 60_000, 3_600_000, 21_600_000]));
    });
    this.#hit("clock-back", 0.3, (chance) => {
      chance.pick(replicas).shiftClock(-chance.pick([2000, 60_000, 3_600_000]));
    });
  }

  /** Any of them, more often the one that leads. */
  #oneOf(chance: Chance): Replica {
    const { replicas } = this.#options;
    const leader = chance.is(0.5) ? replicas.find(({ leads }) => leads) : undefined;
    return leader ?? chance.pick(replicas);
  }

  /** What ends one replica often slows the others first: who takes over is far behind. Gives when the end comes. */
  #stallFollowers(): number {
    const { faults, stores, replicas } = this.#options;
    if (!faults.strikes("feed-stall", 10)) return 0;
    const chance = faults.stream("feed-stall");
    for (const { process, leads } of replicas)
      if (process !== undefined && !leads) stores.get(process)?.stallFeed(chance.between(20_000, 45_000));
    return chance.between(4000, 14_000);
  }

  #onStore(): void {
    this.#hit("store-crash-before-append", 0.3, (chance) =>
      this.crashStore(false, chance.between(200, 8000)),
    );
    this.#hit("store-crash-after-append", 0.3, (chance) => this.crashStore(true, chance.between(200, 8000)));
    const { replicas, stores } = this.#options;
    this.#hit("compaction", 1, () => this.#options.compact());
    this.#hit("feed-stall", 0.5, (chance) => {
      const { process } = chance.pick(replicas);
      if (process !== undefined) stores.get(process)?.stallFeed(chance.between(3000, 25_000));
    });
  }

  #onNetwork(): void {
    const { network, replicas, engines } = this.#options;
    const ends = (chance: Chance): [string, string] => {
      const one = chance.pick(replicas).name;
      return [one, chance.pick(["db", ...engines.map(({ name }) => name)])];
    };
    this.#hit("partition", 0.5, (chance) => {
      const [one, other] = ends(chance);
      const ms = chance.between(1000, 25_000);
      network.cut(one, other, ms);
      network.cut(other, one, ms);
    });
    this.#hit("one-way-partition", 0.5, (chance) => {
      const [one, other] = ends(chance);
      const [from, to] = chance.is(0.5) ? [one, other] : [other, one];
      network.cut(from, to, chance.between(1000, 25_000));
    });
    this.#hit("clog", 0.5, (chance) => {
      const [one, other] = ends(chance);
      const [from, to] = chance.is(0.5) ? [one, other] : [other, one];
      network.clog(from, to, chance.between(500, 8000));
    });
  }

  #onEngine(engine: Engine): void {
    const { network, replicas } = this.#options;
    const running = engine.live().filter(({ state }) => state === "running");
    const one = (chance: Chance) => (running.length === 0 ? undefined : chance.pick(running));
    this.#hit("engine-outage", 0.2, (chance) => {
      const ms = chance.between(3000, 60_000);
      for (const { name } of replicas) network.cut(name, engine.name, ms);
    });
    this.#hit("engine-restart", 0.3, () => engine.restart());
    this.#hit("node-failure", 0.2, (chance) => engine.failNode(chance.between(2000, 20_000), false));
    this.#hit("reboot", 0.2, () => engine.failNode(3000, false));
    if (engine.personality === "slurm") {
      this.#hit("requeue", 0.5, (chance) => {
        const job = one(chance);
        if (job !== undefined) engine.requeue(job);
      });
      this.#hit("suspend", 0.5, (chance) => {
        const job = one(chance);
        if (job !== undefined) engine.suspend(job, chance.between(1000, 15_000));
      });
    }
    this.#hit("eviction", 0.4, (chance) => {
      const job = one(chance);
      if (job !== undefined) engine.evict(job);
    });
  }
}
