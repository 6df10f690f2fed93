import { InputError } from "../numeric/input-error.ts";
import { sum, toUnitSum, transpose, type Matrix } from "../numeric/matrix.ts";
import {
  componentsOfCorrelation,
  principalComponents,
  varimax,
  type PrincipalComponents,
} from "../coherence/principal-components.ts";

/**
 * How many factors to keep:
 * `kaiser` eigenvalue > 1; `cumulative` until they explain `share`; `handbook` all of: eigenvalue > 1,
 * more than 10 % of the variance each, together more than 60 % (adding factors until it is); `count` exactly that many.
 */
export type Retention =
  | { readonly kind: "kaiser" }
  | { readonly kind: "cumulative"; readonly share: number }
  | { readonly kind: "handbook" }
  | { readonly kind: "count"; readonly count: number };

export interface FactorOptions {
  readonly retain?: Retention;
  /** Varimax with Kaiser normalisation (the usual), raw varimax, or none. */
  readonly rotation?: "varimax" | "rawVarimax" | "none";
  /**
   * `handbook`: each indicator counts on the factor where it loads highest (OECD Handbook, section 6.1);
   * `allFactors`: it counts on every factor; `firstComponent`: squared loadings of the first component only.
   */
  readonly method?: "handbook" | "allFactors" | "firstComponent";
}

export interface FactorWeights {
  /** Sum to 1. */
  readonly weights: number[];
  readonly components: PrincipalComponents;
  readonly retained: number;
  /** Rotated loadings, variables × retained factors. */
  readonly rotated: number[][];
  /** Sum of squared rotated loadings per factor, and each as a share of their total. */
  readonly explainedVariance: number[];
  readonly explainedShare: number[];
  /** Squared loadings scaled to unit sum within each factor, variables × factors. */
  readonly scaledSquares: number[][];
  /** The factor, from 0, on which each indicator loads highest. */
  readonly assignedFactor: number[];
}

/**
 * Weights from principal components / factor analysis of the columns of `data` (units × indicators), as in
 * OECD & JRC, Handbook on Constructing Composite Indicators (2008), pp. 89–91, after Nicoletti et al. (2000).
 */
export function factorWeights(data: Matrix, options: FactorOptions = {}): FactorWeights {
  return factorWeightsOf(principalComponents(data), options);
}

/** The same from a correlation matrix. */
export function factorWeightsOfCorrelation(correlations: Matrix, options: FactorOptions = {}): FactorWeights {
  return factorWeightsOf(componentsOfCorrelation(correlations), options);
}

function factorWeightsOf(components: PrincipalComponents, options: FactorOptions): FactorWeights {
  const { retain = { kind: "handbook" }, rotation = "varimax", method = "handbook" } = options;
  const retained = method === "firstComponent" ? 1 : retainedCount(components, retain);
  const kept = components.loadings.map((row) => row.slice(0, retained));
  const rotated = rotation === "none" || retained === 1 ? kept : varimax(kept, rotation === "varimax");
  const squared = transpose(rotated.map((row) => row.map((value) => value * value)));
  const explainedVariance = squared.map(sum);
  const explainedShare = toUnitSum(explainedVariance);
  const scaledSquares = transpose(squared.map(toUnitSum));
  const assignedFactor = rotated.map((row) => indexOfLargest(row.map(Math.abs)));
  const raw = scaledSquares.map((row, i) =>
    method === "allFactors"
      ? sum(row.map((value, k) => value * explainedShare[k]!))
      : row[assignedFactor[i]!]! * explainedShare[assignedFactor[i]!]!,
  );
  const weights = toUnitSum(raw);
  return {
    weights,
    components,
    retained,
    rotated,
    explainedVariance,
    explainedShare,
    scaledSquares,
    assignedFactor,
  };
}

function retainedCount(
  { eigenvalues, explained, cumulative }: PrincipalComponents,
  retain: Retention,
): number {
  const above = (limit: number) => eigenvalues.filter((value) => value > limit).length;
  if (retain.kind === "kaiser") return Math.max(1, above(1));
  if (retain.kind === "cumulative") {
    return cumulative.findIndex((share) => share >= retain.share - 1e-12) + 1 || eigenvalues.length;
  }
  if (retain.kind === "handbook") {
    const strong = Math.min(above(1), explained.filter((share) => share > 0.1).length);
    return Math.max(1, strong, cumulative.findIndex((share) => share > 0.6) + 1);
  }
  if (Number.isInteger(retain.count) && retain.count >= 1 && retain.count <= eigenvalues.length)
    return retain.count;
  throw new InputError({
    en: `${retain.count} factors cannot be kept of ${eigenvalues.length}.`,
    zh: `共有 ${eigenvalues.length} 个因子，无法保留 ${retain.count} 个。`,
  });
}

function indexOfLargest(values: readonly number[]): number {
  return values.indexOf(Math.max(...values));
}
