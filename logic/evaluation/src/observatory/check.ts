import type { ObservatoryFinding, RuleName, Severity } from "./finding.ts";
import { readFigure, type Figure, type ReadFigure } from "./record.ts";
import {
  checkCompleteness,
  checkLayers,
  checkMultiples,
  checkStaleValues,
  checkStatedAmbiguities,
} from "./rules/completeness.ts";
import {
  checkCompetingValues,
  checkForecastAsOutcome,
  checkGrowthAgainstLevels,
  checkWithdrawnForecasts,
} from "./rules/editions.ts";
import { checkForecasts } from "./rules/forecasts.ts";
import { checkParts } from "./rules/parts.ts";
import { checkDefinitions, checkMixedScopes, checkPeriodLengths } from "./rules/scopes.ts";
import type { ExchangeRate } from "./unit.ts";
import { checkNamedParties, checkRounding, checkShares } from "./rules/shares.ts";

type Check = (figures: readonly ReadFigure[], rates: readonly ExchangeRate[]) => ObservatoryFinding[];

const checks: readonly Check[] = [
  checkParts,
  checkGrowthAgainstLevels,
  checkForecastAsOutcome,
  checkForecasts,
  checkWithdrawnForecasts,
  checkCompetingValues,
  checkShares,
  checkRounding,
  checkNamedParties,
  checkMixedScopes,
  checkDefinitions,
  checkPeriodLengths,
  checkLayers,
  checkStaleValues,
  checkMultiples,
  checkCompleteness,
  checkStatedAmbiguities,
];

const order: readonly Severity[] = ["error", "warning", "info"];

export interface CheckOptions {
  /** Only these rules; all unless given. */
  readonly rules?: readonly RuleName[];
  /** Rates that someone answers for, for comparisons across currencies; without them none is made. */
  readonly rates?: readonly ExchangeRate[];
}

/**
 * Contradictions that the records themselves show, errors first. Comparisons allow for the rounding of every printed
 * digit: 6165 is anything from 6164.5 to 6165.5, so a finding is never an artefact of rounding.
 */
export function findContradictions(
  figures: readonly Figure[],
  options: CheckOptions = {},
): ObservatoryFinding[] {
  const read = figures.map(readFigure);
  const found = checks.flatMap((check) => check(read, options.rates ?? []));
  const wanted = options.rules ? found.filter(({ rule }) => options.rules!.includes(rule)) : found;
  return wanted.toSorted((a, b) => order.indexOf(a.severity) - order.indexOf(b.severity));
}
