import { z } from "zod";
import { numberFormsSchema } from "../data/number-forms.ts";
import {
  aggregationSchema,
  imputationSchema,
  normalisationSchema,
  outlierSchema,
  screeningSchema,
} from "./steps-schema.ts";
import { uncertaintySchema } from "./uncertainty-schema.ts";
import { weightingSchema } from "./weights-schema.ts";

export const textSchema = z.strictObject({ en: z.string(), zh: z.string() });
const id = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]*$/, "letters, digits, dot, dash and underscore only");

export const originSchema = z.strictObject({
  publisher: z.string(),
  edition: z.string().optional(),
  page: z.string().optional(),
  status: z.enum(["stated", "derived", "revised", "imputed", "synthetic"]),
  licence: z.string().optional(),
  url: z.string().optional(),
  note: z.string().optional(),
});

export const rosterEntitySchema = z.strictObject({ id, label: textSchema, group: z.string().optional() });

/** How cells of a collecting kind (a zone) become one cell of the reporting kind (a region). */
export const rollUpSchema = z.enum(["sum", "mean", "median", "minimum", "maximum"]);

export const indicatorSchema = z.strictObject({
  id,
  label: textSchema,
  /** The way it is counted (计算口径). */
  definition: textSchema.optional(),
  unit: z.string(),
  direction: z.enum(["up", "down"]),
  /** False where the source does not say which way is better: the assumption is shown on every output. */
  directionStated: z.boolean().default(true),
  source: textSchema.optional(),
  /** Kind of entity that is scored. */
  kind: id,
  /** Kind of entity the data are collected for, when another; needs a mapping and `rollUp`. */
  collectedPer: id.optional(),
  rollUp: rollUpSchema.optional(),
  /** `scored` enters the index; `auxiliary` only divides or predicts; `parameter` is a choice of the calculation, not data. */
  role: z.enum(["scored", "auxiliary", "parameter"]).default("scored"),
  /** Divide by this indicator and multiply by `factor`. */
  denominator: z.strictObject({ indicator: id, factor: z.number().default(1) }).optional(),
  /** Natural logarithm of the complete values, before outliers; goalposts and target stay in the indicator's own unit. */
  transformation: z.enum(["none", "log"]).default("none"),
  imputation: imputationSchema.optional(),
  outliers: outlierSchema.optional(),
  normalisation: normalisationSchema.optional(),
  goalposts: z.strictObject({ minimum: z.number(), maximum: z.number() }).optional(),
  target: z.number().optional(),
});

export const memberSchema = z.union([
  id.transform((member) => ({ id: member, weight: undefined as number | undefined })),
  z.strictObject({ id, weight: z.number().min(0).optional() }),
]);

export const indexSchema = z.strictObject({
  id,
  label: textSchema,
  definition: textSchema.optional(),
  members: z.array(memberSchema).min(1),
  weights: weightingSchema.default({ method: "equal" }),
  aggregation: aggregationSchema.default({ method: "arithmetic" }),
  /** `extension`: the source does not define this score. Computed only when asked for, and labelled. */
  standing: z.enum(["source", "extension"]).default("source"),
});

export const specificationSchema = z.strictObject({
  format: z.literal("yunhe.dev/index/v1"),
  id,
  version: z.string().default("1"),
  title: textSchema,
  source: originSchema.optional(),
  /** With `entities` the roster is closed: unknown and missing entities are errors. */
  kinds: z
    .array(z.strictObject({ id, label: textSchema, entities: z.array(rosterEntitySchema).optional() }))
    .min(1),
  mappings: z.array(z.strictObject({ from: id, to: id })).default([]),
  indicators: z.array(indicatorSchema).min(1),
  indices: z.array(indexSchema).min(1),
  steps: z
    .strictObject({
      screening: screeningSchema.optional(),
      imputation: imputationSchema.default({ method: "none" }),
      outliers: outlierSchema.default({ method: "none" }),
      normalisation: normalisationSchema.default({
        method: "min-max",
        lower: 0,
        upper: 100,
        zeroRange: "error",
      }),
    })
    .prefault({}),
  uncertainty: uncertaintySchema.optional(),
  /** Ways of writing numbers that data files may use; plain ones only when absent. */
  numbers: numberFormsSchema.optional(),
});

export type Specification = z.output<typeof specificationSchema>;
export type Indicator = z.output<typeof indicatorSchema>;
export type Index = z.output<typeof indexSchema>;
export type RollUp = z.output<typeof rollUpSchema>;
