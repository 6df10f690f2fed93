import type { Specification } from "../specification/schema.ts";
import type { Entity, Origin, Revision } from "../specification/types.ts";

/** One indicator's values: `values[period * entities + entity]`, NaN where missing. */
export interface DataColumn {
  readonly indicator: string;
  readonly unit: string;
  readonly values: Float64Array;
  /** Position in `DataSet.origins` of each value, -1 where there is none. */
  readonly origin: Int32Array;
}

/** Member of a collecting kind (a zone) that belongs to an entity of the reporting kind (a region). */
export interface Membership {
  readonly fromKind: string;
  readonly from: string;
  readonly toKind: string;
  readonly to: string;
}

/** Everything that is computed from: parsed, checked, in columns. */
export interface DataSet {
  readonly periods: readonly string[];
  /** Entities of each kind in a fixed order. */
  readonly entities: ReadonlyMap<string, readonly Entity[]>;
  readonly origins: readonly Origin[];
  readonly columns: ReadonlyMap<string, DataColumn>;
  readonly memberships: readonly Membership[];
  /** Earlier values by `cellKey`. */
  readonly revisions: ReadonlyMap<string, readonly Revision[]>;
}

export function cellKey(indicator: string, entity: string, period: string): string {
  return `${indicator}\u0000${entity}\u0000${period}`;
}

/** Kind of entity whose cells the data hold for an indicator. */
export function collectingKind(specification: Specification, indicator: string): string | undefined {
  const found = specification.indicators.find((candidate) => candidate.id === indicator);
  return found?.collectedPer ?? found?.kind;
}

/**
 * A data set straight from columns, for programs that already hold checked numbers.
 * @param columns per indicator, `values[period * entities + entity]`; all share one origin.
 */
export function dataFromColumns(
  specification: Specification,
  entities: readonly Entity[],
  periods: readonly string[],
  columns: ReadonlyMap<string, Float64Array>,
  origin: Origin,
): DataSet {
  const byKind = new Map<string, Entity[]>();
  for (const entity of entities) {
    const list = byKind.get(entity.kind);
    if (list) list.push(entity);
    else byKind.set(entity.kind, [entity]);
  }
  const built = new Map<string, DataColumn>();
  for (const indicator of specification.indicators) {
    const values = columns.get(indicator.id);
    if (values === undefined) continue;
    const size = periods.length * (byKind.get(indicator.collectedPer ?? indicator.kind)?.length ?? 0);
    if (values.length !== size)
      throw new RangeError(`${indicator.id}: ${values.length} values for ${size} cells`);
    const origins = new Int32Array(size);
    for (let k = 0; k < size; k += 1) origins[k] = Number.isNaN(values[k]!) ? -1 : 0;
    built.set(indicator.id, { indicator: indicator.id, unit: indicator.unit, values, origin: origins });
  }
  return {
    periods,
    entities: byKind,
    origins: [origin],
    columns: built,
    memberships: [],
    revisions: new Map(),
  };
}
