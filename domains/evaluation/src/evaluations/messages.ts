import type { EvaluationResult, Finding, ResultTable, UncertaintyResult } from "@yunhe/evaluation";
import type { Step } from "./work.ts";

/** What the status shows of a result; the whole goes into the project's contents. */
export interface Summary {
  readonly engine: EvaluationResult["engine"];
  readonly warnings: readonly Finding[];
  readonly tables: readonly Pick<ResultTable, "kind" | "period" | "entities" | "indices">[];
  readonly uncertainty: UncertaintyResult | null;
  readonly seed: number | undefined;
}

export type FromWorker =
  | { readonly type: "progress"; readonly step: Step; readonly progress: number }
  | {
      readonly type: "done";
      readonly summary: Summary;
      readonly result: Uint8Array;
      readonly bundle: Uint8Array;
    }
  | { readonly type: "refused"; readonly findings: readonly Finding[] };

/** How a run ended. */
export type Outcome =
  | Exclude<FromWorker, { type: "progress" }>
  | { readonly type: "broken"; readonly message: string };
