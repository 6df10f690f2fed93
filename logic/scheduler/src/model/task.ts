import { z } from "zod";
import { isolationSchema } from "./fleet.ts";

/**
 * What a task asks for. One request describes one member; a gang is `size` equal members that start together.
 */

const wholeNumber = z.number().int().nonnegative();
export const taskIdSchema = z.string().min(1).brand<"TaskId">();
export type TaskId = z.infer<typeof taskIdSchema>;
export const taskId = (text: string): TaskId => text as TaskId;

/** A whole device, in thousandths. */
export const WHOLE_DEVICE_MILLI = 1000;

/**
 * `count` devices, each with at least `shareMilli` thousandths of its compute and `memoryBytes` of its memory.
 * Neither given: whole devices. Only memory given: compute in the same proportion, rounded up to a thousandth.
 * `models` (names or aliases of the catalogue) and `capabilities` (all of them) narrow which devices will do.
 */
export const deviceRequestSchema = z.strictObject({
  count: z.number().int().positive(),
  shareMilli: z.number().int().min(1).max(WHOLE_DEVICE_MILLI).optional(),
  memoryBytes: z.number().int().positive().optional(),
  models: z.array(z.string().min(1)).optional(),
  capabilities: z.array(z.string().min(1)).optional(),
});
export type DeviceRequest = z.infer<typeof deviceRequestSchema>;

export const topologies = ["node", "rack", "fabric", "pool", "any"] as const;
export type Topology = (typeof topologies)[number];

export const gangSchema = z.strictObject({
  size: z.number().int().positive(),
  /** All members within one node, one rack, one fabric, one pool, or anywhere. */
  topology: z.enum(topologies).default("any"),
});
export type Gang = z.infer<typeof gangSchema>;

/** What must hold. Lists mean "one of"; absent means "whatever". */
export const constraintsSchema = z.strictObject({
  jurisdictions: z.array(z.string()).optional(),
  providers: z.array(z.string()).optional(),
  regions: z.array(z.string()).optional(),
  pools: z.array(z.string()).optional(),
  /** Highest price of one member, in nano-units of `currency` per hour. */
  priceCeiling: z.strictObject({ currency: z.string(), nanoPerHour: wholeNumber }).optional(),
  /** Only pools with a link to `point` of at most `latencyMs` (a pool is at 0 ms from itself). */
  maxLatency: z.strictObject({ point: z.string(), latencyMs: z.number().nonnegative() }).optional(),
  /** Only pools that hold all of these already. */
  data: z.array(z.string()).optional(),
  /** At least this strong. */
  isolation: isolationSchema.optional(),
  /** Node labels, else pool labels, that must be equal. */
  labels: z.record(z.string(), z.string()).optional(),
});
export type Constraints = z.infer<typeof constraintsSchema>;

/** Wishes, added to the policy's score with these weights (0: no say; 1: as much as a policy's main term). */
export const preferencesSchema = z.strictObject({
  cheap: z.number().nonnegative().optional(),
  fastStart: z.number().nonnegative().optional(),
  lowCarbon: z.number().nonnegative().optional(),
  near: z.strictObject({ point: z.string(), weight: z.number().nonnegative() }).optional(),
  data: z
    .strictObject({
      names: z.array(z.string()),
      weight: z.number().nonnegative(),
      /** What it costs to move them counts too, against what so many hours of running cost; absent: it does not. */
      moving: z.strictObject({ weight: z.number().nonnegative(), hours: z.number().positive() }).optional(),
    })
    .optional(),
  labels: z
    .strictObject({ labels: z.record(z.string(), z.string()), weight: z.number().nonnegative() })
    .optional(),
});
export type Preferences = z.infer<typeof preferencesSchema>;

/** Tasks of one group kept together or apart: as a wish (`weight`) or as a must (`required`). */
export const affinitySchema = z.strictObject({
  group: z.string().min(1),
  kind: z.enum(["together", "apart"]),
  over: z.enum(["node", "rack", "zone", "pool"]),
  required: z.boolean().default(false),
  weight: z.number().nonnegative().default(1),
});
export type Affinity = z.infer<typeof affinitySchema>;

export const taskRequestSchema = z.strictObject({
  id: taskIdSchema,
  queue: z.string().min(1).default("default"),
  /** Higher goes first. */
  priority: z.number().int().default(0),
  submittedAtMs: wholeNumber.default(0),
  /** How long one run takes, when known; back-fill and waiting estimates need it. */
  expectedDurationMs: wholeNumber.optional(),
  preemptible: z.boolean().default(false),
  /** When its state was last saved: what preemption loses is the time since. Absent: since it started. */
  checkpointedAtMs: wholeNumber.optional(),
  /** May it run on capacity that can be taken away (spot prices apply), must it not, or only there. */
  capacity: z.enum(["on-demand", "spot"]).default("on-demand"),
  cpuMilli: wholeNumber,
  memoryBytes: wholeNumber,
  devices: deviceRequestSchema.optional(),
  gang: gangSchema.optional(),
  constraints: constraintsSchema.optional(),
  preferences: preferencesSchema.optional(),
  affinity: affinitySchema.optional(),
});
export type TaskRequest = z.infer<typeof taskRequestSchema>;
export type TaskRequestInput = z.input<typeof taskRequestSchema>;
