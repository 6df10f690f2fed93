import { leastSquares } from "./least-squares.ts";
import { mean, median, standardDeviation } from "./moments.ts";
import type { Imputation } from "../specification/steps-schema.ts";
import type { Text } from "../specification/types.ts";

/** One indicator over periods and entities: `values[period * entities + entity]`, NaN missing. */
export interface ImputationInput {
  readonly values: Float64Array;
  readonly periods: readonly string[];
  readonly entities: number;
  /** 1 where the entity takes part in the period. */
  readonly kept: Uint8Array;
  readonly groups: readonly (string | undefined)[];
  /** All indicators of the same kind of entity, before imputation. */
  readonly others: ReadonlyMap<string, Float64Array>;
  readonly indicator: string;
}

export interface ImputedCell {
  readonly cell: number;
  readonly value: number;
  readonly how: Text;
}

/** Values for every missing cell that the method can fill; a cell that is absent from the answer could not be filled. */
export function impute(method: Imputation, input: ImputationInput): ImputedCell[] {
  const { values, kept } = input;
  const missing: number[] = [];
  for (let cell = 0; cell < values.length; cell += 1)
    if (kept[cell] === 1 && Number.isNaN(values[cell]!)) missing.push(cell);
  if (missing.length === 0 || method.method === "none") return [];
  const fill = filler(method, input);
  return missing.flatMap((cell) => {
    const filled = fill(cell);
    return filled === undefined || !Number.isFinite(filled.value) ? [] : [{ cell, ...filled }];
  });
}

type Fill = (cell: number) => { value: number; how: Text } | undefined;

function filler(method: Imputation, input: ImputationInput): Fill {
  switch (method.method) {
    case "none":
      return () => undefined;
    case "mean":
    case "median":
      return crossSection(input, method.method, false);
    case "group-mean":
      return crossSection(input, "mean", true);
    case "group-median":
      return crossSection(input, "median", true);
    case "latest":
      return latest(input, method.maxAge ?? input.periods.length);
    case "linear":
      return inTime(input, method.extrapolate);
    case "regression":
      return regression(input, method.predictors);
    case "nearest-neighbours":
      return nearestNeighbours(input, method.k);
  }
}

/** The kept values of one period, NaN elsewhere, so that statistics skip them. */
function slice(input: ImputationInput, values: Float64Array, period: number): Float64Array {
  const start = period * input.entities;
  return values
    .slice(start, start + input.entities)
    .map((value, e) => (input.kept[start + e] === 1 ? value : Number.NaN));
}

function crossSection(input: ImputationInput, statistic: "mean" | "median", grouped: boolean): Fill {
  return (cell) => {
    const period = Math.floor(cell / input.entities);
    const group = input.groups[cell % input.entities];
    if (grouped && group === undefined) return undefined;
    const values = slice(input, input.values, period);
    const peers = grouped ? values.filter((_, e) => input.groups[e] === group) : values;
    const value = statistic === "mean" ? mean(peers) : median(peers);
    const of = grouped ? [` of group ${group}`, `分组“${group}”的`] : ["", ""];
    return {
      value,
      how: {
        en: `${statistic}${of[0]} in ${input.periods[period]}`,
        zh: `${input.periods[period]} 年${of[1]}${statistic === "mean" ? "均值" : "中位数"}`,
      },
    };
  };
}

function latest(input: ImputationInput, maxAge: number): Fill {
  return (cell) => {
    for (let age = 1; age <= maxAge; age += 1) {
      const earlier = cell - age * input.entities;
      if (earlier < 0) return undefined;
      const value = input.values[earlier]!;
      const period = input.periods[Math.floor(earlier / input.entities)];
      if (!Number.isNaN(value))
        return {
          value,
          how: { en: `latest earlier value, of ${period}`, zh: `沿用最近一期（${period}）的值` },
        };
    }
    return undefined;
  };
}

/** Positions of periods on the time axis: the numbers they are named by, or their order. */
function times(periods: readonly string[]): number[] {
  const numbers = periods.map(Number);
  return numbers.every(Number.isFinite) ? numbers : periods.map((_, k) => k);
}

function inTime(input: ImputationInput, extrapolate: boolean): Fill {
  const time = times(input.periods);
  return (cell) => {
    const entity = cell % input.entities;
    const here = Math.floor(cell / input.entities);
    const known = time.flatMap((_, p) =>
      Number.isNaN(input.values[p * input.entities + entity]!) ? [] : [p],
    );
    const before = known.filter((p) => p < here);
    const after = known.filter((p) => p > here);
    let pair = [before.at(-1), after[0]];
    if (pair.includes(undefined) && extrapolate)
      pair = before.length > 1 ? before.slice(-2) : after.slice(0, 2);
    const [a, b] = pair;
    if (a === undefined || b === undefined) return undefined;
    const [va, vb] = [input.values[a * input.entities + entity]!, input.values[b * input.entities + entity]!];
    const value = va + ((vb - va) * (time[here]! - time[a]!)) / (time[b]! - time[a]!);
    return {
      value,
      how: {
        en: `straight line through ${input.periods[a]} and ${input.periods[b]}`,
        zh: `由 ${input.periods[a]} 与 ${input.periods[b]} 线性推算`,
      },
    };
  };
}

function regression(input: ImputationInput, predictors: readonly string[]): Fill {
  const columns = predictors.map((id) => input.others.get(id));
  return (cell) => {
    if (columns.some((column) => column === undefined || Number.isNaN(column[cell]!))) return undefined;
    const period = Math.floor(cell / input.entities);
    const rows: number[][] = [];
    const answers: number[] = [];
    for (let k = period * input.entities; k < (period + 1) * input.entities; k += 1) {
      const row = columns.map((column) => column![k]!);
      if (input.kept[k] !== 1 || Number.isNaN(input.values[k]!) || row.some(Number.isNaN)) continue;
      rows.push([1, ...row]);
      answers.push(input.values[k]!);
    }
    const coefficients = leastSquares(rows, answers);
    if (coefficients === undefined) return undefined;
    const value = coefficients.reduce((sum, c, k) => sum + (k === 0 ? c : c * columns[k - 1]![cell]!), 0);
    return {
      value,
      how: {
        en: `regression on ${predictors.join(", ")} over ${rows.length} entities`,
        zh: `以 ${predictors.join("、")} 回归（${rows.length} 个主体）`,
      },
    };
  };
}

/** Distance: root mean square of differences in standard deviations, over the indicators that both have. */
function nearestNeighbours(input: ImputationInput, k: number): Fill {
  return (cell) => {
    const period = Math.floor(cell / input.entities);
    const start = period * input.entities;
    const columns = [...input.others]
      .filter(([id]) => id !== input.indicator)
      .map(([, values]) => ({ values, deviation: standardDeviation(slice(input, values, period)) }));
    const candidates: { entity: number; distance: number }[] = [];
    for (let e = 0; e < input.entities; e += 1) {
      if (start + e === cell || input.kept[start + e] !== 1 || Number.isNaN(input.values[start + e]!))
        continue;
      let sum = 0;
      let shared = 0;
      for (const { values, deviation } of columns) {
        const d = (values[start + e]! - values[cell]!) / deviation;
        if (!Number.isFinite(d)) continue;
        sum += d * d;
        shared += 1;
      }
      if (shared > 0) candidates.push({ entity: e, distance: Math.sqrt(sum / shared) });
    }
    candidates.sort((a, b) => a.distance - b.distance || a.entity - b.entity);
    const nearest = candidates.slice(0, k);
    if (nearest.length < k) return undefined;
    const value = nearest.reduce((sum, { entity }) => sum + input.values[start + entity]!, 0) / k;
    return { value, how: { en: `mean of the ${k} nearest entities`, zh: `${k} 个最近邻主体的均值` } };
  };
}
