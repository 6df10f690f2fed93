import type { Words } from "@yunhe/kernel";
import type { GrantFields } from "../kinds/device.ts";
import type { TaskSpec } from "../kinds/task.ts";

/** The question that placement answers, free of stored objects: who runs where, and why. */
export interface Placer {
  /** The fleet as it is now; holdings stay. Called when a pool or node has changed. */
  setFleet(fleet: Fleet): void;
  setQueues(queues: readonly QueueView[]): void;
  /** An attempt holds this from now on; again with the same id changes nothing. */
  hold(holding: Holding): void;
  /** It holds nothing any more. */
  release(attemptUid: string): void;
  /** Where this task would go now. Grants nothing: the caller commits it and calls `hold`. */
  place(task: WaitingTask, nowMs: number): Placement;
}

export interface Fleet {
  readonly pools: readonly PoolView[];
  readonly nodes: readonly NodeView[];
}

export interface PoolView {
  readonly name: string;
  readonly provider: string;
  readonly region: string;
  readonly zone: string;
  readonly jurisdiction: string;
  readonly ready: boolean;
  readonly cordoned: boolean;
  readonly isolation: readonly string[];
  readonly currency: string;
  /** Nano-units of the currency. */
  readonly pricePerCoreHourNanos: number;
  readonly pricePerGibHourNanos: number;
  readonly pricePerDeviceHourNanos: Readonly<Record<string, number>>;
  readonly carbonGramsPerKwh: number | undefined;
  readonly latencyMs: Readonly<Record<string, number>>;
}

export interface NodeView {
  readonly name: string;
  readonly pool: string;
  readonly cpuMilli: number;
  readonly memoryBytes: number;
  readonly devices: readonly { readonly id: string; readonly model: string; readonly memoryBytes: number }[];
  readonly ready: boolean;
  readonly cordoned: boolean;
  readonly labels: Readonly<Record<string, string>>;
}

export interface QueueView {
  readonly name: string;
  readonly projects: readonly string[];
  readonly weight: number;
  readonly policy: string;
  readonly stopped: boolean;
  readonly cohort: string;
  readonly quota: QueueAmounts;
  readonly borrowing: QueueAmounts | undefined;
}

/** Undefined: no bound. Devices in thousandths, by model; `*` for all together. */
export interface QueueAmounts {
  readonly cpuMilli: number | undefined;
  readonly memoryBytes: number | undefined;
  readonly devicesMilli: Readonly<Record<string, number>>;
  readonly tasks: number | undefined;
}

export interface Holding {
  readonly attemptUid: string;
  readonly project: string;
  readonly task: string;
  readonly queue: string;
  readonly priority: number;
  readonly pool: string;
  readonly node: string;
  readonly grant: GrantFields;
}

export interface WaitingTask {
  readonly uid: string;
  readonly project: string;
  readonly name: string;
  readonly queue: string;
  readonly priority: number;
  readonly createdMs: number;
  readonly cpuMilli: number;
  readonly memoryBytes: number;
  readonly devices:
    | {
        readonly count: number;
        readonly models: readonly string[];
        readonly shareMilli: number;
        readonly memoryBytes: number;
      }
    | undefined;
  readonly isolation: string | undefined;
  readonly image: boolean;
  readonly placement: TaskSpec["placement"];
}

export type Placement =
  | {
      readonly type: "placed";
      readonly pool: string;
      readonly node: string;
      readonly grant: GrantFields;
      readonly explanation: Record<string, unknown>;
    }
  /** It fits nowhere now but may later. */
  | {
      readonly type: "waits";
      readonly reason: string;
      readonly message: Words;
      readonly explanation: Record<string, unknown>;
    }
  /** It fits nowhere even in an empty fleet; it waits for the fleet to change. */
  | {
      readonly type: "impossible";
      readonly reason: string;
      readonly message: Words;
      readonly explanation: Record<string, unknown>;
    };
