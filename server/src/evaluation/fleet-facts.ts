import type { Compute, Pool } from "@yunhe/domain-compute";
import type { FleetFacts, NodeFacts, PoolFacts } from "@yunhe/domain-evaluation";
import type { FinishedTransfers } from "./finished-transfers.ts";

/** What the evaluation may know of the fleet, from the compute domain's own view of it. */
export const fleetFacts = (compute: Compute, transfers: FinishedTransfers): FleetFacts => ({
  pools(sinceMs) {
    const uses = Map.groupBy(compute.fleet(), ({ pool }) => pool);
    const disks = new Map(
      [...compute.view.nodes()].map(({ metadata, status }) => [
        metadata.name,
        status?.capacity.diskBytes ?? 0,
      ]),
    );
    const simulated = new Set(
      [...compute.view.nodes()]
        .filter(({ status }) => status?.labels?.["yunhe.dev/simulated"] === "true")
        .map(({ spec }) => spec.pool),
    );
    return [...compute.view.pools()].map((pool) => {
      const { name } = pool.metadata;
      return {
        ...poolFacts(pool, simulated.has(name)),
        nodes: (uses.get(name) ?? []).map((node) => nodeFacts(node, disks.get(node.name) ?? 0)),
        probes: compute.engines.probes.since(name, sinceMs),
        transfers: transfers.since(name, sinceMs),
      };
    });
  },
});

function poolFacts(
  { metadata, spec }: Pool,
  simulated: boolean,
): Omit<PoolFacts, "nodes" | "probes" | "transfers"> {
  const { cpuCoreHour, deviceHour } = spec.prices.onDemand;
  // The price book's zero is its default: a pool that nobody priced is not a pool that costs nothing.
  const priced = (price: string): number | null => (Number(price) > 0 ? Number(price) : null);
  return {
    name: metadata.name,
    provider: spec.provider,
    region: spec.region,
    zone: spec.zone,
    simulated: simulated || spec.driver === "simulated",
    pricePerCoreHour: priced(cpuCoreHour),
    pricePerDeviceHour: Object.fromEntries(
      Object.entries(deviceHour).map(([model, price]) => [model, Number(price)]),
    ),
    links: spec.links.map(({ bandwidthMbps, latencyMs }) => ({
      bandwidthMbps: bandwidthMbps ?? null,
      latencyMs: latencyMs ?? null,
    })),
  };
}

const nodeFacts = (node: ReturnType<Compute["fleet"]>[number], diskBytes: number): NodeFacts => ({
  ready: node.ready,
  cores: node.cpuMilli.total / 1000,
  heldCores: node.cpuMilli.held / 1000,
  memoryBytes: node.memoryBytes.total,
  diskBytes,
  devices: node.devices.map(({ model, memoryBytes, simulated }) => ({ model, memoryBytes, simulated })),
});
