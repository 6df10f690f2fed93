import type { ShapeIndex } from "./shape-index.ts";
import { type Level, type Reason, reasonCode, reasonNames, reasons, type Words } from "./reasons.ts";
import type { FleetState } from "./state.ts";

/** Candidates that are out for one reason. `nodes` counts each node once, under the first reason that applies. */
export interface Exclusion {
  readonly level: Level;
  readonly reason: Reason;
  readonly words: Words;
  readonly nodes: number;
}

/** A node that could take it, with the parts of its score. */
export interface Scored {
  readonly node: number;
  readonly total: number;
  readonly parts: readonly { readonly scorer: string; readonly weight: number; readonly score: number }[];
}

export interface Explanation {
  readonly candidates: number;
  readonly feasible: number;
  readonly excluded: readonly Exclusion[];
  /** The winner first, then the runners-up; empty when nothing fits or when scores were not asked for. */
  readonly ranked: readonly Scored[];
}

export function explain(state: FleetState, index: ShapeIndex, runnersUp: number): Explanation {
  const { ranking } = index;
  const excluded = reasonNames
    .map((reason) => ({ reason, ...reasons[reason], nodes: ranking.refused(reasonCode[reason]) }))
    .filter(({ nodes }) => nodes > 0);
  const ranked = runnersUp < 0 ? [] : ranking.top(runnersUp + 1).map((node) => scored(index, node));
  return { candidates: state.nodeCount, feasible: ranking.feasibleCount(), excluded, ranked };
}

const scored = (index: ShapeIndex, node: number): Scored => ({
  node,
  total: index.ranking.of(node),
  parts: index.parts(node),
});
