import type { Simulation, SimulationResult } from "@yunhe/scheduler";
import { useCallback, useEffect, useRef, useState } from "react";
import type { Words } from "../../words/words.ts";
import { ToldError } from "../../ui/Problem.tsx";
import { whatIfWords } from "../../words/what-if.ts";

/** What the worker says. */
export type ReplayMessage =
  | { readonly kind: "progress"; readonly part: number }
  | { readonly kind: "done"; readonly result: SimulationResult }
  /** Something is wrong with the input; nothing was simulated. */
  | { readonly kind: "refused"; readonly words: Words }
  | { readonly kind: "failed"; readonly message: string };

export type ReplayState =
  | { readonly kind: "idle" }
  | { readonly kind: "running"; readonly part: number }
  | { readonly kind: "done"; readonly result: SimulationResult }
  | { readonly kind: "error"; readonly error: unknown };

export interface Replay {
  readonly state: ReplayState;
  readonly start: (input: () => Promise<Simulation>) => void;
  readonly cancel: () => void;
}

const idle: ReplayState = { kind: "idle" };

/** A replay in a worker of its own; a new one, and leaving the page, end the one before. */
export function useReplay(): Replay {
  const [state, setState] = useState<ReplayState>(idle);
  const worker = useRef<Worker>(undefined);
  const end = useCallback((next: ReplayState) => {
    worker.current?.terminate();
    worker.current = undefined;
    setState(next);
  }, []);
  useEffect(() => () => worker.current?.terminate(), []);
  const start = useCallback(
    (input: () => Promise<Simulation>) => {
      end({ kind: "running", part: 0 });
      const made = new Worker(new URL("./replay-worker.ts", import.meta.url), { type: "module" });
      worker.current = made;
      made.addEventListener("message", ({ data }: MessageEvent<ReplayMessage>) => {
        if (worker.current !== made) return;
        if (data.kind === "progress") setState({ kind: "running", part: data.part });
        else end(data.kind === "done" ? data : { kind: "error", error: errorOf(data) });
      });
      made.addEventListener("error", ({ message }) => end({ kind: "error", error: new Error(message) }));
      input().then(
        (simulation) => worker.current === made && made.postMessage(simulation, { transfer: [] }),
        (error: unknown) => worker.current === made && end({ kind: "error", error }),
      );
    },
    [end],
  );
  return { state, start, cancel: useCallback(() => end(idle), [end]) };
}

const errorOf = (message: Extract<ReplayMessage, { kind: "refused" | "failed" }>): Error =>
  message.kind === "refused"
    ? new ToldError(message.words, whatIfWords.correctIt)
    : new Error(message.message);
