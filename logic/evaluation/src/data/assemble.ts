import type { Indicator, Specification } from "../specification/schema.ts";
import {
  errorFinding,
  EvaluationError,
  type Entity,
  type Finding,
  type Origin,
  type Place,
  type Revision,
} from "../specification/types.ts";
import { cellKey, type DataColumn, type DataSet, type Membership } from "./dataset.ts";
import type { NumberForms } from "./number-forms.ts";
import { cellWords, readNumber, type NumberRead } from "./numbers.ts";

/** One value as it stands in a file, before anything is believed. */
export interface RawObservation {
  readonly entity: string;
  readonly indicator: string;
  readonly period: string;
  readonly value: unknown;
  readonly unit?: string | undefined;
  readonly origin: Origin;
  readonly revisions?: readonly Revision[] | undefined;
  /** Accepted ways of writing numbers; the specification's when absent. */
  readonly numbers?: NumberForms | undefined;
  /** Of the value. */
  readonly place: Place;
  /** Columns of a row's other parts, where each has its own. */
  readonly columns?: { readonly entity?: string; readonly unit?: string | undefined } | undefined;
}

export interface RawData {
  /** Entities that the file itself declares; the specification's rosters come first. */
  readonly entities: readonly Entity[];
  readonly memberships: readonly Membership[];
  readonly observations: readonly RawObservation[];
}

/**
 * Turns raw observations into columns.
 * @throws EvaluationError with every fault: duplicates, unknown and missing entities, text in numbers, differing units.
 */
export function assembleData(specification: Specification, raw: RawData): DataSet {
  const findings: Finding[] = [];
  const entities = gatherEntities(specification, raw, findings);
  const periods = [...new Set(raw.observations.map((observation) => observation.period))].sort();
  const builder = new ColumnBuilder(specification, entities, periods, findings);
  for (const observation of raw.observations) builder.add(observation);
  checkRoster(specification, builder, findings);
  checkMemberships(raw.memberships, entities, findings);
  if (findings.length > 0) throw new EvaluationError(findings);
  return {
    periods,
    entities,
    origins: builder.origins,
    columns: builder.columns,
    memberships: raw.memberships,
    revisions: builder.revisions,
  };
}

function gatherEntities(
  specification: Specification,
  raw: RawData,
  findings: Finding[],
): Map<string, Entity[]> {
  const entities = new Map<string, Entity[]>();
  const closed = new Set<string>();
  for (const kind of specification.kinds) {
    entities.set(
      kind.id,
      (kind.entities ?? []).map((entity) => ({ ...entity, kind: kind.id })),
    );
    if (kind.entities) closed.add(kind.id);
  }
  for (const entity of raw.entities) {
    const list = entities.get(entity.kind);
    const place = { entity: entity.id };
    if (list === undefined)
      findings.push(
        errorFinding(
          "unknown-kind",
          place,
          `Entity "${entity.id}" is of kind "${entity.kind}", which the specification does not declare.`,
          `主体“${entity.id}”的类型“${entity.kind}”未在规范中声明。`,
        ),
      );
    else if (list.some((known) => known.id === entity.id)) {
      if (!closed.has(entity.kind))
        findings.push(
          errorFinding(
            "duplicate-entity",
            place,
            `Entity "${entity.id}" is listed twice.`,
            `主体“${entity.id}”重复列出。`,
          ),
        );
    } else if (closed.has(entity.kind))
      findings.push(
        errorFinding(
          "unknown-entity",
          place,
          `"${entity.id}" is not in the specification's list of ${entity.kind} entities.`,
          `“${entity.id}”不在规范的“${entity.kind}”名单中。`,
        ),
      );
    else list.push(entity);
  }
  return entities;
}

/** Collects cells column by column, noting every fault with its place. */
class ColumnBuilder {
  readonly columns = new Map<string, DataColumn>();
  readonly origins: Origin[] = [];
  readonly revisions = new Map<string, readonly Revision[]>();
  readonly #indicators: Map<string, Indicator>;
  readonly #position = new Map<string, Map<string, number>>();
  readonly #period: Map<string, number>;
  readonly #originIndex = new Map<string, number>();
  readonly #filled = new Map<string, Map<number, Place>>();
  readonly #entities: Map<string, Entity[]>;
  readonly #findings: Finding[];
  readonly #numbers: NumberForms | undefined;

  constructor(
    specification: Specification,
    entities: Map<string, Entity[]>,
    periods: readonly string[],
    findings: Finding[],
  ) {
    this.#indicators = new Map(specification.indicators.map((indicator) => [indicator.id, indicator]));
    this.#entities = entities;
    this.#numbers = specification.numbers;
    this.#period = new Map(periods.map((period, k) => [period, k]));
    this.#findings = findings;
    for (const [kind, list] of entities)
      this.#position.set(kind, new Map(list.map((entity, k) => [entity.id, k])));
  }

  add(observation: RawObservation): void {
    const place = {
      ...observation.place,
      entity: observation.entity,
      indicator: observation.indicator,
      period: observation.period,
    };
    const indicator = this.#indicators.get(observation.indicator);
    if (indicator === undefined) {
      this.#findings.push(
        errorFinding(
          "unknown-indicator",
          place,
          `${cellWords(place)[0]}"${observation.indicator}" is not an indicator of the specification.`,
          `${cellWords(place)[1]}“${observation.indicator}”不是规范中的指标。`,
        ),
      );
      return;
    }
    const kind = indicator.collectedPer ?? indicator.kind;
    const entity = this.#position.get(kind)?.get(observation.entity);
    if (entity === undefined) {
      const named = inColumn(place, observation.columns?.entity);
      this.#findings.push(
        errorFinding(
          "unknown-entity",
          named,
          `${cellWords(named)[0]}"${observation.entity}" is not a known ${kind}, which "${indicator.id}" is collected for.`,
          `${cellWords(named)[1]}“${observation.entity}”不是已知的“${kind}”主体，而指标“${indicator.id}”按该类型采集。`,
        ),
      );
      return;
    }
    const read = readNumber(observation.value, place, this.#findings, observation.numbers ?? this.#numbers);
    if (read === undefined || this.#unitDiffers(indicator, observation, place)) return;
    this.#store(indicator, kind, entity, read, observation, place);
  }

  #unitDiffers(indicator: Indicator, observation: RawObservation, place: Place): boolean {
    if (observation.unit === undefined || observation.unit === indicator.unit) return false;
    const at = inColumn(place, observation.columns?.unit);
    this.#findings.push(
      errorFinding(
        "unit-differs",
        at,
        `${cellWords(at)[0]}the unit is "${observation.unit}", but "${indicator.id}" is in "${indicator.unit}"; convert the value first.`,
        `${cellWords(at)[1]}单位为“${observation.unit}”，而指标“${indicator.id}”的单位为“${indicator.unit}”；请先换算。`,
      ),
    );
    return true;
  }

  #store(
    indicator: Indicator,
    kind: string,
    entity: number,
    { value, convertedFrom }: NumberRead,
    observation: RawObservation,
    place: Place,
  ): void {
    const size = this.#entities.get(kind)!.length;
    const column = this.columns.get(indicator.id) ?? this.#newColumn(indicator, size);
    const cell = this.#period.get(observation.period)! * size + entity;
    const filled = this.#filled.get(indicator.id)!;
    const earlier = filled.get(cell);
    if (earlier !== undefined) {
      const [first, firstZh] = cellWords(earlier).map((text) => text.replace(/: $/, ""));
      this.#findings.push(
        errorFinding(
          "duplicate-cell",
          place,
          `${cellWords(place)[0]}"${observation.entity}" already has a value for "${indicator.id}" in ${observation.period}${first === "" ? "" : ` (${first})`}; keep one.`,
          `${cellWords(place)[1]}“${observation.entity}”在 ${observation.period} 的指标“${indicator.id}”已有取值${firstZh === "" ? "" : `（${firstZh}）`}；请只保留一个。`,
        ),
      );
      return;
    }
    filled.set(cell, place);
    column.values[cell] = value;
    column.origin[cell] = Number.isNaN(value)
      ? -1
      : this.#originOf(asWritten(observation.origin, convertedFrom));
    if (observation.revisions && observation.revisions.length > 0)
      this.revisions.set(
        cellKey(indicator.id, observation.entity, observation.period),
        observation.revisions,
      );
  }

  #newColumn(indicator: Indicator, size: number): DataColumn {
    const cells = size * this.#period.size;
    const column = {
      indicator: indicator.id,
      unit: indicator.unit,
      values: new Float64Array(cells).fill(Number.NaN),
      origin: new Int32Array(cells).fill(-1),
    };
    this.columns.set(indicator.id, column);
    this.#filled.set(indicator.id, new Map());
    return column;
  }

  #originOf(origin: Origin): number {
    const key = JSON.stringify(origin);
    const known = this.#originIndex.get(key);
    if (known !== undefined) return known;
    this.#originIndex.set(key, this.origins.length);
    return this.origins.push(origin) - 1;
  }

  hasData(kind: string): boolean {
    return [...this.columns.keys()].some((id) => {
      const indicator = this.#indicators.get(id)!;
      return (indicator.collectedPer ?? indicator.kind) === kind;
    });
  }

  /** True when the entity has at least one row, even an empty one. */
  mentions(kind: string, entity: number): boolean {
    const size = this.#entities.get(kind)!.length;
    for (const [id, filled] of this.#filled) {
      const indicator = this.#indicators.get(id)!;
      if ((indicator.collectedPer ?? indicator.kind) !== kind) continue;
      for (let period = 0; period < this.#period.size; period += 1)
        if (filled.has(period * size + entity)) return true;
    }
    return false;
  }
}

const inColumn = (place: Place, column: string | undefined): Place =>
  column === undefined ? place : { ...place, column };

/** The origin of a converted cell says what stood there. */
function asWritten(origin: Origin, text: string | undefined): Origin {
  if (text === undefined) return origin;
  const note = `written as ${JSON.stringify(text)}`;
  return { ...origin, note: origin.note === undefined ? note : `${origin.note}; ${note}` };
}

/** A closed roster must be there in full, or the ranking would silently be of fewer. */
function checkRoster(specification: Specification, builder: ColumnBuilder, findings: Finding[]): void {
  const needed = new Set(
    specification.indicators
      .filter((indicator) => indicator.role !== "parameter")
      .map((indicator) => indicator.collectedPer ?? indicator.kind),
  );
  for (const kind of specification.kinds) {
    // A kind without any data is not incomplete: what needs it says so when it is computed.
    if (!needed.has(kind.id) || !builder.hasData(kind.id)) continue;
    for (const [position, entity] of (kind.entities ?? []).entries()) {
      if (builder.mentions(kind.id, position)) continue;
      findings.push(
        errorFinding(
          "missing-entity",
          { entity: entity.id },
          `The data have no row for "${entity.id}" (${entity.label.en}), which the specification lists as a ${kind.id}.`,
          `数据中没有“${entity.label.zh}”（${entity.id}）的记录，而规范将其列为“${kind.id}”主体。`,
        ),
      );
    }
  }
}

function checkMemberships(
  memberships: readonly Membership[],
  entities: Map<string, Entity[]>,
  findings: Finding[],
): void {
  const seen = new Set<string>();
  for (const membership of memberships) {
    for (const [kind, id] of [
      [membership.fromKind, membership.from],
      [membership.toKind, membership.to],
    ] as const) {
      if (!entities.get(kind)?.some((entity) => entity.id === id))
        findings.push(
          errorFinding(
            "unknown-entity",
            { entity: id },
            `The mapping ${membership.from} -> ${membership.to} names "${id}", which is not a known ${kind}.`,
            `映射 ${membership.from} -> ${membership.to} 中的“${id}”不是已知的“${kind}”主体。`,
          ),
        );
    }
    const key = `${membership.fromKind}\u0000${membership.from}\u0000${membership.toKind}`;
    if (seen.has(key))
      findings.push(
        errorFinding(
          "duplicate-mapping",
          { entity: membership.from },
          `"${membership.from}" is mapped to two ${membership.toKind} entities.`,
          `“${membership.from}”被映射到两个“${membership.toKind}”主体。`,
        ),
      );
    seen.add(key);
  }
}
