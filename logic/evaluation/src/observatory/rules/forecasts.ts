import { cite, finding, show, type ObservatoryFinding } from "../finding.ts";
import { compoundAnnualGrowth, overlaps, project } from "../growth.ts";
import { amountsOf, growthFor, inUnitOf, numbersOf, sameSeries, type NumericFigure } from "../pairing.ts";
import type { ReadFigure } from "../record.ts";
import { latestLevel } from "./editions.ts";

/** A forecast against the level it starts from and the rate that the same publication gives, or against growth so far. */
export function checkForecasts(figures: readonly ReadFigure[]): ObservatoryFinding[] {
  const rates = numbersOf(figures, "compoundGrowth");
  return amountsOf(figures, "forecast").flatMap((forecast) => {
    const start = latestLevel(forecast, figures);
    if (!start) return [];
    const rate = rates.find(
      (one) =>
        one.publication === forecast.publication &&
        one.when.from === start.when.from &&
        one.when.to === forecast.when.to &&
        sameSeries(one, forecast),
    );
    return rate ? compareWithRate(forecast, start, rate) : compareWithGrowth(forecast, start, figures);
  });
}

function compareWithRate(
  forecast: NumericFigure,
  start: NumericFigure,
  rate: NumericFigure,
): ObservatoryFinding[] {
  const years = forecast.when.from - start.when.from;
  const level = inUnitOf(start, forecast);
  const at = (end: "low" | "value" | "high") => project(level[end], rate.amount[end] / 100, years);
  if (overlaps({ low: at("low"), high: at("high") }, forecast.amount)) return [];
  return [
    finding(
      "forecastDoesNotMatchRate",
      "error",
      [forecast, start, rate],
      [at("value"), forecast.amount.value],
      forecast.unit,
      {
        en: `${show(level.value)} growing ${rate.value} % a year for ${years} years gives ${show(at("value"))}, but ${cite(forecast)} is ${forecast.value}.`,
        zh: `${show(level.value)} 以年均 ${rate.value}% 增长 ${years} 年为 ${show(at("value"))}，而 ${cite(forecast)} 为 ${forecast.value}。`,
      },
    ),
  ];
}

function compareWithGrowth(
  forecast: NumericFigure,
  start: NumericFigure,
  figures: readonly ReadFigure[],
): ObservatoryFinding[] {
  const growth = growthFor(start, figures);
  if (!growth || forecast.amount.kind === "atMost") return [];
  const years = forecast.when.from - start.when.from;
  const needed = 100 * compoundAnnualGrowth(inUnitOf(start, forecast).value, forecast.amount.value, years);
  if (needed < growth.amount.low) return [];
  return [
    finding(
      "forecastWithoutSlowdown",
      "warning",
      [forecast, start, growth],
      [growth.amount.value, needed],
      "%/year",
      {
        en: `${cite(forecast)} gives no rate; from ${show(start.amount.value)} it needs ${show(needed)} % a year, no less than the last growth of ${growth.value} %: it assumes no slowdown.`,
        zh: `${cite(forecast)} 未给出增速；由 ${show(start.amount.value)} 起算需年均 ${show(needed)}%，不低于最近的 ${growth.value}%：即假定增长不放缓。`,
      },
    ),
  ];
}
