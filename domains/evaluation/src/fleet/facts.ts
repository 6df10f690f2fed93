/** What the evaluation may know of the fleet. The server fills it; this domain knows no pools or nodes of its own. */
export interface FleetFacts {
  /** @param sinceMs probes and transfers that ended after it are told, wall clock */
  pools(sinceMs: number): readonly PoolFacts[];
}

/** One question to the pool's engine, and whether it was answered. */
export interface ProbeFacts {
  readonly answered: boolean;
  readonly roundTripMs: number;
}

/** One move of data to or from the pool that is over. */
export interface TransferFacts {
  readonly movedBytes: number;
  readonly bytesPerSecond: number;
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
  readonly probes: readonly ProbeFacts[];
  readonly transfers: readonly TransferFacts[];
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
