import {
  type AttemptId,
  type AttemptRef,
  type Driver,
  type Ending,
  EngineUnreachable,
  type Job,
  type JobHandle,
  type Observation,
  type OutputFile,
} from "../../../domains/compute/src/driver/port.ts";
import type { Faults } from "../faults.ts";
import type { Blobs } from "../world/blobs.ts";
import type { CallFaults, Network } from "../world/network.ts";
import { epochMs, type Process } from "../world/process.ts";
import type { Engine } from "./engine.ts";
import { type EngineJobState, usageOf } from "./job.ts";

export interface DriverOptions {
  readonly engine: Engine;
  readonly network: Network;
  readonly faults: Faults;
  readonly blobs: Blobs;
  /** The replica that holds this driver. */
  readonly process: Process;
  readonly defects: DriverDefects;
  /** Told when a cancel reaches the engine. */
  readonly onCancel: (attempt: string, job: EngineJobState | undefined, by: Process) => void;
  readonly onSubmit: (job: Job, by: Process, signal: AbortSignal) => void;
}

/** Deliberate mistakes of a driver, for the bug bench. */
export interface DriverDefects {
  /** Submits without asking whether the engine has the job already. */
  readonly submitsBlindly?: boolean;
  /** A job that is not in the queue list counts as lost. */
  readonly readsQueueListOnly?: boolean;
  /** Takes the first end of a job that the engine starts again for the end. */
  readonly reportsFirstRun?: boolean;
  /** Finds jobs by project, task and number instead of by the attempt's uid. */
  readonly namesByTitle?: boolean;
  /** Looks at the process id alone. */
  readonly ignoresStartTime?: boolean;
}

const text = (en: string) => ({ en, zh: en });

/** What the three drivers have in common: calls over the network, states read from the engine's lists. */
export class SimulatedDriver implements Driver {
  readonly engine: string;
  readonly #options: DriverOptions;
  #stopWatching = (): void => {};

  constructor(options: DriverOptions) {
    this.engine = options.engine.personality;
    this.#options = options;
    // Slurm says nothing by itself; Kubernetes and the local launcher do.
    if (this.engine === "slurm") Object.defineProperty(this, "watch", { value: undefined });
  }

  facts = (): ReturnType<Driver["facts"]> => this.#call(() => this.#options.engine.facts());

  async submit(job: Job, signal: AbortSignal): Promise<JobHandle> {
    const { engine, defects, onSubmit, process } = this.#options;
    onSubmit(job, process, signal);
    const name = this.#nameOf(job.attempt, job.title);
    const faults = {
      lost: "submit-lost",
      replyLost: "submit-reply-lost",
      duplicated: "submit-duplicated",
    } as const;
    if (engine.personality === "slurm" && defects.submitsBlindly !== true) {
      // No idempotency key: look by name first, then rely on the name's being a singleton.
      const found = await this.#call(() => engine.lookup(name));
      if (found[0] !== undefined) return found[0].id as JobHandle;
    }
    const taken = await this.#call(() => this.#take(job, name), faults);
    return taken.id as JobHandle;
  }

  /** Runs at the engine: one atomic request. */
  #take(job: Job, name: string): EngineJobState {
    const { engine, defects } = this.#options;
    if (engine.personality === "kubernetes" && engine.isTaken(name))
      throw new EngineUnreachable(text("409: the name is another owner's"));
    const present = [...engine.jobs.values()].find((each) => each.name === name);
    const isKept = engine.personality !== "slurm" && defects.submitsBlindly !== true;
    return isKept && present !== undefined ? present : engine.submit(job, name);
  }

  async observe(attempts: readonly AttemptRef[]): Promise<readonly Observation[]> {
    const { faults } = this.#options;
    if (faults.strikes("observe-fails")) throw new EngineUnreachable(text("the queue could not be read"));
    return this.#call(() => attempts.map((ref) => this.#state(ref)));
  }

  #state(ref: AttemptRef): Observation {
    const { engine, faults, defects } = this.#options;
    const attempt = ref.id;
    if (faults.strikes("observe-unknown")) return { attempt, state: "unknown", reason: text("no answer") };
    const job = this.#find(ref);
    if (job === undefined) {
      // Somebody holds a handle: the engine had it once, so this is not the same as never having been there.
      const lagging = engine.personality === "slurm" && ref.handle !== undefined && this.#mayLag(ref);
      return lagging
        ? { attempt, state: "unknown", reason: text("accounting lags") }
        : { attempt, state: "absent" };
    }
    if (defects.readsQueueListOnly === true && !engine.inQueueList(job)) return { attempt, state: "absent" };
    if (defects.reportsFirstRun === true && job.segments[0]?.endMs !== undefined)
      return {
        attempt,
        state: "ended",
        ...ending(job, engine.nowMs),
        outcome: { type: "exited", exitCode: 1 },
      };
    if (job.state === "ended") return { attempt, state: "ended", ...ending(job, engine.nowMs) };
    if (job.state === "queued") return { attempt, state: "queued", reason: text("waits") };
    const startedAtMs = epochMs + job.segments.at(-1)!.startMs;
    return { attempt, state: "running", startedAtMs, node: job.node, usage: usageOf(job, engine.nowMs) };
  }

  #mayLag(ref: AttemptRef): boolean {
    return this.#options.engine.jobs.has(String(ref.handle));
  }

  #find(ref: AttemptRef): EngineJobState | undefined {
    const { engine, defects } = this.#options;
    if (defects.ignoresStartTime === true && ref.handle !== undefined) {
      const pid = ref.handle.split(":")[0]!;
      return [...engine.jobs.values()].findLast((job) => job.id.startsWith(`${pid}:`));
    }
    return [...engine.jobs.values()].find((job) => this.#isOf(job, ref) && engine.isVisible(job));
  }

  #isOf(job: EngineJobState, ref: AttemptRef): boolean {
    if (this.#options.defects.namesByTitle !== true) return job.attempt === ref.id;
    const own = [...this.#options.engine.jobs.values()].find((each) => each.attempt === ref.id);
    return own === undefined ? job.id === ref.handle : job.title === own.title;
  }

  watch(onChange: (attempt: AttemptId) => void): () => void {
    const { engine, network, process } = this.#options;
    const tell = (attempt: string): void =>
      network.send(engine.process, process, () => onChange(attempt as AttemptId));
    const stop = engine.watch(tell);
    this.#stopWatching = stop;
    return stop;
  }

  async cancel(ref: AttemptRef, { graceMs }: { readonly graceMs: number }): Promise<void> {
    const { engine, onCancel, process } = this.#options;
    await this.#call(
      () => {
        const jobs = [...engine.jobs.values()].filter(
          (job) => job.attempt === ref.id || job.id === ref.handle,
        );
        onCancel(ref.id, jobs[0], process);
        engine.bar(ref.id);
        for (const job of jobs) engine.cancel(job, graceMs);
      },
      { lost: "cancel-lost" },
    );
  }

  async *logs(): AsyncIterable<Uint8Array> {}

  /** A program of this world that writes anything copies one file into another, as a canary does. */
  async *outputs(ref: AttemptRef): AsyncGenerator<OutputFile> {
    const copied = await this.#call(() => {
      const job = this.#find(ref);
      return job?.outcome?.type === "exited" && job.outputs.length > 0 ? job : undefined;
    });
    const source = copied?.inputs[0]?.source;
    if (copied === undefined || source === undefined) return;
    const content = this.#options.blobs.at(source);
    const read = async function* (): AsyncGenerator<Uint8Array> {
      yield content;
    };
    for (const path of copied.outputs) yield { path, bytes: content.length, mode: 0o644, read };
  }

  list(): ReturnType<Driver["list"]> {
    return this.#call(() =>
      [...this.#options.engine.jobs.values()]
        .filter((job) => this.#options.engine.inQueueList(job))
        .map((job) => ({
          attempt: job.attempt as AttemptId,
          handle: job.id as JobHandle,
          live: job.state !== "ended" || job.lingering,
        })),
    );
  }

  async forget(ref: AttemptRef): Promise<void> {
    const { engine } = this.#options;
    await this.#call(() => {
      for (const job of engine.jobs.values()) if (job.attempt === ref.id) engine.forget(job);
    });
  }

  close = async (): Promise<void> => this.#stopWatching();

  #nameOf(attempt: string, title: string): string {
    return this.#options.defects.namesByTitle === true ? title : attempt;
  }

  async #call<Value>(handle: () => Value, faults: CallFaults = {}): Promise<Value> {
    const { network, process, engine } = this.#options;
    try {
      return await network.call(process, () => engine.process, handle, faults);
    } catch (error) {
      if (error instanceof EngineUnreachable) throw error;
      throw new EngineUnreachable(text("the engine did not answer"), { cause: error });
    }
  }
}

function ending(job: EngineJobState, nowMs: number): Ending {
  const last = job.segments.at(-1);
  // One that was back in the queue when it ended has no start: its earlier run is not this one.
  const first = last?.endMs === job.endedMs ? last?.startMs : undefined;
  return {
    outcome: job.outcome ?? { type: "cancelled" },
    startedAtMs: first === undefined ? undefined : epochMs + first,
    endedAtMs: epochMs + (job.endedMs ?? nowMs),
    node: job.node,
    usage: usageOf(job, nowMs),
  };
}
