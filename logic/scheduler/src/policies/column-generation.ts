/**
 * Linear programmes with far too many columns to list (one per way of filling a device): the revised simplex method
 * with an explicit inverse of the basis, where the caller finds an improving column from the row prices
 * (Gilmore & Gomory, "A linear programming approach to the cutting stock problem", 1961).
 */
export interface Column {
  readonly cost: number;
  /** One coefficient per row. */
  readonly rows: Float64Array;
}

export interface LinearProgramme {
  /** Σ columns × amount = amounts, all positive. */
  readonly amounts: readonly number[];
  /** A first basis: column i has `coefficient` in row i and nothing elsewhere. */
  readonly start: readonly { readonly cost: number; readonly coefficient: number }[];
  /** A column whose cost is below Σ price × coefficient, or undefined when there is none: then it is solved. */
  readonly improve: (prices: Float64Array) => Column | undefined;
}

export interface Optimum {
  readonly cost: number;
  /** What one more of each row's amount would cost. */
  readonly prices: Float64Array;
}

const TINY = 1e-9;
/** Far above what is seen (a few hundred for 100 rows); a bound, so that a cycle of degenerate steps ends. */
const MOST_STEPS = 5000;

/** Minimises Σ cost × amount. */
export function minimise({ amounts, start, improve }: LinearProgramme): Optimum {
  const size = amounts.length;
  const costs = Float64Array.from(start, (column) => column.cost);
  const inverse = start.map((column, row) => unitRow(size, row, 1 / column.coefficient));
  const levels = Float64Array.from(amounts, (amount, row) => amount / start[row]!.coefficient);
  let prices = rowPrices(costs, inverse);
  for (let step = 0; step < MOST_STEPS; step += 1) {
    const column = improve(prices);
    if (!column) break;
    const entering = inverse.map((row) => dot(row, column.rows));
    const leaving = firstToReachZero(levels, entering);
    if (leaving < 0) break;
    pivot(inverse, levels, entering, leaving);
    costs[leaving] = column.cost;
    prices = rowPrices(costs, inverse);
  }
  return { cost: dot(costs, levels), prices };
}

function unitRow(size: number, at: number, value: number): Float64Array {
  const row = new Float64Array(size);
  row[at] = value;
  return row;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i += 1) sum += a[i]! * b[i]!;
  return sum;
}

function rowPrices(costs: Float64Array, inverse: readonly Float64Array[]): Float64Array {
  const prices = new Float64Array(costs.length);
  for (const [i, row] of inverse.entries()) {
    for (let j = 0; j < row.length; j += 1) prices[j]! += costs[i]! * row[j]!;
  }
  return prices;
}

function firstToReachZero(levels: Float64Array, entering: readonly number[]): number {
  let leaving = -1;
  let least = Infinity;
  for (const [i, speed] of entering.entries()) {
    if (speed <= TINY || levels[i]! / speed >= least - 1e-15) continue;
    leaving = i;
    least = levels[i]! / speed;
  }
  return leaving;
}

function pivot(
  inverse: readonly Float64Array[],
  levels: Float64Array,
  entering: readonly number[],
  leaving: number,
): void {
  const row = inverse[leaving]!;
  const scale = entering[leaving]!;
  for (let j = 0; j < row.length; j += 1) row[j]! /= scale;
  levels[leaving]! /= scale;
  for (const [i, other] of inverse.entries()) {
    const speed = entering[i]!;
    if (i === leaving || speed === 0) continue;
    for (let j = 0; j < row.length; j += 1) other[j]! -= speed * row[j]!;
    levels[i]! -= speed * levels[leaving]!;
  }
}
