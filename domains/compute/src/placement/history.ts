import type { DeviceModel, Fleet, TaskRequest } from "@yunhe/scheduler";
import type { Node } from "../kinds/node.ts";
import type { Pool } from "../kinds/pool.ts";
import type { Task } from "../kinds/task.ts";
import { isKnownModel } from "./books.ts";
import { fleetOf } from "./fleet.ts";
import { requestOf } from "./request.ts";

/** The fleet as it is, and each task that ran and ended with its time from first start to end; pure. */
export function historyTrace(
  pools: readonly Pool[],
  nodes: readonly Node[],
  tasks: readonly Task[],
): {
  readonly fleet: Fleet;
  readonly tasks: readonly (TaskRequest & { readonly durationMs: number })[];
  /** Models of the nodes as they report them, for what the catalogue does not know. */
  readonly models: readonly DeviceModel[];
} {
  const fleet = fleetOf(pools, nodes);
  // A node that is down now may have run them: the question is what another policy would have done with all of it.
  const open = { ...fleet, nodes: fleet.nodes.map((node) => ({ ...node, state: "schedulable" as const })) };
  return {
    fleet: open,
    models: reportedModels(nodes),
    tasks: tasks.flatMap((task) => {
      const { startedAt, endedAt } = task.status ?? {};
      if (startedAt === undefined || endedAt === undefined || task.spec.array !== undefined) return [];
      const durationMs = Math.max(0, Date.parse(endedAt) - Date.parse(startedAt));
      return [{ ...requestOf(task), durationMs }];
    }),
  };
}

function reportedModels(nodes: readonly Node[]): DeviceModel[] {
  const models = new Map<string, DeviceModel>();
  for (const { model, vendor, memoryBytes } of nodes.flatMap(({ status }) => status?.devices ?? [])) {
    if (isKnownModel(model)) continue;
    models.set(model, {
      name: model,
      vendor,
      memoryBytes,
      capabilities: [],
      source: "as its node reports it",
    });
  }
  return [...models.values()];
}
