import { type TaskRequest, taskRequestSchema } from "@yunhe/scheduler";
import type { Task } from "../kinds/task.ts";
import { bytesOf, cpuMilliOf } from "../quantity.ts";
import { nanos } from "./fleet.ts";

/** What the scheduler is asked for one task; pure. `currency` is that of the price ceiling. */
export function requestOf(task: Task, currency = "CNY"): TaskRequest {
  const { resources, placement } = task.spec;
  const devices = resources.accelerators;
  const some = <Value>(list: readonly Value[]): Value[] | undefined =>
    list.length === 0 ? undefined : [...list];
  return taskRequestSchema.parse({
    id: task.metadata.uid,
    queue: task.spec.queue,
    priority: task.spec.priority,
    submittedAtMs: Date.parse(task.metadata.creationTimestamp),
    cpuMilli: cpuMilliOf(resources.cpus),
    memoryBytes: bytesOf(resources.memory),
    devices: devices && {
      count: devices.count,
      models: some(devices.models),
      ...(devices.shareMilli === 1000 && devices.memory !== undefined && devices.count === 1
        ? {}
        : { shareMilli: devices.shareMilli }),
      memoryBytes: devices.memory === undefined ? undefined : bytesOf(devices.memory),
    },
    constraints: {
      pools: some(placement.pools),
      providers: some(placement.providers),
      regions: some(placement.regions),
      jurisdictions: some(placement.jurisdictions),
      isolation: task.spec.image === undefined ? task.spec.isolation : "container",
      ...(placement.maxPricePerHour === undefined
        ? {}
        : { priceCeiling: { currency, nanoPerHour: nanos(placement.maxPricePerHour) } }),
      ...(placement.maxLatencyMs === undefined
        ? {}
        : { maxLatency: { point: placement.maxLatencyMs.to, latencyMs: placement.maxLatencyMs.ms } }),
    },
  });
}
