import { isNumber, type Amount } from "./amount.ts";
import { yearOf } from "./period.ts";
import type { ReadFigure } from "./record.ts";
import { compatible } from "./scope.ts";
import { sameTopic, type Quantity } from "./subject.ts";
import type { Unit } from "./unit.ts";

export type NumericFigure = ReadFigure & { readonly amount: Exclude<Amount, { kind: "words" }> };

/** Figures of one quantity with a definite number. */
export function numbersOf(figures: readonly ReadFigure[], ...quantities: Quantity[]): NumericFigure[] {
  return figures.filter(
    (figure): figure is NumericFigure =>
      quantities.includes(figure.about.quantity) && isNumber(figure.amount),
  );
}

/** Figures of one quantity with a number or a bound, such as ">10000". */
export function amountsOf(figures: readonly ReadFigure[], ...quantities: Quantity[]): NumericFigure[] {
  return figures.filter(
    (figure): figure is NumericFigure =>
      quantities.includes(figure.about.quantity) && figure.amount.kind !== "words",
  );
}

export function sameUnit(a: Unit, b: Unit): boolean {
  if (a.kind === "money" && b.kind === "money") return a.currency === b.currency;
  if (a.kind === "count" && b.kind === "count") return a.of === b.of;
  return a.kind === b.kind;
}

/** The interval of `figure` expressed in the unit of `like`, which must be of the same currency or thing. */
export function inUnitOf(
  figure: NumericFigure,
  like: ReadFigure,
): { value: number; low: number; high: number } {
  const [a, b] = [figure.measure, like.measure];
  const factor = "factor" in a && "factor" in b ? a.factor / b.factor : 1;
  const { value, low, high } = figure.amount;
  return { value: value * factor, low: low * factor, high: high * factor };
}

/** Same thing measured with the same scope, publication left open. */
export function sameSeries(a: ReadFigure, b: ReadFigure): boolean {
  return sameTopic(a.about, b.about) && compatible(a.within, b.within);
}

/** The growth figure that belongs to a level: same publication, period and series. */
export function growthFor(level: ReadFigure, figures: readonly ReadFigure[]): NumericFigure | undefined {
  const fitting = numbersOf(figures, "growth").filter(
    (growth) =>
      growth.measure.kind === "percent" &&
      growth.publication === level.publication &&
      growth.when.from === level.when.from &&
      growth.when.to === level.when.to &&
      sameSeries(growth, level),
  );
  return fitting.find((growth) => growth.about.topic === level.about.topic) ?? fitting[0];
}

/** Levels of whole years, in money or counts. */
export function yearlyLevels(figures: readonly ReadFigure[]): NumericFigure[] {
  return numbersOf(figures, "level").filter(
    (figure) => yearOf(figure.when) !== null && "factor" in figure.measure,
  );
}
