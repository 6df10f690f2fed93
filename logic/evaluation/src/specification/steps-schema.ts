import { z } from "zod";

/** Which entities and indicators have enough data to be kept. */
export const screeningSchema = z.strictObject({
  /** Least share of indicators an entity must have, 0..1. */
  entityAvailability: z.number().min(0).max(1).default(0),
  /** Least share of entities an indicator must have, 0..1. */
  indicatorAvailability: z.number().min(0).max(1).default(0),
  /** `drop` removes (and logs) entities; `error` refuses. An indicator is never dropped: that would change the tree. */
  onShortfall: z.enum(["drop", "error"]).default("error"),
});

/** How missing cells are filled. */
export const imputationSchema = z.discriminatedUnion("method", [
  z.strictObject({ method: z.literal("none") }),
  z.strictObject({ method: z.literal("mean") }),
  z.strictObject({ method: z.literal("median") }),
  z.strictObject({ method: z.literal("group-mean") }),
  z.strictObject({ method: z.literal("group-median") }),
  /** The entity's latest earlier value, at most `maxAge` periods old. */
  z.strictObject({ method: z.literal("latest"), maxAge: z.number().int().positive().optional() }),
  /** Straight line in time between the entity's neighbours; at the ends only with `extrapolate`. */
  z.strictObject({ method: z.literal("linear"), extrapolate: z.boolean().default(false) }),
  /** Ordinary least squares on other indicators of the same entities. */
  z.strictObject({ method: z.literal("regression"), predictors: z.array(z.string()).min(1) }),
  /** Mean of the k nearest entities, by root mean square distance over shared standardised indicators. */
  z.strictObject({ method: z.literal("nearest-neighbours"), k: z.number().int().positive().default(3) }),
]);

/** How outliers are found and treated (JRC and COINr convention: both |skewness| and excess kurtosis must exceed). */
export const outlierSchema = z.discriminatedUnion("method", [
  z.strictObject({ method: z.literal("none") }),
  z.strictObject({
    method: z.literal("winsorise"),
    skewness: z.number().positive().default(2),
    kurtosis: z.number().default(3.5),
    maxPoints: z.number().int().positive().default(5),
    /** What follows when winsorising does not suffice. */
    otherwise: z.enum(["log", "box-cox", "error", "keep"]).default("log"),
  }),
  z.strictObject({
    method: z.literal("log"),
    skewness: z.number().positive().default(2),
    kurtosis: z.number().default(3.5),
    always: z.boolean().default(false),
  }),
  z.strictObject({
    method: z.literal("box-cox"),
    skewness: z.number().positive().default(2),
    kurtosis: z.number().default(3.5),
    always: z.boolean().default(false),
    /** Given, or estimated by maximum likelihood in [-2, 2]. */
    lambda: z.number().optional(),
  }),
]);

const zeroRange = z.enum(["error", "lower", "middle", "upper"]).default("error");
const bounds = { lower: z.number().default(0), upper: z.number().default(100) };

/** How values of different units come on one scale. */
export const normalisationSchema = z.discriminatedUnion("method", [
  z.strictObject({ method: z.literal("min-max"), ...bounds, zeroRange }),
  /** Fixed bounds: given per indicator, or the minimum and maximum of a base period. */
  z.strictObject({
    method: z.literal("goalposts"),
    ...bounds,
    basePeriod: z.string().optional(),
    clamp: z.boolean().default(false),
    zeroRange,
  }),
  /** (x - mean)/standard deviation (n - 1), rescaled to `mean` and `deviation`. */
  z.strictObject({
    method: z.literal("z-score"),
    mean: z.number().default(0),
    deviation: z.number().positive().default(1),
    zeroRange,
  }),
  /** 1 for the worst to n for the best, ties share the mean. */
  z.strictObject({ method: z.literal("rank") }),
  /** Number of entities beaten: n - 1 for the best, 0 for the worst, ties share the mean. */
  z.strictObject({ method: z.literal("borda") }),
  /** Share of the others that are not better, in `lower..upper`. */
  z.strictObject({ method: z.literal("percentile"), ...bounds }),
  /** 1 - (max - x)/(max - min); equals min-max for `up`. Kept because published indices name it. */
  z.strictObject({ method: z.literal("distance-to-max"), ...bounds, zeroRange }),
  /** min-max against the indicator's `target`, capped at `upper`. */
  z.strictObject({
    method: z.literal("distance-to-target"),
    ...bounds,
    capped: z.boolean().default(true),
    zeroRange,
  }),
  /** x / (value of a reference entity). */
  z.strictObject({
    method: z.literal("distance-to-reference"),
    reference: z.string(),
    scale: z.number().default(100),
  }),
  /** -1, 0, +1 by x/mean below, within or above 1 -/+ threshold. */
  z.strictObject({ method: z.literal("above-below-mean"), threshold: z.number().min(0).default(0.2) }),
]);

/** How members become the score of their index. */
export const aggregationSchema = z.discriminatedUnion("method", [
  /** A heading only: the source defines no score here. */
  z.strictObject({ method: z.literal("none") }),
  z.strictObject({ method: z.literal("arithmetic") }),
  z.strictObject({ method: z.literal("geometric") }),
  z.strictObject({ method: z.literal("harmonic") }),
  /** (sum w z^p)^(1/p), p not 0. */
  z.strictObject({ method: z.literal("generalised"), power: z.number().refine((p) => p !== 0) }),
  /** Ordered weighted averaging: `order` weights the members sorted from best to worst. */
  z.strictObject({ method: z.literal("owa"), order: z.array(z.number().min(0)) }),
  /** Weighted median (lower-upper mean on an exact half). */
  z.strictObject({ method: z.literal("median") }),
  /** M -/+ S * cv, S the weighted population deviation; `penalty` when unbalance is bad for the score. */
  z.strictObject({
    method: z.literal("mazziotta-pareto"),
    penalise: z.enum(["unbalance-lowers", "unbalance-raises"]).default("unbalance-lowers"),
  }),
  z.strictObject({ method: z.literal("borda") }),
  z.strictObject({ method: z.literal("copeland") }),
  /** The strict majority order; refused, naming the cycle, when majorities are cyclic. */
  z.strictObject({ method: z.literal("condorcet") }),
  /** Exact Kemeny order; refused beyond the stated limit. */
  z.strictObject({ method: z.literal("kemeny") }),
]);

export type Screening = z.output<typeof screeningSchema>;
export type Imputation = z.output<typeof imputationSchema>;
export type OutlierTreatment = z.output<typeof outlierSchema>;
export type Normalisation = z.output<typeof normalisationSchema>;
export type Aggregation = z.output<typeof aggregationSchema>;
