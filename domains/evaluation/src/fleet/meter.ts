import type { FleetRecord, FleetZone } from "../kinds/data-set.ts";
import type { NodeFacts, PoolFacts } from "./facts.ts";
import { type Measure, standInWords } from "./measures.ts";

/** Months that are kept. */
const mostPeriods = 36;
/** Time between two samples counts only while somebody looked: a server that was away says nothing about it. */
const missedSamples = 3;

/** Pure: the record with one more sample. Times are sums, so it goes on after a restart where it stood. */
export function addSample(
  record: FleetRecord | undefined,
  pools: readonly PoolFacts[],
  nowMs: number,
  everyMs: number,
): FleetRecord {
  const since = record === undefined ? 0 : nowMs - record.sampledMs;
  const elapsedMs = since > 0 && since <= missedSamples * everyMs ? since : 0;
  const period = new Date(nowMs).toISOString().slice(0, 7);
  const zones = { ...record?.periods[period] };
  for (const [id, members] of Object.entries(Object.groupBy(pools, zoneId)))
    zones[id] = withSample(zones[id], members!, elapsedMs);
  const periods = { ...record?.periods, [period]: zones };
  const kept = Object.keys(periods).sort().slice(-mostPeriods);
  return { sampledMs: nowMs, periods: Object.fromEntries(kept.map((name) => [name, periods[name]!])) };
}

/** Letters, digits, dots, dashes and underscores, as ids of entities are. */
export const safeId = (text: string): string =>
  text.replaceAll(/[^A-Za-z0-9._-]+/g, "-").replace(/^[^A-Za-z0-9]+/, "") || "unnamed";

export const zoneId = ({ provider, region, zone }: Pick<PoolFacts, "provider" | "region" | "zone">): string =>
  safeId(`${provider}-${region}-${zone}`);

function withSample(
  before: FleetZone | undefined,
  pools: readonly PoolFacts[],
  elapsedMs: number,
): FleetZone {
  const nodes = pools.flatMap((pool) => pool.nodes);
  const cores = sum(nodes, (node) => node.cores);
  const held = sum(nodes, (node) => node.heldCores);
  // The first look counts for a moment, so that there is a value at once.
  const weightMs = before === undefined ? 1 : elapsedMs;
  const { provider, region, zone } = pools[0]!;
  return {
    provider,
    region,
    zone,
    observedMs: (before?.observedMs ?? 0) + weightMs,
    nodeMs: (before?.nodeMs ?? 0) + weightMs * nodes.length,
    readyNodeMs: (before?.readyNodeMs ?? 0) + weightMs * nodes.filter(({ ready }) => ready).length,
    coreMs: (before?.coreMs ?? 0) + weightMs * cores,
    heldCoreMs: (before?.heldCoreMs ?? 0) + weightMs * held,
    peakCommitment: Math.max(before?.peakCommitment ?? 0, cores === 0 ? 0 : held / cores),
    ...probesOf(before, pools),
    ...throughputOf(before, pools),
    latest: latestOf(pools, nodes),
    simulated: pools.some(
      (pool) => pool.simulated || pool.nodes.some((node) => node.devices.some((device) => device.simulated)),
    ),
  };
}

function probesOf(before: FleetZone | undefined, pools: readonly PoolFacts[]): Pick<FleetZone, "probes"> {
  const probes = pools.flatMap((pool) => pool.probes);
  const answered = probes.filter((probe) => probe.answered);
  const { probes: earlier } = before ?? {};
  if (probes.length === 0 && earlier === undefined) return {};
  return {
    probes: {
      sent: (earlier?.sent ?? 0) + probes.length,
      answered: (earlier?.answered ?? 0) + answered.length,
      roundTripMs: (earlier?.roundTripMs ?? 0) + sum(answered, ({ roundTripMs }) => roundTripMs),
    },
  };
}

/** A few bytes say nothing about a line. */
const leastBytes = 2 ** 20;

function throughputOf(
  before: FleetZone | undefined,
  pools: readonly PoolFacts[],
): Pick<FleetZone, "peakBytesPerSecond"> {
  const reached = pools
    .flatMap((pool) => pool.transfers)
    .filter(({ movedBytes }) => movedBytes >= leastBytes)
    .map(({ bytesPerSecond }) => bytesPerSecond);
  const all = [...reached, ...(before?.peakBytesPerSecond === undefined ? [] : [before.peakBytesPerSecond])];
  return all.length === 0 ? {} : { peakBytesPerSecond: Math.max(...all) };
}

function latestOf(pools: readonly PoolFacts[], nodes: readonly NodeFacts[]): Record<string, number | null> {
  const devices = nodes.flatMap((node) => node.devices);
  const links = pools.flatMap((pool) => pool.links);
  const priced = pools.filter((pool) => pool.pricePerCoreHour !== null);
  const coresOf = (pool: PoolFacts): number => sum(pool.nodes, (node) => node.cores);
  const devicePrices = pools.flatMap((pool) =>
    pool.nodes.flatMap((node) => node.devices.flatMap(({ model }) => pool.pricePerDeviceHour[model] ?? [])),
  );
  const latest: Partial<Record<Measure, number | null>> = {
    "cpu-cores": sum(nodes, (node) => node.cores),
    "memory-gib": sum(nodes, (node) => node.memoryBytes) / 2 ** 30,
    devices: devices.length,
    "device-memory-gib": sum(devices, (device) => device.memoryBytes) / 2 ** 30,
    "disk-tib": sum(nodes, (node) => node.diskBytes) / 2 ** 40,
    "bandwidth-gbps": total(links.map((link) => link.bandwidthMbps)) / 1000,
    "latency-ms": mean(links.map((link) => link.latencyMs)),
    "core-hour-price":
      sum(priced, coresOf) === 0
        ? null
        : sum(priced, (pool) => pool.pricePerCoreHour! * coresOf(pool)) / sum(priced, coresOf),
    "device-hour-price": mean(devicePrices),
  };
  return Object.fromEntries(
    Object.entries(latest).map(([name, value]) => [
      name,
      value === null || Number.isNaN(value) ? null : value,
    ]),
  );
}

/** What the zone did in the period; undefined where nothing was probed, moved or asked. */
function measuredValue(zone: FleetZone, measure: Measure): number | undefined {
  const { probes, peakBytesPerSecond } = zone;
  if (measure === "availability") return probes && (100 * probes.answered) / probes.sent;
  if (measure === "latency-ms" && probes && probes.answered > 0) return probes.roundTripMs / probes.answered;
  if (measure === "bandwidth-gbps" && peakBytesPerSecond !== undefined) return (8 * peakBytesPerSecond) / 1e9;
  return undefined;
}

/** True when something else stands in for a measurement: the declared links, the state of the nodes. */
export const isStandIn = (zone: FleetZone, measure: Measure): boolean =>
  measure in standInWords && measuredValue(zone, measure) === undefined;

/** A zone's values in a period; NaN where nobody says. */
export function valueOf(zone: FleetZone, measure: Measure): number {
  const measured = measuredValue(zone, measure);
  if (measured !== undefined) return measured;
  if (measure === "availability" || measure === "readiness") return (100 * zone.readyNodeMs) / zone.nodeMs;
  if (measure === "utilisation") return (100 * zone.heldCoreMs) / zone.coreMs;
  if (measure === "oversubscription") return zone.peakCommitment;
  return zone.latest[measure] ?? Number.NaN;
}

const sum = <T>(list: readonly T[], value: (each: T) => number): number =>
  list.reduce((all, each) => all + value(each), 0);

const known = (values: readonly (number | null)[]): number[] => values.filter((value) => value !== null);

/** NaN when none is known: no link declared is not a link of no bandwidth. */
function total(values: readonly (number | null)[]): number {
  const numbers = known(values);
  return numbers.length === 0 ? Number.NaN : sum(numbers, Number);
}

function mean(values: readonly (number | null)[]): number | null {
  const numbers = known(values);
  return numbers.length === 0 ? null : sum(numbers, Number) / numbers.length;
}
