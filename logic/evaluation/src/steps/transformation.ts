import { log } from "../numeric/elementary.ts";
import { refuse } from "../specification/types.ts";

export type Transformation = "none" | "log";

/**
 * A value on the transformed scale, as for income in the Human Development Index.
 * @throws EvaluationError for a logarithm of 0 or less
 */
export function transform(
  rule: Transformation,
  value: number,
  place: { readonly indicator: string; readonly entity?: string; readonly period?: string },
): number {
  if (rule === "none") return value;
  if (!(value > 0)) {
    const who = place.entity === undefined ? "" : ` of "${place.entity}"`;
    const whoZh = place.entity === undefined ? "" : `（${place.entity}）`;
    refuse(
      "logarithm-cannot-apply",
      place,
      `"${place.indicator}"${who} is ${value}; only values above 0 have a logarithm. Correct the value or drop the transformation.`,
      `指标“${place.indicator}”${whoZh}的值为 ${value}，只有大于 0 的值才有对数；请更正数值或取消变换。`,
    );
  }
  return log(value);
}
