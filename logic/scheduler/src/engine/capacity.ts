import { WHOLE_DEVICE_MILLI } from "../model/task.ts";
import { deviceAllowed } from "./devices.ts";
import { passingReason } from "./fit.ts";
import type { ShapeIndex } from "./shape-index.ts";
import { deviceMemoryOn, type Shape, shareOn } from "./shape.ts";
import type { FleetState } from "./state.ts";

/** How many members of the index's shape the node can take now, one after the other. */
export function membersFitting(state: FleetState, index: ShapeIndex, node: number): number {
  const { shape } = index;
  if (index.lasting(node) || passingReason(state, shape, node)) return 0;
  const byCpu = shape.cpuMilli > 0 ? Math.floor(state.cpuFree[node]! / shape.cpuMilli) : Infinity;
  const byMemory = shape.memoryBytes > 0 ? Math.floor(state.memoryFree[node]! / shape.memoryBytes) : Infinity;
  return Math.min(byCpu, byMemory, membersByDevices(state, shape, node));
}

function membersByDevices(state: FleetState, shape: Shape, node: number): number {
  if (shape.deviceCount === 0) return Infinity;
  let members = 0;
  const end = state.deviceStart[node + 1]!;
  for (let device = state.deviceStart[node]!; device < end;) {
    const model = state.deviceModel[device]!;
    const slots: number[] = [];
    for (; device < end && state.deviceModel[device] === model; device += 1) {
      if (deviceAllowed(state, shape, node, device)) slots.push(slotsOn(state, shape, device));
    }
    members += rounds(slots, shape.deviceCount);
  }
  return members;
}

/** How many members can have a share of this device. */
function slotsOn(state: FleetState, shape: Shape, device: number): number {
  const share = shareOn(state, shape, device);
  if (share > WHOLE_DEVICE_MILLI) return 0;
  const byShare = Math.floor(state.deviceFree[device]! / share);
  const memoryBytes = deviceMemoryOn(state, shape, device);
  return memoryBytes === 0
    ? byShare
    : Math.min(byShare, Math.floor(state.deviceMemoryFree[device]! / memoryBytes));
}

/** The most members m such that each can have `count` different devices: Σ min(slots, m) ≥ m × count. */
function rounds(slots: readonly number[], count: number): number {
  if (count === 1) return slots.reduce((sum, n) => sum + n, 0);
  let members = Math.floor(slots.reduce((sum, n) => sum + n, 0) / count);
  const held = (m: number): number => slots.reduce((sum, n) => sum + Math.min(n, m), 0);
  while (members > 0 && held(members) < members * count) members -= 1;
  return members;
}
