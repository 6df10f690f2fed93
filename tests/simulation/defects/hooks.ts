import type { Driver } from "../../../domains/compute/src/driver/port.ts";
import type { Objects, Reconciler, Store } from "@yunhe/kernel";
import type { DriverDefects } from "../engines/driver.ts";
import type { Chance } from "../world/chance.ts";
import type { DiskDefects } from "../world/disk.ts";
import type { WorldTime } from "../world/time.ts";

export interface HookContext {
  readonly chance: Chance;
  readonly time: WorldTime;
  /** Whether this start of the replica runs the version to come. */
  readonly isNewer: boolean;
}

/** Where a deliberate defect can be put in: around the parts that the world is made of, never inside of them. */
export interface Hooks {
  /** The store as controllers, objects and the API of a replica use it. */
  readonly store?: (store: Store, context: HookContext) => Store;
  /** The store as the views of the compute domain follow it. */
  readonly views?: (store: Store, context: HookContext) => Store;
  readonly objects?: (objects: Objects, context: HookContext) => Objects;
  readonly driver?: (driver: Driver, context: Omit<HookContext, "isNewer">) => Driver;
  readonly reconcilers?: (reconcilers: readonly Reconciler[], context: HookContext) => readonly Reconciler[];
  readonly disk?: DiskDefects;
  readonly driverDefects?: DriverDefects;
  /** A new leader starts before it has seen what the one before did. */
  readonly leadsBeforeSeeing?: boolean;
}

export interface Defect {
  readonly id: string;
  readonly words: string;
  readonly hooks: Hooks;
}
