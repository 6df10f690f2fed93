import { errorFinding, type Finding } from "../specification/types.ts";

/**
 * Divides a column by its denominator and multiplies by `factor`, in place of a copy.
 * A missing value stays missing; a value whose denominator is missing or 0 is an error, never a silent gap.
 * @param label of a cell, for messages
 */
export function denominate(
  indicator: string,
  values: Float64Array,
  denominatorId: string,
  denominator: Float64Array | undefined,
  factor: number,
  place: (cell: number) => { entity: string; period: string },
): { values: Float64Array; findings: Finding[] } {
  if (denominator === undefined) {
    return {
      values,
      findings: [
        errorFinding(
          "missing-denominator",
          { indicator },
          `"${indicator}" is divided by "${denominatorId}", for which there are no data.`,
          `指标“${indicator}”以“${denominatorId}”为分母，但后者没有数据。`,
        ),
      ],
    };
  }
  const out = values.slice();
  const findings: Finding[] = [];
  for (let cell = 0; cell < values.length; cell += 1) {
    if (Number.isNaN(values[cell]!)) continue;
    const divisor = denominator[cell]!;
    if (Number.isNaN(divisor) || divisor === 0) {
      const at = place(cell);
      const what = divisor === 0 ? ["is 0", "为 0"] : ["is missing", "缺失"];
      findings.push(
        errorFinding(
          "denominator-cannot-apply",
          { indicator, ...at },
          `The denominator "${denominatorId}" of "${indicator}" ${what[0]} for "${at.entity}" in ${at.period}.`,
          `指标“${indicator}”的分母“${denominatorId}”在“${at.entity}”（${at.period}）${what[1]}。`,
        ),
      );
      continue;
    }
    out[cell] = (values[cell]! / divisor) * factor;
  }
  return { values: out, findings };
}
