import type {
  CellEdit,
  ChangeBetween,
  EntityProfile,
  Finding,
  Origin,
  RankTarget,
  SensitivityResult,
  UncertaintyResult,
  Variant,
  VariantComparison,
} from "@yunhe/evaluation";

/** One ranking of the evaluation. */
export interface At {
  readonly index: string;
  readonly period: string;
}

/** One number that a scenario may change. */
export interface Cell {
  readonly indicator: string;
  /** Whose cell it is: the entity itself, or a zone of it. */
  readonly owner: string;
  readonly ownerLabel: { readonly en: string; readonly zh: string };
  /** The owner is a zone: what is ranked is put together from several. */
  readonly collected: boolean;
  readonly unit: string;
  readonly value: number | null;
  readonly status: Origin["status"] | null;
}

export interface Moved {
  readonly entity: string;
  readonly scoreBefore: number;
  readonly scoreAfter: number;
  readonly rankBefore: number;
  readonly rankAfter: number;
}

export interface PairAnswer {
  readonly uncertainty: UncertaintyResult;
  readonly sensitivity: SensitivityResult;
}

/** What can be asked of an evaluation that is open, with what is answered. */
export interface Questions {
  readonly profile: { readonly ask: At & { readonly entity: string }; readonly answer: EntityProfile };
  readonly reach: {
    readonly ask: At & { readonly entity: string; readonly rank: number };
    readonly answer: RankTarget;
  };
  readonly cells: { readonly ask: At & { readonly entity: string }; readonly answer: readonly Cell[] };
  readonly scenario: {
    readonly ask: At & { readonly edits: readonly CellEdit[] };
    readonly answer: readonly Moved[];
  };
  readonly variant: {
    readonly ask: At & { readonly variant: Variant };
    readonly answer: VariantComparison["variants"][number];
  };
  readonly change: {
    readonly ask: { readonly index: string; readonly before: string; readonly after: string };
    readonly answer: ChangeBetween;
  };
  /** Monte Carlo with every pair counted, and what decides between two. Takes its time: tells how far it is. */
  readonly pair: {
    readonly ask: At & {
      readonly entity: string;
      readonly other: string;
      readonly replications: number;
      readonly points: number;
    };
    readonly answer: PairAnswer;
  };
}

export type Topic = keyof Questions;
export type Ask<T extends Topic> = Questions[T]["ask"];
export type Answer<T extends Topic> = Questions[T]["answer"];

export type ToWorker =
  | { readonly type: "open"; readonly bundle: unknown }
  | { readonly type: "ask"; readonly id: number; readonly topic: Topic; readonly question: Ask<Topic> };

export type FromWorker =
  | { readonly type: "progress"; readonly id: number; readonly part: number }
  | { readonly type: "answer"; readonly id: number; readonly answer: Answer<Topic> }
  | { readonly type: "refused"; readonly id: number; readonly findings: readonly Finding[] }
  | { readonly type: "broken"; readonly id: number; readonly message: string };
