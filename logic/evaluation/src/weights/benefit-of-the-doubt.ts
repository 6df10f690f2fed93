import { InputError } from "../numeric/input-error.ts";
import { maximise } from "../numeric/linear-programme.ts";
import { checkTable, dot, type Matrix } from "../numeric/matrix.ts";

export interface ShareLimits {
  /** Bounds on each indicator's share of the unit's score, 0 ≤ lower ≤ upper ≤ 1. */
  readonly lower: number;
  readonly upper: number;
}

export interface BenefitOfTheDoubt {
  /** Per unit: the best score it can have, 0 … 1; 1 means that no unit beats it under its own weights. */
  readonly scores: number[];
  /** weights[unit][indicator]: not scaled to 1, because scores are ratios to the best unit. */
  readonly weights: number[][];
  /** shares[unit][indicator] = weight × value / score: sum to 1. */
  readonly shares: number[][];
}

/**
 * Benefit of the doubt: each unit gets the weights that favour it most, such that no unit exceeds 1 under them:
 * max Σ w y(c), Σ w y(k) ≤ 1 for all k, w ≥ 0, and lower ≤ w(i) y(c,i)/Σ w y(c) ≤ upper where limits are given.
 * `data` is units × indicators, ≥ 0, more is better.
 * Source: L. Cherchye, W. Moesen, N. Rogge & T. Van Puyenbroeck, An introduction to "benefit of the doubt"
 * composite indicators, Social Indicators Research 82 (2007) 111–145; OECD & JRC Handbook (2008), p. 92.
 * @throws InputError on negative data, an indicator that is 0 everywhere, or limits that cannot all hold.
 */
export function benefitOfTheDoubt(data: Matrix, limits?: readonly ShareLimits[]): BenefitOfTheDoubt {
  checkTable(data);
  checkData(data);
  if (limits) checkLimits(limits, data[0]!.length);
  // Dividing columns by their maxima leaves scores and shares unchanged and keeps the tableau well scaled.
  const maxima = data[0]!.map((_, j) => Math.max(...data.map((row) => row[j]!)));
  const scaled = data.map((row) => row.map((value, j) => value / maxima[j]!));
  const optima = scaled.map((own) => maximise(programmeOf(scaled, own, limits)));
  return {
    scores: optima.map(({ value }) => value),
    weights: optima.map(({ x }) => x.map((weight, j) => weight / maxima[j]!)),
    shares: optima.map(({ x, value }, k) =>
      x.map((weight, j) => (value > 0 ? (weight * scaled[k]![j]!) / value : 0)),
    ),
  };
}

function programmeOf(scaled: Matrix, own: readonly number[], limits?: readonly ShareLimits[]) {
  const constraints = scaled.map((row) => [...row]);
  for (const [i, { lower, upper }] of (limits ?? []).entries()) {
    if (lower > 0) constraints.push(own.map((value, j) => lower * value - (i === j ? value : 0)));
    if (upper < 1) constraints.push(own.map((value, j) => (i === j ? value : 0) - upper * value));
  }
  return { objective: own, constraints, limits: constraints.map((_, k) => (k < scaled.length ? 1 : 0)) };
}

function checkData(data: Matrix): void {
  for (const [i, row] of data.entries()) {
    const j = row.findIndex((value) => value < 0);
    if (j < 0) continue;
    throw new InputError(
      {
        en: `Row ${i + 1}, column ${j + 1} is ${row[j]}; benefit of the doubt needs values ≥ 0: normalise first.`,
        zh: `第 ${i + 1} 行第 ${j + 1} 列为 ${row[j]}；疑点获益法要求数值非负，请先归一化。`,
      },
      { row: i + 1, column: j + 1 },
    );
  }
  const empty = data[0]!.findIndex((_, j) => data.every((row) => row[j] === 0));
  if (empty < 0) return;
  throw new InputError(
    {
      en: `Column ${empty + 1} is 0 for every unit; leave it out.`,
      zh: `第 ${empty + 1} 列对所有对象均为 0；请剔除。`,
    },
    { column: empty + 1 },
  );
}

function checkLimits(limits: readonly ShareLimits[], indicators: number): void {
  const lower = dot(
    limits.map((limit) => limit.lower),
    limits.map(() => 1),
  );
  const upper = dot(
    limits.map((limit) => limit.upper),
    limits.map(() => 1),
  );
  const ordered = limits.every((limit) => limit.lower >= 0 && limit.lower <= limit.upper && limit.upper <= 1);
  if (limits.length === indicators && ordered && lower <= 1 && upper >= 1) return;
  throw new InputError({
    en: `The share limits cannot hold: ${indicators} are needed with 0 ≤ lower ≤ upper ≤ 1, lower ones summing to at most 1 (now ${lower}) and upper ones to at least 1 (now ${upper}).`,
    zh: `份额约束无法满足：需要 ${indicators} 组，且 0 ≤ 下限 ≤ 上限 ≤ 1，下限之和不超过 1（现为 ${lower}），上限之和不小于 1（现为 ${upper}）。`,
  });
}
