import type { Clock } from "@yunhe/kernel";
import type { Pool } from "../kinds/pool.ts";
import { durationMsOf } from "../quantity.ts";
import { toleratedMs } from "./state.ts";

/**
 * How long pools still may be out of reach. The wall clock alone would give up every attempt of a pool when it jumps
 * during a short outage, so this process must also have waited for as long by its own monotonic clock (E2).
 */
export class Tolerance {
  readonly #clock: Clock;
  /** Since when this process knows of the outage that began at `lostSince`. */
  readonly #known = new Map<string, { readonly lostSince: string; readonly atMs: number }>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** At or below 0: no longer; undefined: it answers. */
  leftMs(pool: Pool): number | undefined {
    const { name } = pool.metadata;
    const lostSince = pool.status?.lostSince;
    const byWallMs = toleratedMs(pool, this.#clock.nowMs());
    if (lostSince === undefined || byWallMs === undefined) {
      this.#known.delete(name);
      return undefined;
    }
    const nowMs = this.#clock.monotonicMs();
    const known = this.#known.get(name);
    const since = known?.lostSince === lostSince ? known : { lostSince, atMs: nowMs };
    this.#known.set(name, since);
    return Math.max(byWallMs, since.atMs + durationMsOf(pool.spec.toleration) - nowMs);
  }
}
