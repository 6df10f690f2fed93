import type { Pool } from "../model/fleet.ts";
import { isolationLevels } from "../model/fleet.ts";
import { WHOLE_DEVICE_MILLI } from "../model/task.ts";
import { latencyMsTo } from "../model/link.ts";
import { deviceFits, pickDevices } from "./devices.ts";
import type { DevicePick } from "../policies/policy.ts";
import { affinityHolds, labelsMatch } from "./fit.ts";
import { reasonCode } from "./reasons.ts";
import type { Requirements, Shape } from "./shape.ts";
import { shareOn } from "./shape.ts";
import type { FleetState } from "./state.ts";

/**
 * What stands between a shape and a node, as bits: unlike a reason of exclusion, which is the first that applies,
 * this is all that applies. A node with one bit is one change away.
 */
export const obstacle = {
  cpu: 1,
  memory: 2,
  devices: 4,
  model: 8,
  price: 16,
  jurisdiction: 32,
  provider: 64,
  region: 128,
  pool: 256,
  isolation: 512,
  latency: 1024,
  data: 2048,
  labels: 4096,
  spot: 8192,
  affinity: 16_384,
} as const;

export const isSingle = (bits: number): boolean => bits !== 0 && (bits & (bits - 1)) === 0;

/** Obstacles of a whole pool: the rules that it breaks. */
export function poolObstacles(state: FleetState, pool: Pool, task: Requirements): number {
  const rules = task.constraints ?? {};
  const broken = (list: readonly string[] | undefined, value: string, bit: number): number =>
    list && !list.includes(value) ? bit : 0;
  let bits =
    broken(rules.pools, pool.id, obstacle.pool) |
    broken(rules.jurisdictions, pool.jurisdiction, obstacle.jurisdiction) |
    broken(rules.providers, pool.provider, obstacle.provider) |
    broken(rules.regions, pool.region, obstacle.region);
  const strongest = Math.max(...pool.isolation.map((level) => isolationLevels.indexOf(level)), -1);
  if (rules.isolation && strongest < isolationLevels.indexOf(rules.isolation)) bits |= obstacle.isolation;
  if (task.capacity === "spot" && pool.prices && !pool.prices.spot) bits |= obstacle.spot;
  if (rules.maxLatency) {
    const latencyMs = latencyMsTo(state.fleet, pool, rules.maxLatency.point);
    if (latencyMs === undefined || latencyMs > rules.maxLatency.latencyMs) bits |= obstacle.latency;
  }
  if (rules.data?.some((name) => !pool.data.includes(name))) bits |= obstacle.data;
  return bits;
}

/** The same shape without any rule about models; undefined when it has none. */
export const withoutModelRules = (shape: Shape): Shape | undefined =>
  shape.deviceReason.some((code) => code !== 0)
    ? { ...shape, deviceReason: new Uint8Array(shape.deviceReason.length) }
    : undefined;

/**
 * Obstacles on one node as it is now; stops at the second. −1 when the node is cordoned or has no device at all that
 * the shape could use.
 */
export function nodeObstacles(
  state: FleetState,
  shape: Shape,
  free: Shape | undefined,
  node: number,
  bits: number,
  pick: DevicePick,
): number {
  if (state.schedulable[node] === 0) return -1;
  let all = bits;
  if (state.cpuFree[node]! < shape.cpuMilli) all |= obstacle.cpu;
  if (state.memoryFree[node]! < shape.memoryBytes) all |= obstacle.memory;
  if (all !== 0 && !isSingle(all)) return all;
  if (shape.poolReason[state.poolOf[node]!] === reasonCode.price) all |= obstacle.price;
  if (!labelsMatch(state, shape, node)) all |= obstacle.labels;
  if (shape.affinity?.required && !affinityHolds(shape, node)) all |= obstacle.affinity;
  if (all !== 0 && !isSingle(all)) return all;
  return shape.deviceCount === 0 ? all : all | deviceObstacles(state, shape, free, node, pick);
}

function deviceObstacles(
  state: FleetState,
  shape: Shape,
  free: Shape | undefined,
  node: number,
  pick: DevicePick,
): number {
  if (pickDevices(state, shape, node, pick) === 0) return 0;
  if (!free || pickDevices(state, free, node, pick) !== 0) {
    return usableDevices(state, shape, node) > 0 ? obstacle.devices : obstacle.devices | obstacle.model;
  }
  const model = state.deviceModel[pick.devices[0]!]!;
  const code = shape.deviceReason[state.poolOf[node]! * state.models.length + model]!;
  return code === reasonCode.price ? obstacle.price : obstacle.model;
}

/** How many allowed devices of the node have room for one more share of the shape, all of one model. */
export function usableDevices(state: FleetState, shape: Shape, node: number): number {
  const row = state.poolOf[node]! * state.models.length;
  const end = state.deviceStart[node + 1]!;
  let most = 0;
  for (let device = state.deviceStart[node]!; device < end;) {
    const model = state.deviceModel[device]!;
    const allowed = shape.deviceReason[row + model] === 0;
    let count = 0;
    for (; device < end && state.deviceModel[device] === model; device += 1) {
      if (
        allowed &&
        (shape.deviceCount > 1 ? deviceFits(state, shape, device) : hasRoom(state, shape, device))
      )
        count += 1;
    }
    most = Math.max(most, count);
  }
  return most;
}

/** A single share can shrink to what is left of any device, in compute or in memory. */
function hasRoom(state: FleetState, shape: Shape, device: number): boolean {
  const share = state.deviceFree[device]!;
  const memoryBytes = state.deviceMemoryFree[device]!;
  if (share === 0) return false;
  if (shape.deviceMemoryBytes === 0) return roomInProportion(state, device) > 0;
  return (
    memoryBytes >= shape.deviceMemoryBytes ||
    (memoryBytes > 0 && share >= shareOn(state, shape, device)) ||
    shape.shareMilli === 0
  );
}

/** The largest share that is left of a device when memory goes with it in proportion. */
export function roomInProportion(state: FleetState, device: number): number {
  const total = state.deviceMemoryTotal[device]!;
  const share = state.deviceFree[device]!;
  return total === 0
    ? share
    : Math.min(share, Math.floor((WHOLE_DEVICE_MILLI * state.deviceMemoryFree[device]!) / total));
}
