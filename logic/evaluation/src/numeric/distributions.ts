import { exp, log } from "./elementary.ts";

/** log Γ(x) for x > 0, Lanczos with g = 7, n = 9; relative error below 1e-14. */
function logGamma(x: number): number {
  const coefficients = [
    0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059,
    12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7,
  ];
  const z = x - 1;
  const t = z + 7.5;
  const series = coefficients.reduce((total, c, k) => (k === 0 ? c : total + c / (z + k)), 0);
  return 0.5 * log(2 * Math.PI) + (z + 0.5) * log(t) - t + log(series);
}

/** Regularised incomplete beta function by Lentz's continued fraction (Numerical Recipes, 3rd ed., section 6.4). */
function incompleteBeta(a: number, b: number, x: number): number {
  if (x <= 0 || x >= 1) return x <= 0 ? 0 : 1;
  if (x > (a + 1) / (a + b + 2)) return 1 - incompleteBeta(b, a, 1 - x);
  const front = exp(logGamma(a + b) - logGamma(a) - logGamma(b) + a * log(x) + b * log(1 - x)) / a;
  const tiny = 1e-300;
  let [c, d] = [1, 1 / (1 - ((a + b) * x) / (a + 1) || tiny)];
  let fraction = d;
  for (let m = 1; m < 500; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    let change = 1;
    for (const term of [even, odd]) {
      d = 1 / (1 + term * d || tiny);
      c = 1 + term / c || tiny;
      change = c * d;
      fraction *= change;
    }
    if (Math.abs(change - 1) < 1e-15) break;
  }
  return front * fraction;
}

/** P(T ≤ t) of Student's t with `freedom` degrees of freedom. */
function studentCdf(t: number, freedom: number): number {
  const tail = incompleteBeta(freedom / 2, 0.5, freedom / (freedom + t * t)) / 2;
  return t > 0 ? 1 - tail : tail;
}

/** t with P(T ≤ t) = p for p > 0.5, by bisection to rounding. Freedom above 1e6 is the normal distribution. */
export function studentQuantile(p: number, freedom: number): number {
  let [low, high] = [0, 2];
  while (studentCdf(high, freedom) < p) high *= 2;
  for (let step = 0; step < 200 && high - low > 1e-14 * high; step++) {
    const middle = (low + high) / 2;
    if (studentCdf(middle, freedom) < p) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** z with P(Z ≤ z) = p, as the t distribution with very many degrees of freedom, to about 1e-7. */
export function normalQuantile(p: number): number {
  return studentQuantile(p, 1e7);
}
