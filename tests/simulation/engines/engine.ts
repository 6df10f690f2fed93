import type { EngineFacts, Job, NodeFacts, Outcome } from "../../../domains/compute/src/driver/port.ts";
import type { Faults } from "../faults.ts";
import type { Chance } from "../world/chance.ts";
import { Process } from "../world/process.ts";
import type { Trace } from "../world/trace.ts";
import type { WorldTime } from "../world/time.ts";
import { type EngineJobState, scriptOf } from "./job.ts";

export type Personality = "process" | "slurm" | "kubernetes";

export interface EngineOptions {
  readonly name: string;
  readonly personality: Personality;
  readonly nodes: readonly NodeFacts[];
  readonly time: WorldTime;
  readonly chance: Chance;
  readonly faults: Faults;
  readonly trace: Trace;
  /** Told of everything that a check may want to see. */
  readonly observer: EngineObserver;
}

export interface EngineObserver {
  started(engine: Engine, job: EngineJobState): void;
  ended(engine: Engine, job: EngineJobState): void;
}

const text = (en: string) => ({ en, zh: en });
const minJobAgeMs = 60_000;

/**
 * An engine as it really is, seen by nobody but its own interface: jobs that queue, run and end, nodes that die, names
 * that are taken, lists that forget. Its clock is right; those of the control planes may not be.
 */
export class Engine {
  readonly name: string;
  readonly personality: Personality;
  process: Process;
  readonly jobs = new Map<string, EngineJobState>();
  readonly #options: EngineOptions;
  readonly #down = new Set<string>();
  readonly #hints = new Set<(attempt: string) => void>();
  /** Jobs with an end before this time are out of the queue list; those after it not yet in the accounting. */
  #count = 0;
  #starts = 0;
  #foreign = new Map<string, number>();
  readonly #barred = new Set<string>();

  constructor(options: EngineOptions) {
    this.name = options.name;
    this.personality = options.personality;
    this.#options = options;
    this.process = this.#boot();
  }

  get nowMs(): number {
    return this.#options.time.nowMs;
  }

  /** The daemon starts again; jobs do not notice. */
  restart(): void {
    this.process.kill();
    this.process = this.#boot();
    this.#hints.clear();
  }

  #boot(): Process {
    this.#starts += 1;
    const { time, chance } = this.#options;
    return new Process(this.name, time, chance.fork(`daemon-${this.#starts}`));
  }

  facts(): EngineFacts {
    const nodes = this.#options.nodes.map((node) => ({ ...node, ready: !this.#down.has(node.name) }));
    return {
      version: `simulated ${this.personality}`,
      nodes,
      isolation: ["process", "limits"],
      enforces: ["cpu", "memory"],
      warnings: [],
    };
  }

  /** Jobs of a name, oldest first, as far as the queue list and the accounting show them. */
  lookup(name: string): EngineJobState[] {
    return [...this.jobs.values()].filter((job) => job.name === name && this.isVisible(job));
  }

  isVisible(job: EngineJobState): boolean {
    return this.inQueueList(job) || this.inAccounting(job);
  }

  inQueueList(job: EngineJobState): boolean {
    if (job.forgotten) return false;
    if (job.state !== "ended") return true;
    if (this.personality !== "slurm") return true;
    return this.nowMs - job.endedMs! < this.#queueKeepsMs();
  }

  inAccounting(job: EngineJobState): boolean {
    if (this.personality !== "slurm") return false;
    return job.state === "ended" && this.nowMs - job.endedMs! >= this.#accountingLagMs();
  }

  #queueKeepsMs = (): number => (this.#options.faults.rates.has("gone-from-queue") ? 6000 : minJobAgeMs);
  #accountingLagMs = (): number => (this.#options.faults.rates.has("accounting-lag") ? 4000 : 300);

  /** True while somebody else's object has this name. */
  isTaken(name: string): boolean {
    const until = this.#foreign.get(name);
    if (until !== undefined) return until > this.nowMs;
    const taken = this.#options.faults.strikes("name-taken");
    this.#foreign.set(name, taken ? this.nowMs + 15_000 : 0);
    return taken;
  }

  /** Always a new job, whatever its name: keeping to one is its caller's matter. */
  submit(job: Job, name: string): EngineJobState {
    this.#count += 1;
    const { faults, chance, trace, nodes } = this.#options;
    const script = scriptOf(job, chance.fork(`job-${job.attempt}`), {
      oom: faults.strikes("out-of-memory", 2),
      stubborn: faults.strikes("cancel-ignored", 3),
      // A pod's or a Slurm job's cgroup ends with it; a plain process may leave others behind.
      children: this.personality === "process" && faults.strikes("grandchildren", 3),
    });
    const node = job.grant.node ?? nodes[0]!.name;
    const state: EngineJobState = {
      id: this.personality === "process" ? `${1000 + (this.#count % 4)}:${this.#count}` : String(this.#count),
      name,
      owner: job.attempt,
      attempt: job.attempt,
      title: job.title,
      grant: job.grant,
      inputs: job.inputs,
      outputs: job.outputs,
      script,
      timeLimitMs: job.timeLimitMs,
      node,
      state: "queued",
      segments: [],
      outcome: undefined,
      endedMs: undefined,
      suspended: false,
      forgotten: false,
      lingering: false,
      version: 0,
    };
    this.jobs.set(state.id, state);
    trace.note(`${this.name} takes ${state.id} ${job.title}`);
    if (this.#barred.has(job.attempt)) this.#end(state, { type: "cancelled" });
    else if (this.personality === "process") this.#run(state);
    else this.#later(state, script.queuedMs, () => this.#tryRun(state));
    return state;
  }

  /** What arrives of this attempt from now on ends unrun: a copy of its submission may still be on its way. */
  bar(attempt: string): void {
    this.#barred.add(attempt);
  }

  cancel(job: EngineJobState, graceMs: number): void {
    this.#options.trace.note(`${this.name} cancels ${job.id}`);
    if (job.lingering) this.#time(graceMs, () => this.#reap(job));
    if (job.state === "ended") return;
    if (job.state === "queued") return this.#end(job, { type: "cancelled" });
    const delayMs = job.script.ignoresTerm ? graceMs : 100;
    this.#time(delayMs, () => {
      if (job.state === "running")
        this.#end(job, { type: "signaled", signal: job.script.ignoresTerm ? "SIGKILL" : "SIGTERM" });
    });
  }

  forget(job: EngineJobState): void {
    if (job.state === "ended" && !job.lingering) job.forgotten = true;
  }

  watch(onChange: (attempt: string) => void): () => void {
    this.#hints.add(onChange);
    return () => void this.#hints.delete(onChange);
  }

  live(): EngineJobState[] {
    return [...this.jobs.values()].filter((job) => job.state !== "ended" || job.lingering);
  }

  // What befalls an engine.

  failNode(downMs: number, requeues: boolean): void {
    const { chance, nodes, trace } = this.#options;
    const node = chance.pick(nodes).name;
    if (this.#down.has(node)) return;
    trace.note(`${this.name} loses node ${node}`);
    this.#down.add(node);
    for (const job of this.live().filter((each) => each.node === node)) {
      job.lingering = false;
      if (job.state !== "running") continue;
      if (requeues) this.requeue(job);
      else this.#end(job, { type: "node-lost", reason: text("the node went down") });
    }
    this.#time(downMs, () => this.#down.delete(node));
  }

  requeue(job: EngineJobState): void {
    if (job.state !== "running") return;
    job.segments.at(-1)!.endMs = this.#roundNow();
    job.state = "queued";
    job.version += 1;
    this.#options.trace.note(`${this.name} requeues ${job.id}`);
    this.#hint(job);
    this.#later(job, job.script.queuedMs + 3000, () => this.#tryRun(job));
  }

  evict(job: EngineJobState): void {
    if (job.state === "running") this.#end(job, { type: "preempted", reason: text("evicted") });
  }

  suspend(job: EngineJobState, durationMs: number): void {
    if (job.state !== "running" || job.suspended) return;
    job.suspended = true;
    job.version += 1;
    this.#later(job, durationMs, () => {
      job.suspended = false;
      this.#later(job, job.script.runsMs, () => this.#finish(job));
    });
  }

  heal(): void {
    this.#down.clear();
    this.#foreign.clear();
  }

  #tryRun(job: EngineJobState): void {
    // Singleton: of one name one at a time, in the order of submission. A node that is down takes nothing.
    const rival = [...this.jobs.values()].some(
      (each) => Number(each.id) < Number(job.id) && each.name === job.name && each.state !== "ended",
    );
    if (rival || this.#down.has(job.node)) this.#later(job, 1000, () => this.#tryRun(job));
    else this.#run(job);
  }

  #run(job: EngineJobState): void {
    job.state = "running";
    job.version += 1;
    job.segments.push({ startMs: this.#roundNow(), endMs: undefined });
    this.#options.trace.note(`${this.name} runs ${job.id} on ${job.node}`);
    this.#options.observer.started(this, job);
    this.#hint(job);
    const limit = job.timeLimitMs;
    if (limit !== undefined && limit < job.script.runsMs)
      this.#later(job, limit, () => this.#end(job, { type: "timed-out", limitMs: limit }));
    else this.#later(job, job.script.runsMs, () => this.#finish(job));
  }

  #finish(job: EngineJobState): void {
    this.#end(job, job.script.outcome);
  }

  #end(job: EngineJobState, outcome: Outcome): void {
    if (job.state === "ended") return;
    const last = job.segments.at(-1);
    if (last !== undefined && last.endMs === undefined) last.endMs = this.#roundNow();
    job.state = "ended";
    job.version += 1;
    job.suspended = false;
    job.outcome = outcome;
    job.endedMs = this.#roundNow();
    if (job.script.leavesChildren && last !== undefined && outcome.type !== "node-lost") {
      job.lingering = true;
    }
    this.#options.trace.note(`${this.name} ends ${job.id} ${JSON.stringify(outcome)}`);
    this.#options.observer.ended(this, job);
    this.#hint(job);
  }

  #reap(job: EngineJobState): void {
    job.lingering = false;
  }

  #hint(job: EngineJobState): void {
    const { faults } = this.#options;
    if (faults.strikes("hint-lost")) return;
    const tell = (): void => {
      for (const listener of this.#hints) listener(job.attempt);
    };
    tell();
    if (faults.strikes("hint-late")) this.#time(faults.stream("hint-late").between(1000, 30_000), tell);
  }

  #later(job: EngineJobState, delayMs: number, run: () => void): void {
    const { version } = job;
    this.#time(delayMs, () => {
      if (job.version === version) run();
    });
  }

  #time = (delayMs: number, run: () => void): void => void this.#options.time.after(delayMs, run);
  #roundNow = (): number => Math.floor(this.nowMs);
}
