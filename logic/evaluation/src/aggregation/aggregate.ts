import { exp, log, pow } from "../numeric/elementary.ts";
import type { Aggregation } from "../specification/steps-schema.ts";
import { refuse, type Place } from "../specification/types.ts";
import { copelandScores, bordaScores, condorcetScores, kemenyScores } from "./outranking.ts";

/**
 * Scores of all entities from their members' columns.
 * @param columns one per member, a value per entity
 * @param weights one per member, sum 1
 */
export type Aggregator = (columns: readonly Float64Array[], weights: Float64Array, out: Float64Array) => void;

/** Compiles a method for indices of `members` members; averages do not allocate, rankings do. */
export function compileAggregator(aggregation: Aggregation, members: number, place: Place): Aggregator {
  switch (aggregation.method) {
    case "none":
      return refuse(
        "no-aggregation",
        place,
        `Index "${place.index}" is a heading: no aggregation is defined for it.`,
        `指数“${place.index}”仅为标题，未定义聚合方法。`,
      );
    case "arithmetic":
      return arithmetic;
    case "geometric":
      return geometric(place);
    case "harmonic":
      return powerMean(-1, place);
    case "generalised":
      return powerMean(aggregation.power, place);
    case "owa":
      return ordered(Float64Array.from(aggregation.order), members);
    case "median":
      return weightedMedian(members);
    case "mazziotta-pareto":
      return mazziottaPareto(aggregation.penalise === "unbalance-lowers" ? -1 : 1, place);
    case "borda":
      return bordaScores;
    case "copeland":
      return copelandScores;
    case "condorcet":
      return condorcetScores(place);
    case "kemeny":
      return kemenyScores(place);
  }
}

export function arithmetic(columns: readonly Float64Array[], weights: Float64Array, out: Float64Array): void {
  out.fill(0);
  for (let m = 0; m < columns.length; m += 1) {
    const column = columns[m]!;
    const weight = weights[m]!;
    for (let e = 0; e < out.length; e += 1) out[e] = out[e]! + weight * column[e]!;
  }
}

/** prod z^w; 0 when a member with weight is 0; refused below 0. */
function geometric(place: Place): Aggregator {
  return (columns, weights, out) => {
    out.fill(0);
    for (let m = 0; m < columns.length; m += 1) {
      const weight = weights[m]!;
      if (weight === 0) continue;
      for (let e = 0; e < out.length; e += 1) {
        const z = columns[m]![e]!;
        if (z < 0) negative(place, m, z);
        out[e] = out[e]! + weight * log(z);
      }
    }
    for (let e = 0; e < out.length; e += 1) out[e] = exp(out[e]!);
  };
}

/** (sum w z^p)^(1/p); the limit 0 when p < 0 and a member with weight is 0; refused below 0. */
function powerMean(power: number, place: Place): Aggregator {
  return (columns, weights, out) => {
    out.fill(0);
    for (let m = 0; m < columns.length; m += 1) {
      const weight = weights[m]!;
      if (weight === 0) continue;
      for (let e = 0; e < out.length; e += 1) {
        const z = columns[m]![e]!;
        if (z < 0) negative(place, m, z);
        out[e] = out[e]! + weight * pow(z, power);
      }
    }
    for (let e = 0; e < out.length; e += 1)
      out[e] = out[e] === Number.POSITIVE_INFINITY ? 0 : pow(out[e]!, 1 / power);
  };
}

function negative(place: Place, member: number, value: number): never {
  return refuse(
    "negative-in-mean",
    place,
    `Index "${place.index}" cannot take this mean: member ${member + 1} has the value ${value}, and only values from 0 up have one; use arithmetic, or a normalisation without negative values.`,
    `指数“${place.index}”无法求该均值：第 ${member + 1} 个成员的值为 ${value}（须不小于 0）；请改用算术平均，或采用不产生负值的标准化方法。`,
  );
}

/** R. R. Yager (1988): weights go with positions, from the best member to the worst, not with members. */
function ordered(order: Float64Array, members: number): Aggregator {
  const scratch = new Float64Array(members);
  return (columns, _weights, out) => {
    for (let e = 0; e < out.length; e += 1) {
      for (let m = 0; m < members; m += 1) scratch[m] = columns[m]![e]!;
      scratch.sort();
      let sum = 0;
      for (let m = 0; m < members; m += 1) sum += order[m]! * scratch[members - 1 - m]!;
      out[e] = sum;
    }
  };
}

/** Where the cumulated weight passes one half; the mean of two neighbours when it hits it exactly. */
function weightedMedian(members: number): Aggregator {
  const order = new Int32Array(members);
  return (columns, weights, out) => {
    for (let e = 0; e < out.length; e += 1) {
      const [low, high] = medianMembers(columns, weights, e, order);
      out[e] = low === high ? columns[low]![e]! : (columns[low]![e]! + columns[high]![e]!) / 2;
    }
  };
}

/** The one or two members whose values are the weighted median of entity e. */
export function medianMembers(
  columns: readonly Float64Array[],
  weights: Float64Array,
  e: number,
  order: Int32Array,
): [number, number] {
  for (let m = 0; m < order.length; m += 1) order[m] = m;
  order.sort((a, b) => columns[a]![e]! - columns[b]![e]! || a - b);
  let cumulated = 0;
  for (let k = 0; k < order.length; k += 1) {
    cumulated += weights[order[k]!]!;
    if (Math.abs(cumulated - 0.5) < 1e-12 && k + 1 < order.length) return [order[k]!, order[k + 1]!];
    if (cumulated > 0.5) return [order[k]!, order[k]!];
  }
  return [order.at(-1)!, order.at(-1)!];
}

/**
 * M -/+ S^2/M, where M and S are the weighted mean and population deviation of the entity's members
 * (M. Mazziotta and A. Pareto, 2016; their index has equal weights). Made for values around 100 as of 100 + 10 z.
 */
function mazziottaPareto(sign: 1 | -1, place: Place): Aggregator {
  return (columns, weights, out) => {
    for (let e = 0; e < out.length; e += 1) {
      let centre = 0;
      for (let m = 0; m < columns.length; m += 1) centre += weights[m]! * columns[m]![e]!;
      let variance = 0;
      for (let m = 0; m < columns.length; m += 1) {
        const d = columns[m]![e]! - centre;
        variance += weights[m]! * d * d;
      }
      if (!(centre > 0))
        refuse(
          "mean-not-positive",
          place,
          `Index "${place.index}": Mazziotta-Pareto needs members whose mean is above 0; normalise by z-score with mean 100 and deviation 10.`,
          `指数“${place.index}”：Mazziotta-Pareto 方法要求成员均值大于 0；请用均值 100、标准差 10 的 z-score 标准化。`,
        );
      out[e] = centre + (sign * variance) / centre;
    }
  };
}
