import type { DataSet } from "../data/dataset.ts";
import { compute } from "../pipeline/compute.ts";
import { leavesOf } from "../pipeline/structure.ts";
import type { Index, Specification } from "../specification/schema.ts";
import { refuse } from "../specification/types.ts";
import type { Weighting } from "../specification/weights-schema.ts";
import type { PlanTarget } from "./plan-parts.ts";

export interface RemovalEffect {
  /** The indicator or index that was left out. */
  readonly removed: string;
  readonly meanRankShift: number;
  readonly largestRankShift: number;
  /** Rank without it minus rank with it, per entity in the order of `entities`. */
  readonly rankChanges: readonly number[];
}

export interface RemovalResult {
  readonly entities: readonly string[];
  readonly effects: readonly RemovalEffect[];
}

/** Leaves out every indicator, and every index below the target, one at a time; the others' weights are rescaled. */
export function oneAtATime(specification: Specification, data: DataSet, target: PlanTarget): RemovalResult {
  const ranksOfTarget = (changed: Specification): { ids: string[]; ranks: Int32Array } => {
    const [table] = compute(changed, data, {
      indices: [target.index],
      periods: [target.period],
      extensions: target.extensions,
    }).tables.filter((candidate) => candidate.indices.some((scores) => scores.index.id === target.index));
    return {
      ids: table!.entities.map((entity) => entity.id),
      ranks: table!.indices.find((scores) => scores.index.id === target.index)!.ranks,
    };
  };
  const base = ranksOfTarget(specification);
  const effects = removable(specification, target.index).map((removed) => {
    const without = ranksOfTarget(removeNode(specification, removed));
    const rankChanges = base.ids.map((id, e) => without.ranks[without.ids.indexOf(id)]! - base.ranks[e]!);
    const sizes = rankChanges.map(Math.abs);
    return {
      removed,
      rankChanges,
      meanRankShift: sizes.reduce((sum, size) => sum + size, 0) / sizes.length,
      largestRankShift: Math.max(...sizes),
    };
  });
  return { entities: base.ids, effects };
}

function removable(specification: Specification, index: string): string[] {
  const indices = new Map(specification.indices.map((candidate) => [candidate.id, candidate]));
  const inner = (id: string): string[] =>
    (indices.get(id)?.members ?? []).flatMap((member) => [
      ...(indices.has(member.id) ? [member.id] : []),
      ...inner(member.id),
    ]);
  const leaves = leavesOf(index, indices);
  return [...new Set([...inner(index), ...leaves])].filter(
    (id) => leavesOf(id, indices).length < leaves.length,
  );
}

/** The specification without an indicator or index; an index that becomes empty goes too. */
export function removeNode(specification: Specification, id: string): Specification {
  const indices = specification.indices
    .filter((index) => index.id !== id)
    .map((index) => removeMember(index, id));
  const empty = indices.find((index) => index.members.length === 0);
  const next = {
    ...specification,
    indices,
    indicators: specification.indicators.map((indicator) =>
      indicator.id === id ? { ...indicator, role: "auxiliary" as const } : indicator,
    ),
  };
  if (empty !== undefined)
    return removeNode({ ...next, indices: indices.filter((index) => index !== empty) }, empty.id);
  return next;
}

function removeMember(index: Index, id: string): Index {
  const at = index.members.findIndex((member) => member.id === id);
  if (at < 0) return index;
  const without = <T>(values: readonly T[]): T[] => values.filter((_, k) => k !== at);
  const aggregation =
    index.aggregation.method === "owa"
      ? refuse(
          "removal-cannot-apply",
          { index: index.id },
          `"${index.id}" weights positions (OWA), so no member can be left out without new weights.`,
          `“${index.id}”采用次序加权（OWA），剔除成员须重新给定权重。`,
        )
      : index.aggregation;
  return {
    ...index,
    aggregation,
    members: rescaled(without(index.members)),
    weights: withoutMember(index.weights, without),
  };
}

function rescaled(members: Index["members"]): Index["members"] {
  const sum = members.reduce((total, member) => total + (member.weight ?? 0), 0);
  return members.map((member) =>
    member.weight === undefined || sum === 0 ? member : { ...member, weight: member.weight / sum },
  );
}

function withoutMember(weights: Weighting, without: <T>(values: readonly T[]) => T[]): Weighting {
  switch (weights.method) {
    case "manual":
      return { ...weights, rescale: true };
    case "ahp":
      return {
        ...weights,
        experts: weights.experts.map((expert) => ({
          ...expert,
          matrix: without(expert.matrix).map(without),
        })),
      };
    case "budget-allocation": {
      // Every expert keeps the same budget: what went to the removed member is spread in proportion.
      const allocations = weights.allocations.map(({ expert, points }) => {
        const kept = without(points);
        const sum = kept.reduce((total, value) => total + value, 0);
        return { expert, points: kept.map((value) => (sum === 0 ? 100 / kept.length : (100 * value) / sum)) };
      });
      return { ...weights, allocations };
    }
    case "optimised":
      return { ...weights, ...(weights.target && { target: without(weights.target) }) };
    case "equal":
    case "pca":
    case "factor":
    case "entropy":
    case "critic":
    case "benefit-of-the-doubt":
      return weights;
  }
}
