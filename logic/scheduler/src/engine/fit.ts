import { WHOLE_DEVICE_MILLI } from "../model/task.ts";
import { deviceAllowed } from "./devices.ts";
import { reasonCode } from "./reasons.ts";
import { type Shape, shareOn } from "./shape.ts";
import type { FleetState } from "./state.ts";

/** `lastingReason` of every node; nodes of one class share it. */
export function lastingReasons(state: FleetState, shape: Shape): Uint8Array {
  const reasons = new Uint8Array(state.nodeCount);
  const ofClass: (number | undefined)[] = [];
  for (let node = 0; node < state.nodeCount; node += 1) {
    reasons[node] = ofClass[state.classOf[node]!] ??= lastingReason(state, shape, node);
  }
  return reasons;
}

/**
 * Why a node could not run a member of the shape even if it were empty: 0 or a reason code. It changes only with
 * the fleet's facts (`state.epoch`).
 */
export function lastingReason(state: FleetState, shape: Shape, node: number): number {
  const pool = state.poolOf[node]!;
  const poolReason = shape.poolReason[pool]!;
  if (poolReason) return poolReason;
  if (!labelsMatch(state, shape, node)) return reasonCode.labels;
  const deviceReason = shape.deviceCount > 0 ? lastingDeviceReason(state, shape, node) : 0;
  if (deviceReason) return deviceReason;
  if (state.cpuTotal[node]! < shape.cpuMilli) return reasonCode["node-cpu-size"];
  if (state.memoryTotal[node]! < shape.memoryBytes) return reasonCode["node-memory-size"];
  return 0;
}

/** What is busy on the node now, apart from devices: 0 or a reason code. */
export function passingReason(state: FleetState, shape: Shape, node: number): number {
  if (state.schedulable[node] === 0) return reasonCode.cordoned;
  if (state.cpuFree[node]! < shape.cpuMilli) return reasonCode["cpu-busy"];
  if (state.memoryFree[node]! < shape.memoryBytes) return reasonCode["memory-busy"];
  if (shape.affinity?.required && !affinityHolds(shape, node)) return reasonCode.affinity;
  return 0;
}

export function affinityHolds({ affinity, group }: Shape, node: number): boolean {
  if (affinity!.kind === "apart") return group!.countNear(node) === 0;
  return group!.total === 0 || group!.countNear(node) > 0;
}

export function labelsMatch(state: FleetState, shape: Shape, node: number): boolean {
  const wanted = shape.task.constraints?.labels;
  if (!wanted) return true;
  const own = state.fleet.nodes[node]!.labels;
  const ofPool = state.fleet.pools[state.poolOf[node]!]!.labels;
  return Object.entries(wanted).every(([key, value]) => (own[key] ?? ofPool[key]) === value);
}

function lastingDeviceReason(state: FleetState, shape: Shape, node: number): number {
  const start = state.deviceStart[node]!;
  const end = state.deviceStart[node + 1]!;
  if (start === end) return reasonCode["no-device"];
  const perModel = new Map<number, number>();
  let refused = 0;
  let tooSmall = false;
  for (let device = start; device < end; device += 1) {
    if (state.deviceHealthy[device] === 0) continue;
    const model = state.deviceModel[device]!;
    if (!deviceAllowed(state, shape, node, device)) {
      refused = Math.max(refused, shape.deviceReason[state.poolOf[node]! * state.models.length + model]!);
    } else if (!largeEnough(state, shape, device)) tooSmall = true;
    else perModel.set(model, (perModel.get(model) ?? 0) + 1);
  }
  if (Math.max(0, ...perModel.values()) >= shape.deviceCount) return 0;
  if (perModel.size > 0) return reasonCode["too-few-devices"];
  if (tooSmall) return reasonCode["device-memory-size"];
  return refused || reasonCode["too-few-devices"];
}

function largeEnough(state: FleetState, shape: Shape, device: number): boolean {
  const total = state.deviceMemoryTotal[device]!;
  return shape.deviceMemoryBytes <= total && shareOn(state, shape, device) <= WHOLE_DEVICE_MILLI;
}
