import { pow } from "../numeric/elementary.ts";
import { InputError } from "../numeric/input-error.ts";

/** x(t)/x(t − 1) − 1, as a fraction (0.355 is 35.5 %). Both levels must be positive. */
export function growthRate(before: number, after: number): number {
  requirePositive(before, after);
  return after / before - 1;
}

/** Compound annual growth rate (x(T)/x(0))^(1/T) − 1 over `years` > 0, as a fraction. */
export function compoundAnnualGrowth(first: number, last: number, years: number): number {
  requirePositive(first, last);
  requirePositive(years, 1);
  return years === 1 ? last / first - 1 : pow(last / first, 1 / years) - 1;
}

/** Level after `years` at a constant rate (fraction). */
export function project(level: number, rate: number, years: number): number {
  return level * pow(1 + rate, years);
}

/** Level one period earlier, from a level and its growth (fraction). */
export function levelBefore(level: number, growth: number): number {
  requirePositive(1 + growth, 1);
  return level / (1 + growth);
}

/** First whole number of years after which `level` reaches `goal` at a constant positive rate; 0 if it is there. */
export function yearsToReach(level: number, goal: number, rate: number): number {
  requirePositive(level, goal);
  if (level >= goal) return 0;
  requirePositive(rate, 1);
  let years = 0;
  for (let value = level; value < goal; years++) value *= 1 + rate;
  return years;
}

function requirePositive(a: number, b: number): void {
  if (a > 0 && b > 0 && Number.isFinite(a) && Number.isFinite(b)) return;
  throw new InputError({
    en: `Growth is defined between positive numbers only; got ${a} and ${b}.`,
    zh: `增长率仅对正数有定义；得到 ${a} 和 ${b}。`,
  });
}

/** An interval that printed digits leave open. */
export interface Interval {
  readonly low: number;
  readonly high: number;
}

/** Interval of the level before, given intervals of the level and of its growth in per cent. */
export function intervalBefore(level: Interval, growthPercent: Interval): Interval {
  return {
    low: level.low / (1 + growthPercent.high / 100),
    high: level.high / (1 + growthPercent.low / 100),
  };
}

export function overlaps(a: Interval, b: Interval): boolean {
  const slack = 1e-9 * Math.max(1, ...[a.low, a.high, b.low, b.high].filter(Number.isFinite).map(Math.abs));
  return a.low <= b.high + slack && b.low <= a.high + slack;
}
