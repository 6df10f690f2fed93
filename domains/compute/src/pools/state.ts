import type { Node } from "../kinds/node.ts";
import type { Pool } from "../kinds/pool.ts";
import type { Task } from "../kinds/task.ts";
import { pauseLeftMs } from "../pause.ts";
import { durationMsOf } from "../quantity.ts";

/** Reason of a node's Ready condition while its engine says so. */
export const nodeDown = "NodeDown";

const has = ({ status }: Pick<Pool | Node, "status">, type: string): boolean =>
  status?.conditions?.some((each) => each.type === type && each.status === "True") ?? false;

/** The engine answers, or the node takes tasks. */
export const isReady = (of: Pick<Pool | Node, "status">): boolean => has(of, "Ready");
/** Since when the engine says that the node takes no jobs; undefined: it takes them, or the engine says nothing. */
export const engineSaysDown = ({ status }: Node): string | undefined =>
  status?.conditions?.find(({ type, reason }) => type === "Ready" && reason === nodeDown)?.lastTransitionTime;
/** Its canary has succeeded; without one it is taken as it is. */
export const isAccepted = (pool: Pool): boolean => !pool.spec.canary || has(pool, "Accepted");
export const isQuarantined = (pool: Pool): boolean => has(pool, "Quarantined");
export const isLeaving = (pool: Pool): boolean => pool.metadata.deletionTimestamp !== undefined;

/** True when new tasks may be placed in the pool, as far as the pool itself is concerned. */
export const takesTasks = (pool: Pool): boolean =>
  !isLeaving(pool) && !pool.spec.cordoned && !pool.spec.drain && isAccepted(pool) && !isQuarantined(pool);

/** How long it still may be out of reach before tasks move away, at or below 0: no longer; undefined: it answers. */
export function toleratedMs({ spec, status }: Pool, nowMs: number): number | undefined {
  if (status?.lostSince === undefined) return undefined;
  const longestMs = durationMsOf(spec.toleration);
  return pauseLeftMs({ untilMs: Date.parse(status.lostSince) + longestMs, longestMs }, nowMs);
}

/** Whether there is another pool in which the task could run: without one there is no reason to give up the old. */
export function couldMove(task: Task, from: string, pools: Iterable<Pool>): boolean {
  const { pools: allowed } = task.spec.placement;
  for (const pool of pools) {
    const { name } = pool.metadata;
    if (name === from || (allowed.length > 0 && !allowed.includes(name))) continue;
    if (isReady(pool) && takesTasks(pool)) return true;
  }
  return false;
}
