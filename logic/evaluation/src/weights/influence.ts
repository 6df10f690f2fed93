import { InputError } from "../numeric/input-error.ts";
import { solve } from "../numeric/linear-system.ts";
import { dot, sum, timesVector, toUnitSum, type Matrix } from "../numeric/matrix.ts";
import { nelderMead } from "../numeric/nelder-mead.ts";
import { correlationOfColumns, standardDeviation } from "../numeric/statistics.ts";
import { checkedColumns } from "../coherence/principal-components.ts";

export interface InfluenceOptions {
  /** Wanted shares of influence; equal unless given; scaled to sum 1. */
  readonly target?: readonly number[];
  /** Influence of an indicator on the score: R² (main effect under linearity, the default) or Pearson's r. */
  readonly measure?: "squaredCorrelation" | "correlation";
  /** Largest gap between influence and target that still counts as reached. */
  readonly tolerance?: number;
}

export interface OptimisedWeights {
  /** Sum to 1, none negative. */
  readonly weights: number[];
  readonly target: number[];
  /** The influences reached, scaled to sum 1. */
  readonly influence: number[];
  readonly largestGap: number;
  /** False when no non-negative weights were found that meet the target: the weights are then the nearest found. */
  readonly converged: boolean;
  readonly evaluations: number;
}

/**
 * Weights for a weighted arithmetic mean whose indicators influence the score as the target says.
 * Where the linear system has a non-negative solution it is exact; otherwise Nelder–Mead minimises Σ (reached − target)².
 * Source: W. Becker, M. Saisana, P. Paruolo & I. Vandecasteele, Weights and importance in composite indicators:
 * closing the gap, Ecological Indicators 80 (2017) 12–22.
 * `data` is units × normalised indicators.
 */
export function weightsForInfluence(data: Matrix, options: InfluenceOptions = {}): OptimisedWeights {
  const columns = checkedColumns(data);
  const target = targetShares(columns.length, options.target);
  const { measure = "squaredCorrelation", tolerance = 1e-6 } = options;
  const correlations = correlationOfColumns(columns);
  const deviations = columns.map((column) => standardDeviation(column));
  const reach = (standardised: readonly number[]) => influenceOf(correlations, standardised, measure);
  const exact = exactSolution(correlations, target, measure);
  const found = exact ? { x: exact, evaluations: 0 } : search(reach, target);
  const influence = reach(found.x);
  const largestGap = Math.max(...influence.map((value, i) => Math.abs(value - target[i]!)));
  const weights = toUnitSum(found.x.map((value, i) => value / deviations[i]!));
  return {
    weights,
    target,
    influence,
    largestGap,
    converged: largestGap <= tolerance,
    evaluations: found.evaluations,
  };
}

function targetShares(n: number, target?: readonly number[]): number[] {
  const shares = target ?? Array.from({ length: n }, () => 1);
  if (shares.length === n && shares.every((value) => value >= 0)) return toUnitSum(shares);
  throw new InputError({
    en: `The target needs ${n} influences ≥ 0; there are ${shares.length}.`,
    zh: `目标需要 ${n} 个非负影响值；现有 ${shares.length} 个。`,
  });
}

/** Influence of each standardised indicator on Σ b z; a negative correlation counts as negative influence. */
function influenceOf(
  correlations: Matrix,
  b: readonly number[],
  measure: InfluenceOptions["measure"],
): number[] {
  const covariances = timesVector(correlations, b);
  const spread = Math.sqrt(Math.max(dot(b, covariances), 1e-300));
  const r = covariances.map((value) => value / spread);
  const raw = measure === "correlation" ? r : r.map((value) => value * Math.abs(value));
  const total = sum(raw.map(Math.abs));
  return raw.map((value) => value / total);
}

/** C b ∝ g, where g is the wanted correlation up to a factor; null if singular or if a weight would be negative. */
function exactSolution(
  correlations: Matrix,
  target: readonly number[],
  measure: InfluenceOptions["measure"],
): number[] | null {
  try {
    const b = solve(correlations, measure === "correlation" ? target : target.map(Math.sqrt));
    const size = Math.max(...b.map(Math.abs));
    return b.every((value) => value >= -1e-12 * size) ? b.map((value) => Math.max(0, value)) : null;
  } catch (error) {
    if (error instanceof InputError) return null;
    throw error;
  }
}

/** Minimises the squared gap over b = y², which cannot be negative, from a few fixed starts. */
function search(
  reach: (b: readonly number[]) => number[],
  target: readonly number[],
): { x: number[]; evaluations: number } {
  const objective = (y: readonly number[]) => {
    const reached = reach(y.map((value) => value * value));
    return sum(reached.map((value, i) => (value - target[i]!) ** 2));
  };
  let best = { x: target.map(() => 1), value: objective(target.map(() => 1)) };
  let evaluations = 0;
  const starts = [target.map(() => 1), target.map((share) => Math.sqrt(share) + 0.05), best.x];
  for (const start of starts) {
    const minimum = nelderMead(objective, start === starts[2] ? best.x : start, { step: 0.3 });
    evaluations += minimum.evaluations;
    if (minimum.value < best.value) best = minimum;
  }
  return { x: best.x.map((value) => value * value), evaluations };
}
