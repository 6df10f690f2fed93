import { z } from "zod";

/**
 * What a fleet is: pools (one engine in one place), their nodes and devices.
 * Units are in the names; money is in nano-units (10⁻⁹) of the pool's currency, as integers.
 */

const wholeNumber = z.number().int().nonnegative();
export const poolIdSchema = z.string().min(1).brand<"PoolId">();
export const nodeIdSchema = z.string().min(1).brand<"NodeId">();
export type PoolId = z.infer<typeof poolIdSchema>;
export type NodeId = z.infer<typeof nodeIdSchema>;
export const poolId = (text: string): PoolId => text as PoolId;
export const nodeId = (text: string): NodeId => text as NodeId;

/** From weakest to strongest separation between two tenants; a pool lists what it offers. */
export const isolationLevels = [
  "process",
  "limits",
  "sandbox",
  "container",
  "microvm",
  "vm",
  "host",
] as const;
export const isolationSchema = z.enum(isolationLevels);
export type IsolationLevel = z.infer<typeof isolationSchema>;

/** What one hour of each resource costs, in nano-units of the currency. Devices are priced by model name. */
export const rateSchema = z.strictObject({
  nanoPerCoreHour: wholeNumber,
  nanoPerGibHour: wholeNumber,
  nanoPerDeviceHour: z.record(z.string(), wholeNumber).default({}),
});
export type Rate = z.infer<typeof rateSchema>;

export const pricesSchema = z.strictObject({
  currency: z.string().min(1),
  onDemand: rateSchema,
  spot: rateSchema.optional(),
});
export type Prices = z.infer<typeof pricesSchema>;

/** A network path from a pool to another pool or to a named point (a city, an office, a data source). */
export const linkSchema = z.strictObject({
  to: z.string().min(1),
  latencyMs: z.number().nonnegative(),
  bandwidthMbps: z.number().positive().optional(),
  egressNanoPerGib: wholeNumber.default(0),
});
export type Link = z.infer<typeof linkSchema>;

export const poolSchema = z.strictObject({
  id: poolIdSchema,
  provider: z.string().min(1).default("local"),
  region: z.string().min(1).default("local"),
  zone: z.string().min(1).default("local"),
  /** ISO 3166-1 alpha-2 or any name a policy uses for where law applies. */
  jurisdiction: z.string().min(1).default("local"),
  isolation: z.array(isolationSchema).default(["process"]),
  prices: pricesSchema.optional(),
  carbonGramsPerKwh: z.number().nonnegative().optional(),
  powerUsageEffectiveness: z.number().min(1).default(1),
  /** Expected time from submission to running here, beyond waiting for capacity. */
  startDelayMs: wholeNumber.default(0),
  links: z.array(linkSchema).default([]),
  /** Names of data sets and volumes that are already in this pool. */
  data: z.array(z.string()).default([]),
  labels: z.record(z.string(), z.string()).default({}),
});
export type Pool = z.infer<typeof poolSchema>;

/** `count` equal devices of one model. `memoryBytes` overrides the catalogue; `unhealthy` lists ordinals never granted. */
export const deviceGroupSchema = z.strictObject({
  model: z.string().min(1),
  count: wholeNumber,
  memoryBytes: wholeNumber.optional(),
  unhealthy: z.array(wholeNumber).optional(),
});
export type DeviceGroup = z.infer<typeof deviceGroupSchema>;

export const nodeSchema = z.strictObject({
  id: nodeIdSchema,
  pool: poolIdSchema,
  cpuMilli: wholeNumber,
  memoryBytes: wholeNumber,
  devices: z.array(deviceGroupSchema).default([]),
  labels: z.record(z.string(), z.string()).default({}),
  /** Failure and switch domain; unique within the pool. Absent: the node is a rack of its own. */
  rack: z.string().optional(),
  /** High-bandwidth domain (NVLink, HCCS, ICI); unique within the pool. Absent: the node is a fabric of its own. */
  fabric: z.string().optional(),
  state: z.enum(["schedulable", "cordoned"]).default("schedulable"),
});
export type Node = z.infer<typeof nodeSchema>;

/** A data set or volume: how large it is, and which pools send it to those that do not hold it. */
export const dataSetSchema = z.strictObject({
  name: z.string().min(1),
  bytes: wholeNumber,
  from: z.array(poolIdSchema),
});
export type DataSet = z.infer<typeof dataSetSchema>;

export const fleetSchema = z.strictObject({
  pools: z.array(poolSchema),
  nodes: z.array(nodeSchema),
  data: z.array(dataSetSchema).optional(),
});
export type Fleet = z.infer<typeof fleetSchema>;
/** The same with every default left out: what people write. */
export type FleetInput = z.input<typeof fleetSchema>;
