import type { Observer } from "../attempts/observer.ts";
import type { TimelyDriver } from "./deadlines.ts";

/** The engines that are open in this process, by pool. */
export interface Engines {
  of(pool: string): Engine | undefined;
  /** Called when an engine says that something may have happened to an attempt. */
  onAttempt(listener: (attemptUid: string) => void): () => void;
}

export interface Engine {
  readonly driver: TimelyDriver;
  readonly observer: Observer;
  readonly jurisdiction: string;
  /** The engine's own name of one of our nodes; undefined where the engine chooses. */
  engineNode(node: string): string | undefined;
}
