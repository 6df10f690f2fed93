import { WHOLE_DEVICE_MILLI } from "../model/task.ts";
import { minimise } from "./column-generation.ts";

/**
 * What a free share of a device is worth, in devices, when shares of the given sizes keep coming: worth[h] for
 * h = 0…1000 thousandths. It is the most that tasks fitting into it together would otherwise cost, a task's cost being
 * its price in the cutting-stock programme: the fewest devices that could hold the whole demand.
 *
 * A device left with 350 thousandths is worth a third of a device if 320s are plentiful, and one left with 190 is worth
 * nothing if hardly anything is that small. Putting s into h loses worth[h] − worth[s] − worth[h − s] ≥ 0 devices: 0
 * exactly for the ways of filling that an optimal packing uses.
 */
export function worthOfShares(demand: ReadonlyMap<number, number>): Float64Array {
  const sizes = [...demand.keys()].filter((size) => size > 0 && size < WHOLE_DEVICE_MILLI);
  sizes.sort((a, b) => a - b);
  const worth = bestFilling(sizes, shareCosts(sizes, demand)).worth;
  worth[WHOLE_DEVICE_MILLI] = 1;
  return worth;
}

/** Price of one task of each size, in devices. */
function shareCosts(sizes: readonly number[], demand: ReadonlyMap<number, number>): Float64Array {
  const { prices } = minimise({
    amounts: sizes.map((size) => demand.get(size)!),
    start: sizes.map((size) => ({ cost: 1, coefficient: Math.floor(WHOLE_DEVICE_MILLI / size) })),
    improve: (offer) => deviceWorthFilling(sizes, offer) ?? surplus(offer),
  });
  return prices.map((price) => Math.max(0, price));
}

/** A way of filling one device that is worth more than a device. */
function deviceWorthFilling(sizes: readonly number[], prices: Float64Array) {
  const { worth, last } = bestFilling(sizes, prices);
  if (worth[WHOLE_DEVICE_MILLI]! <= 1 + 1e-9) return undefined;
  const rows = new Float64Array(sizes.length);
  for (let room = WHOLE_DEVICE_MILLI; room > 0;) {
    const item = last[room]!;
    if (item < 0) room -= 1;
    else {
      rows[item]! += 1;
      room -= sizes[item]!;
    }
  }
  return { cost: 1, rows };
}

/** More of a size than demanded, at no cost: for the size with the lowest price, if that is negative. */
function surplus(prices: Float64Array) {
  let lowest = -1;
  for (const [i, price] of prices.entries()) {
    if (price < -1e-9 && (lowest < 0 || price < prices[lowest]!)) lowest = i;
  }
  if (lowest < 0) return undefined;
  const rows = new Float64Array(prices.length);
  rows[lowest] = -1;
  return { cost: 0, rows };
}

/** Unbounded knapsack over thousandths: the best worth of each room and the item put in last (−1: none). */
function bestFilling(sizes: readonly number[], values: Float64Array) {
  const worth = new Float64Array(WHOLE_DEVICE_MILLI + 1);
  const last = new Int16Array(WHOLE_DEVICE_MILLI + 1).fill(-1);
  for (let room = 1; room <= WHOLE_DEVICE_MILLI; room += 1) {
    worth[room] = worth[room - 1]!;
    for (let item = 0; item < sizes.length; item += 1) {
      const size = sizes[item]!;
      if (size > room) break;
      const filled = worth[room - size]! + values[item]!;
      if (filled <= worth[room]! + 1e-12) continue;
      worth[room] = filled;
      last[room] = item;
    }
  }
  return { worth, last };
}
