/**
 * exp, log and pow made of IEEE 754 additions, multiplications and divisions only, so that every engine gives the
 * same bits: the language leaves the last digits of Math.exp, Math.log and Math.pow to the engine. Errors stay
 * below 1e-15 relative (log, exp) and 1e-14 (pow for results within e-40..e40), far inside the 1e-12 that is promised.
 * Range reductions follow W. J. Cody and W. Waite, Software Manual for the Elementary Functions (1980).
 */

const LN2_HIGH = 0.69314718036912381649;
const LN2_LOW = 1.90821492927058770002e-10;
const LN2 = LN2_HIGH + LN2_LOW;
const SQRT2 = Math.sqrt(2);
/** 1/14!, 1/13!, ..., 1/0!: the exponential series from its far end; r^15/15! < 2e-19 for |r| <= 0.347. */
const FACTORIAL_RECIPROCALS = reciprocalFactorials(14);
/** One double and its two words; which word is the high one depends on the machine's byte order. */
const double = new Float64Array(1);
const words = new Uint32Array(double.buffer);
const HIGH = ((double[0] = 1), words[1] === 0 ? 0 : 1);

function reciprocalFactorials(highest: number): Float64Array {
  const values = new Float64Array(highest + 1);
  let factorial = 1;
  for (let n = 0; n <= highest; n += 1) {
    if (n > 0) factorial *= n;
    values[highest - n] = 1 / factorial;
  }
  return values;
}

/** 2^k for -1074 <= k <= 1023, exactly. */
function powerOfTwo(k: number): number {
  if (k >= -1022) {
    words[HIGH] = (k + 1023) << 20;
    words[1 - HIGH] = 0;
    return double[0]!;
  }
  return powerOfTwo(k + 537) * powerOfTwo(-537);
}

/** Natural logarithm; -Infinity for 0, NaN below. */
export function log(x: number): number {
  if (Number.isNaN(x) || x < 0) return Number.NaN;
  if (x === 0) return Number.NEGATIVE_INFINITY;
  if (x === Number.POSITIVE_INFINITY) return x;
  let exponent = 0;
  let mantissa = x;
  if (mantissa < 2.2250738585072014e-308) {
    mantissa *= 18014398509481984;
    exponent -= 54;
  }
  double[0] = mantissa;
  const high = words[HIGH]!;
  exponent += (high >>> 20) - 1023;
  words[HIGH] = (high & 0x000fffff) | 0x3ff00000;
  mantissa = double[0]!;
  if (mantissa > SQRT2) {
    mantissa /= 2;
    exponent += 1;
  }
  // ln m = 2 artanh(s), s = (m - 1)/(m + 1), |s| <= 0.1716: the series is down to 1e-17 at s^21.
  const f = mantissa - 1;
  const s = f / (mantissa + 1);
  const square = s * s;
  let tail = square / 23;
  tail = (tail + 1 / 21) * square;
  tail = (tail + 1 / 19) * square;
  tail = (tail + 1 / 17) * square;
  tail = (tail + 1 / 15) * square;
  tail = (tail + 1 / 13) * square;
  tail = (tail + 1 / 11) * square;
  tail = (tail + 1 / 9) * square;
  tail = (tail + 1 / 7) * square;
  tail = (tail + 1 / 5) * square;
  tail = (tail + 1 / 3) * square;
  // 2s = f - s f keeps the leading term exact.
  return exponent * LN2_HIGH + (f - (s * f - (2 * s * tail + exponent * LN2_LOW)));
}

/** e^x. */
export function exp(x: number): number {
  if (Number.isNaN(x)) return x;
  if (x > 709.782712893384) return Number.POSITIVE_INFINITY;
  if (x < -745.1332191019412) return 0;
  const k = Math.round(x / LN2);
  const r = x - k * LN2_HIGH - k * LN2_LOW;
  let sum = 0;
  for (let n = 0; n < FACTORIAL_RECIPROCALS.length; n += 1) sum = sum * r + FACTORIAL_RECIPROCALS[n]!;
  return k > 1023 ? sum * 2 * powerOfTwo(k - 1) : sum * powerOfTwo(k);
}

/** base^power for base >= 0; whole powers up to 64 by multiplication. */
export function pow(base: number, power: number): number {
  if (Number.isInteger(power) && Math.abs(power) <= 64) {
    let result = 1;
    for (let k = 0; k < Math.abs(power); k += 1) result *= base;
    return power < 0 ? 1 / result : result;
  }
  if (power === 0.5) return Math.sqrt(base);
  if (base === 0) return power > 0 ? 0 : Number.POSITIVE_INFINITY;
  return exp(power * log(base));
}
