import type { Pool } from "./fleet.ts";
import { type TaskRequest, WHOLE_DEVICE_MILLI } from "./task.ts";

const GIB = 2 ** 30;

type Priced = Pick<TaskRequest, "cpuMilli" | "memoryBytes" | "devices" | "capacity">;

/**
 * What one member of a task costs in a pool for an hour on devices of `model`, in nano-units of the pool's currency,
 * rounded up. A pool without prices costs nothing; a device model without a price: undefined. A request by device
 * memory alone is priced as whole devices, since its share depends on the device.
 */
export function hourlyPriceNano(task: Priced, pool: Pool, model: string | undefined): number | undefined {
  if (!pool.prices) return 0;
  const rate = (task.capacity === "spot" && pool.prices.spot) || pool.prices.onDemand;
  const cores = (task.cpuMilli / 1000) * rate.nanoPerCoreHour;
  const memory = (task.memoryBytes / GIB) * rate.nanoPerGibHour;
  if (!task.devices) return Math.ceil(cores + memory);
  const perDevice = model === undefined ? undefined : rate.nanoPerDeviceHour[model];
  if (perDevice === undefined) return undefined;
  const memoryOnly = task.devices.memoryBytes !== undefined && task.devices.shareMilli === undefined;
  const shareMilli = memoryOnly ? WHOLE_DEVICE_MILLI : (task.devices.shareMilli ?? WHOLE_DEVICE_MILLI);
  return Math.ceil(cores + memory + (task.devices.count * shareMilli * perDevice) / WHOLE_DEVICE_MILLI);
}
