import type { Index, Specification } from "@yunhe/evaluation";

/** `indicator-1`, `indicator-2`: the first that nothing has. */
export function freshId(prefix: string, { indices, indicators }: Specification): string {
  const taken = new Set([...indices, ...indicators].map(({ id }) => id));
  let at = 1;
  while (taken.has(`${prefix}-${at}`)) at += 1;
  return `${prefix}-${at}`;
}

/** Without an index or indicator, and without it as a member; judgements of it go with it. */
export function withoutEntry(specification: Specification, id: string): Specification {
  return {
    ...specification,
    indicators: specification.indicators.filter((each) => each.id !== id),
    indices: specification.indices
      .filter((each) => each.id !== id)
      .map((index) => {
        const at = index.members.findIndex((member) => member.id === id);
        return at < 0 ? index : withoutMember(index, at);
      }),
  };
}

export function withoutMember(index: Index, at: number): Index {
  const keep = <T>(list: readonly T[]): T[] => list.filter((_, k) => k !== at);
  return following({ ...index, members: keep(index.members) }, (matrix) => keep(matrix).map(keep), keep);
}

/** A new member has been compared with nothing yet. */
export function withMember(index: Index, id: string): Index {
  const members = [...index.members, { id, weight: undefined }];
  return following(
    { ...index, members },
    (matrix) => [...matrix.map((row) => [...row, null]), [...matrix.map(() => null), 1]],
    (points) => [...points, 0],
  );
}

export function swapped(index: Index, a: number, b: number): Index {
  const swap = <T>(list: readonly T[]): T[] => list.with(a, list[b]!).with(b, list[a]!);
  return following({ ...index, members: swap(index.members) }, (matrix) => swap(matrix).map(swap), swap);
}

/** An entry under another index instead; judgements of it stay behind, since they compared it with others. */
export function movedTo(specification: Specification, id: string, from: string, to: string): Specification {
  return {
    ...specification,
    indices: specification.indices.map((index) => {
      if (index.id === to && !index.members.some((member) => member.id === id)) return withMember(index, id);
      const at = index.members.findIndex((member) => member.id === id);
      return index.id === from && at >= 0 && index.members.length > 1 ? withoutMember(index, at) : index;
    }),
  };
}

type Matrix = (number | null)[][];

/** What was given for the members in their old order, in their new one. */
function following(
  index: Index,
  matrix: (matrix: Matrix) => Matrix,
  points: (points: readonly number[]) => number[],
): Index {
  const { weights, aggregation, members } = index;
  // Weights of positions belong to no member: with another number of them only equal ones make sense.
  const ordered =
    aggregation.method === "owa" && aggregation.order.length !== members.length
      ? { ...aggregation, order: members.map(() => 1 / members.length) }
      : aggregation;
  if (weights.method === "ahp") {
    const experts = weights.experts.map((expert) => ({ ...expert, matrix: matrix(expert.matrix) }));
    return { ...index, aggregation: ordered, weights: { ...weights, experts } };
  }
  if (weights.method === "budget-allocation") {
    const allocations = weights.allocations.map((each) => ({ ...each, points: points(each.points) }));
    return { ...index, aggregation: ordered, weights: { ...weights, allocations } };
  }
  return { ...index, aggregation: ordered };
}
