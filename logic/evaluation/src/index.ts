/** Composite indicators: specification, data, computation, robustness, report. Everything is pure. */
export * from "./specification/types.ts";
export * from "./specification/schema.ts";
export type * from "./specification/steps-schema.ts";
export type * from "./specification/weights-schema.ts";
export type * from "./specification/uncertainty-schema.ts";
export { parseSpecification, readSpecification } from "./specification/parse.ts";
export { checkSpecification } from "./specification/check.ts";
export * from "./data/dataset.ts";
export { type NumberForms, numberFormsSchema } from "./data/number-forms.ts";
export { parseMapping, tableMappingSchema } from "./data/mapping-schema.ts";
export { assembleData, type RawData, type RawObservation } from "./data/assemble.ts";
export { dataFileSchema, readDataFile, toDataFile, type DataFile } from "./data/read-json.ts";
export { columnsOf, readTables, type SourceTable, type TableMapping } from "./data/read-table.ts";
export { indicatorNames, type NameInFile, suggestMapping, type TableForm } from "./data/suggest-mapping.ts";
export {
  demonstrationData,
  demonstrationJudgements,
  type DemonstrationOptions,
} from "./data/demonstration.ts";
export { compute, type ComputeOptions, type EvaluatedPeriod, type Evaluation } from "./pipeline/compute.ts";
export type { IndexScores } from "./pipeline/scores.ts";
export { leavesOf } from "./pipeline/structure.ts";
export { CELL } from "./pipeline/panel.ts";
export { coherenceOf, type IndexCoherence } from "./pipeline/coherence.ts";
export * from "./pipeline/result.ts";
export * from "./pipeline/bundle.ts";
export { profileOf, type EntityProfile, type ProfileIndicator } from "./pipeline/profile.ts";
export { exportSheets, type ExportSheet } from "./pipeline/export.ts";
export { ENGINE } from "./pipeline/engine.ts";
export { compilePlan, type Plan } from "./robustness/plan.ts";
export type { PlanTarget } from "./robustness/plan-parts.ts";
export * from "./robustness/monte-carlo.ts";
export * from "./robustness/sensitivity.ts";
export type * from "./robustness/sensitivity-estimates.ts";
export { oneAtATime, type RemovalResult } from "./robustness/removal.ts";
export {
  applyVariant,
  compareVariants,
  type Variant,
  type VariantComparison,
} from "./robustness/variants.ts";
export { changeBetween, type ChangeBetween, type Edition } from "./robustness/years.ts";
export { editCells, scenario, type CellEdit, type Scenario } from "./robustness/scenario.ts";
export { changesToReachRank, type RankTarget, type RequiredChange } from "./robustness/inverse.ts";
export { report, type ReportInput } from "./report/report.ts";
export { rankingPicture } from "./report/standalone.ts";
export { barChart, heatMap, intervalChart, stackedChart } from "./report/charts.ts";
export { chartMarkup, tableMarkup, type Chart, type DataTable } from "./report/markup.ts";
export * from "./commands.ts";
/** The parts that are useful alone: weighting methods, coherence statistics, files, and figures with provenance. */
export * as weights from "./weights/index.ts";
export * as coherence from "./coherence/index.ts";
export * as tabular from "./tabular/index.ts";
export * as observatory from "./observatory/index.ts";
export * from "./weights/index.ts";
export * from "./coherence/index.ts";
export * from "./tabular/index.ts";
export * from "./observatory/index.ts";
