import { WHOLE_DEVICE_MILLI } from "../model/task.ts";
import { deviceAllowed, deviceFits } from "./devices.ts";
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
    const usable: number[] = [];
    for (; device < end && state.deviceModel[device] === model; device += 1) {
      if (deviceAllowed(state, shape, node, device) && deviceFits(state, shape, device)) usable.push(device);
    }
    members += membersOnModel(state, shape, usable);
  }
  return members;
}

/** How many members the devices of one model can serve. */
function membersOnModel(state: FleetState, shape: Shape, usable: readonly number[]): number {
  if (shape.shareMilli === WHOLE_DEVICE_MILLI) return Math.floor(usable.length / shape.deviceCount);
  if (shape.deviceCount === 1) return usable.reduce((sum, device) => sum + slotsOn(state, shape, device), 0);
  return membersOneByOne(
    shape.deviceCount,
    usable.map((device) => ({ slots: slotsOn(state, shape, device), free: state.deviceFree[device]! })),
    shareOn(state, shape, usable[0] ?? 0),
  );
}

/** How many members can have a share of this device, which fits at least one. */
function slotsOn(state: FleetState, shape: Shape, device: number): number {
  const byShare = Math.floor(state.deviceFree[device]! / shareOn(state, shape, device));
  const memoryBytes = deviceMemoryOn(state, shape, device);
  return memoryBytes === 0
    ? byShare
    : Math.min(byShare, Math.floor(state.deviceMemoryFree[device]! / memoryBytes));
}

/**
 * Shares of several devices: members are given the fullest devices, as placement does it, which can leave a device that
 * has room but no partner; so they are counted by doing it.
 */
function membersOneByOne(
  count: number,
  devices: { slots: number; free: number }[],
  shareMilli: number,
): number {
  for (let members = 0; ; members += 1) {
    const open = devices.filter(({ slots }) => slots > 0).toSorted((a, b) => a.free - b.free);
    if (open.length < count) return members;
    for (const device of open.slice(0, count)) {
      device.slots -= 1;
      device.free -= shareMilli;
    }
  }
}
