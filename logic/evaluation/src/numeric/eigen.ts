import { identity, sum, timesVector, type Matrix } from "./matrix.ts";
import { solveNearlySingular } from "./linear-system.ts";

export interface PrincipalEigenpair {
  readonly value: number;
  /** Positive, sums to 1. */
  readonly vector: number[];
}

/**
 * The Perron eigenpair of a non-negative irreducible matrix, to rounding.
 * Power steps give a start, Noda's inverse iteration (quadratic convergence) the digits.
 * Source: T. Noda, Note on the computation of the maximal eigenvalue of a non-negative irreducible matrix,
 * Numerische Mathematik 17 (1971) 382–386.
 */
export function principalEigenpair(matrix: Matrix): PrincipalEigenpair {
  const n = matrix.length;
  let x = Array.from({ length: n }, () => 1 / n);
  for (let step = 0; step < 20; step++) x = unit(timesVector(matrix, x));
  for (let step = 0; step < 30; step++) {
    const image = timesVector(matrix, x);
    const bound = Math.max(...image.map((value, i) => value / x[i]!));
    const shifted = matrix.map((row, i) => row.map((value, j) => (i === j ? bound - value : -value)));
    const next = unit(solveNearlySingular(shifted, x).map(Math.abs));
    const change = Math.max(...next.map((value, i) => Math.abs(value - x[i]!) / value));
    x = next;
    if (change < 4e-16 * n) break;
  }
  const image = timesVector(matrix, x);
  return { value: sum(image) / sum(x), vector: unit(image) };
}

function unit(x: readonly number[]): number[] {
  const total = sum(x);
  return x.map((value) => value / total);
}

export interface SymmetricEigen {
  /** Largest first. */
  readonly values: number[];
  /** vectors[k] is the unit eigenvector of values[k]; its largest component in size is positive. */
  readonly vectors: number[][];
}

/**
 * All eigenpairs of a symmetric matrix by cyclic Jacobi rotations.
 * Source: Golub & Van Loan, Matrix Computations, 4th ed., section 8.5.
 */
export function symmetricEigen(matrix: Matrix): SymmetricEigen {
  const n = matrix.length;
  const a = matrix.map((row) => [...row]);
  const v = identity(n);
  const total = a.flat().reduce((s, value) => s + value * value, 0);
  for (let sweep = 0; sweep < 60; sweep++) {
    let off = 0;
    for (let p = 0; p < n; p++) for (let q = p + 1; q < n; q++) off += a[p]![q]! ** 2;
    if (off <= total * 1e-34) break;
    for (let p = 0; p < n; p++) for (let q = p + 1; q < n; q++) rotate(a, v, p, q);
  }
  const order = Array.from({ length: n }, (_, i) => i).sort((i, j) => a[j]![j]! - a[i]![i]!);
  return {
    values: order.map((i) => a[i]![i]!),
    vectors: order.map((i) => withPositiveLargest(v.map((row) => row[i]!))),
  };
}

function rotate(a: number[][], v: number[][], p: number, q: number): void {
  const apq = a[p]![q]!;
  if (apq === 0) return;
  const theta = (a[q]![q]! - a[p]![p]!) / (2 * apq);
  const t = (theta >= 0 ? 1 : -1) / (Math.abs(theta) + Math.hypot(theta, 1));
  const c = 1 / Math.hypot(t, 1);
  const s = t * c;
  for (const row of a) turn(row, p, q, c, s);
  const ap = a[p]!;
  const aq = a[q]!;
  for (let k = 0; k < ap.length; k++) {
    const [x, y] = [ap[k]!, aq[k]!];
    ap[k] = c * x - s * y;
    aq[k] = s * x + c * y;
  }
  ap[q] = 0;
  aq[p] = 0;
  for (const row of v) turn(row, p, q, c, s);
}

function turn(row: number[], p: number, q: number, c: number, s: number): void {
  const [x, y] = [row[p]!, row[q]!];
  row[p] = c * x - s * y;
  row[q] = s * x + c * y;
}

/** Fixes the sign, which an eigenvector leaves open, so that results are the same everywhere. */
function withPositiveLargest(vector: readonly number[]): number[] {
  let largest = 0;
  for (const value of vector) if (Math.abs(value) > Math.abs(largest) + 1e-12) largest = value;
  return largest < 0 ? vector.map((value) => -value) : [...vector];
}
