import type { Fleet, Pool } from "./fleet.ts";

const GIB = 2 ** 30;

/** What it costs to bring data to a pool. */
export interface TransferCost {
  /** In nano-units of `currency`, rounded up. */
  readonly nano: number;
  readonly bytes: number;
  /** Undefined: nothing is paid for. */
  readonly currency: string | undefined;
}

/**
 * The cost of bringing the named data to a pool that does not hold them, by the cheapest link of a pool that sends them;
 * a link without a price costs nothing. Undefined when they are paid for in several currencies.
 */
export function transferCost(
  { pools, data = [] }: Fleet,
  pool: Pool,
  names: readonly string[],
): TransferCost | undefined {
  const missing = data.filter(({ name }) => names.includes(name) && !pool.data.includes(name));
  const currencies = new Set<string>();
  let [nano, bytes] = [0, 0];
  for (const set of missing) {
    bytes += set.bytes;
    const offers = pools
      .filter(({ id }) => set.from.includes(id))
      .flatMap(({ links, prices }) =>
        links.filter(({ to }) => to === pool.id).map((link) => ({ price: link.egressNanoPerGib, prices })),
      )
      .toSorted((a, b) => a.price - b.price);
    const [best] = offers;
    if (best === undefined || best.price === 0) continue;
    nano += Math.ceil((set.bytes / GIB) * best.price);
    if (best.prices) currencies.add(best.prices.currency);
  }
  if (currencies.size > 1) return undefined;
  return { nano, bytes, currency: nano === 0 ? undefined : [...currencies][0] };
}
