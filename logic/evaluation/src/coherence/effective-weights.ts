import { InputError } from "../numeric/input-error.ts";
import { exp, log } from "../numeric/elementary.ts";
import { extent, isConstant, mean, pearson, variance } from "../numeric/statistics.ts";
import { toUnitSum } from "../numeric/matrix.ts";

export interface EffectiveWeight {
  /** Main effect Var(E[y | x]) / Var(y): the share of the score's variance that fixing x would remove. */
  readonly mainEffect: number;
  /** The same assuming a straight line: Pearson's r². */
  readonly linear: number;
  /** mainEffect scaled so that all components of the score sum to 1, to set beside the nominal weights. */
  readonly effective: number;
}

/**
 * What the components of a score really weigh: correlation ratios by local-linear kernel regression, the bandwidth
 * by leave-one-out cross-validation over a fixed grid.
 * Sources: P. Paruolo, M. Saisana & A. Saltelli, Ratings and rankings: voodoo or science?, JRSS A 176 (2013) 609–634;
 * bandwidths after T. Hastie, R. Tibshirani & J. Friedman, The Elements of Statistical Learning, section 6.
 * @param components one array of values per component, complete and of the score's length (≥ 5)
 */
export function effectiveWeights(
  components: readonly (readonly number[])[],
  score: readonly number[],
): EffectiveWeight[] {
  if (score.length < 5 || components.some((component) => component.length !== score.length)) {
    throw new InputError({
      en: "Effective weights need at least 5 units, and every component for each of them.",
      zh: "有效权重至少需要 5 个对象，且每个分量对各对象均有值。",
    });
  }
  if (isConstant(score)) {
    throw new InputError({
      en: "All scores are equal; nothing influences them.",
      zh: "所有得分相同，无影响可言。",
    });
  }
  const effects = components.map((component) =>
    isConstant(component) ? 0 : correlationRatio(component, score),
  );
  const shares = toUnitSum(effects);
  return components.map((component, i) => ({
    mainEffect: effects[i]!,
    linear: isConstant(component) ? 0 : pearson(component, score) ** 2,
    effective: shares[i]!,
  }));
}

/** Var(E[y | x]) / Var(y), 0 … 1, x not constant. */
export function correlationRatio(x: readonly number[], y: readonly number[]): number {
  const [low, high] = extent(x);
  const range = high - low;
  const scaled = x.map((value) => (value - low) / range);
  const bandwidths = Array.from({ length: 16 }, (_, k) => exp(log(0.05) + (k / 15) * (log(3) - log(0.05))));
  const errors = bandwidths.map((bandwidth) => crossValidationError(scaled, y, bandwidth));
  const best = bandwidths[errors.indexOf(Math.min(...errors))]!;
  const fitted = scaled.map((at) => localLinear(scaled, y, at, best, -1));
  return Math.min(1, variance(fitted) / variance(y));
}

function crossValidationError(x: readonly number[], y: readonly number[], bandwidth: number): number {
  return mean(x.map((at, i) => (y[i]! - localLinear(x, y, at, bandwidth, i)) ** 2));
}

/** Value at `at` of the line fitted with Gaussian weights; `skip` leaves one point out. */
function localLinear(
  x: readonly number[],
  y: readonly number[],
  at: number,
  bandwidth: number,
  skip: number,
): number {
  let [s0, s1, s2, t0, t1] = [0, 0, 0, 0, 0];
  for (let i = 0; i < x.length; i++) {
    if (i === skip) continue;
    const distance = x[i]! - at;
    const weight = exp(-0.5 * (distance / bandwidth) ** 2) + 1e-12;
    s0 += weight;
    s1 += weight * distance;
    s2 += weight * distance * distance;
    t0 += weight * y[i]!;
    t1 += weight * distance * y[i]!;
  }
  const determinant = s0 * s2 - s1 * s1;
  return determinant > 1e-12 * s0 * s0 ? (s2 * t0 - s1 * t1) / determinant : t0 / s0;
}
