import { z } from "zod";
import { randomIndexNames } from "../weights/random-index.ts";
import { ahpScaleNames } from "../weights/scales.ts";

/** A judgement of a pairwise comparison: 3, 0.5, "1/3"; null where the expert did not judge. */
const judgement = z.union([
  z.number().positive(),
  z
    .string()
    .regex(/^\d+(\.\d+)?\/\d+(\.\d+)?$/)
    .transform((text) => Number(text.split("/")[0]) / Number(text.split("/")[1])),
  z.null(),
]);

/** One expert's reciprocal matrix, in the order of the index's members. */
export const expertJudgementsSchema = z.strictObject({
  expert: z.string(),
  /** Say of this expert in the group; equal when absent. */
  importance: z.number().positive().optional(),
  matrix: z.array(z.array(judgement)),
});

/** How the weights of an index's members come about. */
export const weightingSchema = z.discriminatedUnion("method", [
  z.strictObject({ method: z.literal("equal") }),
  /** As written beside the members; must sum to one unless `rescale`. */
  z.strictObject({ method: z.literal("manual"), rescale: z.boolean().default(false) }),
  z.strictObject({
    method: z.literal("ahp"),
    experts: z.array(expertJudgementsSchema).default([]),
    priorities: z.enum(["eigenvector", "geometric-mean"]).default("eigenvector"),
    group: z.enum(["judgements", "priorities"]).default("judgements"),
    /** Judgements are on the scale 1/9..9 and are converted to this one first. */
    scale: z.enum(ahpScaleNames).default("linear"),
    /** Factor, exponent or base of the scale, where it has one. */
    scaleParameter: z.number().positive().optional(),
    /** The published table that CR is taken from; the textbook's (Saaty 1980) when absent. */
    randomIndex: z.enum(randomIndexNames).optional(),
    /** CR above it is a warning that stays on every output; 0.1 when absent. */
    consistencyLimit: z.number().positive().optional(),
    /** True for generated judgements: every output says so. */
    synthetic: z.boolean().default(false),
  }),
  z.strictObject({ method: z.literal("pca") }),
  z.strictObject({ method: z.literal("factor") }),
  z.strictObject({ method: z.literal("entropy") }),
  z.strictObject({ method: z.literal("critic") }),
  /** Each expert spreads the same number of points over the members. */
  z.strictObject({
    method: z.literal("budget-allocation"),
    allocations: z.array(z.strictObject({ expert: z.string(), points: z.array(z.number().min(0)) })).min(1),
  }),
  /** Each entity's own most favourable weights, shares of the score within `lower..upper`. */
  z.strictObject({
    method: z.literal("benefit-of-the-doubt"),
    lower: z.number().min(0).max(1).default(0),
    upper: z.number().min(0).max(1).default(1),
  }),
  /** Weights whose members' influence on the score meets `target`; says when it did not converge. */
  z.strictObject({ method: z.literal("optimised"), target: z.array(z.number().min(0)).optional() }),
]);

export type Weighting = z.output<typeof weightingSchema>;
export type ExpertJudgements = z.output<typeof expertJudgementsSchema>;
