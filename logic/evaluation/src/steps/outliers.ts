import { log, pow } from "../numeric/elementary.ts";
import type { OutlierTreatment } from "../specification/steps-schema.ts";
import { refuse, type Text } from "../specification/types.ts";
import { kurtosis, skewness } from "./moments.ts";

export interface TreatedColumn {
  readonly values: Float64Array;
  /** Positions whose value changed, with what was done. */
  readonly changed: readonly { readonly entity: number; readonly how: Text }[];
  /** Set when the treatment was not enough and the rule says to keep the result. */
  readonly unresolved: boolean;
}

export interface OutlierPlace {
  readonly indicator: string;
  readonly period: string;
}

/** Treats one complete column. The order of entities with the same value is respected: treatment is monotone. */
export function treatOutliers(
  rule: OutlierTreatment,
  values: Float64Array,
  place: OutlierPlace,
): TreatedColumn {
  const untouched = { values, changed: [], unresolved: false };
  if (rule.method === "none") return untouched;
  if (!(("always" in rule && rule.always) || triggered(values, rule))) return untouched;
  switch (rule.method) {
    case "winsorise":
      return winsorise(values, rule, place);
    case "log":
      return transformed(values, shiftedLog(values), {
        en: "logarithm of x - minimum + 1% of the range",
        zh: "取对数：x - 最小值 + 极差的 1%",
      });
    case "box-cox": {
      const lambda = rule.lambda ?? bestLambda(values, place);
      return transformed(values, boxCox(values, lambda, place), {
        en: `Box-Cox with lambda ${lambda}`,
        zh: `Box-Cox 变换，λ = ${lambda}`,
      });
    }
  }
}

/** Outliers are there when |skewness| and excess kurtosis both exceed their limits (JRC). */
export function triggered(
  values: Float64Array,
  limits: { readonly skewness: number; readonly kurtosis: number },
): boolean {
  return Math.abs(skewness(values)) > limits.skewness && kurtosis(values) > limits.kurtosis;
}

/** Point by point: the extreme on the side of the skew takes the next value, until the trigger is off. */
function winsorise(
  values: Float64Array,
  rule: OutlierTreatment & { method: "winsorise" },
  place: OutlierPlace,
): TreatedColumn {
  const current = values.slice();
  const touched = new Map<number, Text>();
  while (triggered(current, rule)) {
    const high = skewness(current) >= 0;
    const extreme = high ? Math.max(...current) : Math.min(...current);
    const rest = current.filter((value) => value !== extreme);
    if (rest.length === 0) break;
    const next = high ? Math.max(...rest) : Math.min(...rest);
    for (const [entity, value] of current.entries()) {
      if (value === extreme)
        touched.set(
          entity,
          high
            ? { en: "winsorised to the next highest value", zh: "缩尾至次高值" }
            : { en: "winsorised to the next lowest value", zh: "缩尾至次低值" },
        );
    }
    if (touched.size > rule.maxPoints) return insufficient(values, rule, place);
    for (const [entity, value] of current.entries()) if (value === extreme) current[entity] = next;
  }
  return {
    values: current,
    changed: [...touched].map(([entity, how]) => ({ entity, how })),
    unresolved: false,
  };
}

function insufficient(
  values: Float64Array,
  rule: OutlierTreatment & { method: "winsorise" },
  place: OutlierPlace,
): TreatedColumn {
  const { skewness, kurtosis } = rule;
  switch (rule.otherwise) {
    case "keep":
      return { values, changed: [], unresolved: true };
    case "log":
      return treatOutliers({ method: "log", always: true, skewness, kurtosis }, values, place);
    case "box-cox":
      return treatOutliers({ method: "box-cox", always: true, skewness, kurtosis }, values, place);
    case "error":
      return refuse(
        "outliers-remain",
        place,
        `Winsorising ${rule.maxPoints} values of "${place.indicator}" in ${place.period} does not suffice; allow more, or set otherwise to log, box-cox or keep.`,
        `指标“${place.indicator}”（${place.period}）缩尾 ${rule.maxPoints} 个值仍不足；请增加数量，或将 otherwise 设为 log、box-cox 或 keep。`,
      );
  }
}

function transformed(before: Float64Array, after: Float64Array, how: Text): TreatedColumn {
  return {
    values: after,
    changed: Array.from(before.keys()).flatMap((entity) =>
      before[entity] === after[entity] ? [] : [{ entity, how }],
    ),
    unresolved: false,
  };
}

function shiftedLog(values: Float64Array): Float64Array {
  const minimum = Math.min(...values);
  const shift = 0.01 * (Math.max(...values) - minimum);
  return values.map((value) => log(value - minimum + shift));
}

/** G. E. P. Box and D. R. Cox (1964): (x^lambda - 1)/lambda, ln x for 0. Positive values only. */
function boxCox(values: Float64Array, lambda: number, place: OutlierPlace): Float64Array {
  const bad = values.findIndex((value) => value <= 0);
  if (bad >= 0)
    refuse(
      "box-cox-cannot-apply",
      place,
      `Box-Cox needs values above 0, but "${place.indicator}" has ${values[bad]} in ${place.period}; use winsorise or log.`,
      `Box-Cox 变换要求取值大于 0，而指标“${place.indicator}”在 ${place.period} 有 ${values[bad]}；请改用 winsorise 或 log。`,
    );
  return values.map((value) => (lambda === 0 ? log(value) : (pow(value, lambda) - 1) / lambda));
}

/** Maximum of the profile likelihood in [-2, 2], by golden section to 1e-6, then rounded to six decimals. */
function bestLambda(values: Float64Array, place: OutlierPlace): number {
  const logs = boxCox(values, 0, place);
  const sumOfLogs = logs.reduce((sum, value) => sum + value, 0);
  const likelihood = (lambda: number): number => {
    const y = boxCox(values, lambda, place);
    const centre = y.reduce((sum, value) => sum + value, 0) / y.length;
    const variance = y.reduce((sum, value) => sum + (value - centre) * (value - centre), 0) / y.length;
    return (-y.length / 2) * log(variance) + (lambda - 1) * sumOfLogs;
  };
  const ratio = (Math.sqrt(5) - 1) / 2;
  let [low, high] = [-2, 2];
  while (high - low > 1e-7) {
    const a = high - ratio * (high - low);
    const b = low + ratio * (high - low);
    if (likelihood(a) < likelihood(b)) low = a;
    else high = b;
  }
  return Math.round(((low + high) / 2) * 1e6) / 1e6;
}
