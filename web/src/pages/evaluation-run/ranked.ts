import type { WorkResult } from "../evaluation/api.ts";
import type { RunView } from "./run-data.ts";

/** Scores and ranks in the order of the view's entities; null: it has none there. */
export interface Ranked {
  readonly scores: readonly (number | null)[];
  readonly ranks: readonly (number | null)[];
}

/**
 * How another evaluation ranks the entities of this view: by the index of the same id where it has one, else by its
 * last; in the same period where it has it, else in its last. Undefined when it ranks none of them.
 */
export function rankedBy({ result }: WorkResult, { table, index }: RunView): Ranked | undefined {
  const candidates = result.tables
    .filter(({ kind }) => kind === table.kind)
    .flatMap((each) => each.indices.map((scores) => ({ table: each, scores })));
  const last = candidates.at(-1)?.scores.id;
  const id = candidates.some(({ scores }) => scores.id === index.id) ? index.id : last;
  const ofIndex = candidates.filter(({ scores }) => scores.id === id);
  const found = ofIndex.find((each) => each.table.period === table.period) ?? ofIndex.at(-1);
  if (!found) return undefined;
  const places = table.entities.map((entity) =>
    found.table.entities.findIndex((other) => other.id === entity.id),
  );
  if (places.every((at) => at < 0)) return undefined;
  return {
    scores: places.map((at) => found.scores.scores[at] ?? null),
    ranks: places.map((at) => found.scores.ranks[at] ?? null),
  };
}

/** How far two rankings of the same entities agree; entities that only one has are left out. */
export function agreementOf(
  base: readonly (number | null)[],
  other: readonly (number | null)[],
): { readonly mean: number; readonly largest: number; readonly tau: number } {
  const both = base.flatMap((rank, e): [number, number][] =>
    rank === null || other[e] === null || other[e] === undefined ? [] : [[rank, other[e]]],
  );
  const shifts = both.map(([a, b]) => Math.abs(a - b));
  return {
    mean: shifts.reduce((sum, shift) => sum + shift, 0) / shifts.length,
    largest: Math.max(...shifts),
    tau: kendallTauB(both),
  };
}

/** Kendall's tau-b (M. G. Kendall, Biometrika 33, 1945): ties count in neither direction. */
function kendallTauB(pairs: readonly (readonly [number, number])[]): number {
  let [agree, tiesA, tiesB] = [0, 0, 0];
  const all = (pairs.length * (pairs.length - 1)) / 2;
  for (const [k, [a, b]] of pairs.entries())
    for (const [otherA, otherB] of pairs.slice(k + 1)) {
      agree += Math.sign(a - otherA) * Math.sign(b - otherB);
      tiesA += a === otherA ? 1 : 0;
      tiesB += b === otherB ? 1 : 0;
    }
  return agree / Math.sqrt((all - tiesA) * (all - tiesB));
}
