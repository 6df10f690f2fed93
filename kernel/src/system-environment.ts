import { randomInt, randomUUID } from "node:crypto";
import type { Environment } from "./environment.ts";

const resolution = 2 ** 47;

/** The real clock, timers and randomness. The only file of the kernel that may touch them. */
export function systemEnvironment(): Environment {
  return {
    clock: {
      nowMs: () => Date.now(),
      monotonicMs: () => performance.now(),
      after(delayMs, run) {
        const timer = setTimeout(run, delayMs);
        return () => clearTimeout(timer);
      },
    },
    random: {
      next: () => randomInt(resolution) / resolution,
      uuid: () => randomUUID(),
    },
  };
}
