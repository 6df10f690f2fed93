import { InputError } from "./input-error.ts";
import { identity, transpose, type Matrix } from "./matrix.ts";

interface Factorisation {
  readonly lu: number[][];
  readonly order: number[];
  /** Smallest pivot relative to the largest entry: near 0 means singular. */
  readonly smallestPivot: number;
}

/** LU with partial pivoting. A zero pivot is replaced by the rounding unit, so that inverse iteration works. */
function factorise(matrix: Matrix): Factorisation {
  const n = matrix.length;
  const lu = matrix.map((row) => [...row]);
  const order = Array.from({ length: n }, (_, i) => i);
  const scale = Math.max(...matrix.flat().map(Math.abs)) || 1;
  let smallestPivot = Infinity;
  for (let k = 0; k < n; k++) {
    let pivotRow = k;
    for (let i = k + 1; i < n; i++) if (Math.abs(lu[i]![k]!) > Math.abs(lu[pivotRow]![k]!)) pivotRow = i;
    [lu[k], lu[pivotRow]] = [lu[pivotRow]!, lu[k]!];
    [order[k], order[pivotRow]] = [order[pivotRow]!, order[k]!];
    const pivotLine = lu[k]!;
    smallestPivot = Math.min(smallestPivot, Math.abs(pivotLine[k]!) / scale);
    if (pivotLine[k] === 0) pivotLine[k] = Number.EPSILON * scale;
    for (let i = k + 1; i < n; i++) {
      const line = lu[i]!;
      const factor = line[k]! / pivotLine[k]!;
      line[k] = factor;
      if (factor !== 0) for (let j = k + 1; j < n; j++) line[j]! -= factor * pivotLine[j]!;
    }
  }
  return { lu, order, smallestPivot };
}

function substitute({ lu, order }: Factorisation, right: readonly number[]): number[] {
  const n = lu.length;
  const x = order.map((i) => right[i]!);
  for (let i = 1; i < n; i++) for (let j = 0; j < i; j++) x[i]! -= lu[i]![j]! * x[j]!;
  for (let i = n - 1; i >= 0; i--) {
    for (let j = i + 1; j < n; j++) x[i]! -= lu[i]![j]! * x[j]!;
    x[i]! /= lu[i]![i]!;
  }
  return x;
}

/** Solves A x = b even when A is singular to working precision: for inverse iteration only. */
export function solveNearlySingular(matrix: Matrix, right: readonly number[]): number[] {
  return substitute(factorise(matrix), right);
}

const singularWords = {
  en: "The matrix is singular: two or more columns carry the same information; remove one of them.",
  zh: "矩阵奇异：有两列或多列所含信息相同，请删去其中之一。",
};

/** Solves A x = b (n × n). Throws InputError when A is singular to working precision. */
export function solve(matrix: Matrix, right: readonly number[]): number[] {
  const factorisation = factorise(matrix);
  if (factorisation.smallestPivot < 1e-13) throw new InputError(singularWords);
  return substitute(factorisation, right);
}

/** Inverse of an n × n matrix. Throws InputError when it is singular to working precision. */
export function invert(matrix: Matrix): number[][] {
  const factorisation = factorise(matrix);
  if (factorisation.smallestPivot < 1e-13) throw new InputError(singularWords);
  return transpose(identity(matrix.length).map((column) => substitute(factorisation, column)));
}
