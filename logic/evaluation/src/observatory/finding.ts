import type { Words } from "../numeric/input-error.ts";
import type { ReadFigure } from "./record.ts";
import { nameInChinese } from "./standard-terms.ts";

/** What the checker looks for. */
export type RuleName =
  | "partsDoNotSum"
  | "growthOfPartsDiffers"
  | "growthDoesNotMatchLevels"
  | "revisedByLaterEdition"
  | "competingValues"
  | "forecastAsOutcome"
  | "forecastDoesNotMatchRate"
  | "forecastWithoutSlowdown"
  | "forecastWithdrawn"
  | "shareOverHundred"
  | "sharesDoNotSum"
  | "roundedTooFar"
  | "sharesOfNamedPartiesDiffer"
  | "mixedScopes"
  | "differentDefinitions"
  | "mixedPeriodLengths"
  | "layerLessAvailable"
  | "staleValue"
  | "ambiguousMultiple"
  | "missingDate"
  | "missingUnit"
  | "statedAmbiguity";

/** error: the figures contradict each other; warning: they cannot be used together as they stand; info: know this. */
export type Severity = "error" | "warning" | "info";

export interface ObservatoryFinding {
  readonly rule: RuleName;
  readonly severity: Severity;
  /** Ids of the figures involved, the one in question first. */
  readonly records: readonly string[];
  /** What the other figures imply, what is stated, and stated − implied, in `unit`; null where no number is compared. */
  readonly expected: number | null;
  readonly found: number | null;
  readonly difference: number | null;
  readonly unit: string;
  readonly words: Words;
}

/** Builds a finding; `compared` is [expected, found]. */
export function finding(
  rule: RuleName,
  severity: Severity,
  figures: readonly ReadFigure[],
  compared: readonly [expected: number, found: number] | null,
  unit: string,
  words: Words,
): ObservatoryFinding {
  const [expected, found] = compared ?? [null, null];
  const difference = expected === null || found === null ? null : found - expected;
  const records = figures.map(({ id }) => id);
  const told = { en: words.en, zh: withChineseNames(words.zh, figures) };
  return { rule, severity, records, expected, found, difference, unit, words: told };
}

/** Rules name the figures as they were printed; the longer names first, as one may be part of another. */
function withChineseNames(text: string, figures: readonly ReadFigure[]): string {
  const names = [...new Set(figures.map(({ figure }) => figure))].toSorted((a, b) => b.length - a.length);
  return names.reduce((before, name) => before.replaceAll(name, () => nameInChinese(name)), text);
}

/** Four significant digits at most after the decimal point, for sentences. */
export function show(value: number): string {
  const digits = Math.abs(value) >= 1000 ? 0 : Math.abs(value) >= 100 ? 1 : 2;
  return String(Number(value.toFixed(digits)));
}

/** "Public cloud size 2023 (CAICT, …)". */
export function cite(figure: ReadFigure): string {
  return `${figure.figure} ${figure.period} (${figure.publication})`;
}
