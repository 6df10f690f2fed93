import type { Defect } from "./hooks.ts";
import { driverDefects } from "./of-drivers.ts";
import { reconcilerDefects } from "./of-reconcilers.ts";
import { storeDefects } from "./of-stores.ts";
import { viewDefects } from "./of-views.ts";

/** Deliberate defects, each modelled on a failure that the field has had. The simulator must find every one. */
export const defects: readonly Defect[] = [
  ...driverDefects,
  ...storeDefects,
  ...viewDefects,
  ...reconcilerDefects,
];
