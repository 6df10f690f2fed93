/**
 * Everything core code may ask of the outside world about time and chance. Core code never reaches for the real
 * clock or randomness, so that one seeded simulator can run many control planes in one process.
 */
export interface Clock {
  /** Milliseconds since the Unix epoch; may jump, for showing and for absolute deadlines. */
  nowMs(): number;
  /** Milliseconds from an arbitrary start; never goes back, for measuring durations. */
  monotonicMs(): number;
  /** Runs `run` once after `delayMs`; the returned function cancels it. */
  after(delayMs: number, run: () => void): () => void;
}

export interface Random {
  /** Uniform in [0, 1). */
  next(): number;
  /** A fresh RFC 9562 UUID. */
  uuid(): string;
}

export interface Environment {
  readonly clock: Clock;
  readonly random: Random;
}
