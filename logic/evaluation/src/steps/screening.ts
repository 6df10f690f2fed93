import type { Screening } from "../specification/steps-schema.ts";
import { errorFinding, type Entity, type Finding } from "../specification/types.ts";
import type { DroppedEntity } from "./treatment-log.ts";

export interface ScreeningInput {
  readonly entities: readonly Entity[];
  readonly periods: readonly string[];
  /** Scored indicators of this kind of entity, `values[period * entities + entity]`. */
  readonly columns: ReadonlyMap<string, Float64Array>;
}

export interface ScreeningResult {
  /** 1 where an entity takes part in a period. */
  readonly kept: Uint8Array;
  readonly dropped: readonly DroppedEntity[];
  readonly findings: readonly Finding[];
}

/** Applies the availability rule per period. Without a rule everything is kept. */
export function screen(rule: Screening | undefined, input: ScreeningInput): ScreeningResult {
  const { entities, periods, columns } = input;
  const kept = new Uint8Array(entities.length * periods.length).fill(1);
  if (rule === undefined) return { kept, dropped: [], findings: [] };
  const dropped: DroppedEntity[] = [];
  const findings: Finding[] = [];
  for (const [p, period] of periods.entries()) {
    for (const [e, entity] of entities.entries()) {
      const cell = p * entities.length + e;
      let there = 0;
      for (const values of columns.values()) if (!Number.isNaN(values[cell]!)) there += 1;
      const availability = columns.size === 0 ? 1 : there / columns.size;
      if (availability >= rule.entityAvailability) continue;
      kept[cell] = 0;
      dropped.push({ entity: entity.id, period, availability, required: rule.entityAvailability });
      if (rule.onShortfall === "error")
        findings.push(
          errorFinding(
            "entity-unavailable",
            { entity: entity.id, period },
            `"${entity.id}" has ${there} of ${columns.size} indicators in ${period}, less than the required share ${rule.entityAvailability}; add data, or set onShortfall: drop.`,
            `“${entity.label.zh}”在 ${period} 只有 ${there}/${columns.size} 个指标有数据，低于要求的 ${rule.entityAvailability}；请补充数据，或设置 onShortfall: drop。`,
          ),
        );
    }
    for (const [indicator, values] of columns)
      findings.push(...indicatorShortfall(rule, indicator, values, kept, entities.length, p, period));
  }
  return { kept, dropped, findings };
}

function indicatorShortfall(
  rule: Screening,
  indicator: string,
  values: Float64Array,
  kept: Uint8Array,
  size: number,
  p: number,
  period: string,
): Finding[] {
  let there = 0;
  let all = 0;
  for (let cell = p * size; cell < (p + 1) * size; cell += 1) {
    if (kept[cell] !== 1) continue;
    all += 1;
    if (!Number.isNaN(values[cell]!)) there += 1;
  }
  if (all === 0 || there / all >= rule.indicatorAvailability) return [];
  return [
    errorFinding(
      "indicator-unavailable",
      { indicator, period },
      `Indicator "${indicator}" has ${there} of ${all} values in ${period}, less than the required share ${rule.indicatorAvailability}; add data or take it out of the tree.`,
      `指标“${indicator}”在 ${period} 只有 ${there}/${all} 个值，低于要求的 ${rule.indicatorAvailability}；请补充数据或将其移出指标树。`,
    ),
  ];
}
