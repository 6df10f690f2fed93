import { type DeviceGroup, type Fleet, type FleetInput, fleetSchema, type Prices } from "@yunhe/scheduler";
import type { Node } from "../kinds/node.ts";
import type { Pool } from "../kinds/pool.ts";
import type { Volume } from "../kinds/volume.ts";
import { takesTasks } from "../pools/state.ts";

type PriceList = Pool["spec"]["prices"]["onDemand"];

/** The fleet as the scheduler knows it, from the resources; devices keep the order of `status.devices`. Pure. */
export function fleetOf(
  pools: readonly Pool[],
  nodes: readonly Node[],
  volumes: readonly Volume[] = [],
): Fleet {
  const known = new Map(pools.map((pool) => [pool.metadata.name, pool]));
  const input: FleetInput = {
    pools: pools.map((pool) => ({ ...poolOf(pool), data: dataIn(pool, volumes) })),
    nodes: nodes
      .filter((node) => node.status && known.has(node.spec.pool))
      .map((node) => nodeOf(node, known.get(node.spec.pool)!)),
    data: volumes.map((volume) => ({
      name: dataName(volume.metadata.namespace ?? "", volume.metadata.name),
      bytes: volume.status?.bytes ?? 0,
      // Everything is at home in the storage that pools of this host see, and is sent from there.
      from: pools.filter(({ status }) => status?.storage !== "own").map(({ metadata }) => metadata.name),
    })),
  };
  return fleetSchema.parse(input);
}

/** Volumes that need not move to be used there: all of them, unless the pool has a storage of its own. */
const dataIn = ({ metadata, status }: Pool, volumes: readonly Volume[]): string[] =>
  volumes
    .filter((volume) => {
      const copy = volume.status?.pools?.find(({ pool }) => pool === metadata.name);
      return status?.storage !== "own" || (copy !== undefined && copy.version === volume.status?.version);
    })
    .map((volume) => dataName(volume.metadata.namespace ?? "", volume.metadata.name));

/** How the scheduler knows a volume. */
export const dataName = (project: string, volume: string): string => `${project}/${volume}`;

function poolOf(pool: Pool): FleetInput["pools"][number] {
  const { spec, status } = pool;
  return {
    id: pool.metadata.name,
    provider: spec.provider,
    region: spec.region,
    zone: spec.zone,
    jurisdiction: spec.jurisdiction === "" ? "unstated" : spec.jurisdiction,
    isolation: status?.isolation ?? [],
    prices: pricesOf(spec.prices),
    ...(spec.carbonGramsPerKwh === undefined ? {} : { carbonGramsPerKwh: spec.carbonGramsPerKwh }),
    links: spec.links.map((link) => ({
      to: link.to,
      latencyMs: link.latencyMs ?? 0,
      ...(link.bandwidthMbps ? { bandwidthMbps: link.bandwidthMbps } : {}),
      egressNanoPerGib: nanos(link.egressPricePerGib ?? "0"),
    })),
    labels: pool.metadata.labels ?? {},
  };
}

const pricesOf = (prices: Pool["spec"]["prices"]): Prices => ({
  currency: prices.currency,
  onDemand: rateOf(prices.onDemand),
  ...(prices.spot === undefined ? {} : { spot: rateOf(prices.spot) }),
});

const rateOf = (list: PriceList) => ({
  nanoPerCoreHour: nanos(list.cpuCoreHour),
  nanoPerGibHour: nanos(list.memoryGibHour),
  nanoPerDeviceHour: Object.fromEntries(
    Object.entries(list.deviceHour).map(([model, price]) => [model, nanos(price)]),
  ),
});

/** A decimal price as an integer of nano-units; the schema allows nine places. */
export function nanos(price: string): number {
  const [whole = "0", fraction = ""] = price.split(".");
  return Number(BigInt(whole) * 1_000_000_000n + BigInt(fraction.padEnd(9, "0")));
}

function nodeOf(node: Node, pool: Pool): FleetInput["nodes"][number] {
  const status = node.status!;
  const ready = status.conditions?.some(({ type, status: is }) => type === "Ready" && is === "True") ?? false;
  const open = ready && !node.spec.unschedulable && takesTasks(pool);
  return {
    id: node.metadata.name,
    pool: node.spec.pool,
    cpuMilli: status.capacity.cpuMilli,
    memoryBytes: status.capacity.memoryBytes,
    devices: deviceGroups(status.devices),
    labels: { ...status.labels, ...node.metadata.labels },
    state: open ? "schedulable" : "cordoned",
    ...(status.labels?.["rack"] === undefined ? {} : { rack: status.labels["rack"] }),
    ...(status.labels?.["fabric"] === undefined ? {} : { fabric: status.labels["fabric"] }),
  };
}

/** Neighbouring equal devices become one group, so that the order of devices stays. */
function deviceGroups(devices: NonNullable<Node["status"]>["devices"]): DeviceGroup[] {
  const groups: { model: string; memoryBytes: number; count: number; unhealthy: number[] }[] = [];
  for (const device of devices) {
    const last = groups.at(-1);
    const same = last?.model === device.model && last.memoryBytes === device.memoryBytes;
    const group =
      same && last ? last : { model: device.model, memoryBytes: device.memoryBytes, count: 0, unhealthy: [] };
    if (group !== last) groups.push(group);
    if (!device.healthy) group.unhealthy.push(group.count);
    group.count += 1;
  }
  return groups;
}
