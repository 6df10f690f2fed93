/** What the evaluation may know of the fleet. The server fills it; this domain knows no pools or nodes of its own. */
export interface FleetFacts {
  pools(): readonly PoolFacts[];
}

export interface PoolFacts {
  readonly name: string;
  readonly provider: string;
  readonly region: string;
  readonly zone: string;
  /** Stands in for real machines: everything measured of it is synthetic. */
  readonly simulated: boolean;
  /** In the pool's currency; null: not priced. */
  readonly pricePerCoreHour: number | null;
  /** By device model. */
  readonly pricePerDeviceHour: Readonly<Record<string, number>>;
  readonly links: readonly { readonly bandwidthMbps: number | null; readonly latencyMs: number | null }[];
  readonly nodes: readonly NodeFacts[];
}

export interface NodeFacts {
  readonly ready: boolean;
  readonly cores: number;
  /** Granted to running work; more than `cores` when oversubscribed. */
  readonly heldCores: number;
  readonly memoryBytes: number;
  readonly diskBytes: number;
  readonly devices: readonly {
    readonly model: string;
    readonly memoryBytes: number;
    readonly simulated: boolean;
  }[];
}
