import type { Consistency } from "../weights/index.ts";
import type { Evaluation, EvaluatedPeriod } from "./compute.ts";
import { coherenceOf, type IndexCoherence } from "./coherence.ts";
import { CELL } from "./panel.ts";
import type { IndexScores } from "./scores.ts";
import type { Finding, Origin, Text } from "../specification/types.ts";
import type { DroppedEntity, TreatedCell } from "../steps/treatment-log.ts";
import { ENGINE } from "./engine.ts";

/** Words for `CELL` bits, in the order in which they are listed. */
export type CellFlag = keyof typeof CELL;

/**
 * The JSON result. Numbers are written with the shortest digits that read back to the same double; a value that does
 * not exist is null. Columns are in the order of `entities`.
 */
export interface EvaluationResult {
  readonly format: "yunhe.dev/index-result/v1";
  readonly engine: typeof ENGINE;
  readonly specification: {
    readonly id: string;
    readonly version: string;
    readonly title: Text;
    readonly source: Origin | null;
  };
  /** Who published the data, each once: what every picture names as its source. */
  readonly sources: readonly Pick<Origin, "publisher" | "edition" | "status" | "licence">[];
  /** Warnings that belong on every output. */
  readonly warnings: readonly Finding[];
  readonly tables: readonly ResultTable[];
  /** Every cell that a step changed. */
  readonly log: readonly TreatedCell[];
  readonly dropped: readonly DroppedEntity[];
}

export interface ResultTable {
  readonly kind: string;
  readonly period: string;
  readonly entities: readonly { readonly id: string; readonly label: Text; readonly group: string | null }[];
  readonly indicators: readonly ResultIndicator[];
  readonly indices: readonly ResultIndex[];
  readonly coherence: readonly IndexCoherence[];
}

export interface ResultIndicator {
  readonly id: string;
  readonly label: Text;
  readonly unit: string;
  readonly direction: "up" | "down";
  /** As reported after roll-up. */
  readonly reported: readonly (number | null)[];
  /** After denomination, imputation and outliers. */
  readonly treated: readonly number[];
  readonly normalised: readonly number[];
  /** Cells that are not plain stated values, by position. */
  readonly flags: readonly { readonly entity: string; readonly flags: readonly CellFlag[] }[];
}

export interface ResultIndex {
  readonly id: string;
  readonly label: Text;
  readonly standing: "source" | "extension";
  readonly aggregation: string;
  readonly scores: readonly number[];
  readonly ranks: readonly number[];
  readonly weights: ResultWeights;
  /** Contributions per indicator below the index; added in this order they are the score exactly. Null for rankings. */
  readonly contributions: Readonly<Record<string, readonly number[]>> | null;
  readonly effectiveWeights: Readonly<Record<string, number>> | null;
  /** Pearson's correlation of indicator and score; null for a constant column. */
  readonly influence: Readonly<Record<string, number | null>>;
}

export interface ResultWeights {
  readonly method: string;
  readonly members: Readonly<Record<string, number>>;
  readonly synthetic: boolean;
  readonly lambdaMax: number | null;
  readonly consistency: Consistency | null;
  readonly experts: IndexScores["derivation"]["experts"] | null;
  readonly consensus: IndexScores["derivation"]["consensus"] | null;
  readonly hints: IndexScores["derivation"]["hints"] | null;
  readonly converged: boolean | null;
  /** Benefit of the doubt: per member one weight per entity. */
  readonly byEntity: Readonly<Record<string, readonly number[]>> | null;
}

/** The documented result of an evaluation. */
export function toResult(evaluation: Evaluation): EvaluationResult {
  const { specification } = evaluation;
  return {
    format: "yunhe.dev/index-result/v1",
    engine: ENGINE,
    specification: {
      id: specification.id,
      version: specification.version,
      title: specification.title,
      source: specification.source ?? null,
    },
    sources: sourcesOf(evaluation.data.origins),
    warnings: evaluation.findings,
    tables: evaluation.tables.map(tableOf),
    log: evaluation.log,
    dropped: evaluation.dropped,
  };
}

/** Pages and notes of single cells stay with the data. */
function sourcesOf(origins: readonly Origin[]): EvaluationResult["sources"] {
  const plain = origins.map(({ publisher, edition, status, licence }) => ({
    publisher,
    ...(edition !== undefined && { edition }),
    status,
    ...(licence !== undefined && { licence }),
  }));
  return [...new Map(plain.map((each) => [JSON.stringify(each), each])).values()];
}

function tableOf(table: EvaluatedPeriod): ResultTable {
  return {
    kind: table.kind,
    period: table.period,
    entities: table.entities.map(({ id, label, group }) => ({ id, label, group: group ?? null })),
    indicators: table.indicators.map((indicator, k) => ({
      id: indicator.id,
      label: indicator.label,
      unit: indicator.unit,
      direction: indicator.direction,
      reported: Array.from(table.reported[k]!, finite),
      treated: [...table.treated[k]!],
      normalised: [...table.normalised[k]!],
      flags: table.entities.flatMap((entity, e) =>
        table.flags[k]![e] === 0 ? [] : [{ entity: entity.id, flags: flagWords(table.flags[k]![e]!) }],
      ),
    })),
    indices: table.indices.map(indexOf),
    coherence: coherenceOf(table),
  };
}

/** The words for a cell's bits. */
export function flagWords(bits: number): CellFlag[] {
  return (Object.keys(CELL) as CellFlag[]).filter((word) => (bits & CELL[word]) !== 0);
}

function indexOf(scores: IndexScores): ResultIndex {
  const { index, derivation, indicators, contributions, effectiveWeights } = scores;
  return {
    id: index.id,
    label: index.label,
    standing: index.standing,
    aggregation: index.aggregation.method,
    scores: [...scores.scores],
    ranks: [...scores.ranks],
    weights: {
      method: derivation.method,
      members: record(
        index.members.map((member) => member.id),
        (m) => derivation.weights[m]!,
      ),
      synthetic: derivation.synthetic ?? false,
      lambdaMax: derivation.lambdaMax ?? null,
      consistency: derivation.consistency ?? null,
      experts: derivation.experts ?? null,
      consensus: derivation.consensus ?? null,
      hints: derivation.hints ?? null,
      converged: derivation.converged ?? null,
      byEntity: derivation.byEntity
        ? record(
            index.members.map((member) => member.id),
            (m) => [...derivation.byEntity![m]!],
          )
        : null,
    },
    contributions: contributions ? record(indicators, (k) => [...contributions[k]!]) : null,
    effectiveWeights: effectiveWeights ? record(indicators, (k) => effectiveWeights[k]!) : null,
    influence: record(indicators, (k) => finite(scores.influence[k]!)),
  };
}

function record<T>(keys: readonly string[], value: (k: number) => T): Record<string, T> {
  return Object.fromEntries(keys.map((key, k) => [key, value(k)]));
}

function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
