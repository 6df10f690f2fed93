import { InputError } from "./input-error.ts";
import type { Matrix } from "./matrix.ts";

export interface LinearProgramme {
  /** Maximise objective · x … */
  readonly objective: readonly number[];
  /** … subject to constraints · x ≤ limits and x ≥ 0, every limit being ≥ 0 (so x = 0 is feasible). */
  readonly constraints: Matrix;
  readonly limits: readonly number[];
}

export interface LinearOptimum {
  readonly value: number;
  readonly x: number[];
}

const epsilon = 1e-11;

/**
 * Primal simplex on a dense tableau with Bland's rule, which cannot cycle (Bland 1977).
 * @throws InputError when the optimum is unbounded.
 */
export function maximise(programme: LinearProgramme): LinearOptimum {
  const { objective, constraints, limits } = programme;
  const n = objective.length;
  const m = constraints.length;
  const tableau = constraints.map((row, i) => [
    ...row,
    ...Array.from({ length: m }, (_, k) => (k === i ? 1 : 0)),
    limits[i]!,
  ]);
  const cost = [...objective.map((c) => -c), ...Array.from({ length: m + 1 }, () => 0)];
  const basis = Array.from({ length: m }, (_, i) => n + i);
  for (;;) {
    const entering = cost.findIndex((c, j) => j < n + m && c < -epsilon);
    if (entering < 0) break;
    pivot(tableau, cost, basis, leavingRow(tableau, basis, entering), entering);
  }
  const x = Array.from({ length: n }, () => 0);
  for (const [i, variable] of basis.entries()) if (variable < n) x[variable] = tableau[i]![n + m]!;
  return { value: cost[n + m]!, x };
}

function leavingRow(tableau: number[][], basis: number[], entering: number): number {
  let best = -1;
  let smallest = Infinity;
  for (const [i, row] of tableau.entries()) {
    if (row[entering]! <= epsilon) continue;
    const ratio = row.at(-1)! / row[entering]!;
    const tie = Math.abs(ratio - smallest) <= epsilon;
    if ((!tie && ratio < smallest) || (tie && basis[i]! < basis[best]!)) [best, smallest] = [i, ratio];
  }
  if (best >= 0) return best;
  throw new InputError({
    en: "The linear programme is unbounded: an indicator is 0 for every unit or its weight is not limited.",
    zh: "线性规划无界：某指标对所有对象均为 0，或其权重不受约束。",
  });
}

function pivot(tableau: number[][], cost: number[], basis: number[], row: number, column: number): void {
  const line = tableau[row]!;
  const divisor = line[column]!;
  for (let j = 0; j < line.length; j++) line[j]! /= divisor;
  for (const other of [...tableau, cost]) {
    const factor = other[column]!;
    if (other === line || factor === 0) continue;
    for (let j = 0; j < line.length; j++) other[j]! -= factor * line[j]!;
  }
  basis[row] = column;
}
