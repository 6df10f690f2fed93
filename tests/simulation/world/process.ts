import type { Environment } from "@yunhe/kernel";
import type { Chance } from "./chance.ts";
import type { WorldTime } from "./time.ts";

/** Where the wall clocks of the world start. */
export const epochMs = Date.UTC(2026, 0, 1);

/**
 * One process of the simulated world. Death is that nothing reaches it any more: neither its timers nor its messages.
 * While it is paused (a frozen virtual machine) everything waits, and on waking timers come before messages, as in
 * Node's event loop.
 */
export class Process {
  readonly name: string;
  readonly environment: Environment;
  readonly #time: WorldTime;
  #alive = true;
  #pausedUntilMs = 0;
  /** How far this host's wall clock is off; the monotonic one is always right. */
  wallOffsetMs = 0;

  constructor(name: string, time: WorldTime, chance: Chance) {
    this.name = name;
    this.#time = time;
    this.environment = {
      clock: {
        nowMs: () => Math.floor(epochMs + time.nowMs + this.wallOffsetMs),
        monotonicMs: () => time.nowMs,
        after: (delayMs, run) => this.after(delayMs, run),
      },
      random: { next: chance.next, uuid: chance.uuid },
    };
  }

  get alive(): boolean {
    return this.#alive;
  }

  get paused(): boolean {
    return this.#pausedUntilMs > this.#time.nowMs;
  }

  kill(): void {
    this.#alive = false;
  }

  pauseFor(durationMs: number): void {
    this.#pausedUntilMs = Math.max(this.#pausedUntilMs, this.#time.nowMs + durationMs);
  }

  after(delayMs: number, run: () => void): () => void {
    let cancel = this.#time.after(delayMs, () => {
      if (!this.#alive) return;
      if (this.paused) cancel = this.#time.after(this.#leftMs(), () => this.#alive && run(), 0);
      else run();
    });
    return () => cancel();
  }

  /** A message that has arrived. */
  receive(run: () => void): void {
    if (!this.#alive) return;
    if (this.paused) this.#time.after(this.#leftMs(), () => this.receive(run), 1);
    else run();
  }

  #leftMs = (): number => this.#pausedUntilMs - this.#time.nowMs;
}
