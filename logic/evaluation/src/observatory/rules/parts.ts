import { sum } from "../../numeric/matrix.ts";
import { finding, show, type ObservatoryFinding } from "../finding.ts";
import { overlaps } from "../growth.ts";
import { growthFor, inUnitOf, sameUnit, yearlyLevels, type NumericFigure } from "../pairing.ts";
import type { ReadFigure } from "../record.ts";
import { mentions } from "../subject.ts";

/** A figure and those that make it up. */
interface Composition {
  readonly whole: NumericFigure;
  readonly parts: readonly NumericFigure[];
}

/**
 * Compositions that the records themselves declare: a scope "China, public+private" is made of the public and the
 * private figure; figures with scope "China, public" make up the public figure of China.
 */
function compositionsOf(figures: readonly ReadFigure[]): Composition[] {
  const levels = yearlyLevels(figures);
  return levels.flatMap((whole) => {
    const siblings = levels.filter(
      (part) => part !== whole && part.about.member === "" && comparable(part, whole),
    );
    const bySegments = whole.within.segments.flatMap(
      (segment) => siblings.find((part) => mentions(part.about.topic, segment)) ?? [],
    );
    const complete = bySegments.length > 1 && bySegments.length === whole.within.segments.length;
    const byRestriction = siblings.filter(
      (part) =>
        part.within.restrictions.length === whole.within.restrictions.length + 1 &&
        mentions(whole.about.topic, part.within.restrictions.at(-1)!),
    );
    return [
      ...(complete ? [{ whole, parts: bySegments }] : []),
      ...(byRestriction.length > 1 ? [{ whole, parts: byRestriction }] : []),
    ];
  });
}

function comparable(part: NumericFigure, whole: NumericFigure): boolean {
  return (
    part.publication === whole.publication &&
    part.when.from === whole.when.from &&
    part.within.place === whole.within.place &&
    sameUnit(part.measure, whole.measure)
  );
}

/** Levels of the parts against the level of the whole, and growth of the parts against growth of the whole. */
export function checkParts(figures: readonly ReadFigure[]): ObservatoryFinding[] {
  return compositionsOf(figures).flatMap(({ whole, parts }) => [
    ...checkSum(whole, parts),
    ...checkGrowth(whole, parts, figures),
  ]);
}

function checkSum(whole: NumericFigure, parts: readonly NumericFigure[]): ObservatoryFinding[] {
  const amounts = parts.map((part) => inUnitOf(part, whole));
  const total = sum(amounts.map((amount) => amount.value));
  const range = { low: sum(amounts.map((a) => a.low)), high: sum(amounts.map((a) => a.high)) };
  if (overlaps(range, whole.amount)) return [];
  const gap = whole.amount.value - total;
  const terms = parts.map((part, k) => `${part.figure} ${show(amounts[k]!.value)}`).join(" + ");
  const repairs = parts.map((part, k) => `${part.figure} = ${show(amounts[k]!.value + gap)}`).join(" / ");
  return [
    finding("partsDoNotSum", "error", [whole, ...parts], [total, whole.amount.value], whole.unit, {
      en: `${terms} = ${show(total)}, but ${whole.figure} is ${show(whole.amount.value)} (${show(gap)} apart). It would fit with one of: ${repairs}.`,
      zh: `${terms} = ${show(total)}，而 ${whole.figure} 为 ${show(whole.amount.value)}（相差 ${show(gap)}）。以下任一改动可使其相符：${repairs}。`,
    }),
  ];
}

function checkGrowth(
  whole: NumericFigure,
  parts: readonly NumericFigure[],
  figures: readonly ReadFigure[],
): ObservatoryFinding[] {
  const stated = growthFor(whole, figures);
  const growths = parts.map((part) => growthFor(part, figures));
  if (!stated || growths.some((growth) => growth === undefined)) return [];
  const own = growths as NumericFigure[];
  const levels = parts.map((part) => inUnitOf(part, whole).value);
  const combined = (end: "low" | "value" | "high") =>
    100 * (sum(levels) / sum(levels.map((level, k) => level / (1 + own[k]!.amount[end] / 100))) - 1);
  if (overlaps({ low: combined("low"), high: combined("high") }, stated.amount)) return [];
  const found = stated.amount.value;
  return [
    finding(
      "growthOfPartsDiffers",
      "error",
      [stated, whole, ...parts, ...own],
      [combined("value"), found],
      "%",
      {
        en: `The parts of ${whole.figure} grow ${show(combined("value"))} % together, but ${stated.figure} is given as ${show(found)} %.`,
        zh: `${whole.figure} 的各部分合计增长 ${show(combined("value"))}%，而 ${stated.figure} 给出的是 ${show(found)}%。`,
      },
    ),
  ];
}
