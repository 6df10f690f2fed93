/** Moments over the values that are there: NaN is missing. Returns NaN where a moment does not exist. */

/** The values that are not missing, in order. */
export function present(values: Float64Array): Float64Array {
  return values.filter((value) => !Number.isNaN(value));
}

export function mean(values: Float64Array): number {
  let sum = 0;
  let count = 0;
  for (const value of values) {
    if (Number.isNaN(value)) continue;
    sum += value;
    count += 1;
  }
  return sum / count;
}

export function median(values: Float64Array): number {
  const sorted = present(values).sort();
  const half = sorted.length >> 1;
  if (sorted.length === 0) return Number.NaN;
  return sorted.length % 2 === 1 ? sorted[half]! : (sorted[half - 1]! + sorted[half]!) / 2;
}

/** Sum of (x - mean)^k and the count. */
function centralSum(values: Float64Array, order: number): [sum: number, count: number] {
  const centre = mean(values);
  let sum = 0;
  let count = 0;
  for (const value of values) {
    if (Number.isNaN(value)) continue;
    const d = value - centre;
    sum += order === 2 ? d * d : order === 3 ? d * d * d : d * d * d * d;
    count += 1;
  }
  return [sum, count];
}

/** Sample standard deviation (n - 1). */
export function standardDeviation(values: Float64Array): number {
  const [sum, n] = centralSum(values, 2);
  return n < 2 ? Number.NaN : Math.sqrt(sum / (n - 1));
}

/** Adjusted Fisher-Pearson skewness G1 (Joanes and Gill 1998, type 2; Excel's SKEW). Needs n >= 3. */
export function skewness(values: Float64Array): number {
  const [second, n] = centralSum(values, 2);
  const third = centralSum(values, 3)[0] / n;
  const variance = second / n;
  return ((third / (variance * Math.sqrt(variance))) * Math.sqrt(n * (n - 1))) / (n - 2);
}

/** Adjusted excess kurtosis G2 (type 2; Excel's KURT). Needs n >= 4. */
export function kurtosis(values: Float64Array): number {
  const [second, n] = centralSum(values, 2);
  const fourth = centralSum(values, 4)[0] / n;
  const variance = second / n;
  const excess = fourth / (variance * variance) - 3;
  return ((n - 1) / ((n - 2) * (n - 3))) * ((n + 1) * excess + 6);
}

/** Pearson's correlation over pairs where both are present. */
export function correlation(a: Float64Array, b: Float64Array): number {
  let n = 0;
  let sumA = 0;
  let sumB = 0;
  for (let k = 0; k < a.length; k += 1) {
    if (Number.isNaN(a[k]!) || Number.isNaN(b[k]!)) continue;
    n += 1;
    sumA += a[k]!;
    sumB += b[k]!;
  }
  let ab = 0;
  let aa = 0;
  let bb = 0;
  for (let k = 0; k < a.length; k += 1) {
    if (Number.isNaN(a[k]!) || Number.isNaN(b[k]!)) continue;
    const da = a[k]! - sumA / n;
    const db = b[k]! - sumB / n;
    ab += da * db;
    aa += da * da;
    bb += db * db;
  }
  return ab / Math.sqrt(aa * bb);
}
