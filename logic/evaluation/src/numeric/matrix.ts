import { InputError } from "./input-error.ts";

/** Rows of numbers, all of the same length. */
export type Matrix = readonly (readonly number[])[];

export function identity(size: number): number[][] {
  return Array.from({ length: size }, (_, i) => Array.from({ length: size }, (_, j) => (i === j ? 1 : 0)));
}

export function transpose(matrix: Matrix): number[][] {
  const width = matrix[0]?.length ?? 0;
  return Array.from({ length: width }, (_, j) => matrix.map((row) => row[j]!));
}

export function dot(a: readonly number[], b: readonly number[]): number {
  let total = 0;
  for (let i = 0; i < a.length; i++) total += a[i]! * b[i]!;
  return total;
}

export function timesVector(a: Matrix, x: readonly number[]): number[] {
  return a.map((row) => dot(row, x));
}

export function sum(values: readonly number[]): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}

/** Divides by the sum, so that the result sums to 1. Throws when the sum is not a positive number. */
export function toUnitSum(values: readonly number[]): number[] {
  const total = sum(values);
  if (!(total > 0) || !Number.isFinite(total)) {
    throw new InputError({
      en: `The values sum to ${total}; a positive sum is needed to scale them to 1.`,
      zh: `各值之和为 ${total}，必须为正数才能归一化为 1。`,
    });
  }
  return values.map((value) => value / total);
}

/**
 * Checks a table of cases (rows) by variables (columns): not empty, rectangular, every cell a finite number.
 * @throws InputError that names the row and column, counted from 1.
 */
export function checkTable(data: Matrix, minimumRows = 1): void {
  const width = data[0]?.length ?? 0;
  if (data.length < minimumRows || width === 0) {
    throw new InputError({
      en: `At least ${minimumRows} row(s) and 1 column are needed; there are ${data.length} × ${width}.`,
      zh: `至少需要 ${minimumRows} 行、1 列；现有 ${data.length} × ${width}。`,
    });
  }
  for (const [i, row] of data.entries()) {
    if (row.length !== width) {
      throw new InputError(
        {
          en: `Row ${i + 1} has ${row.length} values, the first row has ${width}.`,
          zh: `第 ${i + 1} 行有 ${row.length} 个值，而第 1 行有 ${width} 个。`,
        },
        { row: i + 1 },
      );
    }
    for (const [j, value] of row.entries()) if (!Number.isFinite(value)) throw notANumber(i, j, value);
  }
}

function notANumber(i: number, j: number, value: number): InputError {
  return new InputError(
    {
      en: `Row ${i + 1}, column ${j + 1} is ${value}; impute or remove missing values first.`,
      zh: `第 ${i + 1} 行第 ${j + 1} 列为 ${value}；请先插补或剔除缺失值。`,
    },
    { row: i + 1, column: j + 1 },
  );
}
