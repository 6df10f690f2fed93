import { WHOLE_DEVICE_MILLI, type TaskRequest } from "../model/task.ts";
import type { FleetState } from "../engine/state.ts";
import { deviceResource } from "./amounts.ts";
import type { Breach, QueueBounds, QueueRules, QueueUses } from "./quota.ts";

/**
 * The request with only those models of devices of which its queue may hold more, and the first bound that closed one;
 * only the bound when none is left.
 */
export function withinModelBounds(
  task: TaskRequest,
  queue: QueueRules,
  uses: QueueUses,
  bounds: QueueBounds,
  state: FleetState,
): { readonly task: TaskRequest | undefined; readonly breach: Breach | undefined } {
  const { devices } = task;
  if (!devices || !bounds.boundsModels(queue)) return { task, breach: undefined };
  const memoryOnly = devices.memoryBytes !== undefined && devices.shareMilli === undefined;
  const each = memoryOnly ? 1 : (devices.shareMilli ?? WHOLE_DEVICE_MILLI);
  const amount = (task.gang?.size ?? 1) * devices.count * each;
  const asked = devices.models?.map((name) => state.modelIndex(name));
  const open: string[] = [];
  let first: Breach | undefined;
  for (const [index, { name }] of state.models.entries()) {
    if (asked && !asked.includes(index)) continue;
    const breach = bounds.breach(queue, uses, new Map([[deviceResource(name), amount]]), task.preemptible);
    if (breach) first ??= breach;
    else open.push(name);
  }
  if (first === undefined) return { task, breach: undefined };
  if (open.length === 0) return { task: undefined, breach: first };
  return { task: { ...task, devices: { ...devices, models: open } }, breach: first };
}
