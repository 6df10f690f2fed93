import type { Indicator, Specification } from "../specification/schema.ts";
import type { Normalisation } from "../specification/steps-schema.ts";
import { refuse, warningFinding, type Entity, type Finding } from "../specification/types.ts";
import { compileNormaliser, type NormalisationContext } from "../steps/normalisation.ts";
import { transform } from "../steps/transformation.ts";
import { treatOutliers } from "../steps/outliers.ts";
import type { TreatedCell } from "../steps/treatment-log.ts";
import { CELL, type Panel } from "./panel.ts";
import type { KindPlan } from "./structure.ts";

/** One period of one kind of entity: complete, treated columns in the order of `indicators`. */
export interface PeriodColumns {
  readonly kind: string;
  readonly period: string;
  readonly entities: readonly Entity[];
  readonly indicators: readonly Indicator[];
  /** As reported, NaN where missing. */
  readonly reported: readonly Float64Array[];
  /** After denomination, imputation, transformation and outliers: what is normalised. */
  readonly treated: readonly Float64Array[];
  /** Bits of `CELL`. */
  readonly flags: readonly Uint8Array[];
  readonly log: readonly TreatedCell[];
  readonly findings: readonly Finding[];
}

/** Takes a period out of the panel and treats outliers. */
export function takePeriod(
  specification: Specification,
  panel: Panel,
  plan: KindPlan,
  period: string,
): PeriodColumns {
  const p = panel.periods.indexOf(period);
  if (p < 0)
    refuse(
      "unknown-period",
      { period },
      `There are no data for ${period}; the periods are ${panel.periods.join(", ")}.`,
      `没有 ${period} 的数据；现有时期：${panel.periods.join("、")}。`,
    );
  const size = panel.entities.length;
  const positions = [...panel.entities.keys()].filter((e) => panel.kept[p * size + e] === 1);
  if (positions.length === 0)
    refuse(
      "no-entities",
      { period },
      `No ${plan.kind} is left in ${period}.`,
      `${period} 没有可计算的“${plan.kind}”主体。`,
    );
  const entities = positions.map((e) => panel.entities[e]!);
  const pick = (values: Float64Array): Float64Array =>
    Float64Array.from(positions, (e) => values[p * size + e]!);
  const log: TreatedCell[] = [];
  const findings: Finding[] = [];
  const flags: Uint8Array[] = [];
  const treated = plan.scored.map((indicator) => {
    const before = transformColumn(indicator, pick(panel.columns.get(indicator.id)!), entities, period, log);
    const bits = Uint8Array.from(positions, (e) => panel.flags.get(indicator.id)![p * size + e]!);
    flags.push(bits);
    const result = treatOutliers(indicator.outliers ?? specification.steps.outliers, before, {
      indicator: indicator.id,
      period,
    });
    for (const { entity, how } of result.changed) {
      bits[entity] = bits[entity]! | CELL.treated;
      log.push({
        step: "outliers",
        indicator: indicator.id,
        entity: entities[entity]!.id,
        period,
        before: before[entity]!,
        after: result.values[entity]!,
        how,
      });
    }
    if (result.unresolved)
      findings.push(
        warningFinding(
          "outliers-remain",
          { indicator: indicator.id, period },
          `Outliers remain in "${indicator.id}" in ${period}: winsorising as many values as allowed does not suffice.`,
          `指标“${indicator.id}”在 ${period} 仍存在离群值：允许的缩尾数量不足。`,
        ),
      );
    return result.values;
  });
  return {
    kind: plan.kind,
    period,
    entities,
    indicators: plan.scored,
    reported: plan.scored.map((indicator) => pick(panel.reported.get(indicator.id)!)),
    treated,
    flags,
    log,
    findings,
  };
}

function transformColumn(
  indicator: Indicator,
  values: Float64Array,
  entities: readonly Entity[],
  period: string,
  log: TreatedCell[],
): Float64Array {
  if (indicator.transformation === "none") return values;
  return values.map((before, e) => {
    const place = { indicator: indicator.id, entity: entities[e]!.id, period };
    const after = transform(indicator.transformation, before, place);
    log.push({
      step: "transformation",
      ...place,
      before,
      after,
      how: { en: "natural logarithm", zh: "自然对数" },
    });
    return after;
  });
}

/** Goalposts and target of an indicator on the scale of its treated values. */
export function fixedScale(indicator: Indicator): Pick<NormalisationContext, "goalposts" | "target"> {
  const { goalposts, target, transformation } = indicator;
  const on = (value: number): number => transform(transformation, value, { indicator: indicator.id });
  return {
    goalposts: goalposts && { minimum: on(goalposts.minimum), maximum: on(goalposts.maximum) },
    target: target === undefined ? undefined : on(target),
  };
}

/** What each indicator's rule needs: goalposts given or of the base period, target, reference entity. */
export function normalisationContext(
  rule: Normalisation,
  indicator: Indicator,
  columns: PeriodColumns,
  base: (period: string) => PeriodColumns,
): NormalisationContext {
  const common = {
    indicator: indicator.id,
    direction: indicator.direction,
    period: columns.period,
    ...fixedScale(indicator),
  };
  if (rule.method === "goalposts") {
    if (indicator.goalposts !== undefined || rule.basePeriod === undefined) return common;
    const reference = base(rule.basePeriod);
    const values = reference.treated[reference.indicators.findIndex((other) => other.id === indicator.id)]!;
    return {
      ...common,
      goalposts: {
        minimum: values.reduce((a, b) => Math.min(a, b)),
        maximum: values.reduce((a, b) => Math.max(a, b)),
      },
    };
  }
  if (rule.method === "distance-to-reference") {
    const reference = columns.entities.findIndex((entity) => entity.id === rule.reference);
    if (reference < 0)
      refuse(
        "unknown-entity",
        { entity: rule.reference, indicator: indicator.id, period: columns.period },
        `The reference "${rule.reference}" of "${indicator.id}" is not among the entities of ${columns.period}.`,
        `指标“${indicator.id}”的参照主体“${rule.reference}”不在 ${columns.period} 的主体之中。`,
      );
    return { ...common, reference };
  }
  return common;
}

/** Normalised columns in the order of `columns.indicators`. */
export function normalisePeriod(
  specification: Specification,
  columns: PeriodColumns,
  base: (period: string) => PeriodColumns,
): Float64Array[] {
  return columns.indicators.map((indicator, k) => {
    const rule = indicator.normalisation ?? specification.steps.normalisation;
    const out = new Float64Array(columns.entities.length);
    compileNormaliser(
      rule,
      normalisationContext(rule, indicator, columns, base),
      out.length,
    )(columns.treated[k]!, out);
    return out;
  });
}
