import { InputError } from "../numeric/input-error.ts";
import { checkTable, sum, toUnitSum, transpose, type Matrix } from "../numeric/matrix.ts";
import { mean } from "../numeric/statistics.ts";

/** n weights of 1/n. */
export function equalWeights(n: number): number[] {
  return toUnitSum(Array.from({ length: n }, () => 1));
}

/**
 * Weights given by a person. They must sum to 1 within 1e-9; with `rescale: true` any positive sum is scaled to 1.
 * @throws InputError on a negative weight (named) or a wrong sum.
 */
export function manualWeights(
  values: readonly number[],
  options: { readonly rescale?: boolean } = {},
): number[] {
  const wrong = values.findIndex((value) => !(value >= 0 && Number.isFinite(value)));
  if (wrong >= 0) {
    throw new InputError(
      {
        en: `Weight ${wrong + 1} is ${values[wrong]}; a weight is a number ≥ 0.`,
        zh: `第 ${wrong + 1} 个权重为 ${values[wrong]}；权重必须为非负数。`,
      },
      { row: wrong + 1 },
    );
  }
  const total = sum(values);
  if (options.rescale === true || Math.abs(total - 1) <= 1e-9) return toUnitSum(values);
  throw new InputError({
    en: `The weights sum to ${total}, not 1; correct them, or ask for rescaling.`,
    zh: `权重之和为 ${total}，不等于 1；请更正，或明确要求重新归一化。`,
  });
}

export interface BudgetOptions {
  /** Points that every expert distributes; 100 unless given. */
  readonly budget?: number;
  readonly average?: "mean" | "median";
}

/**
 * Budget allocation: each expert (row) spreads a budget over the indicators (columns); the weights are the
 * mean (or median) allocations, scaled to 1. Source: OECD & JRC Handbook (2008), p. 96.
 * @throws InputError that names an expert whose points do not sum to the budget (within 1e-6 of it).
 */
export function budgetWeights(allocations: Matrix, options: BudgetOptions = {}): number[] {
  const { budget = 100, average = "mean" } = options;
  checkTable(allocations);
  for (const [i, row] of allocations.entries()) {
    const negative = row.findIndex((value) => value < 0);
    if (negative >= 0)
      throw budgetError(
        i,
        `gives ${row[negative]} to column ${negative + 1}`,
        `第 ${negative + 1} 列为负值 ${row[negative]}`,
      );
    const spent = sum(row);
    if (Math.abs(spent - budget) > 1e-6 * budget)
      throw budgetError(i, `spends ${spent} of ${budget}`, `共分配 ${spent} 点，预算为 ${budget} 点`);
  }
  return toUnitSum(transpose(allocations).map(average === "mean" ? mean : median));
}

function budgetError(i: number, en: string, zh: string): InputError {
  return new InputError(
    {
      en: `Expert ${i + 1} ${en}; ask for a corrected allocation.`,
      zh: `第 ${i + 1} 位专家${zh}；请其更正。`,
    },
    { row: i + 1 },
  );
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
