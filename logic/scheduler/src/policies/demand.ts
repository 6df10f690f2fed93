import type { FleetState } from "../engine/state.ts";
import { WHOLE_DEVICE_MILLI } from "../model/task.ts";
import { type ClassOnModel, classesOnModel } from "./fragment-classes.ts";

/** A class of the mix that asks for devices, as demand on this fleet. */
export interface DeviceDemand {
  readonly cpuMilli: number;
  readonly deviceCount: number;
  /** Thousandths of each device, on the first model that will do. */
  readonly shareMilli: number;
  /** Indices of the models that will do. */
  readonly models: readonly number[];
  /** This class's part of all device thousandths asked for: 0…1, together 1. */
  readonly part: number;
  readonly count: number;
}

/** The mix as demand for devices; classes that no device of the fleet can serve are left out. */
export function deviceDemand(state: FleetState): DeviceDemand[] {
  const views = state.models.map((_, model) => classesOnModel(state, model));
  const demand = state.mix.flatMap((_, index) => demandOf(views.map((classes) => classes[index]!)));
  const total = demand.reduce((sum, { part }) => sum + part, 0);
  return demand.map((item) => ({ ...item, part: item.part / total }));
}

function demandOf(views: readonly ClassOnModel[]): DeviceDemand[] {
  const models = [...views.keys()].filter((model) => views[model]!.usable);
  if (models.length === 0) return [];
  const { count, cpuMilli, deviceCount, shareMilli } = views[models[0]!]!;
  return [{ cpuMilli, deviceCount, shareMilli, models, count, part: count * deviceCount * shareMilli }];
}

/** Healthy devices of the fleet by model. */
export function devicesByModel(state: FleetState): Float64Array {
  const devices = new Float64Array(state.models.length);
  for (let device = 0; device < state.deviceCount; device += 1) {
    if (state.deviceHealthy[device] !== 0) devices[state.deviceModel[device]!]! += 1;
  }
  return devices;
}

/** How many tasks ask for a share of one device, by size in thousandths. */
export function shareDemand(demand: readonly DeviceDemand[]): Map<number, number> {
  const bySize = new Map<number, number>();
  for (const { deviceCount, shareMilli, count } of demand) {
    if (deviceCount !== 1 || shareMilli >= WHOLE_DEVICE_MILLI) continue;
    bySize.set(shareMilli, (bySize.get(shareMilli) ?? 0) + count);
  }
  return bySize;
}
