export { parseAmount, type Amount } from "./amount.ts";
export { parsePeriod, type Period } from "./period.ts";
export { figureSchema, readFigure, type Figure, type ReadFigure } from "./record.ts";
export {
  convertUnit,
  parseUnit,
  type Conversion as UnitConversion,
  type ExchangeRate,
  type Unit as FigureUnit,
} from "./unit.ts";
export { compoundAnnualGrowth, growthRate, levelBefore, project, yearsToReach } from "./growth.ts";
export * from "./forecast.ts";
export {
  type ObservatoryFinding,
  type RuleName as ObservatoryRule,
  type Severity as ObservatorySeverity,
} from "./finding.ts";
export * from "./check.ts";
export * from "./figures-csv.ts";
export * from "./further-figures.ts";
export * from "./series.ts";
export * from "./standard-terms.ts";
