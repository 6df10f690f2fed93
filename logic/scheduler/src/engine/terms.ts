import type { NodeScore, Scorer } from "../policies/policy.ts";

export interface BoundTerm {
  readonly scorer: Scorer;
  readonly weight: number;
  readonly score: NodeScore;
}
export type BoundTerms = readonly BoundTerm[];

/** Σ weight × score; one term is called directly. */
export function totalScore(terms: BoundTerms): NodeScore {
  if (terms.length === 0) return () => 0;
  if (terms.length === 1 && terms[0]!.weight === 1) return terms[0]!.score;
  return (node, pick) => {
    let sum = 0;
    for (const term of terms) sum += term.weight * term.score(node, pick);
    return sum;
  };
}
