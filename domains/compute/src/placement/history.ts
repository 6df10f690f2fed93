import type { Fleet, TaskRequest } from "@yunhe/scheduler";
import type { Node } from "../kinds/node.ts";
import type { Pool } from "../kinds/pool.ts";
import type { Task } from "../kinds/task.ts";
import { fleetOf } from "./fleet.ts";
import { requestOf } from "./request.ts";

/** The fleet as it is, and each task that ran and ended with its time from first start to end; pure. */
export function historyTrace(
  pools: readonly Pool[],
  nodes: readonly Node[],
  tasks: readonly Task[],
): { readonly fleet: Fleet; readonly tasks: readonly (TaskRequest & { readonly durationMs: number })[] } {
  const fleet = fleetOf(pools, nodes);
  // A node that is down now may have run them: the question is what another policy would have done with all of it.
  const open = { ...fleet, nodes: fleet.nodes.map((node) => ({ ...node, state: "schedulable" as const })) };
  return {
    fleet: open,
    tasks: tasks.flatMap((task) => {
      const { startedAt, endedAt } = task.status ?? {};
      if (startedAt === undefined || endedAt === undefined || task.spec.array !== undefined) return [];
      const durationMs = Math.max(0, Date.parse(endedAt) - Date.parse(startedAt));
      return [{ ...requestOf(task), durationMs }];
    }),
  };
}
