export { parseSlurmConfig } from "./config.ts";
export type { SlurmConfig } from "./config.ts";
export { openSlurmDriver } from "./driver.ts";
export type { SlurmDriverOptions } from "./driver.ts";
