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
  return withMatrices({ ...index, members: keep(index.members) }, (matrix) => keep(matrix).map(keep));
}

/** A new member has been compared with nothing yet. */
export function withMember(index: Index, id: string): Index {
  const members = [...index.members, { id, weight: undefined }];
  return withMatrices({ ...index, members }, (matrix) => [
    ...matrix.map((row) => [...row, null]),
    [...matrix.map(() => null), 1],
  ]);
}

export function swapped(index: Index, a: number, b: number): Index {
  const swap = <T>(list: readonly T[]): T[] => list.with(a, list[b]!).with(b, list[a]!);
  return withMatrices({ ...index, members: swap(index.members) }, (matrix) => swap(matrix).map(swap));
}

type Matrix = (number | null)[][];

function withMatrices(index: Index, change: (matrix: Matrix) => Matrix): Index {
  if (index.weights.method !== "ahp") return index;
  const experts = index.weights.experts.map((expert) => ({ ...expert, matrix: change(expert.matrix) }));
  return { ...index, weights: { ...index.weights, experts } };
}
