import type { DataSet } from "../data/dataset.ts";
import { rollUp } from "../data/roll-up.ts";
import type { Indicator, Specification } from "../specification/schema.ts";
import { errorFinding, EvaluationError, type Entity, type Finding } from "../specification/types.ts";
import { denominate } from "../steps/denomination.ts";
import { impute } from "../steps/imputation.ts";
import { screen } from "../steps/screening.ts";
import type { DroppedEntity, TreatedCell } from "../steps/treatment-log.ts";
import type { KindPlan } from "./structure.ts";

/** What is known of a cell, as bits, so that it reaches the last table. */
export const CELL = { imputed: 1, treated: 2, synthetic: 4, derived: 8, rolledUp: 16 } as const;

/** Complete columns of one kind of entity over all periods: `[period * entities + entity]`. */
export interface Panel {
  readonly kind: string;
  readonly entities: readonly Entity[];
  readonly periods: readonly string[];
  /** 1 where the entity takes part in the period. */
  readonly kept: Uint8Array;
  /** Values as reported (after roll-up), before anything else. */
  readonly reported: ReadonlyMap<string, Float64Array>;
  /** After denomination and imputation; complete where `kept`. */
  readonly columns: ReadonlyMap<string, Float64Array>;
  readonly flags: ReadonlyMap<string, Uint8Array>;
  readonly log: readonly TreatedCell[];
  readonly dropped: readonly DroppedEntity[];
}

/**
 * Rolls up, denominates, screens and imputes. @param periods those to compute; others only serve imputation in time
 * @throws EvaluationError with every cell that is still missing and every step that could not apply
 */
export function buildPanel(
  specification: Specification,
  data: DataSet,
  plan: KindPlan,
  periods: readonly string[],
): Panel {
  const findings: Finding[] = [];
  const log: TreatedCell[] = [];
  const entities = data.entities.get(plan.kind) ?? [];
  const all = [...plan.scored, ...plan.auxiliary];
  const rolled = new Map(all.map((indicator) => [indicator.id, rollUp(data, indicator, entities, findings)]));
  const reported = new Map([...rolled].map(([id, { values }]) => [id, values]));
  const at = (cell: number): { entity: string; period: string } => ({
    entity: entities[cell % entities.length]!.id,
    period: data.periods[Math.floor(cell / entities.length)]!,
  });
  const columns = denominateAll(all, reported, at, findings, log);
  const screened = screen(specification.steps.screening, {
    entities,
    periods: data.periods,
    columns: new Map(plan.scored.map((indicator) => [indicator.id, columns.get(indicator.id)!])),
  });
  findings.push(...screened.findings.filter((finding) => periods.includes(finding.place.period ?? "")));
  if (findings.length > 0) throw new EvaluationError(findings);
  const flags = new Map([...rolled].map(([id, { flags: bits }]) => [id, bits]));
  const complete = imputeAll(specification, plan, {
    entities,
    data,
    periods,
    kept: screened.kept,
    columns,
    flags,
    at,
    log,
  });
  return {
    kind: plan.kind,
    entities,
    periods: data.periods,
    kept: screened.kept,
    reported,
    columns: complete,
    flags,
    log,
    dropped: screened.dropped.filter((entity) => periods.includes(entity.period)),
  };
}

function denominateAll(
  all: readonly Indicator[],
  reported: ReadonlyMap<string, Float64Array>,
  at: (cell: number) => { entity: string; period: string },
  findings: Finding[],
  log: TreatedCell[],
): Map<string, Float64Array> {
  return new Map(
    all.map((indicator) => {
      const values = reported.get(indicator.id)!;
      const { denominator } = indicator;
      if (denominator === undefined) return [indicator.id, values];
      const result = denominate(
        indicator.id,
        values,
        denominator.indicator,
        reported.get(denominator.indicator),
        denominator.factor,
        at,
      );
      findings.push(...result.findings);
      for (const [cell, after] of result.values.entries()) {
        if (Number.isNaN(after)) continue;
        log.push({
          step: "denomination",
          indicator: indicator.id,
          ...at(cell),
          before: values[cell]!,
          after,
          how: { en: `divided by ${denominator.indicator}`, zh: `除以 ${denominator.indicator}` },
        });
      }
      return [indicator.id, result.values];
    }),
  );
}

interface ImputationRun {
  readonly entities: readonly Entity[];
  readonly data: DataSet;
  readonly periods: readonly string[];
  readonly kept: Uint8Array;
  readonly columns: ReadonlyMap<string, Float64Array>;
  readonly flags: ReadonlyMap<string, Uint8Array>;
  readonly at: (cell: number) => { entity: string; period: string };
  readonly log: TreatedCell[];
}

function imputeAll(
  specification: Specification,
  plan: KindPlan,
  run: ImputationRun,
): Map<string, Float64Array> {
  const findings: Finding[] = [];
  const groups = run.entities.map((entity) => entity.group);
  const complete = new Map<string, Float64Array>();
  for (const indicator of plan.scored) {
    const before = run.columns.get(indicator.id)!;
    const rule = indicator.imputation ?? specification.steps.imputation;
    const cells = impute(rule, {
      values: before,
      periods: run.data.periods,
      entities: run.entities.length,
      kept: run.kept,
      groups,
      others: run.columns,
      indicator: indicator.id,
    });
    const after = cells.length > 0 ? before.slice() : before;
    const bits = run.flags.get(indicator.id)!;
    for (const { cell, value, how } of cells) {
      after[cell] = value;
      bits[cell] = bits[cell]! | CELL.imputed;
      if (run.periods.includes(run.at(cell).period))
        run.log.push({
          step: "imputation",
          indicator: indicator.id,
          ...run.at(cell),
          before: null,
          after: value,
          how,
        });
    }
    complete.set(indicator.id, after);
    findings.push(...stillMissing(indicator, rule.method, after, run));
  }
  if (findings.length > 0) throw new EvaluationError(findings);
  return complete;
}

function stillMissing(
  indicator: Indicator,
  method: string,
  values: Float64Array,
  run: ImputationRun,
): Finding[] {
  const findings: Finding[] = [];
  for (const [p, period] of run.data.periods.entries()) {
    if (!run.periods.includes(period)) continue;
    for (const [e, entity] of run.entities.entries()) {
      const cell = p * run.entities.length + e;
      if (run.kept[cell] !== 1 || !Number.isNaN(values[cell]!)) continue;
      const place = { indicator: indicator.id, entity: entity.id, period };
      findings.push(
        method === "none"
          ? errorFinding(
              "missing-value",
              place,
              `"${entity.id}" has no value for "${indicator.id}" in ${period}; supply it, choose an imputation, or screen the entity out.`,
              `“${entity.label.zh}”在 ${period} 缺少指标“${indicator.id}”的值；请补充数据、选择插补方法，或筛除该主体。`,
            )
          : errorFinding(
              "imputation-cannot-apply",
              place,
              `The value of "${indicator.id}" for "${entity.id}" in ${period} cannot be imputed by ${method}: what it needs is missing too. Supply the value or choose another method.`,
              `“${entity.label.zh}”在 ${period} 的指标“${indicator.id}”无法用 ${method} 插补（所需数据亦缺失）；请补充数据或更换方法。`,
            ),
      );
    }
  }
  return findings;
}
