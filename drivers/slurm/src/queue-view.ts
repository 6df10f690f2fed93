import type { Clock } from "@yunhe/kernel";
import type { AttemptId } from "@yunhe/domain-compute/driver";
import type { SlurmAccess, SlurmJob } from "./access/port.ts";

/** One look at the controller's list of jobs. */
export interface Look {
  /** Monotonic time before the question was asked. */
  readonly beganAtMs: number;
  readonly jobs: ReadonlyMap<AttemptId, SlurmJob>;
}

/**
 * Our jobs, asked for at most once per `maxAgeMs` however many want to know: one call covers every attempt. A look that
 * began before somebody's own last change is too old for him, however young it is.
 */
export class QueueView {
  readonly #access: SlurmAccess;
  readonly #prefix: string;
  readonly #clock: Clock;
  readonly #maxAgeMs: number;
  #last: Look | undefined;
  #asking: { readonly beganAtMs: number; readonly look: Promise<Look> } | undefined;

  constructor(access: SlurmAccess, prefix: string, clock: Clock, maxAgeMs: number) {
    this.#access = access;
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
      this.#last = { beganAtMs, jobs: byAttempt(jobs, this.#prefix) };
      return this.#last;
    } finally {
      this.#asking = undefined;
    }
  }
}

/** Where a lost answer led to two jobs of one attempt, the first one counts: the other waits for it and then does nothing. */
export function byAttempt(jobs: readonly SlurmJob[], prefix: string): ReadonlyMap<AttemptId, SlurmJob> {
  const found = new Map<AttemptId, SlurmJob>();
  for (const job of jobs) {
    const id = job.name.slice(prefix.length) as AttemptId;
    const other = found.get(id);
    if (other === undefined || Number(job.id) < Number(other.id)) found.set(id, job);
  }
  return found;
}
