import { type AnyResource, type Api, ApiError, type Caller, keyOfKind } from "@yunhe/kernel";
import { taskKind } from "@yunhe/domain-compute";
import type { LogChecks } from "../checks/log.ts";
import { Violation } from "../checks/violation.ts";
import type { Faults } from "../faults.ts";
import type { Chance } from "../world/chance.ts";
import type { Network } from "../world/network.ts";
import { Process } from "../world/process.ts";
import type { Replica } from "../world/replica.ts";
import type { WorldTime } from "../world/time.ts";
import type { Trace } from "../world/trace.ts";
import { isEndless, taskBody } from "./tasks.ts";

export const project = "lab";
export const counterAnnotation = "simulation/counter";

interface Known {
  readonly name: string;
  readonly uid: string;
}

export interface UserOptions {
  readonly name: string;
  readonly time: WorldTime;
  readonly chance: Chance;
  readonly faults: Faults;
  readonly network: Network;
  readonly trace: Trace;
  readonly log: LogChecks;
  readonly replicas: readonly Replica[];
  readonly jurisdictions: readonly string[];
}

/** Somebody who submits, edits, cancels, deletes and tries again what got no answer. */
export class User {
  readonly name: string;
  readonly #options: UserOptions;
  readonly #process: Process;
  readonly #tasks: Known[] = [];
  readonly #ending = new Set<string>();
  #requests = 0;
  /** Requests still without an answer. */
  busy = 0;
  /** Tasks whose creation was acknowledged, by uid. */
  readonly created = new Set<string>();
  readonly cancelled = new Set<string>();
  readonly counted = new Map<string, { sure: number; maybe: number }>();

  constructor(options: UserOptions) {
    this.name = options.name;
    this.#options = options;
    this.#process = new Process(options.name, options.time, options.chance.fork(options.name));
  }

  get #caller(): Caller {
    this.#requests += 1;
    const principal = { id: this.name, type: "User", displayName: this.name } as const;
    return { principal, requestId: `${this.name}-${this.#requests}` };
  }

  /** Cancels what would run for ever, whoever submitted it; does nothing about what is being cancelled. */
  endTheEndless(): void {
    for (const task of this.#options.log.tasks.values()) {
      const { uid, name } = task.metadata;
      if (!isEndless(task) || task.spec.cancelled || this.#ending.has(uid)) continue;
      this.#ending.add(uid);
      this.busy += 1;
      void this.#cancel({ name, uid }).finally(() => {
        this.#ending.delete(uid);
        this.busy -= 1;
      });
    }
  }

  /** Does one thing. */
  act(chance: Chance): void {
    const pick = chance.next();
    const known = this.#tasks.length === 0 ? undefined : chance.pick(this.#tasks);
    this.busy += 1;
    const run =
      known === undefined || pick < 0.5
        ? this.#create(chance)
        : pick < 0.65
          ? this.#cancel(known)
          : pick < 0.78
            ? this.#delete(known)
            : pick < 0.9
              ? this.#count(known)
              : this.#retry(known);
    void run.finally(() => {
      this.busy -= 1;
    });
  }

  /** Tries until there is an answer, with the same idempotency key. */
  async #ask<Value>(what: string, request: (api: Api) => Promise<Value>): Promise<Value | undefined> {
    const { network, replicas, time, trace, chance } = this.#options;
    for (let tries = 1; tries <= 8; tries += 1) {
      const replica = chance.pick(replicas);
      try {
        const value = await network.call(
          this.#process,
          () => (replica.api === undefined ? undefined : replica.process),
          () => (replica.api === undefined ? unavailable() : request(replica.api)),
          { replyLost: "user-reply-lost" },
        );
        trace.note(`${this.name} ${what}: done`);
        return value;
      } catch (error) {
        if (!(error instanceof ApiError)) throw error;
        trace.note(`${this.name} ${what}: ${error.reason}`);
        const isFinal = !["Timeout", "ServiceUnavailable", "InsufficientStorage", "Conflict"].includes(
          error.reason,
        );
        if (isFinal || (error.reason === "Conflict" && tries > 4)) return undefined;
        await new Promise<void>((resolve) => void time.after(700 * tries, resolve));
      }
    }
    return undefined;
  }

  async #create(chance: Chance): Promise<void> {
    const request = `${this.name}-${this.#requests}`;
    const reused = chance.is(0.3) ? chance.pick(["train", "eval"]) : undefined;
    const body = taskBody(chance, {
      ...(reused === undefined ? {} : { name: reused }),
      request,
      others: this.#tasks.map(({ name }) => name),
      jurisdictions: this.#options.jurisdictions,
    });
    const caller = this.#caller;
    const result = await this.#ask(`creates ${request}`, (api) =>
      api.create(caller, { kind: taskKind, namespace: project }, body, { idempotencyKey: request }),
    );
    if (result === undefined) return;
    const { metadata } = JSON.parse(result.json) as AnyResource;
    if (metadata.labels?.["simulation/request"] !== request)
      throw new Violation(
        "C2",
        `${request} was answered with the object of ${metadata.labels?.["simulation/request"]}`,
      );
    this.created.add(metadata.uid);
    const known = { name: metadata.name, uid: metadata.uid };
    this.#tasks.push(known);
    await this.#thinksBetter(known, chance.fork("haste"));
  }

  /** Who has just seen a mistake ends it at once: in the middle of its being placed. */
  async #thinksBetter(task: Known, chance: Chance): Promise<void> {
    if (!chance.is(0.15)) return;
    await new Promise<void>((resolve) => void this.#options.time.after(chance.between(0, 6), resolve));
    await (chance.is(0.6) ? this.#cancel(task) : this.#delete(task));
  }

  async #cancel({ name, uid }: Known): Promise<void> {
    const caller = this.#caller;
    const answer = await this.#ask(`cancels ${name}`, (api) =>
      api.act(caller, this.#target(name), "cancel", {}),
    );
    const task = answer as AnyResource | undefined;
    if (task?.metadata.uid === uid) this.cancelled.add(uid);
  }

  async #delete({ name }: Known): Promise<void> {
    const caller = this.#caller;
    await this.#ask(`deletes ${name}`, (api) => {
      // Whatever stands under the name when the request arrives is what is deleted.
      for (const task of this.#options.log.tasks.values())
        if (task.metadata.name === name) this.#options.log.deletionsAsked.add(task.metadata.uid);
      return api.delete(caller, this.#target(name));
    });
  }

  /** Reads, adds one, writes back what it read: with C6 no acknowledged addition is ever lost. */
  async #count({ name, uid }: Known): Promise<void> {
    const counts = this.counted.get(uid) ?? { sure: 0, maybe: 0 };
    this.counted.set(uid, counts);
    for (let tries = 0; tries < 3; tries += 1) {
      const reading = await this.#ask(`reads ${name}`, (api) => api.get(this.#caller, this.#target(name)));
      if (reading === undefined || reading.uid !== uid) return;
      const object = JSON.parse(reading.json) as AnyResource;
      const value = Number(object.metadata.annotations?.[counterAnnotation] ?? "0");
      object.metadata.annotations = {
        ...object.metadata.annotations,
        [counterAnnotation]: String(value + 1),
      };
      const outcome = await this.#writeOnce(name, object);
      if (outcome === "unknown") counts.maybe += 1;
      else if (outcome === "done") counts.sure += 1;
      if (outcome !== "conflict") return;
    }
  }

  async #writeOnce(name: string, object: AnyResource): Promise<"done" | "conflict" | "unknown"> {
    const { network, replicas, chance, trace } = this.#options;
    const replica = chance.pick(replicas);
    const caller = this.#caller;
    try {
      await network.call(
        this.#process,
        () => (replica.api === undefined ? undefined : replica.process),
        () =>
          replica.api === undefined ? unavailable() : replica.api.update(caller, this.#target(name), object),
        { replyLost: "user-reply-lost" },
      );
      trace.note(`${this.name} counts on ${name}: done`);
      return "done";
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      return error.reason === "Conflict" || error.reason === "NotFound" ? "conflict" : "unknown";
    }
  }

  async #retry({ name }: Known): Promise<void> {
    const caller = this.#caller;
    await this.#ask(`retries ${name}`, (api) => api.act(caller, this.#target(name), "retry", {}));
  }

  #target = (name: string) => ({ kind: taskKind, namespace: project, name });
}

export const taskKey = keyOfKind(taskKind);

const unavailable = (): never => {
  throw new ApiError("ServiceUnavailable", { en: "down", zh: "不可用" });
};
