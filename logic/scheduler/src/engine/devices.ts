import { WHOLE_DEVICE_MILLI } from "../model/task.ts";
import type { DevicePick } from "../policies/policy.ts";
import { reasonCode } from "./reasons.ts";
import { deviceMemoryOn, type Shape, shareOn } from "./shape.ts";
import type { FleetState } from "./state.ts";

export const newPick = (state: FleetState): DevicePick => ({
  count: 0,
  devices: new Int32Array(state.mostDevices),
});

/** Whether one device, as free as it is now, can serve a member of the shape. */
export function deviceFits(state: FleetState, shape: Shape, device: number): boolean {
  const need = shareOn(state, shape, device);
  if (state.deviceFree[device]! < need || need > WHOLE_DEVICE_MILLI) return false;
  return state.deviceMemoryFree[device]! >= deviceMemoryOn(state, shape, device);
}

/** Whether the shape may use the device at all, whoever else is on it. */
export function deviceAllowed(state: FleetState, shape: Shape, node: number, device: number): boolean {
  return shape.deviceReason[state.poolOf[node]! * state.models.length + state.deviceModel[device]!] === 0;
}

/**
 * Picks whole devices (the first free ones) or shares (the fullest that fit, the first on ties), all of one model.
 * Returns 0, or the code of the reason why the node has not enough free.
 */
export function pickDevices(state: FleetState, shape: Shape, node: number, pick: DevicePick): number {
  pick.count = 0;
  const { deviceCount } = shape;
  if (deviceCount === 0) return 0;
  const whole = shape.shareMilli === WHOLE_DEVICE_MILLI;
  if (whole && state.wholeFree[node]! < deviceCount) return reasonCode["devices-busy"];
  const end = state.deviceStart[node + 1]!;
  for (let first = state.deviceStart[node]!; first < end;) {
    const next = endOfModelRun(state, first, end);
    if (deviceAllowed(state, shape, node, first)) {
      if (whole && shape.deviceMemoryBytes === 0) pickFirst(state, deviceCount, first, next, pick);
      else pickFullest(state, shape, first, next, pick);
      if (pick.count === deviceCount) return 0;
    }
    pick.count = 0;
    first = next;
  }
  return busyReason(state, shape, node);
}

function endOfModelRun(state: FleetState, first: number, end: number): number {
  const model = state.deviceModel[first]!;
  let next = first + 1;
  while (next < end && state.deviceModel[next] === model) next += 1;
  return next;
}

function pickFirst(state: FleetState, count: number, first: number, end: number, pick: DevicePick): void {
  for (let device = first; device < end && pick.count < count; device += 1) {
    if (state.deviceFree[device] === WHOLE_DEVICE_MILLI) {
      pick.devices[pick.count] = device;
      pick.count += 1;
    }
  }
}

/** Insertion into a short list sorted by free share; equal ones stay in the order of the devices. */
function pickFullest(state: FleetState, shape: Shape, first: number, end: number, pick: DevicePick): void {
  const { devices } = pick;
  for (let device = first; device < end; device += 1) {
    if (!deviceFits(state, shape, device)) continue;
    const free = state.deviceFree[device]!;
    let slot = pick.count;
    while (slot > 0 && state.deviceFree[devices[slot - 1]!]! > free) slot -= 1;
    if (slot >= shape.deviceCount) continue;
    if (pick.count < shape.deviceCount) pick.count += 1;
    devices.copyWithin(slot + 1, slot, pick.count - 1);
    devices[slot] = device;
  }
}

/** Tells lack of free device memory from lack of free devices. */
function busyReason(state: FleetState, shape: Shape, node: number): number {
  let withShare = 0;
  for (let device = state.deviceStart[node]!; device < state.deviceStart[node + 1]!; device += 1) {
    if (state.deviceFree[device]! >= shareOn(state, shape, device)) withShare += 1;
  }
  return withShare >= shape.deviceCount ? reasonCode["device-memory-busy"] : reasonCode["devices-busy"];
}
