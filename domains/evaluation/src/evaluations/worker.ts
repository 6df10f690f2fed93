import { parentPort, workerData } from "node:worker_threads";
import { EvaluationError, tabular } from "@yunhe/evaluation";
import type { FromWorker } from "./messages.ts";
import { work, type WorkOrder } from "./work.ts";

// oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin
const tell = (message: FromWorker): void => parentPort!.postMessage(message);

const encoder = new TextEncoder();

try {
  const { result, bundle, seed } = work(workerData as WorkOrder, (step, progress) =>
    tell({ type: "progress", step, progress }),
  );
  tell({
    type: "done",
    summary: {
      engine: result.result.engine,
      warnings: result.result.warnings,
      tables: result.result.tables.map(({ kind, period, entities, indices }) => ({
        kind,
        period,
        entities,
        indices,
      })),
      uncertainty: result.uncertainty,
      seed,
    },
    result: encoder.encode(JSON.stringify(result)),
    bundle: encoder.encode(bundle),
  });
} catch (error) {
  if (error instanceof EvaluationError) tell({ type: "refused", findings: error.findings });
  else if (error instanceof tabular.InputError)
    tell({ type: "refused", findings: [{ level: "error", code: "input", message: error.words, place: {} }] });
  else throw error;
}
