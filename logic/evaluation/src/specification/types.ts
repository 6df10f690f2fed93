/**
 * The words that every part of the evaluation shares. Numbers live in `Float64Array`s with `NaN` for "missing";
 * names live beside them in arrays of the same order.
 */

/** What a person reads, in both languages. */
export interface Text {
  readonly en: string;
  readonly zh: string;
}

/** How a value came to be. Imputed and synthetic values carry this to the last table and chart. */
export type CellStatus = "stated" | "derived" | "revised" | "imputed" | "synthetic";

/** Where a value comes from. */
export interface Origin {
  readonly publisher: string;
  readonly edition?: string | undefined;
  readonly page?: string | undefined;
  readonly status: CellStatus;
  readonly licence?: string | undefined;
  readonly url?: string | undefined;
  readonly note?: string | undefined;
}

/** A value that a later one replaced. */
export interface Revision {
  readonly value: number | null;
  readonly origin: Origin;
  readonly reason?: string | undefined;
  /** ISO 8601 date of the replacement, as given by whoever replaced it. */
  readonly replacedOn?: string | undefined;
}

/** One thing that is scored: a region, an industry, a size of enterprise, a zone, a product. */
export interface Entity {
  readonly id: string;
  readonly kind: string;
  readonly label: Text;
  /** Peer group, for group imputation and comparison with peers. */
  readonly group?: string | undefined;
}

/** Where a finding sits: a cell of a file, a path of the specification, or a cell of the data. */
export interface Place {
  readonly file?: string | undefined;
  /** 1-based, as a spreadsheet shows it. */
  readonly row?: number | undefined;
  /** Column letter or header, as a spreadsheet shows it. */
  readonly column?: string | undefined;
  readonly path?: string | undefined;
  readonly entity?: string | undefined;
  readonly indicator?: string | undefined;
  readonly index?: string | undefined;
  readonly period?: string | undefined;
}

/** Something wrong (error: nothing is computed) or worth knowing (warning: stays on every output). */
export interface Finding {
  readonly level: "error" | "warning";
  /** Stable name, for example `duplicate-entity` or `inconsistent-judgements`. */
  readonly code: string;
  readonly message: Text;
  readonly place: Place;
}

/** Raised when a specification or its data cannot be computed; carries every finding, not only the first. */
export class EvaluationError extends Error {
  readonly findings: readonly Finding[];
  constructor(findings: readonly Finding[]) {
    super(findings.map((finding) => finding.message.en).join("\n"));
    this.name = "EvaluationError";
    this.findings = findings;
  }
}

/** @param place where it is; say what is wrong and what to do in both languages. */
export function errorFinding(code: string, place: Place, en: string, zh: string): Finding {
  return { level: "error", code, message: { en, zh }, place };
}

/** A finding that does not stop the computation but stays on every output. */
export function warningFinding(code: string, place: Place, en: string, zh: string): Finding {
  return { level: "warning", code, message: { en, zh }, place };
}

/** @throws EvaluationError with exactly this finding. */
export function refuse(code: string, place: Place, en: string, zh: string): never {
  throw new EvaluationError([errorFinding(code, place, en, zh)]);
}
