import type { Member } from "../engine/member.ts";
import type { Shape } from "../engine/shape.ts";
import type { FleetState } from "../engine/state.ts";
import { type TaskRequest, WHOLE_DEVICE_MILLI } from "../model/task.ts";

/**
 * How much of each resource, as integers: `tasks`, `cpuMilli`, `memoryBytes`, and thousandths of devices by model under
 * {@link deviceResource}. A resource that is absent counts as 0 in a use and as "no bound" in a quota.
 */
export type Amounts = ReadonlyMap<string, number>;

/** Thousandths of devices of one model (its name in the catalogue); `*`: of all models together. */
export const deviceResource = (model: string): string => `devices ${model}`;
export const ALL_DEVICES = deviceResource("*");

/** What a task will hold at least, wherever it goes: all members of a gang; devices by model are not known yet. */
export function amountsAsked(task: TaskRequest): Amounts {
  const members = task.gang?.size ?? 1;
  const amounts = new Map([
    ["tasks", members],
    ["cpuMilli", members * task.cpuMilli],
    ["memoryBytes", members * task.memoryBytes],
  ]);
  const { devices } = task;
  if (devices) {
    const memoryOnly = devices.memoryBytes !== undefined && devices.shareMilli === undefined;
    const shareMilli = memoryOnly ? 1 : (devices.shareMilli ?? WHOLE_DEVICE_MILLI);
    amounts.set(ALL_DEVICES, members * devices.count * shareMilli);
  }
  return amounts;
}

/** What members hold, with their devices by model. */
export function amountsHeld(state: FleetState, shape: Shape, members: readonly Member[]): Amounts {
  const amounts = new Map([
    ["tasks", members.length],
    ["cpuMilli", members.length * shape.cpuMilli],
    ["memoryBytes", members.length * shape.memoryBytes],
  ]);
  for (const { devices } of members) {
    for (const { device, shareMilli } of devices) {
      add(amounts, ALL_DEVICES, shareMilli);
      add(amounts, deviceResource(state.models[state.deviceModel[device]!]!.name), shareMilli);
    }
  }
  return amounts;
}

export function add(amounts: Map<string, number>, resource: string, amount: number): void {
  const sum = (amounts.get(resource) ?? 0) + amount;
  if (sum === 0) amounts.delete(resource);
  else amounts.set(resource, sum);
}

const capacities = new WeakMap<FleetState, Amounts>();

/** All that the fleet has, busy or not. */
export function capacityOf(state: FleetState): Amounts {
  const known = capacities.get(state) ?? summedCapacity(state);
  capacities.set(state, known);
  return known;
}

function summedCapacity(state: FleetState): Amounts {
  const sum = (values: ArrayLike<number>): number => {
    let total = 0;
    for (let i = 0; i < values.length; i += 1) total += values[i]!;
    return total;
  };
  return new Map([
    ["cpuMilli", sum(state.cpuTotal)],
    ["memoryBytes", sum(state.memoryTotal)],
    [ALL_DEVICES, sum(state.deviceTotal) * WHOLE_DEVICE_MILLI],
  ]);
}

/**
 * Dominant share (Ghodsi et al., NSDI 2011): the largest part that a use takes of any of the fleet's resources, 0…1.
 * Models of devices count together, or the one user of the only rare device would seem to hold the whole fleet.
 */
export function dominantShare(use: Amounts, capacity: Amounts): number {
  let share = 0;
  for (const [resource, total] of capacity) {
    if (total > 0) share = Math.max(share, (use.get(resource) ?? 0) / total);
  }
  return share;
}
