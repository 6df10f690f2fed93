import { Chance } from "./world/chance.ts";

/** Every way in which the simulated world fails, each with what it stands for and how strong it may get. */
export const faultKinds = {
  "replica-crash": "a control plane dies between two steps and starts again",
  "replica-pause":
    "a control plane freezes for longer than its lease lasts, and goes on as if nothing had been",
  "replica-slow-start": "a control plane takes long to come back",
  "rolling-restart": "a control plane is stopped in good order and started anew",
  "two-versions":
    "some control planes run the version to come, which writes a field that the others do not know",
  "clock-forward": "a host's wall clock jumps forward, minutes to hours",
  "clock-back": "a host's wall clock is set back",
  "clock-skew": "the hosts' wall clocks differ by seconds from the start",
  "store-crash-before-append": "the store dies; the group it was writing is gone",
  "store-crash-after-append": "the store dies; the group is durable, nobody was told",
  "disk-full": "appends are refused for a while; nothing is changed",
  "fsync-error": "an append fails in a way that ends all trust: the store must stop, never try again",
  "slow-disk": "appends take half a second to three seconds",
  compaction: "history is compacted up to the present again and again",
  "commit-lost": "a transaction never reaches the store",
  "commit-reply-lost": "a transaction commits and its answer is lost",
  "feed-lag": "a replica sees what others commit seconds later",
  "feed-gap": "a message of the change feed is lost",
  "feed-duplicate": "a message of the change feed comes twice",
  "feed-reorder": "two messages of the change feed change places",
  "feed-stall": "a replica's change feed stands still for seconds while its calls go through",
  partition: "two hosts cannot reach each other, both ways",
  "one-way-partition": "one host cannot reach another, which reaches it",
  clog: "messages of a link are held and then come all at once",
  "slow-network": "messages take up to two seconds",
  "user-reply-lost": "a user's request succeeds and the answer is lost: the user tries again",
  "submit-lost": "a submission never reaches the engine",
  "submit-reply-lost": "the engine takes a job and its answer is lost",
  "submit-duplicated": "a submission reaches the engine twice",
  "observe-unknown": "the engine cannot say how a job stands",
  "observe-fails": "asking for states fails altogether",
  "cancel-lost": "a cancel never reaches the engine",
  "cancel-ignored": "a job ignores TERM until it is killed",
  "engine-outage": "an engine cannot be reached for up to a minute",
  "engine-restart": "the engine's own daemon dies; its jobs go on",
  "hint-lost": "the engine's note that a job has changed is lost",
  "hint-late": "a note about a job comes long after, twice, or when the job is forgotten",
  "accounting-lag": "ended jobs are in the accounting only seconds later",
  "gone-from-queue": "ended jobs leave the queue list before anyone has looked",
  requeue: "the engine starts a job again under the same id",
  "node-failure": "a node dies with everything on it and comes back",
  reboot: "a node restarts: its process ids are used again",
  suspend: "a running job is suspended for a while",
  eviction: "the engine takes a running job away",
  "out-of-memory": "a job is ended because it uses too much memory",
  grandchildren: "a job leaves processes behind that outlive it until the engine kills its group",
  "name-taken": "the name of a job is taken by another owner's for a while",
} as const;

export type FaultId = keyof typeof faultKinds;
export const faultIds = Object.keys(faultKinds) as readonly FaultId[];

/** These hold for the whole seed instead of striking now and then. */
const lasting: readonly FaultId[] = ["clock-skew", "accounting-lag", "gone-from-queue"];

/** The faults of one seed: which are on, how often each strikes (probability or strength, 0…1), from its own stream. */
export class Faults {
  readonly rates: ReadonlyMap<FaultId, number>;
  readonly #streams = new Map<FaultId, Chance>();
  readonly #struck = new Map<FaultId, number>();
  readonly #chance: Chance;
  /** True while the world starts and again in the second phase of a seed: nothing fails. */
  healed = false;

  constructor(seed: number, only?: readonly FaultId[]) {
    this.#chance = new Chance(seed).fork("faults");
    const draw = this.#chance.fork("drawn");
    const share = draw.pick([0, 0.08, 0.15, 0.3, 0.5]);
    const rates = new Map<FaultId, number>();
    for (const id of faultIds) {
      const isOn = draw.is(share);
      const rate = draw.pick([0.02, 0.05, 0.1, 0.25]);
      if (only === undefined ? isOn : only.includes(id)) rates.set(id, rate);
    }
    this.rates = rates;
    for (const id of lasting) if (rates.has(id)) this.count(id);
  }

  isOn(id: FaultId): boolean {
    return !this.healed && this.rates.has(id);
  }

  rate(id: FaultId): number {
    return this.healed ? 0 : (this.rates.get(id) ?? 0);
  }

  /** True when the fault strikes now. `weight` makes it rarer or more frequent than its rate. */
  strikes(id: FaultId, weight = 1): boolean {
    const rate = this.rate(id);
    if (rate === 0 || !this.stream(id).is(Math.min(0.9, rate * weight))) return false;
    this.count(id);
    return true;
  }

  count(id: FaultId): void {
    this.#struck.set(id, (this.#struck.get(id) ?? 0) + 1);
  }

  stream(id: FaultId): Chance {
    const known = this.#streams.get(id);
    if (known !== undefined) return known;
    const stream = this.#chance.fork(id);
    this.#streams.set(id, stream);
    return stream;
  }

  /** How often each struck. */
  get struck(): ReadonlyMap<FaultId, number> {
    return this.#struck;
  }
}
