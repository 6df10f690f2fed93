import type { Pool } from "../kinds/pool.ts";
import { nanos } from "../placement/fleet.ts";

/** The server's own storage, in which volumes are at home; pools name it in their links. */
export const home = "home";

export interface EgressPrice {
  readonly currency: string;
  /** 10⁻⁹ of the currency for 2³⁰ bytes. */
  readonly nanoPerGib: number;
}

/**
 * Pure: what it costs to send data from one end to the other, by the sender's links; undefined where none names a
 * price. What is sent from home is sent by the pools of this host: the cheapest of their links counts.
 */
export function egressPrice(
  pool: Pool,
  direction: "in" | "out",
  atHome: readonly Pool[],
): EgressPrice | undefined {
  const [senders, receivers] =
    direction === "out"
      ? [[pool], [home, ...atHome.map(({ metadata }) => metadata.name)]]
      : [atHome, [pool.metadata.name]];
  const prices = senders.flatMap(({ spec }) =>
    spec.links
      .filter(({ to, egressPricePerGib }) => receivers.includes(to) && egressPricePerGib !== undefined)
      .map((link) => ({ currency: spec.prices.currency, nanoPerGib: nanos(link.egressPricePerGib ?? "0") })),
  );
  return prices.toSorted((a, b) => a.nanoPerGib - b.nanoPerGib)[0];
}

/** Rounded half up to whole nano-units (M1). */
export const egressNano = (bytes: number, { nanoPerGib }: EgressPrice): number =>
  Number((BigInt(bytes) * BigInt(nanoPerGib) + 2n ** 29n) / 2n ** 30n);
