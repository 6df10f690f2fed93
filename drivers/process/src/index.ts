export { openProcessDriver } from "./driver.ts";
export type { ProcessDriverOptions } from "./driver.ts";
export type { DriverLogger } from "./engine.ts";
export { simulatedDevices } from "./discovery.ts";
