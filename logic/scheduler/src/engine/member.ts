import type { Shape } from "./shape.ts";
import type { FleetState } from "./state.ts";

/** Where one member of a task goes. Indices are those of the fleet state. */
export interface Member {
  readonly pool: number;
  readonly node: number;
  /** Absolute device indices, each with what is taken of it. */
  readonly devices: readonly DeviceGrant[];
}

export interface DeviceGrant {
  readonly device: number;
  readonly shareMilli: number;
  readonly memoryBytes: number;
}

const deviceIndices = (member: Member): number[] => member.devices.map(({ device }) => device);

export const takeMember = (state: FleetState, shape: Shape, member: Member): void =>
  state.take(shape, member.node, deviceIndices(member));

export const giveMember = (state: FleetState, shape: Shape, member: Member): void =>
  state.give(shape, member.node, deviceIndices(member));

/** Whether exactly these devices and the rest of the member are still free on its node. */
export function memberFits(state: FleetState, shape: Shape, { node, devices }: Member): boolean {
  if (state.schedulable[node] === 0) return false;
  if (state.cpuFree[node]! < shape.cpuMilli || state.memoryFree[node]! < shape.memoryBytes) return false;
  return devices.every(
    ({ device, shareMilli, memoryBytes }) =>
      state.deviceFree[device]! >= shareMilli && state.deviceMemoryFree[device]! >= memoryBytes,
  );
}
