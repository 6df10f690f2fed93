import { z } from "zod";
import { aggregationSchema, imputationSchema, normalisationSchema, outlierSchema } from "./steps-schema.ts";
import { weightingSchema } from "./weights-schema.ts";

/** One uncertain choice. Choices are equally likely. */
export const factorSchema = z.discriminatedUnion("factor", [
  z.strictObject({ factor: z.literal("imputation"), choices: z.array(imputationSchema).min(2) }),
  z.strictObject({ factor: z.literal("outliers"), choices: z.array(outlierSchema).min(2) }),
  z.strictObject({ factor: z.literal("normalisation"), choices: z.array(normalisationSchema).min(2) }),
  /** All scored indices, or only `index`. */
  z.strictObject({
    factor: z.literal("aggregation"),
    index: z.string().optional(),
    choices: z.array(aggregationSchema).min(2),
  }),
  z.strictObject({
    factor: z.literal("weighting"),
    index: z.string().optional(),
    choices: z.array(weightingSchema).min(2),
  }),
  /** One expert of the AHP or budget-allocation panel of `index` decides alone. */
  z.strictObject({ factor: z.literal("experts"), index: z.string() }),
  /** Each member's weight is multiplied by 1 + relative * U(-1, 1), then rescaled: one factor per member. */
  z.strictObject({
    factor: z.literal("weights"),
    index: z.string().optional(),
    relative: z.number().positive().max(1),
  }),
  /** Every cell gets independent noise, relative to its value or to the indicator's standard deviation. */
  z.strictObject({
    factor: z.literal("noise"),
    distribution: z.enum(["uniform", "normal"]).default("normal"),
    /** Half-width (uniform) or standard deviation (normal). */
    size: z.number().positive(),
    of: z.enum(["value", "deviation"]).default("value"),
    indicators: z.array(z.string()).optional(),
  }),
]);

export const uncertaintySchema = z.strictObject({
  seed: z.number().int().min(0).max(0xffffffff).default(1),
  replications: z.number().int().positive().default(10_000),
  /** Width of the reported rank interval, 0..1. */
  interval: z.number().gt(0).lt(1).default(0.9),
  factors: z.array(factorSchema).min(1),
});

export type UncertainFactor = z.output<typeof factorSchema>;
export type Uncertainty = z.output<typeof uncertaintySchema>;
