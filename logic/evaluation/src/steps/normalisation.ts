import { refuse } from "../specification/types.ts";
import type { Normalisation } from "../specification/steps-schema.ts";
import { mean } from "./moments.ts";

/** What a rule needs to know beyond the column itself. */
export interface NormalisationContext {
  readonly indicator: string;
  readonly direction: "up" | "down";
  readonly period?: string | undefined;
  /** Fixed bounds for `goalposts`. */
  readonly goalposts?: { readonly minimum: number; readonly maximum: number } | undefined;
  readonly target?: number | undefined;
  /** Position of the reference entity in the column. */
  readonly reference?: number | undefined;
}

/**
 * A straight line z = lower + span * (x - origin)/range, cut at `floor` and `ceiling`. `range` is negative for
 * indicators where less is better. A range of 0 is never stored: `constant` holds the value that the rule gives instead.
 */
export interface LinearNormaliser {
  origin: number;
  range: number;
  lower: number;
  span: number;
  floor: number;
  ceiling: number;
  constant: number | undefined;
}

/** Writes the normalised column to `out`; both have one value per entity and nothing is missing. */
export type ColumnNormaliser = (values: Float64Array, out: Float64Array) => void;

const LINEAR = new Set([
  "min-max",
  "goalposts",
  "z-score",
  "distance-to-max",
  "distance-to-target",
  "distance-to-reference",
]);

export function isLinear(rule: Normalisation): boolean {
  return LINEAR.has(rule.method);
}

/** Compiles a rule for columns of `size` entities. The returned function does not allocate. */
export function compileNormaliser(
  rule: Normalisation,
  context: NormalisationContext,
  size: number,
): ColumnNormaliser {
  if (isLinear(rule)) {
    const line: LinearNormaliser = {
      origin: 0,
      range: 1,
      lower: 0,
      span: 1,
      floor: Number.NEGATIVE_INFINITY,
      ceiling: Number.POSITIVE_INFINITY,
      constant: undefined,
    };
    return (values, out) => {
      fitLinear(rule, context, values, line);
      applyLinear(line, values, out);
    };
  }
  if (rule.method === "above-below-mean") return aboveBelowMean(rule.threshold, context);
  return rankBased(rule, context, size);
}

export function applyLinear(line: LinearNormaliser, values: Float64Array, out: Float64Array): void {
  const { origin, range, lower, span, floor, ceiling, constant } = line;
  if (constant !== undefined) {
    out.fill(constant);
    return;
  }
  for (let e = 0; e < values.length; e += 1) {
    const z = lower + span * ((values[e]! - origin) / range);
    out[e] = z < floor ? floor : z > ceiling ? ceiling : z;
  }
}

/** Sets `line` for this column. @throws EvaluationError when the range is zero and the rule says `error`. */
export function fitLinear(
  rule: Normalisation,
  context: NormalisationContext,
  values: Float64Array,
  line: LinearNormaliser,
): void {
  line.constant = undefined;
  line.floor = Number.NEGATIVE_INFINITY;
  line.ceiling = Number.POSITIVE_INFINITY;
  switch (rule.method) {
    case "min-max":
    case "distance-to-max":
      return between(rule, context, line, columnMinimum(values), columnMaximum(values));
    case "goalposts": {
      const posts = context.goalposts;
      if (posts === undefined)
        return missing(
          context,
          "goalposts (minimum and maximum, or basePeriod)",
          "目标区间（minimum 与 maximum，或 basePeriod）",
        );
      between(rule, context, line, posts.minimum, posts.maximum);
      if (rule.clamp) {
        line.floor = Math.min(rule.lower, rule.upper);
        line.ceiling = Math.max(rule.lower, rule.upper);
      }
      return;
    }
    case "z-score":
      return standardise(rule, context, values, line);
    case "distance-to-target": {
      const { target } = context;
      if (target === undefined) return missing(context, "target", "目标值 target");
      const up = context.direction === "up";
      between(rule, context, line, up ? columnMinimum(values) : target, up ? target : columnMaximum(values));
      if (rule.capped) line.ceiling = rule.upper;
      return;
    }
    case "distance-to-reference":
      return againstReference(rule.scale, context, values, line);
    case "rank":
    case "borda":
    case "percentile":
    case "above-below-mean":
      throw new TypeError(`${rule.method} is not a straight line`);
  }
}

/** One pass each for mean and deviation (n - 1): the column is complete. */
function standardise(
  rule: Normalisation & { method: "z-score" },
  context: NormalisationContext,
  values: Float64Array,
  line: LinearNormaliser,
): void {
  const n = values.length;
  let sum = 0;
  for (let e = 0; e < n; e += 1) sum += values[e]!;
  const centre = sum / n;
  let squares = 0;
  for (let e = 0; e < n; e += 1) {
    const d = values[e]! - centre;
    squares += d * d;
  }
  const deviation = n < 2 ? 0 : Math.sqrt(squares / (n - 1));
  line.origin = centre;
  line.range = context.direction === "up" ? deviation : -deviation;
  line.lower = rule.mean;
  line.span = rule.deviation;
  if (!(deviation > 0)) zeroRange(rule.zeroRange, context, line, rule.mean, rule.mean);
}

type Bounded = {
  readonly lower: number;
  readonly upper: number;
  readonly zeroRange: "error" | "lower" | "middle" | "upper";
};

function between(
  rule: Bounded,
  context: NormalisationContext,
  line: LinearNormaliser,
  minimum: number,
  maximum: number,
): void {
  const up = context.direction === "up";
  line.origin = up ? minimum : maximum;
  line.range = up ? maximum - minimum : minimum - maximum;
  line.lower = rule.lower;
  line.span = rule.upper - rule.lower;
  if (!(maximum > minimum)) zeroRange(rule.zeroRange, context, line, rule.lower, rule.upper);
}

function zeroRange(
  rule: Bounded["zeroRange"],
  context: NormalisationContext,
  line: LinearNormaliser,
  lower: number,
  upper: number,
): void {
  if (rule === "error") {
    refuse(
      "zero-range",
      { indicator: context.indicator, period: context.period },
      `Indicator "${context.indicator}" has no spread${context.period === undefined ? "" : ` in ${context.period}`}, so it cannot be normalised; set zeroRange to lower, middle or upper, or leave it out.`,
      `指标“${context.indicator}”${context.period === undefined ? "" : `在 ${context.period} `}没有差异，无法标准化；请将 zeroRange 设为 lower、middle 或 upper，或移除该指标。`,
    );
  }
  line.constant = rule === "lower" ? lower : rule === "upper" ? upper : (lower + upper) / 2;
}

function againstReference(
  scale: number,
  context: NormalisationContext,
  values: Float64Array,
  line: LinearNormaliser,
): void {
  const value = context.reference === undefined ? Number.NaN : values[context.reference]!;
  if (!(Math.abs(value) > 0))
    return missing(context, "a reference entity whose value is not 0", "取值不为 0 的参照主体");
  line.origin = value;
  line.range = context.direction === "up" ? value : -value;
  line.lower = scale;
  line.span = scale;
}

function missing(context: NormalisationContext, en: string, zh: string): void {
  refuse(
    "normalisation-cannot-apply",
    { indicator: context.indicator, period: context.period },
    `The normalisation of "${context.indicator}" needs ${en}.`,
    `指标“${context.indicator}”的标准化需要${zh}。`,
  );
}

function columnMinimum(values: Float64Array): number {
  let minimum = Number.POSITIVE_INFINITY;
  for (let e = 0; e < values.length; e += 1) if (values[e]! < minimum) minimum = values[e]!;
  return minimum;
}

function columnMaximum(values: Float64Array): number {
  let maximum = Number.NEGATIVE_INFINITY;
  for (let e = 0; e < values.length; e += 1) if (values[e]! > maximum) maximum = values[e]!;
  return maximum;
}

/** OECD/JRC Handbook (2008) section 5, "above or below the mean": -1, 0 or 1 around the mean, mirrored for `down`. */
function aboveBelowMean(threshold: number, context: NormalisationContext): ColumnNormaliser {
  return (values, out) => {
    const centre = mean(values);
    if (centre === 0) missing(context, "a mean that is not 0", "不为 0 的均值");
    for (let e = 0; e < values.length; e += 1) {
      const ratio = values[e]! / centre - 1;
      const side = ratio > threshold ? 1 : ratio < -threshold ? -1 : 0;
      out[e] = side === 0 ? 0 : context.direction === "up" ? side : -side;
    }
  };
}

function rankBased(rule: Normalisation, context: NormalisationContext, size: number): ColumnNormaliser {
  const order = new Int32Array(size);
  const sign = context.direction === "up" ? 1 : -1;
  return (values, out) => {
    averageRanks(values, sign, order, out);
    for (let e = 0; e < size; e += 1) {
      const rank = out[e]!;
      if (rule.method === "borda") out[e] = rank - 1;
      else if (rule.method === "percentile")
        out[e] = size === 1 ? rule.upper : rule.lower + ((rule.upper - rule.lower) * (rank - 1)) / (size - 1);
    }
  };
}

/** Ranks 1 (least) to n (greatest) of sign * values; ties share their mean rank. `order` is scratch. */
export function averageRanks(values: Float64Array, sign: 1 | -1, order: Int32Array, out: Float64Array): void {
  const n = values.length;
  for (let e = 0; e < n; e += 1) order[e] = e;
  order.sort((a, b) => sign * (values[a]! - values[b]!) || a - b);
  for (let start = 0; start < n;) {
    let end = start;
    while (end + 1 < n && values[order[end + 1]!] === values[order[start]!]) end += 1;
    for (let k = start; k <= end; k += 1) out[order[k]!] = (start + end) / 2 + 1;
    start = end + 1;
  }
}
