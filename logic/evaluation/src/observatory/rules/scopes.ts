import { cite, finding, show, type ObservatoryFinding } from "../finding.ts";
import {
  amountsOf,
  growthFor,
  inUnitOf,
  numbersOf,
  sameUnit,
  yearlyLevels,
  type NumericFigure,
} from "../pairing.ts";
import { yearOf } from "../period.ts";
import type { ReadFigure } from "../record.ts";
import { sameTopic } from "../subject.ts";
import { convertUnit, type ExchangeRate } from "../unit.ts";

/** Figures of one name and period that cover different segments: no ratio and no common axis. */
export function checkMixedScopes(figures: readonly ReadFigure[]): ObservatoryFinding[] {
  const levels = yearlyLevels(figures);
  return levels.flatMap((a, i) =>
    levels.slice(i + 1).flatMap((b) => {
      const [x, y] = [a.within.segments.join("+"), b.within.segments.join("+")];
      const mixed =
        a.when.from === b.when.from && a.about.topic === b.about.topic && x !== y && x !== "" && y !== "";
      if (!mixed) return [];
      return [
        finding("mixedScopes", "warning", [a, b], null, "", {
          en: `${cite(a)} covers ${x}, ${cite(b)} covers ${y}: do not divide one by the other or draw them on one axis.`,
          zh: `${cite(a)} 的口径为 ${x}，${cite(b)} 的口径为 ${y}：不可相除，也不可绘于同一坐标轴。`,
        }),
      ];
    }),
  );
}

/** A level or target against what another publication implies for the same place and year under another name. */
export function checkDefinitions(figures: readonly ReadFigure[]): ObservatoryFinding[] {
  const targets = amountsOf(figures, "forecast").filter((figure) => figure.measure.kind === "money");
  return yearlyLevels(figures).flatMap((level) => {
    const growth = growthFor(level, figures);
    if (!growth || level.measure.kind !== "money") return [];
    const implied = level.amount.value / (1 + growth.amount.value / 100);
    return targets.flatMap((target) => {
      const comparable =
        target.publication !== level.publication &&
        yearOf(target.when) === level.when.from - 1 &&
        target.within.place === level.within.place &&
        sameUnit(target.measure, level.measure);
      const ratio = comparable ? inUnitOf(target, level).value / implied : 1;
      return Math.max(ratio, 1 / ratio) < 1.5
        ? []
        : [definitionFinding(target, level, growth, implied, ratio)];
    });
  });
}

function definitionFinding(
  target: NumericFigure,
  level: NumericFigure,
  growth: NumericFigure,
  implied: number,
  ratio: number,
): ObservatoryFinding {
  const found = inUnitOf(target, level).value;
  return finding("differentDefinitions", "warning", [target, level, growth], [implied, found], level.unit, {
    en: `${cite(target)} is ${target.value}, ${show(ratio)} times the ${show(implied)} that ${cite(level)} implies: a different definition or a missed target; never draw them on one axis.`,
    zh: `${cite(target)} 为 ${target.value}，是 ${cite(level)} 所隐含的 ${show(implied)} 的 ${show(ratio)} 倍：口径不同或目标未达成；切勿绘于同一坐标轴。`,
  });
}

/**
 * A quarter or half year of money beside whole years of the same place and topic. With a rate for its currency, the
 * annualised value is compared with the nearest year's; without one nothing is converted.
 */
export function checkPeriodLengths(
  figures: readonly ReadFigure[],
  rates: readonly ExchangeRate[] = [],
): ObservatoryFinding[] {
  const levels = numbersOf(figures, "level").filter((figure) => figure.measure.kind === "money");
  const short = levels.filter((figure) => ["quarter", "half", "month"].includes(figure.when.kind));
  return short.flatMap((part) => {
    const whole = levels.filter(
      (figure) =>
        figure.when.kind === "year" &&
        figure.within.place === part.within.place &&
        Math.abs(figure.when.from - Math.floor(part.when.from)) <= 1 &&
        figure.about.member === "" &&
        (sameTopic(figure.about, part.about) || commonWord(figure, part)),
    );
    return whole.length === 0 ? [] : [periodFinding(part, whole, rates)];
  });
}

function periodFinding(
  part: NumericFigure,
  whole: readonly NumericFigure[],
  rates: readonly ExchangeRate[],
): ObservatoryFinding {
  const times = Math.round(1 / (part.when.to - part.when.from));
  const yearly = annualised(part, whole[0]!, times, rates);
  const value = yearly === null ? "" : ` (${show(yearly)} ${whole[0]!.unit})`;
  const compared = yearly === null ? null : ([whole[0]!.amount.value, yearly] as const);
  return finding("mixedPeriodLengths", "warning", [part, ...whole], compared, whole[0]!.unit, {
    en: `${cite(part)} covers a ${part.when.kind}, the others of ${part.scope} a year: annualise it (times ${times}${value}) and say so before comparing.`,
    zh: `${cite(part)} 仅为部分年度，而其他同地区数据为全年：比较前须年化（乘以 ${times}${value}）并注明。`,
  });
}

/** In the unit of `like`; null without a rate for the currency. */
function annualised(
  part: NumericFigure,
  like: NumericFigure,
  times: number,
  rates: readonly ExchangeRate[],
): number | null {
  const [from, to] = [part.measure, like.measure];
  if (from.kind !== "money" || to.kind !== "money") return null;
  const known =
    from.currency === to.currency ||
    rates.some(
      (rate) => [rate.from, rate.to].includes(from.currency) && [rate.from, rate.to].includes(to.currency),
    );
  return known ? convertUnit(times * part.amount.value, part.unit, like.unit, rates).value : null;
}

function commonWord(a: ReadFigure, b: ReadFigure): boolean {
  const words = new Set(a.about.topic.split(" "));
  return b.about.topic.split(" ").some((word) => word.length > 3 && words.has(word));
}
