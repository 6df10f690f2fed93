import type { DeviceModel } from "../catalogue/device-model.ts";
import type { Pool } from "./fleet.ts";
import { type TaskRequest, WHOLE_DEVICE_MILLI } from "./task.ts";

/**
 * Power of one busy core and one GiB of memory, in watts: the figures the Cloud Carbon Footprint methodology takes for
 * cloud servers (3.76 W for a fully used vCPU as the mean of Azure, 0.392 W per GB), rounded.
 */
export const WATTS_PER_CORE = 3.8;
export const WATTS_PER_GIB = 0.4;
const GIB = 2 ** 30;

type Powered = Pick<TaskRequest, "cpuMilli" | "memoryBytes" | "devices">;

/** Nominal power of one member in watts, the cooling of the building aside; undefined when the model's is not known. */
export function watts(task: Powered, model: DeviceModel | undefined): number | undefined {
  const base = (task.cpuMilli / 1000) * WATTS_PER_CORE + (task.memoryBytes / GIB) * WATTS_PER_GIB;
  if (!task.devices) return base;
  if (model?.powerWatts === undefined) return undefined;
  const memoryOnly = task.devices.memoryBytes !== undefined && task.devices.shareMilli === undefined;
  const share = memoryOnly ? WHOLE_DEVICE_MILLI : (task.devices.shareMilli ?? WHOLE_DEVICE_MILLI);
  return base + (task.devices.count * share * model.powerWatts) / WHOLE_DEVICE_MILLI;
}

/**
 * Estimated emissions of one member for an hour at nominal power, in grams of CO₂ equivalent. A device model of unknown
 * power counts as 300 W, so that pools can still be compared; undefined when the pool's intensity is not known.
 */
export function carbonGramsPerHour(
  task: Powered,
  pool: Pool,
  model: DeviceModel | undefined,
): number | undefined {
  if (pool.carbonGramsPerKwh === undefined) return undefined;
  const assumed = watts(task, { name: "", vendor: "", capabilities: [], source: "assumed", powerWatts: 300 });
  const power = watts(task, model) ?? assumed!;
  return (power / 1000) * pool.powerUsageEffectiveness * pool.carbonGramsPerKwh;
}
