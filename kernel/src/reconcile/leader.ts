import type { Environment } from "../environment.ts";
import type { Lease, Store } from "../store/port.ts";
import type { ReconcileContext } from "./port.ts";

export interface LeaderOptions {
  readonly store: Pick<Store, "acquireLease" | "releaseLease">;
  readonly environment: Environment;
  /** Name of the lease: one leader per shard of work. */
  readonly lease: string;
  /** This process, by a name no other has, for example a UUID made at start. */
  readonly holder: string;
  readonly ttlMs?: number;
  /** Starts the work of a leader; resolves to the function that ends it. `signal` ends when leadership does. */
  readonly start: (fence: ReconcileContext["fence"], signal: AbortSignal) => Promise<() => Promise<void>>;
  readonly onError?: (error: unknown) => void;
}

const defaultTtlMs = 15_000;
/** A lease is renewed when a third of its time is over and given up when a fifth remains. */
const renewShare = 1 / 3;
const safetyShare = 1 / 5;

interface Term {
  readonly epoch: number;
  readonly abort: AbortController;
  /** What `start` gave; undefined where it failed. */
  readonly stopWork: Promise<(() => Promise<void>) | undefined>;
  /** Ends the term when the lease was not renewed in time. */
  cancelDeadline: () => void;
  lease: Lease;
}

/**
 * Takes the lease, keeps it, and runs the leader's work while it is held. The deadline of a term is counted on the
 * monotonic clock from before the request was sent and lies before the lease's end, so this process has stopped
 * before another can take over, whatever the wall clock or the store does.
 */
export class Leader {
  readonly #options: LeaderOptions;
  readonly #ttlMs: number;
  #term: Term | undefined;
  #ended: Lease | undefined;
  #cancelTimer: () => void = () => {};
  #stopped = false;
  #busy: Promise<void> = Promise.resolve();
  /** Ends when the work of the last term has really stopped: only then may another begin. */
  #ending: Promise<void> = Promise.resolve();

  constructor(options: LeaderOptions) {
    this.#options = options;
    this.#ttlMs = options.ttlMs ?? defaultTtlMs;
  }

  /** Resolves after the first try: {@link Leader.leads} then says how it ended. */
  start(): Promise<void> {
    return this.#next();
  }

  get leads(): boolean {
    return this.#term !== undefined;
  }

  get epoch(): number | undefined {
    return this.#term?.epoch;
  }

  /** Ends the work, then gives the lease back so that another need not wait for its end. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#cancelTimer();
    await this.#busy;
    await this.#endTerm();
    await this.#giveBackEnded().catch(this.#report);
  }

  readonly #report = (error: unknown): void => this.#options.onError?.(error);

  #next(): Promise<void> {
    this.#busy = this.#tryOnce()
      .catch(this.#report)
      .then(() => this.#schedule());
    return this.#busy;
  }

  #schedule(): void {
    if (this.#stopped) return;
    const { clock, random } = this.#options.environment;
    const delayMs = this.#ttlMs * renewShare * (0.9 + random.next() / 10);
    this.#cancelTimer = clock.after(delayMs, () => void this.#next());
  }

  async #tryOnce(): Promise<void> {
    const { store, environment, lease: name, holder } = this.#options;
    const { clock } = environment;
    await this.#giveBackEnded();
    const sentMs = clock.monotonicMs();
    const request = { name, holder, ttlMs: this.#ttlMs, nowMs: clock.nowMs() };
    const lease = await store.acquireLease(request);
    if (lease === undefined || lease.epoch !== this.#term?.epoch) await this.#endTerm();
    const leftMs = sentMs + this.#ttlMs * (1 - safetyShare) - clock.monotonicMs();
    if (lease === undefined || leftMs <= 0 || this.#stopped) return;
    if (this.#term === undefined) this.#begin(lease);
    else this.#term.lease = lease;
    this.#setDeadline(leftMs);
    await this.#assertStarted();
  }

  /** A term that was ended is not taken up again: the next one has an epoch of its own. */
  async #giveBackEnded(): Promise<void> {
    if (this.#ended === undefined) return;
    await this.#options.store.releaseLease(this.#ended);
    this.#ended = undefined;
  }

  /** Work that could not start leaves the lease to others; the next try may do better. */
  async #assertStarted(): Promise<void> {
    const term = this.#term;
    if (term === undefined || (await term.stopWork) !== undefined) return;
    await this.#endTerm();
    await this.#giveBackEnded();
  }

  #begin(lease: Lease): void {
    const abort = new AbortController();
    const fence = { lease: lease.name, epoch: lease.epoch };
    const stopWork = this.#options.start(fence, abort.signal).catch((error: unknown) => {
      this.#report(error);
      return undefined;
    });
    this.#term = { epoch: lease.epoch, abort, stopWork, cancelDeadline: () => {}, lease };
  }

  #setDeadline(leftMs: number): void {
    const term = this.#term!;
    term.cancelDeadline();
    term.cancelDeadline = this.#options.environment.clock.after(leftMs, () => void this.#endTerm());
  }

  #endTerm(): Promise<void> {
    const term = this.#term;
    if (term !== undefined) {
      this.#term = undefined;
      this.#ended = term.lease;
      term.cancelDeadline();
      term.abort.abort();
      this.#ending = this.#stopWork(term, this.#ending);
    }
    return this.#ending;
  }

  async #stopWork(term: Term, before: Promise<void>): Promise<void> {
    await before;
    const stopWork = await term.stopWork;
    await stopWork?.().catch(this.#report);
  }
}
