import { add, type Amounts } from "./amounts.ts";

/** What the plan knows of one queue. */
export interface QueueRules {
  readonly name: string;
  /** Share when queues compete: one with weight 2 may hold twice as much as one with weight 1. */
  readonly weight: number;
  /** What its tasks may hold together; a resource that is absent is not bounded. */
  readonly quota: Amounts;
  /** Queues of a cohort lend each other what they do not use. */
  readonly cohort?: string | undefined;
  /** How much it may hold beyond its quota; absent: nothing. A resource absent in it: as much as the cohort has. */
  readonly borrowing?: Amounts | undefined;
  /** Nothing starts from it. */
  readonly stopped?: boolean;
  /** Who may use it; absent or empty: every project. */
  readonly projects?: readonly string[];
}

/** What queues and their projects hold. */
export class QueueUses {
  readonly #byQueue: Map<string, Map<string, number>>;
  readonly #byProject: Map<string, Map<string, number>>;

  constructor(byQueue?: Map<string, Map<string, number>>, byProject?: Map<string, Map<string, number>>) {
    this.#byQueue = byQueue ?? new Map();
    this.#byProject = byProject ?? new Map();
  }

  ofQueue(queue: string): Amounts {
    return this.#byQueue.get(queue) ?? nothing;
  }

  /** What a project holds within one queue. */
  ofProject(queue: string, project: string): Amounts {
    return this.#byProject.get(`${queue}\0${project}`) ?? nothing;
  }

  move(queue: string, project: string, amounts: Amounts, sign: 1 | -1): void {
    for (const [map, key] of [
      [this.#byQueue, queue],
      [this.#byProject, `${queue}\0${project}`],
    ] as const) {
      const held = map.get(key) ?? new Map<string, number>();
      for (const [resource, amount] of amounts) add(held, resource, sign * amount);
      if (held.size === 0) map.delete(key);
      else map.set(key, held);
    }
  }

  copy(): QueueUses {
    const deep = (map: Map<string, Map<string, number>>): Map<string, Map<string, number>> =>
      new Map([...map].map(([key, amounts]) => [key, new Map(amounts)]));
    return new QueueUses(deep(this.#byQueue), deep(this.#byProject));
  }
}

const nothing: Amounts = new Map();

/** Which bound one more task would break: of its queue's own quota, of what it may borrow, or of the cohort together. */
export interface Breach {
  readonly resource: string;
  readonly bound: "quota" | "borrowing" | "cohort";
  /** Used now, asked for, and the most there may be. */
  readonly used: number;
  readonly asked: number;
  readonly limit: number;
}

/** Queues with their cohorts. */
export class QueueBounds {
  readonly #queues: ReadonlyMap<string, QueueRules>;
  readonly #cohorts: ReadonlyMap<string, readonly QueueRules[]>;

  constructor(queues: Iterable<QueueRules>) {
    const all = [...queues];
    this.#queues = new Map(all.map((queue) => [queue.name, queue]));
    const inCohorts = all.filter(({ cohort }) => cohort !== undefined && cohort !== "");
    this.#cohorts = Map.groupBy(inCohorts, ({ cohort }) => cohort!);
  }

  get(name: string): QueueRules | undefined {
    return this.#queues.get(name);
  }

  /** The queues that this one can borrow from and lend to, itself included; only itself outside of a cohort. */
  cohortOf({ cohort, name }: QueueRules): readonly QueueRules[] {
    return (cohort && this.#cohorts.get(cohort)) || [this.#queues.get(name)!];
  }

  /** Whether any queue of the cohort bounds single models of devices. */
  boundsModels(queue: QueueRules): boolean {
    return this.cohortOf(queue).some(({ quota, borrowing }) =>
      [...quota.keys(), ...(borrowing?.keys() ?? [])].some(
        (key) => key.startsWith("devices ") && key !== "devices *",
      ),
    );
  }

  /**
   * The first bound that `asked` on top of the uses would break (R2); undefined when it may be held. Only what may be
   * taken back (`mayBorrow`) is held beyond the queue's own quota.
   */
  breach(queue: QueueRules, uses: QueueUses, asked: Amounts, mayBorrow: boolean): Breach | undefined {
    const use = uses.ofQueue(queue.name);
    for (const [resource, amount] of asked) {
      if (amount === 0) continue;
      const quota = queue.quota.get(resource);
      if (quota === undefined) continue;
      const used = use.get(resource) ?? 0;
      const what = { resource, used, asked: amount };
      if (used + amount > quota) {
        if (!this.#canBorrow(queue) || !mayBorrow) return { ...what, bound: "quota", limit: quota };
        const limit = quota + (queue.borrowing?.get(resource) ?? Infinity);
        if (used + amount > limit) return { ...what, bound: "borrowing", limit };
      }
      const together = this.#cohortBreach(queue, uses, resource, amount);
      if (together) return together;
    }
    return undefined;
  }

  /** Whether the queue could hold this if the whole cohort were idle. */
  couldEverHold(queue: QueueRules, asked: Amounts, mayBorrow: boolean): Breach | undefined {
    return this.breach(queue, new QueueUses(), asked, mayBorrow);
  }

  /** How much the queue holds beyond its quota. */
  borrowed(queue: QueueRules, uses: QueueUses): Amounts {
    const beyond = [...uses.ofQueue(queue.name)].map(([resource, used]) => {
      const quota = queue.quota.get(resource) ?? Infinity;
      return [resource, Math.max(0, used - quota)] as const;
    });
    return new Map(beyond.filter(([, amount]) => amount > 0));
  }

  #canBorrow({ cohort, borrowing }: QueueRules): boolean {
    return cohort !== undefined && cohort !== "" && borrowing !== undefined;
  }

  #cohortBreach(queue: QueueRules, uses: QueueUses, resource: string, asked: number): Breach | undefined {
    const cohort = this.cohortOf(queue);
    let limit = 0;
    let used = 0;
    for (const { name, quota } of cohort) {
      limit += quota.get(resource) ?? Infinity;
      used += uses.ofQueue(name).get(resource) ?? 0;
    }
    return used + asked > limit ? { resource, bound: "cohort", used, asked, limit } : undefined;
  }
}
