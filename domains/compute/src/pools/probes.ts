/** One question to a pool's engine: what exists there? Asked at an interval, whether or not anything runs. */
export interface PoolProbe {
  /** Wall clock at its end. */
  readonly atMs: number;
  readonly answered: boolean;
  /** From the question to the answer, or to giving up. */
  readonly roundTripMs: number;
}

/** Two hours, at one in fifteen seconds: whoever sums them up looks more often. */
const mostPerPool = 480;

/** How engines answered of late, by pool. Kept in memory: sums over longer times belong to whoever reads them. */
export class PoolProbes {
  readonly #probes = new Map<string, PoolProbe[]>();

  record(pool: string, probe: PoolProbe): void {
    const probes = this.#probes.get(pool) ?? [];
    this.#probes.set(pool, probes);
    probes.push(probe);
    if (probes.length > mostPerPool) probes.shift();
  }

  /** Those that ended after `sinceMs`, oldest first. */
  since(pool: string, sinceMs: number): readonly PoolProbe[] {
    return (this.#probes.get(pool) ?? []).filter(({ atMs }) => atMs > sinceMs);
  }
}
