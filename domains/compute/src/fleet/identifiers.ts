import type { Pool } from "../kinds/pool.ts";
import type { PlacementView } from "../placement/view.ts";
import { type DeviceUse, isReady, type NodeUse, nodeUses } from "./use.ts";

/** What a compute identifier resolves to: what it is, where, how much of it is free and what it costs. */
export interface IdentifierFacts {
  readonly identifier: string;
  readonly type: "pool" | "node" | "device";
  readonly name: string;
  readonly provider: string;
  readonly region: string;
  readonly jurisdiction: string;
  readonly pool: string;
  readonly node?: string;
  readonly architecture?: string;
  readonly vendor?: string;
  readonly model?: string;
  readonly memoryBytes?: number;
  readonly ready: boolean;
  /** 0…1 of the cores of a pool or node, of the compute of a device. */
  readonly free: number;
  /** Per core or per device, as the pool's price book says; undefined: not priced. */
  readonly pricePerHour: string | undefined;
  readonly currency: string;
}

/** Filters of a search; every one given must hold. */
export interface IdentifierQuery {
  /** An identifier (resolves it), or part of one. */
  readonly q?: string;
  readonly type?: string;
  readonly provider?: string;
  readonly region?: string;
  readonly vendor?: string;
  readonly model?: string;
  /** `true`: only what is ready and has something free. */
  readonly free?: string;
  readonly minMemoryBytes?: string;
}

export function searchIdentifiers(view: PlacementView, query: IdentifierQuery): IdentifierFacts[] {
  const uses = nodeUses(view);
  const all = [...view.pools()].flatMap((pool) => {
    const nodes = uses.filter((node) => node.pool === pool.metadata.name);
    return [
      poolFacts(pool, nodes),
      ...nodes.flatMap((node) => [
        nodeFacts(view, pool, node),
        ...node.devices.map((each) => deviceFacts(pool, node, each)),
      ]),
    ];
  });
  return all.filter((facts) => matches(facts, query));
}

function matches(facts: IdentifierFacts, query: IdentifierQuery): boolean {
  const same = (wanted: string | undefined, is: string | undefined): boolean =>
    wanted === undefined || wanted === "" || is?.toLowerCase() === wanted.toLowerCase();
  const part = (wanted: string | undefined, is: string): boolean =>
    wanted === undefined || is.toLowerCase().includes(wanted.toLowerCase());
  return (
    part(query.q, facts.identifier) &&
    same(query.type, facts.type) &&
    same(query.provider, facts.provider) &&
    same(query.region, facts.region) &&
    same(query.vendor, facts.vendor) &&
    (query.model === undefined || part(query.model, facts.model ?? "")) &&
    (query.free !== "true" || (facts.ready && facts.free > 0)) &&
    (query.minMemoryBytes === undefined || (facts.memoryBytes ?? 0) >= Number(query.minMemoryBytes))
  );
}

const placeOf = ({ metadata, spec }: Pool) => ({
  provider: spec.provider,
  region: spec.region,
  jurisdiction: spec.jurisdiction,
  pool: metadata.name,
  currency: spec.prices.currency,
});

const share = (part: { total: number; held: number }): number =>
  part.total === 0 ? 0 : Math.max(0, 1 - part.held / part.total);

function poolFacts(pool: Pool, nodes: readonly NodeUse[]): IdentifierFacts {
  const total = nodes.reduce((sum, node) => sum + node.cpuMilli.total, 0);
  const held = nodes.reduce((sum, node) => sum + node.cpuMilli.held, 0);
  return {
    ...placeOf(pool),
    identifier: pool.status?.identifier ?? "",
    type: "pool",
    name: pool.metadata.name,
    ready: nodes.some(({ ready }) => ready),
    free: share({ total, held }),
    pricePerHour: pool.spec.prices.onDemand.cpuCoreHour,
  };
}

function nodeFacts(view: PlacementView, pool: Pool, node: NodeUse): IdentifierFacts {
  const object = [...view.nodes()].find(({ metadata }) => metadata.name === node.name)!;
  return {
    ...placeOf(pool),
    identifier: node.identifier,
    type: "node",
    name: node.name,
    node: node.name,
    architecture: object.status?.architecture ?? "",
    memoryBytes: node.memoryBytes.total,
    ready: isReady(object),
    free: share(node.cpuMilli),
    pricePerHour: pool.spec.prices.onDemand.cpuCoreHour,
  };
}

const deviceFacts = (pool: Pool, node: NodeUse, device: DeviceUse): IdentifierFacts => ({
  ...placeOf(pool),
  identifier: device.identifier,
  type: "device",
  name: device.id,
  node: node.name,
  vendor: device.vendor,
  model: device.model,
  memoryBytes: device.memoryBytes,
  ready: node.ready && device.healthy,
  free: share({ total: 1000, held: device.heldMilli }),
  pricePerHour: pool.spec.prices.onDemand.deviceHour[device.model],
});
