import { arithmetic, compileAggregator } from "../aggregation/aggregate.ts";
import { memberSlopes } from "../aggregation/contributions.ts";
import { ranksOf } from "../aggregation/ranks.ts";
import type { Index } from "../specification/schema.ts";
import { correlation } from "../steps/moments.ts";
import { deriveWeights, type WeightDerivation } from "./weights.ts";

/** One index in one period. */
export interface IndexScores {
  readonly index: Index;
  readonly scores: Float64Array;
  /** 1 is best; equal scores share the best rank. */
  readonly ranks: Int32Array;
  readonly derivation: WeightDerivation;
  /** Indicators below the index, in the order of the tree. */
  readonly indicators: readonly string[];
  /** Contribution of each of them, a column per indicator; added in this order they are the score, to the last bit. */
  readonly contributions: readonly Float64Array[] | undefined;
  /** Weight of each of them in the index through all levels; undefined below rankings and benefit of the doubt. */
  readonly effectiveWeights: Float64Array | undefined;
  /** Pearson's correlation of each of them with the score, NaN for a constant column. */
  readonly influence: Float64Array;
}

interface Node {
  readonly values: Float64Array;
  readonly leaves: ReadonlyMap<
    string,
    { readonly share: Float64Array | undefined; readonly weight: number | undefined }
  >;
}

/** Scores all indices, members first. @param normalised columns by indicator id */
export function scoreIndices(
  indices: readonly Index[],
  normalised: ReadonlyMap<string, Float64Array>,
  period: string,
): IndexScores[] {
  const nodes = new Map<string, Node>();
  for (const [id, values] of normalised)
    nodes.set(id, { values, leaves: new Map([[id, { share: values, weight: 1 }]]) });
  return indices.map((index) => {
    const members = index.members.map((member) => nodes.get(member.id)!);
    const columns = members.map((member) => member.values);
    const derivation = deriveWeights(index, index.weights, columns, period);
    const scores = rawScores(index, columns, derivation);
    const leaves = combineLeaves(index, members, derivation, scores);
    const contributions = sumToScore(
      [...leaves.values()].map((leaf) => leaf.share),
      scores,
    );
    nodes.set(index.id, { values: scores, leaves });
    const weights = [...leaves.values()].map((leaf) => leaf.weight);
    return {
      index,
      scores,
      ranks: ranksOf(scores),
      derivation,
      indicators: [...leaves.keys()],
      contributions,
      effectiveWeights: weights.includes(undefined) ? undefined : Float64Array.from(weights as number[]),
      influence: Float64Array.from(leaves.keys(), (id) => correlation(normalised.get(id)!, scores)),
    };
  });
}

function rawScores(
  index: Index,
  columns: readonly Float64Array[],
  derivation: WeightDerivation,
): Float64Array {
  const scores = new Float64Array(columns[0]!.length);
  if (derivation.byEntity) {
    for (const [m, column] of columns.entries())
      for (let e = 0; e < scores.length; e += 1)
        scores[e] = scores[e]! + derivation.byEntity[m]![e]! * column[e]!;
  } else if (index.aggregation.method === "arithmetic") arithmetic(columns, derivation.weights, scores);
  else
    compileAggregator(index.aggregation, columns.length, { index: index.id })(
      columns,
      derivation.weights,
      scores,
    );
  return scores;
}

/** Carries every indicator's share and weight one level up; an indicator reached on two ways is added up. */
function combineLeaves(
  index: Index,
  members: readonly Node[],
  derivation: WeightDerivation,
  scores: Float64Array,
): Map<string, { share: Float64Array | undefined; weight: number | undefined }> {
  const slopes =
    derivation.byEntity ??
    memberSlopes(
      index.aggregation,
      members.map((member) => member.values),
      derivation.weights,
      scores,
    );
  const nominal =
    derivation.byEntity === undefined && slopes !== undefined && index.aggregation.method !== "owa";
  const leaves = new Map<string, { share: Float64Array | undefined; weight: number | undefined }>();
  for (const [m, member] of members.entries()) {
    for (const [id, leaf] of member.leaves) {
      const share = slopes && leaf.share ? product(slopes[m]!, leaf.share) : undefined;
      const weight = nominal && leaf.weight !== undefined ? derivation.weights[m]! * leaf.weight : undefined;
      const before = leaves.get(id);
      leaves.set(
        id,
        before === undefined
          ? { share, weight }
          : {
              share: before.share && share ? sumOf(before.share, share) : undefined,
              weight:
                before.weight === undefined || weight === undefined ? undefined : before.weight + weight,
            },
      );
    }
  }
  return leaves;
}

function product(a: Float64Array, b: Float64Array): Float64Array {
  const out = new Float64Array(a.length);
  for (let e = 0; e < out.length; e += 1) out[e] = a[e]! * b[e]!;
  return out;
}

function sumOf(a: Float64Array, b: Float64Array): Float64Array {
  return a.map((value, e) => value + b[e]!);
}

/** Makes the score the sum of its contributions in their order, which moves it by a few units in the last place only. */
function sumToScore(
  shares: readonly (Float64Array | undefined)[],
  scores: Float64Array,
): Float64Array[] | undefined {
  if (shares.includes(undefined)) return undefined;
  const contributions = shares as Float64Array[];
  scores.fill(0);
  for (const share of contributions)
    for (let e = 0; e < scores.length; e += 1) scores[e] = scores[e]! + share[e]!;
  return contributions;
}
