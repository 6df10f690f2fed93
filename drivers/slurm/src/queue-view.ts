import type { Clock } from "@yunhe/kernel";
import type { AttemptId } from "@yunhe/domain-compute/driver";
import type { SlurmAccess, SlurmJob } from "./access/port.ts";
import type { Arrays } from "./arrays.ts";
import { stageOf } from "./states.ts";

/** One look at the controller's list of jobs. */
export interface Look {
  /** Monotonic time before the question was asked. */
  readonly beganAtMs: number;
  readonly jobs: ReadonlyMap<AttemptId, SlurmJob>;
  /** Jobs of attempts that have several, because an answer was lost: at most one of them does anything. */
  readonly rivals: ReadonlyMap<AttemptId, readonly SlurmJob[]>;
}

/**
 * Our jobs, asked for at most once per `maxAgeMs` however many want to know: one call covers every attempt. A look that
 * began before somebody's own last change is too old for him, however young it is.
 */
export class QueueView {
  readonly #access: SlurmAccess;
  readonly #arrays: Pick<Arrays, "attemptsOf">;
  readonly #prefix: string;
  readonly #clock: Clock;
  readonly #maxAgeMs: number;
  #last: Look | undefined;
  #asking: { readonly beganAtMs: number; readonly look: Promise<Look> } | undefined;

  constructor(
    {
      access,
      arrays,
      prefix,
    }: {
      readonly access: SlurmAccess;
      readonly arrays: Pick<Arrays, "attemptsOf">;
      /** First part of the names of our jobs. */
      readonly prefix: string;
    },
    clock: Clock,
    maxAgeMs: number,
  ) {
    this.#access = access;
    this.#arrays = arrays;
    this.#prefix = prefix;
    this.#clock = clock;
    this.#maxAgeMs = maxAgeMs;
  }

  /** A look that began after `sinceMs` and is not older than allowed. */
  async look(sinceMs: number): Promise<Look> {
    const now = this.#clock.monotonicMs();
    const last = this.#last;
    if (last !== undefined && last.beganAtMs > sinceMs && now - last.beganAtMs < this.#maxAgeMs) return last;
    const asking = this.#asking;
    if (asking !== undefined) {
      if (asking.beganAtMs > sinceMs) return asking.look;
      await asking.look.catch(() => undefined);
      return this.look(sinceMs);
    }
    return this.#ask(now);
  }

  #ask(beganAtMs: number): Promise<Look> {
    // Not the asker's own signal: others wait for the same answer.
    const look = this.#read(beganAtMs);
    this.#asking = { beganAtMs, look };
    return look;
  }

  async #read(beganAtMs: number): Promise<Look> {
    try {
      // Not the asker's own signal: others wait for the same answer.
      const jobs = await this.#access.queue(this.#prefix, AbortSignal.timeout(60_000));
      const attempts = await this.#arrays.attemptsOf(jobs, this.#prefix);
      this.#last = { beganAtMs, ...byAttempt(jobs, attempts) };
      return this.#last;
    } finally {
      this.#asking = undefined;
    }
  }
}

/** Of several jobs of one attempt the one that is furthest on counts; among equals the first. */
export function byAttempt(
  jobs: readonly SlurmJob[],
  attempts: readonly (AttemptId | undefined)[],
): Omit<Look, "beganAtMs"> {
  const found = new Map<AttemptId, SlurmJob>();
  const rivals = new Map<AttemptId, SlurmJob[]>();
  for (const [at, job] of jobs.entries()) {
    const id = attempts[at];
    if (id === undefined) continue;
    const other = found.get(id);
    if (other === undefined || comesBefore(job, other)) found.set(id, job);
    if (other !== undefined) rivals.set(id, [...(rivals.get(id) ?? [other]), job]);
  }
  return { jobs: found, rivals };
}

const order = { running: 0, waiting: 1, ended: 2 } as const;
const rank = ({ state }: SlurmJob): number => order[stageOf(state) ?? "running"];

const comesBefore = (one: SlurmJob, other: SlurmJob): boolean =>
  rank(one) === rank(other)
    ? Number.parseInt(one.id, 10) < Number.parseInt(other.id, 10)
    : rank(one) < rank(other);

/** Of an attempt, what waits or runs. */
export function liveJobs({ jobs, rivals }: Look, id: AttemptId): readonly SlurmJob[] {
  const job = jobs.get(id);
  const all = rivals.get(id) ?? (job === undefined ? [] : [job]);
  return all.filter(({ state }) => stageOf(state) !== "ended");
}
