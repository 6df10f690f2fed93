import type { Clock } from "@yunhe/kernel";

interface Lap {
  /** When the engine started this run; a job that is started again begins a new lap. */
  readonly startedAtMs: number;
  /** On the engine's time scale, and when that was by our own monotonic clock. */
  readonly fromMs: number;
  readonly atMs: number;
}

/**
 * How far attempts have surely run, in the engine's time. The wall clock of this process may be off and may jump, so
 * only durations are measured here, from when this process first looked. Between two processes some time goes
 * uncounted until the engine's own end time settles the account: never charged too much (M3).
 */
export class Stopwatch {
  readonly #clock: Clock;
  readonly #laps = new Map<string, Lap>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /**
   * The time up to which `attemptUid` is known to have run; `countedToMs` is known already. `askedMs` is when the
   * engine was asked, on the monotonic clock: it ran then, and may have ended while the answer was on its way.
   */
  ranUntilMs(attemptUid: string, startedAtMs: number, countedToMs: number, askedMs: number): number {
    const known = this.#laps.get(attemptUid);
    const lap =
      known?.startedAtMs === startedAtMs
        ? known
        : { startedAtMs, fromMs: Math.max(startedAtMs, countedToMs), atMs: this.#clock.monotonicMs() };
    this.#laps.set(attemptUid, lap);
    return Math.floor(lap.fromMs + Math.max(0, askedMs - lap.atMs));
  }

  forget(attemptUid: string): void {
    this.#laps.delete(attemptUid);
  }
}
