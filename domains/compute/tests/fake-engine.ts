import { type Environment, words } from "@yunhe/kernel";
import {
  type AttemptId,
  type AttemptRef,
  type Driver,
  type EngineFacts,
  EngineUnreachable,
  type Job,
  type JobHandle,
  type Observation,
  type Outcome,
  type OutputFile,
} from "../src/driver/port.ts";

export interface FakeJob {
  readonly job: Job;
  /** Undefined: it waits for its node. */
  readonly startedAtMs: number | undefined;
  ended?: { readonly atMs: number; readonly outcome: Outcome };
}

const noUsage = { cpuCoreMs: 0, memoryByteSeconds: 0, peakMemoryBytes: 0 };

/** Programs that end well at once, unless the engine has another fate for all. */
const succeeds = new Set(["true", "sh"]);

/**
 * An engine in memory that outlives its drivers, as a cluster outlives connections. Jobs run until `end` is called, but
 * `["true"]` succeeds at once, and so do canaries. `mode` says how it answers: not at all (`down`), never (`hung`), or with an error of its own.
 */
export class FakeEngine {
  mode: "up" | "down" | "hung" | "broken" = "up";
  /** The next submission is done, but its answer is lost. */
  loseNextAnswer = false;
  /** Jobs are deaf to being cancelled. */
  deaf = false;
  /** What each new job comes to at once; undefined: it runs. */
  fate: Outcome | undefined;
  /** A closed node takes no jobs: new ones wait for it. */
  nodeReady = true;
  choosesNodes = false;
  /** Files come back damaged. */
  corrupting = false;
  /** Folder of a storage of its own. */
  storage: string | undefined;
  cpuMilli = 8000;
  readonly jobs = new Map<string, FakeJob>();
  readonly calls: string[] = [];
  opened = 0;
  readonly #environment: Environment;
  readonly #read: (source: string) => Uint8Array;

  constructor(environment: Environment, read: (source: string) => Uint8Array) {
    this.#environment = environment;
    this.#read = read;
  }

  driver = async (): Promise<Driver> => {
    this.opened += 1;
    return {
      engine: "fake",
      ...(this.choosesNodes ? { choosesNodes: true as const } : {}),
      ...(this.storage === undefined ? {} : { storage: { root: this.storage } }),
      facts: () => this.#answer("facts", () => this.#facts()),
      submit: (job) => this.#answer("submit", () => this.#submit(job)),
      observe: (refs) => this.#answer("observe", () => refs.map((ref) => this.#observe(ref))),
      cancel: ({ id }) =>
        this.#answer("cancel", () => (this.deaf ? undefined : this.end(id, { type: "cancelled" }))),
      // eslint-disable-next-line require-yield
      async *logs() {
        return;
      },
      outputs: (ref) => this.#outputs(ref),
      list: () =>
        this.#answer("list", () =>
          [...this.jobs].map(([id, { ended }]) => ({
            attempt: id as AttemptId,
            handle: id as JobHandle,
            live: ended === undefined,
          })),
        ),
      forget: ({ id }) => this.#answer("forget", () => void this.jobs.delete(id)),
      close: async () => undefined,
    };
  };

  end(attempt: string, outcome: Outcome): void {
    const job = this.jobs.get(attempt);
    if (job) job.ended ??= { atMs: this.#environment.clock.nowMs(), outcome };
  }

  /** Attempts whose jobs run now. */
  running(): string[] {
    return [...this.jobs].filter(([, { ended }]) => ended === undefined).map(([id]) => id);
  }

  async #answer<Value>(call: string, value: () => Value): Promise<Value> {
    this.calls.push(call);
    if (this.mode === "hung") return new Promise<never>(() => undefined);
    if (this.mode === "down") throw new EngineUnreachable(words("down", "停机"));
    if (this.mode === "broken" && call !== "facts" && call !== "list") throw new Error("out of order");
    return value();
  }

  /** `sh` is a canary: its question comes back as its answer. */
  async *#outputs({ id }: AttemptRef): AsyncGenerator<OutputFile> {
    const question = this.jobs.get(id)?.job.inputs.find(({ path }) => path === "question");
    if (!question) return;
    const content = this.corrupting ? new TextEncoder().encode("mud") : this.#read(question.source);
    yield {
      path: "answer",
      bytes: content.byteLength,
      mode: 0o644,
      async *read() {
        yield content;
      },
    };
  }

  #submit(job: Job): JobHandle {
    if (!this.jobs.has(job.attempt)) {
      const startedAtMs = this.nodeReady ? this.#environment.clock.nowMs() : undefined;
      this.jobs.set(job.attempt, { job, startedAtMs });
      const fate =
        succeeds.has(job.command[0]) && !this.fate ? ({ type: "exited", exitCode: 0 } as const) : this.fate;
      if (fate) this.end(job.attempt, fate);
    }
    if (this.loseNextAnswer) {
      this.loseNextAnswer = false;
      throw new EngineUnreachable(words("the answer was lost", "应答丢失"));
    }
    return job.attempt as string as JobHandle;
  }

  #observe({ id }: AttemptRef): Observation {
    const job = this.jobs.get(id);
    if (!job) return { attempt: id, state: "absent" };
    const { startedAtMs, ended } = job;
    if (!ended)
      return startedAtMs === undefined
        ? { attempt: id, state: "queued", reason: words("no node", "无节点") }
        : { attempt: id, state: "running", startedAtMs, node: "n", usage: noUsage };
    const { atMs: endedAtMs, outcome } = ended;
    return { attempt: id, state: "ended", outcome, startedAtMs, endedAtMs, node: "n", usage: noUsage };
  }

  #facts(): EngineFacts {
    const node = {
      name: "n",
      architecture: "x64",
      operatingSystem: "linux",
      cpuMilli: this.cpuMilli,
      memoryBytes: 2 ** 34,
      diskBytes: 0,
      devices: [],
      ready: this.nodeReady,
      labels: {},
    };
    return { version: "fake", nodes: [node], isolation: ["process"], enforces: [], warnings: [] };
  }
}
