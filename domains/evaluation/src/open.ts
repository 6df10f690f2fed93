import { type ActionHandlers, type Environment, type Objects, type Reconciler } from "@yunhe/kernel";
import { evaluationActions } from "./actions.ts";
import type { Contents } from "./contents/port.ts";
import { type DataSetReader, dataSetReader } from "./data-sets/read.ts";
import { dataSetReconciler } from "./data-sets/reconciler.ts";
import { evaluationReconciler } from "./evaluations/reconciler.ts";
import { Runner } from "./evaluations/runner.ts";
import type { FleetFacts } from "./fleet/facts.ts";
import { specificationReconciler } from "./specifications/reconciler.ts";

export interface EvaluationOptions {
  readonly objects: Objects;
  readonly environment: Environment;
  readonly contents: Contents;
  readonly fleet: FleetFacts;
  readonly settings?: Partial<EvaluationSettings>;
}

export interface EvaluationSettings {
  readonly atOnce: number;
  readonly progressEveryMs: number;
  readonly sampleEveryMs: number;
}

const defaults: EvaluationSettings = { atOnce: 1, progressEveryMs: 500, sampleEveryMs: 60_000 };

export interface EvaluationDomain {
  readonly reconcilers: readonly Reconciler[];
  readonly actions: ActionHandlers;
  readonly reader: DataSetReader;
  readonly contents: Contents;
  /** Ends what is being computed; it is computed again after the next start. */
  close(): Promise<void>;
}

export function openEvaluation(options: EvaluationOptions): EvaluationDomain {
  const { objects, environment, contents, fleet } = options;
  const { atOnce, progressEveryMs, sampleEveryMs } = { ...defaults, ...options.settings };
  const runner = new Runner();
  const reader = dataSetReader(objects, contents);
  return {
    reader,
    contents,
    actions: evaluationActions(contents),
    reconcilers: [
      specificationReconciler({ objects, environment }),
      dataSetReconciler({ objects, reader, fleet, environment, sampleEveryMs }),
      evaluationReconciler({ objects, contents, reader, runner, environment, atOnce, progressEveryMs }),
    ],
    close: () => runner.stopAll(),
  };
}
