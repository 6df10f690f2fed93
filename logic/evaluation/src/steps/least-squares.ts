/**
 * Ordinary least squares by Householder reflections.
 * @returns one coefficient per column of `rows`, or undefined when there are too few rows or the columns depend on each other.
 */
export function leastSquares(
  rows: readonly (readonly number[])[],
  answers: readonly number[],
): number[] | undefined {
  const n = rows.length;
  const columns = rows[0]?.length ?? 0;
  if (n < columns || columns === 0) return undefined;
  const a = rows.map((row, i) => [...row, answers[i]!]);
  const scale = Math.max(...rows.flat().map(Math.abs));
  for (let j = 0; j < columns; j += 1) if (!reflect(a, j, scale)) return undefined;
  const x: number[] = Array.from({ length: columns }, () => 0);
  for (let j = columns - 1; j >= 0; j -= 1) {
    let rest = a[j]![columns]!;
    for (let k = j + 1; k < columns; k += 1) rest -= a[j]![k]! * x[k]!;
    x[j] = rest / a[j]![j]!;
  }
  return x;
}

/** Zeroes column j below the diagonal; false when the column has nothing left of its own. */
function reflect(a: number[][], j: number, scale: number): boolean {
  let square = 0;
  for (let i = j; i < a.length; i += 1) square += a[i]![j]! * a[i]![j]!;
  const norm = Math.sqrt(square);
  if (!(norm > 1e-12 * scale)) return false;
  const alpha = a[j]![j]! > 0 ? -norm : norm;
  const v = a.map((row, i) => (i < j ? 0 : i === j ? row[j]! - alpha : row[j]!));
  const length = v.reduce((sum, value) => sum + value * value, 0);
  for (let k = j; k < a[0]!.length; k += 1) {
    let dot = 0;
    for (let i = j; i < a.length; i += 1) dot += v[i]! * a[i]![k]!;
    const factor = (2 * dot) / length;
    for (let i = j; i < a.length; i += 1) a[i]![k]! -= factor * v[i]!;
  }
  return true;
}
