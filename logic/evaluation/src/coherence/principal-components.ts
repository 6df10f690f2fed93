import { InputError } from "../numeric/input-error.ts";
import { symmetricEigen } from "../numeric/eigen.ts";
import { checkTable, sum, transpose, type Matrix } from "../numeric/matrix.ts";
import { correlationOfColumns, isConstant } from "../numeric/statistics.ts";

export interface PrincipalComponents {
  /** Eigenvalues of the correlation matrix, largest first; they sum to the number of variables. */
  readonly eigenvalues: number[];
  /** Share of the total variance that each component explains, and running totals. */
  readonly explained: number[];
  readonly cumulative: number[];
  /** loadings[variable][component] = eigenvector × √eigenvalue: the correlation of variable and component. */
  readonly loadings: number[][];
}

/**
 * Principal components of the correlation matrix of the columns of `data` (cases × variables).
 * @throws InputError on missing cells, fewer than 3 cases, or a constant column, named.
 */
export function principalComponents(data: Matrix): PrincipalComponents {
  return componentsOfCorrelation(correlationOfColumns(checkedColumns(data)));
}

/** The same from a given correlation matrix. */
export function componentsOfCorrelation(correlations: Matrix): PrincipalComponents {
  const { values, vectors } = symmetricEigen(correlations);
  const eigenvalues = values.map((value) => Math.max(0, value));
  const total = sum(eigenvalues);
  const explained = eigenvalues.map((value) => value / total);
  const cumulative = explained.map((_, k) => sum(explained.slice(0, k + 1)));
  const loadings = transpose(vectors.map((vector, k) => vector.map((v) => v * Math.sqrt(eigenvalues[k]!))));
  return { eigenvalues, explained, cumulative, loadings };
}

/** Columns of a complete table; refuses constant ones, for which correlations do not exist. */
export function checkedColumns(data: Matrix, minimumRows = 3): number[][] {
  checkTable(data, minimumRows);
  const columns = transpose(data);
  const constant = columns.findIndex(isConstant);
  if (constant < 0) return columns;
  throw new InputError(
    {
      en: `Column ${constant + 1} has the same value in every row, so it has no correlations; leave it out.`,
      zh: `第 ${constant + 1} 列各行取值相同，无法计算相关系数；请将其剔除。`,
    },
    { column: constant + 1 },
  );
}

/**
 * Varimax rotation of loadings (variables × factors), with Kaiser's row normalisation unless told otherwise.
 * Source: H. F. Kaiser, The varimax criterion for analytic rotation, Psychometrika 23 (1958) 187–200.
 * Columns come back by explained variance, largest first, each with a positive sum.
 */
export function varimax(loadings: Matrix, normalise = true): number[][] {
  const lengths = loadings.map((row) => (normalise ? Math.hypot(...row) || 1 : 1));
  const rows = loadings.map((row, i) => row.map((value) => value / lengths[i]!));
  const factors = rows[0]!.length;
  for (let sweep = 0; sweep < 500; sweep++) {
    let largest = 0;
    for (let p = 0; p < factors; p++) {
      for (let q = p + 1; q < factors; q++) largest = Math.max(largest, rotatePair(rows, p, q));
    }
    if (largest < 1e-14) break;
  }
  const rotated = transpose(rows.map((row, i) => row.map((value) => value * lengths[i]!)));
  const signed = rotated.map((column) => (sum(column) < 0 ? column.map((value) => -value) : column));
  return transpose(signed.sort((a, b) => squares(b) - squares(a)));
}

function squares(values: readonly number[]): number {
  return sum(values.map((value) => value * value));
}

/** Rotates two factors to the angle that maximises the criterion; returns the angle's size in radians. */
function rotatePair(rows: number[][], p: number, q: number): number {
  const n = rows.length;
  const u = rows.map((row) => row[p]! ** 2 - row[q]! ** 2);
  const v = rows.map((row) => 2 * row[p]! * row[q]!);
  const [su, sv] = [sum(u), sum(v)];
  const numerator = 2 * (sum(u.map((value, i) => value * v[i]!)) - (su * sv) / n);
  const denominator = sum(u.map((value, i) => value ** 2 - v[i]! ** 2)) - (su ** 2 - sv ** 2) / n;
  if (Math.hypot(numerator, denominator) < 1e-15) return 0;
  const angle = Math.atan2(numerator, denominator) / 4;
  const [c, s] = [Math.cos(angle), Math.sin(angle)];
  for (const row of rows) {
    const [x, y] = [row[p]!, row[q]!];
    row[p] = c * x + s * y;
    row[q] = c * y - s * x;
  }
  return Math.abs(angle);
}
