import { cite, finding, show, type ObservatoryFinding } from "../finding.ts";
import { intervalBefore, overlaps } from "../growth.ts";
import {
  amountsOf,
  growthFor,
  inUnitOf,
  numbersOf,
  sameSeries,
  sameUnit,
  yearlyLevels,
  type NumericFigure,
} from "../pairing.ts";
import { yearOf } from "../period.ts";
import type { ReadFigure } from "../record.ts";

/**
 * A level with its growth against the level one year before: in one publication an error,
 * across editions of a publisher a revision, across publishers competing values.
 */
export function checkGrowthAgainstLevels(figures: readonly ReadFigure[]): ObservatoryFinding[] {
  const levels = yearlyLevels(figures);
  return levels.flatMap((level) => {
    const growth = growthFor(level, figures);
    if (!growth) return [];
    const before = levels.filter(
      (other) =>
        yearOf(other.when) === level.when.from - 1 &&
        sameSeries(other, level) &&
        sameUnit(other.measure, level.measure),
    );
    return before.flatMap((earlier) => compareBefore(level, growth, earlier));
  });
}

function compareBefore(
  level: NumericFigure,
  growth: NumericFigure,
  earlier: NumericFigure,
): ObservatoryFinding[] {
  const stated = inUnitOf(earlier, level);
  const implied = intervalBefore(level.amount, growth.amount);
  if (overlaps(implied, stated)) return [];
  const value = level.amount.value / (1 + growth.amount.value / 100);
  const actual = 100 * (level.amount.value / stated.value - 1);
  const same = level.publication === earlier.publication;
  const outcome = {
    en: `${cite(level)}: ${show(level.amount.value)} at +${show(growth.amount.value)} % implies ${show(value)} a year before, but ${cite(earlier)} is ${show(stated.value)}; against that the growth would be ${show(actual)} %.`,
    zh: `${cite(level)}：${show(level.amount.value)}、增长 ${show(growth.amount.value)}% 意味着上一年为 ${show(value)}，而 ${cite(earlier)} 为 ${show(stated.value)}；按后者计算增长为 ${show(actual)}%。`,
  };
  const rule = same
    ? "growthDoesNotMatchLevels"
    : level.publisher === earlier.publisher
      ? "revisedByLaterEdition"
      : "competingValues";
  const compared = [value, stated.value] as const;
  return [finding(rule, same ? "error" : "warning", [earlier, level, growth], compared, level.unit, outcome)];
}

/** Two publications that give different numbers for the same thing, time and scope. */
export function checkCompetingValues(figures: readonly ReadFigure[]): ObservatoryFinding[] {
  const levels = yearlyLevels(figures);
  return levels.flatMap((a, i) =>
    levels.slice(i + 1).flatMap((b) => {
      const comparable =
        a.publication !== b.publication &&
        a.when.from === b.when.from &&
        (sameSeries(a, b) || sameDefiner(a, b)) &&
        sameUnit(a.measure, b.measure);
      if (!comparable) return [];
      const [older, newer] = (a.published ?? Infinity) <= (b.published ?? Infinity) ? [a, b] : [b, a];
      const newValue = inUnitOf(newer, older);
      if (overlaps(newValue, older.amount)) return [];
      return [
        finding(
          "competingValues",
          "warning",
          [older, newer],
          [newValue.value, older.amount.value],
          older.unit,
          {
            en: `${cite(older)} is ${show(older.amount.value)}, ${cite(newer)} says ${show(newValue.value)}: show both with their sources, or say why one is preferred.`,
            zh: `${cite(older)} 为 ${show(older.amount.value)}，${cite(newer)} 为 ${show(newValue.value)}：应并列展示并注明来源，或说明取舍理由。`,
          },
        ),
      ];
    }),
  );
}

/** "Public cloud spending" by Gartner and a "Cloud market" that says it is Gartner's are the same thing. */
function sameDefiner(a: ReadFigure, b: ReadFigure): boolean {
  const definer = (figure: ReadFigure) => figure.within.definer || figure.publisher.toLowerCase();
  const plain = (figure: ReadFigure) =>
    figure.measure.kind === "money" && figure.about.member === "" && figure.about.topic.includes("cloud");
  return (
    plain(a) &&
    plain(b) &&
    definer(a) === definer(b) &&
    a.within.place === b.within.place &&
    a.within.restrictions.join() === b.within.restrictions.join() &&
    a.publisher !== b.publisher
  );
}

/** A value stated as an outcome that equals a forecast made before its period ended. */
export function checkForecastAsOutcome(figures: readonly ReadFigure[]): ObservatoryFinding[] {
  const forecasts = numbersOf(figures, "forecast").filter((figure) => figure.published !== null);
  return yearlyLevels(figures).flatMap((outcome) =>
    forecasts.flatMap((forecast) => {
      const matches =
        forecast.published! < outcome.when.to &&
        (outcome.published ?? Infinity) > forecast.published! &&
        forecast.when.from === outcome.when.from &&
        sameSeries(forecast, outcome) &&
        sameUnit(forecast.measure, outcome.measure) &&
        inUnitOf(forecast, outcome).value === outcome.amount.value;
      if (!matches) return [];
      return [
        finding("forecastAsOutcome", "error", [outcome, forecast], null, outcome.unit, {
          en: `${cite(outcome)} presents ${outcome.value} as an outcome; it is the forecast of ${forecast.publication}, made before ${outcome.period} had ended.`,
          zh: `${cite(outcome)} 将 ${outcome.value} 作为实际值；它是 ${forecast.publication} 的预测，当时 ${outcome.period} 年尚未结束。`,
        }),
      ];
    }),
  );
}

/** Forecasts of an earlier edition that a later edition's path no longer reaches. */
export function checkWithdrawnForecasts(figures: readonly ReadFigure[]): ObservatoryFinding[] {
  const forecasts = amountsOf(figures, "forecast");
  return forecasts.flatMap((earlier) =>
    forecasts.flatMap((later) => {
      const usable =
        (later.published ?? -Infinity) > (earlier.published ?? Infinity) &&
        later.when.from > earlier.when.from &&
        later.publication !== earlier.publication &&
        sameSeries(earlier, later) &&
        sameUnit(earlier.measure, later.measure);
      const start = usable ? latestLevel(later, figures) : undefined;
      return start && start.when.from < earlier.when.from ? comparePaths(earlier, later, start) : [];
    }),
  );
}

/** The last yearly level of the forecast's own publication and series. */
export function latestLevel(forecast: ReadFigure, figures: readonly ReadFigure[]): NumericFigure | undefined {
  return yearlyLevels(figures)
    .filter(
      (level) =>
        level.publication === forecast.publication &&
        level.when.from < forecast.when.from &&
        level.about.member === "" &&
        sameSeries(level, forecast) &&
        sameUnit(level.measure, forecast.measure),
    )
    .toSorted((a, b) => b.when.from - a.when.from)[0];
}

function comparePaths(
  earlier: NumericFigure,
  later: NumericFigure,
  start: NumericFigure,
): ObservatoryFinding[] {
  const [first, last, asked] = [
    inUnitOf(start, earlier).value,
    inUnitOf(later, earlier).value,
    earlier.amount.value,
  ];
  const rate = (last / first) ** (1 / (later.when.from - start.when.from)) - 1;
  const path = first * (1 + rate) ** (earlier.when.from - start.when.from);
  if (path > asked * 0.95 || earlier.amount.kind === "atMost") return [];
  return [
    finding("forecastWithdrawn", "warning", [earlier, later, start], [path, asked], earlier.unit, {
      en: `${cite(later)} needs ${show(100 * rate)} % a year and passes ${show(path)} in ${earlier.period}; ${cite(earlier)} said ${earlier.value}: the earlier forecast was implicitly withdrawn.`,
      zh: `${cite(later)} 对应年均 ${show(100 * rate)}%，${earlier.period} 年约为 ${show(path)}；而 ${cite(earlier)} 为 ${earlier.value}：此前的预测已被默认撤回。`,
    }),
  ];
}
