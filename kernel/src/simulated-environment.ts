import type { Environment } from "./environment.ts";

export interface SimulatedEnvironment extends Environment {
  /** Moves the clock on, running each timer at its time and letting the work that it starts settle. */
  advance(durationMs: number): Promise<void>;
  /** Sets the wall clock alone, as an administrator or NTP may; durations are not affected. */
  jumpWallClock(byMs: number): void;
  /** Lets everything that is ready run, without moving the clock. */
  settle(): Promise<void>;
}

interface Timer {
  readonly dueMs: number;
  readonly order: number;
  readonly run: () => void;
}

/** Time that moves only when told, and chance from a seed: the same seed gives the same run. */
export function simulatedEnvironment(seed = 1, startMs = Date.UTC(2026, 0, 1)): SimulatedEnvironment {
  let elapsedMs = 0;
  let wallOffsetMs = startMs;
  let order = 0;
  const timers = new Set<Timer>();
  const next = splitMix32(seed);

  const earliest = (untilMs: number): Timer | undefined =>
    [...timers]
      .filter(({ dueMs }) => dueMs <= untilMs)
      .sort((left, right) => left.dueMs - right.dueMs || left.order - right.order)[0];

  // What is awaited may itself await: one turn of the event loop lets all promises that can settle do so.
  const settle = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));

  return {
    clock: {
      nowMs: () => Math.floor(wallOffsetMs + elapsedMs),
      monotonicMs: () => elapsedMs,
      after(delayMs, run) {
        order += 1;
        const timer = { dueMs: elapsedMs + Math.max(0, delayMs), order, run };
        timers.add(timer);
        return () => void timers.delete(timer);
      },
    },
    random: { next, uuid: () => uuidFrom(next) },
    settle,
    jumpWallClock(byMs) {
      wallOffsetMs += byMs;
    },
    async advance(durationMs) {
      const untilMs = elapsedMs + durationMs;
      await settle();
      for (let timer = earliest(untilMs); timer !== undefined; timer = earliest(untilMs)) {
        elapsedMs = Math.max(elapsedMs, timer.dueMs);
        timers.delete(timer);
        timer.run();
        await settle();
      }
      elapsedMs = untilMs;
    },
  };
}

/** SplitMix with 32 bits of state (Steele, Lea and Flood, OOPSLA 2014): plain, seedable, good enough for simulations. */
function splitMix32(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x9e3779b9) | 0;
    let mixed = state ^ (state >>> 16);
    mixed = Math.imul(mixed, 0x21f0aaad);
    mixed ^= mixed >>> 15;
    mixed = Math.imul(mixed, 0x735a2d97);
    mixed ^= mixed >>> 15;
    return (mixed >>> 0) / 2 ** 32;
  };
}

/** RFC 9562, version 4. */
function uuidFrom(next: () => number): string {
  const bytes = Array.from({ length: 16 }, () => Math.floor(next() * 256));
  bytes[6] = (bytes[6]! & 0x0f) | 0x40;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  const hex = bytes.map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}
