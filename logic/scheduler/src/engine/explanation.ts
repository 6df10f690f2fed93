import type { Gang, Topology } from "../model/task.ts";
import type { Change } from "./change.ts";
import { domainsFor } from "./gang.ts";
import { type Level, type Reason, reasonCode, reasonNames, reasons, type Words } from "./reasons.ts";
import type { ScorePart, ShapeIndex } from "./shape-index.ts";
import type { FleetState } from "./state.ts";

/** Candidates that are out for one reason; each node is counted once, under the first reason that applies. */
export interface Exclusion {
  readonly level: Level;
  readonly reason: Reason;
  readonly words: Words;
  readonly nodes: number;
  /** For reasons of a whole pool: how many pools. */
  readonly pools?: number;
}

/** A node that could take it, with the parts of its score. */
export interface Scored {
  readonly node: number;
  readonly total: number;
  readonly parts: readonly ScorePart[];
}

/** Why a task goes where it goes, or nowhere. Plain data: it stays true of the revision it was made at. */
export interface Explanation {
  readonly revision: number;
  /** Nodes looked at, and how many of them could take one member. */
  readonly candidates: number;
  readonly feasible: number;
  readonly excluded: readonly Exclusion[];
  /** Best first: the winner, then the runners-up; empty when nothing fits or scores were not asked for. */
  readonly ranked: readonly Scored[];
  /** Whether it would start on this fleet if nothing else ran. */
  readonly couldEverStart: boolean;
  /** Each alone would let it start: now, or, if it never could, on the empty fleet. Empty when it can start now. */
  readonly changes: readonly Change[];
  /** For a gang: the most members that fit into one domain of its topology, now or, if it could never start, ever. */
  readonly gang?: { readonly topology: Topology; readonly asked: number; readonly fitting: number };
}

/** `runnersUp` below 0: no scores. */
export function explain(
  state: FleetState,
  index: ShapeIndex,
  gang: Gang | undefined,
  runnersUp: number,
): Explanation {
  index.refresh();
  const { ranking } = index;
  const ranked = runnersUp < 0 ? [] : ranking.top(runnersUp + 1).map((node) => scored(index, node));
  const feasible = ranking.feasibleCount();
  const base = {
    revision: state.log.head,
    candidates: state.nodeCount,
    feasible,
    excluded: exclusions(state, index),
    ranked,
  };
  if (gang && gang.size > 1) return { ...base, ...explainGang(state, index, gang) };
  const couldEverStart = index.couldEverStart();
  if (feasible > 0) return { ...base, couldEverStart, changes: [] };
  return {
    ...base,
    couldEverStart,
    changes: couldEverStart ? index.nearestChanges() : index.changesOnEmptyFleet(),
  };
}

function exclusions(state: FleetState, { ranking, shape }: ShapeIndex): Exclusion[] {
  const excluded: Exclusion[] = [];
  for (const reason of reasonNames) {
    const code = reasonCode[reason];
    const nodes = ranking.refused(code);
    if (nodes === 0) continue;
    const { level, words } = reasons[reason];
    if (level !== "pool") excluded.push({ level, reason, words, nodes });
    else excluded.push({ level, reason, words, nodes, pools: poolsOut(shape.poolReason, code) });
  }
  return excluded;
}

const poolsOut = (codes: Uint8Array, code: number): number =>
  codes.reduce((sum, other) => sum + Number(other === code), 0);

const scored = (index: ShapeIndex, node: number): Scored => ({
  node,
  total: index.ranking.of(node),
  parts: index.parts(node),
});

type GangPart = Pick<Explanation, "couldEverStart" | "changes" | "gang">;

/** A gang may lack room although each member alone has some. */
function explainGang(state: FleetState, index: ShapeIndex, { size, topology }: Gang): GangPart {
  const [empty, onEmpty] = [state.emptied(), index.onEmptyFleet()];
  const most = largestDomain(empty, onEmpty, topology);
  const couldEverStart = most >= size;
  // What could never start is judged by the empty fleet, and so is what would help it.
  const [fleet, ranked] = couldEverStart ? [state, index] : [empty, onEmpty];
  const fitting = couldEverStart ? largestDomain(state, index, topology) : most;
  const gang = { topology, asked: size, fitting };
  if (fitting >= size) return { couldEverStart, gang, changes: [] };
  if (fitting === 0) {
    return {
      couldEverStart,
      gang,
      changes: couldEverStart ? index.nearestChanges() : index.changesOnEmptyFleet(),
    };
  }
  const changes: Change[] = [{ kind: "smaller-gang", size: fitting }];
  const wider = widerThan(topology).find((other) => largestDomain(fleet, ranked, other) >= size);
  if (wider) changes.push({ kind: "wider-topology", topology: wider });
  return { couldEverStart, gang, changes };
}

const widerThan = (topology: Topology): Topology[] =>
  ({
    node: ["fabric", "rack", "pool", "any"] as Topology[],
    fabric: ["rack", "pool", "any"] as Topology[],
    rack: ["pool", "any"] as Topology[],
    pool: ["any"] as Topology[],
    any: [] as Topology[],
  })[topology];

const largestDomain = (state: FleetState, index: ShapeIndex, topology: Topology): number =>
  domainsFor(state, index, topology).reduce((most, { members }) => Math.max(most, members), 0);
