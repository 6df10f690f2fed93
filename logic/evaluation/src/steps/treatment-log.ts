/** What a step did to one cell; kept to the last table, so that no treated value looks like a given one. */
export interface TreatedCell {
  readonly step: "denomination" | "imputation" | "transformation" | "outliers";
  readonly indicator: string;
  readonly entity: string;
  readonly period: string;
  /** null where there was no value. */
  readonly before: number | null;
  readonly after: number;
  /** Stable words, for example `winsorised to the next highest` or `median of group east`. */
  readonly how: { readonly en: string; readonly zh: string };
}

/** An entity that screening removed from a period. */
export interface DroppedEntity {
  readonly entity: string;
  readonly period: string;
  /** Share of its indicators that have a value, 0..1. */
  readonly availability: number;
  readonly required: number;
}
