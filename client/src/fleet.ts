import type { Transport } from "./transport.ts";

/** Part of a total that attempts hold. */
export interface Held {
  readonly total: number;
  readonly held: number;
}

export interface Holder {
  readonly project: string;
  readonly task: string;
  readonly attemptUid: string;
  readonly cpuMilli: number;
  readonly memoryBytes: number;
}

export interface FleetDevice {
  readonly id: string;
  readonly identifier: string;
  readonly vendor: string;
  readonly model: string;
  readonly memoryBytes: number;
  readonly healthy: boolean;
  readonly simulated: boolean;
  readonly heldMilli: number;
  readonly holders: readonly (Holder & { readonly shareMilli: number })[];
}

export interface FleetNode {
  readonly name: string;
  readonly pool: string;
  readonly identifier: string;
  readonly ready: boolean;
  readonly cpuMilli: Held;
  readonly memoryBytes: Held;
  readonly devices: readonly FleetDevice[];
  readonly attempts: readonly Holder[];
}

export interface FleetSample {
  readonly atMs: number;
  readonly cpuMilli: Held;
  readonly memoryBytes: Held;
  readonly devicesMilli: Held;
  readonly running: number;
  readonly waiting: number;
}

export interface Fleet {
  readonly nowMs: number;
  readonly nodes: readonly FleetNode[];
  readonly history: readonly FleetSample[];
}

/** A compute identifier, resolved: what it is, where, how much of it is free (0…1) and what it costs. */
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
  readonly free: number;
  readonly pricePerHour?: string;
  readonly currency: string;
}

export const readFleet = (transport: Transport, signal?: AbortSignal): Promise<Fleet> =>
  transport.json("/yunhe/v1/fleet", { signal });

export async function searchIdentifiers(
  transport: Transport,
  query: Readonly<Record<string, string>>,
  signal?: AbortSignal,
): Promise<readonly IdentifierFacts[]> {
  const path = `/yunhe/v1/identifiers?${new URLSearchParams(query)}`;
  return (await transport.json<{ items: readonly IdentifierFacts[] }>(path, { signal })).items;
}
