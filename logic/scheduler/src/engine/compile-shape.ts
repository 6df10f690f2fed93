import type { Pool } from "../model/fleet.ts";
import { isolationLevels } from "../model/fleet.ts";
import { latencyMsTo } from "../model/link.ts";
import { hourlyPriceNano } from "../model/price.ts";
import { WHOLE_DEVICE_MILLI } from "../model/task.ts";
import { reasonCode } from "./reasons.ts";
import type { Requirements, Shape } from "./shape.ts";
import type { FleetState } from "./state.ts";

/** What a request comes to in this fleet; `id`: its dense number there. */
export function compileShape(state: FleetState, task: Requirements, id: number): Shape {
  const { devices, affinity } = task;
  const deviceCount = devices?.count ?? 0;
  const memoryOnly = devices?.memoryBytes !== undefined && devices.shareMilli === undefined;
  const shareMilli = memoryOnly || !devices ? 0 : (devices.shareMilli ?? WHOLE_DEVICE_MILLI);
  return {
    id,
    task,
    cpuMilli: task.cpuMilli,
    memoryBytes: task.memoryBytes,
    deviceCount,
    shareMilli,
    deviceMemoryBytes: devices?.memoryBytes ?? 0,
    kind: taskKind(deviceCount, shareMilli),
    poolReason: Uint8Array.from(state.fleet.pools, (pool) => poolReason(state, pool, task)),
    deviceReason: deviceReasons(state, task),
    affinity,
    group: affinity && state.group(affinity.group, affinity.over),
  };
}

function taskKind(deviceCount: number, shareMilli: number): number {
  if (deviceCount === 0) return 0;
  if (deviceCount === 1) return shareMilli === WHOLE_DEVICE_MILLI ? 2 : 1;
  if (deviceCount === 2) return 3;
  return deviceCount <= 4 ? 4 : 5;
}

const outside = (list: readonly string[] | undefined, value: string): boolean =>
  list !== undefined && !list.includes(value);

function poolReason(state: FleetState, pool: Pool, task: Requirements): number {
  const rules = task.constraints ?? {};
  if (outside(rules.pools, pool.id)) return reasonCode["pool-not-listed"];
  if (outside(rules.jurisdictions, pool.jurisdiction)) return reasonCode.jurisdiction;
  if (outside(rules.providers, pool.provider)) return reasonCode.provider;
  if (outside(rules.regions, pool.region)) return reasonCode.region;
  if (rules.isolation && !offersIsolation(pool, rules.isolation)) return reasonCode.isolation;
  if (task.capacity === "spot" && pool.prices && !pool.prices.spot) return reasonCode["spot-not-offered"];
  if (rules.maxLatency) {
    const latencyMs = latencyMsTo(state.fleet, pool, rules.maxLatency.point);
    if (latencyMs === undefined || latencyMs > rules.maxLatency.latencyMs) return reasonCode.latency;
  }
  if (rules.data?.some((name) => !pool.data.includes(name))) return reasonCode.data;
  if (!task.devices && !affordable(task, pool, undefined)) return reasonCode.price;
  return 0;
}

function offersIsolation(pool: Pool, least: (typeof isolationLevels)[number]): boolean {
  return pool.isolation.some((level) => isolationLevels.indexOf(level) >= isolationLevels.indexOf(least));
}

function affordable(task: Requirements, pool: Pool, model: string | undefined): boolean {
  const ceiling = task.constraints?.priceCeiling;
  if (!ceiling) return true;
  if (pool.prices && pool.prices.currency !== ceiling.currency) return false;
  const price = hourlyPriceNano(task, pool, model);
  return price !== undefined && price <= ceiling.nanoPerHour;
}

function deviceReasons(state: FleetState, task: Requirements): Uint8Array {
  const { models, fleet } = state;
  const codes = new Uint8Array(fleet.pools.length * models.length);
  if (!task.devices) return codes;
  const wanted = task.devices.models?.map((name) => state.modelIndex(name));
  const capabilities = task.devices.capabilities ?? [];
  for (const [m, model] of models.entries()) {
    const named = wanted === undefined || wanted.includes(m);
    const able = capabilities.every((tag) => model.facts?.capabilities.includes(tag));
    for (const [p, pool] of fleet.pools.entries()) {
      if (!named || !able) codes[p * models.length + m] = reasonCode.model;
      else if (!affordable(task, pool, model.name)) codes[p * models.length + m] = reasonCode.price;
    }
  }
  return codes;
}
