import type { FleetState } from "../engine/state.ts";
import { normaliseModelName } from "../catalogue/catalogue.ts";
import type { TaskClass } from "../model/mix.ts";
import { WHOLE_DEVICE_MILLI } from "../model/task.ts";

/** A typical class as one device model sees it. */
export interface ClassOnModel {
  readonly count: number;
  readonly cpuMilli: number;
  readonly deviceCount: number;
  readonly shareMilli: number;
  /** False when the class needs no device or may not use this model. */
  readonly usable: boolean;
}

/** The mix from the point of view of one of the fleet's models. */
export const classesOnModel = (state: FleetState, model: number): ClassOnModel[] =>
  state.mix.map((taskClass) => classOnModel(state, taskClass, model));

function classOnModel(
  state: FleetState,
  { cpuMilli, count, devices }: TaskClass,
  model: number,
): ClassOnModel {
  if (!devices) return { count, cpuMilli, deviceCount: 0, shareMilli: 0, usable: false };
  const { name, facts } = state.models[model]!;
  const named = devices.models?.some((wanted) => sameModel(state, wanted, name)) ?? true;
  const able = devices.capabilities?.every((tag) => facts?.capabilities.includes(tag)) ?? true;
  const shareMilli = devices.shareMilli ?? shareOfMemory(devices.memoryBytes, facts?.memoryBytes);
  const usable = named && able && shareMilli <= WHOLE_DEVICE_MILLI;
  return { count, cpuMilli, deviceCount: devices.count, shareMilli, usable };
}

function sameModel(state: FleetState, wanted: string, name: string): boolean {
  const canonical = state.catalogue.find(wanted)?.name ?? wanted;
  return normaliseModelName(canonical) === normaliseModelName(name);
}

function shareOfMemory(wanted: number | undefined, has: number | undefined): number {
  if (wanted === undefined) return WHOLE_DEVICE_MILLI;
  return Math.ceil((WHOLE_DEVICE_MILLI * wanted) / (has ?? 0));
}
