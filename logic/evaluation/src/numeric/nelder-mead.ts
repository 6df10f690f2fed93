export interface Minimum {
  readonly x: number[];
  readonly value: number;
  readonly evaluations: number;
  /** True when the simplex shrank below the tolerance before the limit on evaluations. */
  readonly converged: boolean;
}

export interface NelderMeadOptions {
  readonly step?: number;
  readonly tolerance?: number;
  readonly maximumEvaluations?: number;
}

interface Vertex {
  x: number[];
  value: number;
}

/**
 * Derivative-free minimisation with the adaptive coefficients for many dimensions.
 * Sources: J. A. Nelder & R. Mead, Computer Journal 7 (1965) 308–313; F. Gao & L. Han, Computational Optimization
 * and Applications 51 (2012) 259–277. Deterministic: no randomness.
 */
export function nelderMead(
  objective: (x: readonly number[]) => number,
  start: readonly number[],
  options: NelderMeadOptions = {},
): Minimum {
  const { step = 0.2, tolerance = 1e-12, maximumEvaluations = 20_000 } = options;
  const n = start.length;
  const [expand, contract, shrink] = [1 + 2 / n, 0.75 - 1 / (2 * n), 1 - 1 / n];
  let evaluations = 0;
  const at = (x: number[]): Vertex => ({ x, value: (evaluations++, objective(x)) });
  const simplex = [at([...start])];
  for (let i = 0; i < n; i++) simplex.push(at(start.map((v, j) => (i === j ? v + step : v))));
  for (;;) {
    simplex.sort((a, b) => a.value - b.value);
    const [best, worst] = [simplex[0]!, simplex[n]!];
    const size = Math.max(...simplex.flatMap((vertex) => vertex.x.map((v, j) => Math.abs(v - best.x[j]!))));
    const flat = worst.value - best.value <= tolerance * (Math.abs(best.value) + tolerance);
    if ((flat && size < 1e-6) || evaluations >= maximumEvaluations) {
      return { ...best, evaluations, converged: evaluations < maximumEvaluations };
    }
    const centre = start.map(
      (_, j) => simplex.slice(0, n).reduce((total, vertex) => total + vertex.x[j]!, 0) / n,
    );
    const along = (t: number) => at(centre.map((c, j) => c + t * (worst.x[j]! - c)));
    const next = improve(along, best, simplex[n - 1]!, worst, expand, contract);
    if (next) simplex[n] = next;
    else
      for (let i = 1; i <= n; i++)
        simplex[i] = at(simplex[i]!.x.map((v, j) => best.x[j]! + shrink * (v - best.x[j]!)));
  }
}

/** The vertex that replaces the worst one, or null when the simplex must shrink. */
function improve(
  along: (t: number) => Vertex,
  best: Vertex,
  second: Vertex,
  worst: Vertex,
  expand: number,
  contract: number,
): Vertex | null {
  const reflected = along(-1);
  if (reflected.value < best.value) {
    const expanded = along(-expand);
    return expanded.value < reflected.value ? expanded : reflected;
  }
  if (reflected.value < second.value) return reflected;
  const outside = reflected.value < worst.value;
  const contracted = along(outside ? -contract : contract);
  return contracted.value < Math.min(reflected.value, worst.value) ? contracted : null;
}
