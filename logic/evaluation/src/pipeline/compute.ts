import type { DataSet } from "../data/dataset.ts";
import { checkSpecification } from "../specification/check.ts";
import type { Specification } from "../specification/schema.ts";
import { EvaluationError, warningFinding, type Finding } from "../specification/types.ts";
import type { DroppedEntity, TreatedCell } from "../steps/treatment-log.ts";
import { buildPanel, CELL } from "./panel.ts";
import { normalisePeriod, takePeriod, type PeriodColumns } from "./period.ts";
import { scoreIndices, type IndexScores } from "./scores.ts";
import { planKinds, type Selection } from "./structure.ts";

export interface ComputeOptions extends Selection {
  /** Periods to compute; all when absent. */
  readonly periods?: readonly string[] | undefined;
}

/** One kind of entity in one period: a ranking never mixes kinds. */
export interface EvaluatedPeriod extends PeriodColumns {
  readonly normalised: readonly Float64Array[];
  /** Members before the indices that use them. */
  readonly indices: readonly IndexScores[];
}

export interface Evaluation {
  readonly specification: Specification;
  readonly data: DataSet;
  readonly options: ComputeOptions;
  readonly tables: readonly EvaluatedPeriod[];
  /** Every cell that a step changed. */
  readonly log: readonly TreatedCell[];
  readonly dropped: readonly DroppedEntity[];
  /** Warnings, which belong on every output. */
  readonly findings: readonly Finding[];
}

/**
 * The whole pipeline: roll-up, denomination, screening, imputation, outliers, normalisation, weights, aggregation.
 * @throws EvaluationError with every reason for which it cannot be computed; nothing is computed in part
 */
export function compute(
  specification: Specification,
  data: DataSet,
  options: ComputeOptions = {},
): Evaluation {
  const checked = checkSpecification(specification);
  const errors = checked.filter((finding) => finding.level === "error");
  if (errors.length > 0) throw new EvaluationError(errors);
  const periods = options.periods ?? data.periods;
  const findings: Finding[] = [...checked];
  const log: TreatedCell[] = [];
  const dropped: DroppedEntity[] = [];
  const tables: EvaluatedPeriod[] = [];
  for (const plan of planKinds(specification, options)) {
    const panel = buildPanel(specification, data, plan, periods);
    for (const cell of panel.log) if (periods.includes(cell.period)) log.push(cell);
    dropped.push(...panel.dropped);
    const taken = new Map<string, PeriodColumns>();
    const take = (period: string): PeriodColumns => {
      const known = taken.get(period) ?? takePeriod(specification, panel, plan, period);
      taken.set(period, known);
      return known;
    };
    for (const period of periods) {
      const columns = take(period);
      const normalised = normalisePeriod(specification, columns, take);
      const byId = new Map(columns.indicators.map((indicator, k) => [indicator.id, normalised[k]!]));
      const indices = scoreIndices(plan.indices, byId, period);
      for (const cell of columns.log) log.push(cell);
      findings.push(...columns.findings, ...indices.flatMap((scores) => scores.derivation.findings));
      tables.push({ ...columns, normalised, indices });
    }
  }
  return {
    specification,
    data,
    options,
    tables,
    log,
    dropped,
    findings: [...findings, ...labels(specification, tables)],
  };
}

/** Synthetic data and judgements and extensions say so on every output. */
function labels(specification: Specification, tables: readonly EvaluatedPeriod[]): Finding[] {
  const findings: Finding[] = [];
  if (
    tables.some((table) => table.flags.some((column) => column.some((bits) => (bits & CELL.synthetic) !== 0)))
  )
    findings.push(
      warningFinding(
        "synthetic-data",
        {},
        "The data contain synthetic values, generated for demonstration; the scores say nothing about the world.",
        "数据包含用于演示的合成值；得分不反映现实情况。",
      ),
    );
  const used = new Map(
    tables.flatMap((table) => table.indices.map((scores) => [scores.index.id, scores] as const)),
  );
  for (const [id, scores] of used) {
    if (scores.derivation.synthetic === true)
      findings.push(
        warningFinding(
          "synthetic-weights",
          { index: id },
          `The judgements behind the weights of "${scores.index.label.en}" are synthetic.`,
          `指数“${scores.index.label.zh}”权重所依据的专家判断为合成数据。`,
        ),
      );
    if (scores.index.standing === "extension")
      findings.push(
        warningFinding(
          "extension",
          { index: id },
          `"${scores.index.label.en}" is an extension: ${specification.source?.publisher ?? "the source"} does not define this score.`,
          `“${scores.index.label.zh}”为扩展得分，${specification.source?.publisher ?? "来源"}未对其作出定义。`,
        ),
      );
  }
  return findings;
}
