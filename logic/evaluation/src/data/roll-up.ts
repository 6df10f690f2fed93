import { median } from "../steps/moments.ts";
import type { Indicator, RollUp } from "../specification/schema.ts";
import { errorFinding, type Entity, type Finding } from "../specification/types.ts";
import type { DataSet } from "./dataset.ts";

/** A column per reporting entity, with bits of `CELL`: 4 synthetic, 8 derived, 1 imputed by the source, 16 rolled up. */
export interface RolledColumn {
  readonly values: Float64Array;
  readonly flags: Uint8Array;
}

/** Bits by status of the origin. */
const STATUS_BITS = { stated: 0, revised: 0, derived: 8, imputed: 1, synthetic: 4 } as const;

/** The indicator per reporting entity: as it is, or from the entities of the collecting kind that belong to each. */
export function rollUp(
  data: DataSet,
  indicator: Indicator,
  entities: readonly Entity[],
  findings: Finding[],
): RolledColumn {
  const column = data.columns.get(indicator.id);
  const size = data.periods.length * entities.length;
  if (column === undefined) {
    findings.push(
      errorFinding(
        "no-data",
        { indicator: indicator.id },
        `There are no data for "${indicator.id}" (${indicator.label.en}), which the selected indices need.`,
        `所选指数需要的指标“${indicator.label.zh}”（${indicator.id}）没有数据。`,
      ),
    );
    return { values: new Float64Array(size).fill(Number.NaN), flags: new Uint8Array(size) };
  }
  const statusBits = data.origins.map((origin) => STATUS_BITS[origin.status]);
  const bits = Uint8Array.from(column.origin, (origin) => (origin < 0 ? 0 : statusBits[origin]!));
  const kind = indicator.collectedPer;
  if (kind === undefined || kind === indicator.kind) return { values: column.values, flags: bits };
  const collected = data.entities.get(kind) ?? [];
  const owner = owners(data, kind, indicator, collected, entities, findings);
  return gather(
    data.periods,
    column.values,
    bits,
    owner,
    entities.length,
    indicator.rollUp ?? "sum",
    indicator,
    findings,
  );
}

/** For each collecting entity the position of its reporting entity. */
function owners(
  data: DataSet,
  kind: string,
  indicator: Indicator,
  collected: readonly Entity[],
  entities: readonly Entity[],
  findings: Finding[],
): number[] {
  const position = new Map(entities.map((entity, k) => [entity.id, k]));
  const mapped = new Map(
    data.memberships
      .filter((membership) => membership.fromKind === kind && membership.toKind === indicator.kind)
      .map((membership) => [membership.from, membership.to]),
  );
  return collected.map((entity) => {
    const to = mapped.get(entity.id);
    const at = to === undefined ? undefined : position.get(to);
    if (at === undefined)
      findings.push(
        errorFinding(
          "unmapped-entity",
          { entity: entity.id, indicator: indicator.id },
          `The ${kind} "${entity.id}" belongs to no ${indicator.kind}; add it to the memberships.`,
          `“${kind}”主体“${entity.id}”未映射到任何“${indicator.kind}”；请补充映射。`,
        ),
      );
    return at ?? -1;
  });
}

function gather(
  periods: readonly string[],
  values: Float64Array,
  bits: Uint8Array,
  owner: readonly number[],
  size: number,
  rule: RollUp,
  indicator: Indicator,
  findings: Finding[],
): RolledColumn {
  const out = new Float64Array(periods.length * size).fill(Number.NaN);
  const flags = new Uint8Array(out.length);
  for (let p = 0; p < periods.length; p += 1) {
    const parts: number[][] = Array.from({ length: size }, () => []);
    for (const [k, to] of owner.entries()) {
      if (to < 0) continue;
      const value = values[p * owner.length + k]!;
      // A sum over zones of which one is unknown is not the region's sum.
      if (Number.isNaN(value))
        findings.push(
          errorFinding(
            "incomplete-roll-up",
            { indicator: indicator.id, period: periods[p] },
            `"${indicator.id}" cannot be rolled up in ${periods[p]}: a member has no value.`,
            `指标“${indicator.id}”在 ${periods[p]} 无法汇总：有成员缺少取值。`,
          ),
        );
      else parts[to]!.push(value);
      flags[p * size + to] = flags[p * size + to]! | bits[p * owner.length + k]! | 16;
    }
    for (const [e, list] of parts.entries())
      if (list.length > 0) out[p * size + e] = combine(rule, Float64Array.from(list));
  }
  return { values: out, flags };
}

function combine(rule: RollUp, values: Float64Array): number {
  const sum = values.reduce((total, value) => total + value, 0);
  switch (rule) {
    case "sum":
      return sum;
    case "mean":
      return sum / values.length;
    case "median":
      return median(values);
    case "minimum":
      return Math.min(...values);
    case "maximum":
      return Math.max(...values);
  }
}
