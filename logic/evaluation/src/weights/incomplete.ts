import { exp, log } from "../numeric/elementary.ts";
import { InputError } from "../numeric/input-error.ts";
import { principalEigenpair } from "../numeric/eigen.ts";
import { solve } from "../numeric/linear-system.ts";
import { toUnitSum } from "../numeric/matrix.ts";
import { assessConsistency, type Consistency, type ConsistencyOptions } from "./consistency.ts";
import { checkJudgements, type JudgementCheck, type JudgementMatrix } from "./judgements.ts";

export interface IncompletePriorities {
  readonly method: "harker" | "logarithmic-least-squares";
  /** Sum to 1. */
  readonly weights: number[];
  readonly lambdaMax: number;
  readonly consistency: Consistency;
  /** Pairs that were not compared, items counted from 0. */
  readonly missing: readonly (readonly [number, number])[];
  /** The matrix with w(i)/w(j) in the missing places. */
  readonly completed: number[][];
}

export type IncompleteOptions = JudgementCheck &
  ConsistencyOptions & { readonly method?: IncompletePriorities["method"] };

/**
 * Weights from a matrix in which NaN marks missing judgements.
 * - `harker`: eigenvector of B, where missing entries are 0 and b(i,i) = 1 + number missing in row i
 *   (P. T. Harker, Alternative modes of questioning in the AHP, Mathematical Modelling 9 (1987) 353–360).
 * - `logarithmic-least-squares`: the optimal completion by least squares of logarithms, one linear system
 *   (S. Bozóki, J. Fülöp & L. Rónyai, Mathematical and Computer Modelling 52 (2010) 318–333).
 * λmax is that of the completed matrix.
 * @throws InputError when the comparisons made do not connect all items.
 */
export function prioritiesOfIncomplete(
  matrix: JudgementMatrix,
  options: IncompleteOptions = {},
): IncompletePriorities {
  checkJudgements(matrix, { ...options, allowMissing: true });
  checkConnected(matrix, options.names);
  const method = options.method ?? "harker";
  const weights = method === "harker" ? harker(matrix) : logarithmicLeastSquares(matrix);
  const completed = matrix.map((row, i) =>
    row.map((value, j) => (Number.isNaN(value) ? weights[i]! / weights[j]! : value)),
  );
  const missing = missingPairs(matrix);
  const lambdaMax = principalEigenpair(completed).value;
  const consistency = assessConsistency(matrix, weights, lambdaMax, options, missing.length);
  return { method, weights, lambdaMax, consistency, missing, completed };
}

function harker(matrix: JudgementMatrix): number[] {
  const reduced = matrix.map((row, i) => {
    const absent = row.filter(Number.isNaN).length;
    return row.map((value, j) => (i === j ? 1 + absent : Number.isNaN(value) ? 0 : value));
  });
  return principalEigenpair(reduced).vector;
}

/** Normal equations of Σ (ln a(i,j) − y(i) + y(j))² over the known pairs, with y(n) = 0. */
function logarithmicLeastSquares(matrix: JudgementMatrix): number[] {
  const n = matrix.length;
  if (n === 1) return [1];
  const laplacian = matrix.map((row, i) =>
    row.map((_, j) =>
      i === j ? row.filter((v) => !Number.isNaN(v)).length - 1 : Number.isNaN(row[j]!) ? 0 : -1,
    ),
  );
  const right = matrix.map((row) => row.reduce((total, v) => total + (Number.isNaN(v) ? 0 : log(v)), 0));
  const logarithms = solve(
    laplacian.slice(0, -1).map((row) => row.slice(0, -1)),
    right.slice(0, -1),
  );
  return toUnitSum([...logarithms, 0].map(exp));
}

function missingPairs(matrix: JudgementMatrix): [number, number][] {
  return matrix.flatMap((row, i) =>
    row.flatMap((value, j): [number, number][] => (j > i && Number.isNaN(value) ? [[i, j]] : [])),
  );
}

function checkConnected(matrix: JudgementMatrix, names?: readonly string[]): void {
  const reached = new Set([0]);
  for (const i of reached) {
    for (const [j, value] of matrix[i]!.entries()) if (!Number.isNaN(value)) reached.add(j);
  }
  const lonely = matrix.findIndex((_, i) => !reached.has(i));
  if (lonely < 0) return;
  const name = names?.[lonely] ?? String(lonely + 1);
  throw new InputError(
    {
      en: `Item ${name} is not connected to the first item by any chain of comparisons; compare it with one that is.`,
      zh: `项目 ${name} 与第一个项目之间没有任何比较链相连；请将其与已相连的项目比较。`,
    },
    { row: lonely + 1 },
  );
}
