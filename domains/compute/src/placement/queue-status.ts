import {
  ALL_DEVICES,
  type Amounts,
  QueueBounds,
  type QueuePlan,
  type QueuePlanInput,
} from "@yunhe/scheduler";
import type { Queue } from "../kinds/queue.ts";
import type { PlacementView } from "./view.ts";

type QueueStatus = NonNullable<Queue["status"]>;

/** Pure: what the queue holds, has borrowed, and keeps places for. */
export function queueStatus(
  name: string,
  { running, waiting, queues }: QueuePlanInput,
  plan: QueuePlan,
  view: PlacementView,
): QueueStatus | undefined {
  const bounds = new QueueBounds(queues);
  const rules = bounds.get(name);
  if (!rules) return undefined;
  const used = running.uses.ofQueue(name);
  const borrowed = bounds.borrowed(rules, running.uses);
  const reserved = plan.reservations.find(({ queue }) => queue === name);
  return {
    waiting: waiting.countOf(name),
    running: used.get("tasks") ?? 0,
    used: heldOf(used),
    ...(borrowed.size === 0 ? {} : { borrowed: heldOf(borrowed) }),
    ...(reserved === undefined
      ? {}
      : {
          reservation: {
            task: reserved.task,
            ...(reserved.atMs === undefined ? {} : { at: new Date(reserved.atMs).toISOString() }),
            nodes: reserved.nodes.map((node) => view.books.fleet.nodes[node]!.id),
          },
        }),
  };
}

/** The time of a reservation moves with every look at tasks that are overdue: by itself it is no news. */
export function sameQueueStatus(before: QueueStatus | undefined, next: QueueStatus): boolean {
  const facts = ({ conditions: _c, reservation, ...rest }: QueueStatus): string =>
    JSON.stringify([rest, reservation?.task, reservation?.nodes]);
  return before !== undefined && facts(before) === facts(next);
}

function heldOf(amounts: Amounts): QueueStatus["used"] {
  const models = [...amounts].filter(([key]) => key.startsWith("devices ") && key !== ALL_DEVICES);
  return {
    cpuMilli: amounts.get("cpuMilli") ?? 0,
    memoryBytes: amounts.get("memoryBytes") ?? 0,
    devicesMilli: amounts.get(ALL_DEVICES) ?? 0,
    tasks: amounts.get("tasks") ?? 0,
    ...(models.length === 0
      ? {}
      : {
          devicesMilliByModel: Object.fromEntries(
            models.map(([key, amount]) => [key.slice("devices ".length), amount]),
          ),
        }),
  };
}
