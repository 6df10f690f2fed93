import type { Clock } from "../environment.ts";

/** For so long, at least, an idempotency key gives its first outcome again. */
export const keepClaimsMs = 24 * 3_600_000;

/**
 * The time by which idempotency keys end, in whole milliseconds: what the store itself has lived through, by a clock
 * that nobody sets. A wall clock that jumps ends no key early, nor do callers whose clocks differ. It goes on from the
 * newest claim that is kept: what passed between that and the end of the process is not counted, nor is time in which
 * the store stood still, so that a key may live longer than was promised, never shorter.
 */
export function livedTime(clock: Pick<Clock, "monotonicMs">, newestClaimEndsMs: number): () => number {
  const beforeMs = Math.max(0, newestClaimEndsMs - keepClaimsMs);
  const openedMs = clock.monotonicMs();
  return () => beforeMs + Math.floor(clock.monotonicMs() - openedMs);
}
