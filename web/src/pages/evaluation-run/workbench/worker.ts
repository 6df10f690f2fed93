import { type Bundle, EvaluationError } from "@yunhe/evaluation";
import type { FromWorker, ToWorker } from "./questions.ts";
import { Study } from "./study.ts";

/** A thread of the browser: what takes long never holds up the page, and ending the thread ends it. */
let study: Study;

// oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker has no origin
const tell = (message: FromWorker): void => globalThis.postMessage(message);

globalThis.addEventListener("message", ({ data }: MessageEvent<ToWorker>) => {
  if (data.type === "open") {
    study = new Study(data.bundle as Bundle);
    return;
  }
  const { id, topic, question } = data;
  try {
    const answer = study.answer(topic, question, (part) => tell({ type: "progress", id, part }));
    tell({ type: "answer", id, answer });
  } catch (error) {
    if (error instanceof EvaluationError) tell({ type: "refused", id, findings: error.findings });
    else tell({ type: "broken", id, message: error instanceof Error ? error.message : String(error) });
  }
});
