import { simulate, type Simulation, TraceError } from "@yunhe/scheduler";
import type { ReplayMessage } from "./replay.ts";

/** Replays beside the page, which stays alive; ended from outside when a person cancels. */
const tell = (message: ReplayMessage): void => self.postMessage(message, { transfer: [] });

self.addEventListener("message", ({ data }: MessageEvent<Simulation>) => {
  let told = 0;
  try {
    const result = simulate({
      ...data,
      onProgress(part) {
        if (part - told < 0.01) return;
        told = part;
        tell({ kind: "progress", part });
      },
    });
    tell({ kind: "done", result });
  } catch (error) {
    if (error instanceof TraceError) tell({ kind: "refused", words: error.words });
    else tell({ kind: "failed", message: error instanceof Error ? error.message : String(error) });
  }
});
