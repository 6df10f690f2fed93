import { type Affinity, type TaskRequest, WHOLE_DEVICE_MILLI } from "../model/task.ts";
import type { Group } from "./group.ts";

/** The part of a request that decides where one member can go and how good that is: equal for many tasks. */
export type Requirements = Pick<
  TaskRequest,
  "cpuMilli" | "memoryBytes" | "devices" | "capacity" | "constraints" | "preferences" | "affinity"
>;

/** Requirements compiled against one fleet: what the engine and the scorers work with. */
export interface Shape {
  /** Dense number within the fleet state that compiled it. */
  readonly id: number;
  readonly task: Requirements;
  readonly cpuMilli: number;
  readonly memoryBytes: number;
  readonly deviceCount: number;
  /** Thousandths of each device; 0 when derived from `deviceMemoryBytes` on each device. */
  readonly shareMilli: number;
  /** Bytes of each device; 0 when in proportion to the share. */
  readonly deviceMemoryBytes: number;
  /** 0 no device, 1 a share of one, 2…5 for 1, 2, 3–4, 5 or more devices. */
  readonly kind: number;
  /** Per pool: 0 or the code of the reason why not. */
  readonly poolReason: Uint8Array;
  /** Per pool × models + model: 0 or the code of the reason why not. */
  readonly deviceReason: Uint8Array;
  readonly affinity: Affinity | undefined;
  readonly group: Group | undefined;
}

/** What of a fleet says how large its devices are. */
interface DeviceSizes {
  readonly deviceMemoryTotal: Float64Array;
}

/** Thousandths of `device` that a member of `shape` takes; above 1000 when its memory is too small. */
export const shareOn = (state: DeviceSizes, shape: Shape, device: number): number =>
  shape.shareMilli ||
  Math.ceil((WHOLE_DEVICE_MILLI * shape.deviceMemoryBytes) / state.deviceMemoryTotal[device]!);

/** Bytes of `device` that a member of `shape` takes. */
export const deviceMemoryOn = (state: DeviceSizes, shape: Shape, device: number): number =>
  shape.deviceMemoryBytes ||
  Math.floor((shape.shareMilli * state.deviceMemoryTotal[device]!) / WHOLE_DEVICE_MILLI);
