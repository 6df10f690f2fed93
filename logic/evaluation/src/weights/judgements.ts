import { InputError, type Words } from "../numeric/input-error.ts";
import type { Matrix } from "../numeric/matrix.ts";

/**
 * A pairwise comparison matrix: entry (i, j) says how many times as important i is as j.
 * NaN marks a comparison that was not made.
 */
export type JudgementMatrix = Matrix;

export interface JudgementCheck {
  /** Allowed relative deviation of a(i,j)·a(j,i) from 1. Raise it for matrices that were printed rounded. */
  readonly tolerance?: number;
  readonly allowMissing?: boolean;
  /** Names of the compared items, for messages. */
  readonly names?: readonly string[];
}

/**
 * Checks that the matrix is square, positive and reciprocal with a diagonal of ones.
 * @throws InputError that names the first offending row and column, counted from 1.
 */
export function checkJudgements(matrix: JudgementMatrix, options: JudgementCheck = {}): void {
  const { tolerance = 1e-6, allowMissing = false } = options;
  checkSquare(matrix);
  for (const [i, row] of matrix.entries()) {
    for (const [j, value] of row.entries()) checkEntry(value, i, j, allowMissing, options.names);
    const own = row[i]!;
    if (Math.abs(own - 1) > tolerance) throw diagonalError(i, own, options.names);
    for (let j = 0; j < i; j++) checkReciprocal(matrix[j]![i]!, row[j]!, j, i, tolerance, options.names);
  }
}

function checkSquare(matrix: JudgementMatrix): void {
  const n = matrix.length;
  if (n === 0) throw new InputError({ en: "The comparison matrix is empty.", zh: "判断矩阵为空。" });
  for (const [i, row] of matrix.entries()) {
    if (row.length === n) continue;
    throw new InputError(
      {
        en: `A comparison matrix of ${n} rows needs ${n} columns; row ${i + 1} has ${row.length}.`,
        zh: `${n} 行的判断矩阵需要 ${n} 列；第 ${i + 1} 行有 ${row.length} 列。`,
      },
      { row: i + 1 },
    );
  }
}

function checkEntry(
  value: number,
  i: number,
  j: number,
  allowMissing: boolean,
  names?: readonly string[],
): void {
  if (value > 0 && Number.isFinite(value)) return;
  const where = placeWords(i, j, names);
  if (Number.isNaN(value)) {
    if (allowMissing && i !== j) return;
    throw at(i, j, {
      en: `${where.en} is missing; make the comparison, or use a method for incomplete matrices.`,
      zh: `${where.zh}缺失；请补充该判断，或使用不完全矩阵的方法。`,
    });
  }
  throw at(i, j, {
    en: `${where.en} is ${value}; a judgement is a positive number, such as 3 or 1/3.`,
    zh: `${where.zh}为 ${value}；判断值必须为正数，如 3 或 1/3。`,
  });
}

function diagonalError(i: number, value: number, names?: readonly string[]): InputError {
  const where = placeWords(i, i, names);
  return at(i, i, {
    en: `${where.en} is ${value}; an item compared with itself is 1.`,
    zh: `${where.zh}为 ${value}；与自身比较应为 1。`,
  });
}

function checkReciprocal(
  upper: number,
  lower: number,
  i: number,
  j: number,
  tolerance: number,
  names?: readonly string[],
): void {
  if (Number.isNaN(upper) && Number.isNaN(lower)) return;
  if (Math.abs(upper * lower - 1) <= tolerance) return;
  const [a, b] = [placeWords(i, j, names), placeWords(j, i, names)];
  throw at(j, i, {
    en: `${a.en} is ${upper} but ${b.en} is ${lower}, not ${1 / upper}: the matrix is not reciprocal. Give only the part above the diagonal, or exact fractions such as 1/3.`,
    zh: `${a.zh}为 ${upper}，而${b.zh}为 ${lower}，并非 ${1 / upper}：矩阵不满足互反性。请只给出对角线以上部分，或使用 1/3 这样的精确分数。`,
  });
}

function placeWords(i: number, j: number, names?: readonly string[]): Words {
  const named = names?.[i] !== undefined && names[j] !== undefined ? ` (${names[i]} : ${names[j]})` : "";
  return { en: `Row ${i + 1}, column ${j + 1}${named}`, zh: `第 ${i + 1} 行第 ${j + 1} 列${named}` };
}

function at(i: number, j: number, words: Words): InputError {
  return new InputError(words, { row: i + 1, column: j + 1 });
}

/**
 * Builds the full matrix from the judgements above the diagonal, row by row: n(n − 1)/2 values, NaN where missing.
 * @throws InputError when the number of values fits no n.
 */
export function judgementsFromUpper(values: readonly number[]): number[][] {
  const n = (1 + Math.sqrt(1 + 8 * values.length)) / 2;
  if (!Number.isInteger(n)) {
    throw new InputError({
      en: `${values.length} judgements fit no matrix; n items need n(n − 1)/2 (1, 3, 6, 10, 15, …).`,
      zh: `${values.length} 个判断不构成矩阵；n 项需要 n(n − 1)/2 个（1、3、6、10、15……）。`,
    });
  }
  const matrix = Array.from({ length: n }, (_, i) =>
    Array.from({ length: n }, (_, j) => (i === j ? 1 : NaN)),
  );
  let next = 0;
  for (let i = 0; i < n; i++) {
    for (let j = i + 1; j < n; j++) {
      matrix[i]![j] = values[next++]!;
      matrix[j]![i] = 1 / matrix[i]![j]!;
    }
  }
  return matrix;
}

/** Reads "3", "1/3", "0.5"; an empty cell, "-" or "?" is a missing judgement (NaN). Throws InputError otherwise. */
export function parseJudgement(text: string): number {
  const trimmed = text.trim();
  if (["", "-", "?"].includes(trimmed)) return NaN;
  const match = /^(\d+(?:\.\d+)?)(?:\s*[/:]\s*(\d+(?:\.\d+)?))?$/u.exec(trimmed);
  const value = match ? Number(match[1]) / Number(match[2] ?? 1) : NaN;
  if (value > 0 && Number.isFinite(value)) return value;
  throw new InputError({
    en: `"${text}" is no judgement; write a positive number or a fraction, such as 3 or 1/3.`,
    zh: `“${text}”不是有效判断；请填写正数或分数，如 3 或 1/3。`,
  });
}
