import type { Fleet, Pool } from "./fleet.ts";

/**
 * Latency from a pool to another pool or a named point, in milliseconds; 0 to itself, undefined when no link says.
 * A link counts in both directions; the lowest wins.
 */
export function latencyMsTo(fleet: Fleet, pool: Pool, point: string): number | undefined {
  if (pool.id === point) return 0;
  const there = pool.links.filter((link) => link.to === point);
  const back =
    fleet.pools.find((other) => other.id === point)?.links.filter((link) => link.to === pool.id) ?? [];
  const latencies = [...there, ...back].map((link) => link.latencyMs);
  return latencies.length > 0 ? Math.min(...latencies) : undefined;
}
