import type { Node } from "../kinds/node.ts";
import { pauseLeftMs } from "../pause.ts";
import type { LiveAttempt } from "./live-attempts.ts";
import { engineSaysDown } from "./state.ts";

/** A node that is restarted, or whose daemon is, comes back within it. */
export const strandedAfterMs = 60_000;

export interface Stranded {
  readonly attempts: readonly LiveAttempt[];
  /** When the next one may be, although nothing changes; undefined: never. */
  readonly afterMs: number | undefined;
}

/**
 * Pure: attempts that wait in their engine for a node that the engine has closed for a while (drained, down). It was we
 * who chose that node: the engine would let them wait for it for ever, with others idle beside it.
 */
export function strandedAttempts(
  nodes: readonly Node[],
  live: readonly LiveAttempt[],
  nowMs: number,
): Stranded {
  const leftMs = new Map<string, number>();
  for (const node of nodes) {
    const downSince = engineSaysDown(node);
    if (downSince === undefined) continue;
    const untilMs = Date.parse(downSince) + strandedAfterMs;
    leftMs.set(node.metadata.name, pauseLeftMs({ untilMs, longestMs: strandedAfterMs }, nowMs));
  }
  if (leftMs.size === 0) return { attempts: [], afterMs: undefined };
  const attempts = live.filter(
    ({ node, queued, ending }) => queued && !ending && (leftMs.get(node) ?? Infinity) <= 0,
  );
  // What is placed there at the same moment is queued only later.
  return { attempts, afterMs: Math.max(1000, Math.min(strandedAfterMs, ...positive(leftMs.values()))) };
}

const positive = (values: Iterable<number>): number[] => [...values].filter((each) => each > 0);
