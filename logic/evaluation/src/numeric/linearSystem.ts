import { InputError } from "./inputError.ts";
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

/**
 * Least squares by Householder QR: minimises |A x − b|², A being m × n with m ≥ n and full rank.
 * Source: Golub & Van Loan, Matrix Computations, 4th ed., alg. 5.3.2.
 */
export function leastSquares(matrix: Matrix, right: readonly number[]): number[] {
  const a = matrix.map((row) => [...row]);
  const b = [...right];
  const n = a[0]!.length;
  const scale = Math.max(...a.flat().map(Math.abs)) || 1;
  for (let k = 0; k < n; k++) reflect(a, b, k);
  const x = b.slice(0, n);
  for (let i = n - 1; i >= 0; i--) {
    if (Math.abs(a[i]![i]!) < 1e-13 * scale) throw new InputError(singularWords);
    for (let j = i + 1; j < n; j++) x[i]! -= a[i]![j]! * x[j]!;
    x[i]! /= a[i]![i]!;
  }
  return x;
}

/** Applies to a and b, in place, the Householder reflection that clears column k below the diagonal. */
function reflect(a: number[][], b: number[], k: number): void {
  const m = a.length;
  let norm = 0;
  for (let i = k; i < m; i++) norm = Math.hypot(norm, a[i]![k]!);
  if (norm === 0) return;
  if (a[k]![k]! > 0) norm = -norm;
  const v = Array.from({ length: m }, (_, i) => (i < k ? 0 : a[i]![k]!));
  v[k]! -= norm;
  const square = v.reduce((total, value) => total + value * value, 0);
  const apply = (get: (i: number) => number, set: (i: number, value: number) => void) => {
    let projection = 0;
    for (let i = k; i < m; i++) projection += v[i]! * get(i);
    const factor = (2 * projection) / square;
    for (let i = k; i < m; i++) set(i, get(i) - factor * v[i]!);
  };
  for (let j = k; j < a[0]!.length; j++) {
    apply(
      (i) => a[i]![j]!,
      (i, value) => (a[i]![j] = value),
    );
  }
  apply(
    (i) => b[i]!,
    (i, value) => (b[i] = value),
  );
}
