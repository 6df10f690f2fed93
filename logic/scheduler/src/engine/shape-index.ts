import type { Policy } from "../policies/policy.ts";
import { Evaluation, isScore, REFUSED } from "./evaluate.ts";
import { lastingReason } from "./fit.ts";
import { Ranking } from "./ranking.ts";
import type { Shape } from "./shape.ts";
import type { FleetState } from "./state.ts";
import { type BoundTerms, totalScore } from "./terms.ts";

/**
 * All nodes ranked for one shape under one policy, kept true lazily: on each use only the nodes that changed since
 * the last use are evaluated again.
 */
export class ShapeIndex {
  readonly shape: Shape;
  readonly ranking: Ranking;
  readonly #state: FleetState;
  readonly #evaluation: Evaluation;
  readonly #terms: BoundTerms;
  readonly #lasting: Uint8Array;
  #position = -1;
  #flips = 0;

  constructor(state: FleetState, shape: Shape, policy: Policy, terms: BoundTerms) {
    this.#state = state;
    this.shape = shape;
    this.#terms = terms;
    this.#evaluation = new Evaluation(state, shape, totalScore(terms), policy.devices);
    this.#lasting = new Uint8Array(state.nodeCount);
    for (let node = 0; node < state.nodeCount; node += 1)
      this.#lasting[node] = lastingReason(state, shape, node);
    this.ranking = new Ranking(state.rankOf, state.nodeAtRank);
  }

  /** Brings the ranking up to the fleet's current revision. */
  refresh(): void {
    const { log } = this.#state;
    const flips = this.shape.group?.flips ?? 0;
    if (this.#position < 0 || !log.reaches(this.#position) || flips !== this.#flips) {
      this.ranking.fill((node) => this.#standing(node));
    } else {
      for (let position = this.#position; position < log.head; position += 1) {
        const node = log.nodeAt(position);
        if (node >= 0 && this.#lasting[node] === 0) this.ranking.set(node, this.#evaluation.standing(node));
      }
    }
    this.#position = log.head;
    this.#flips = flips;
  }

  /** Why the node could not even run it when empty: 0 or a reason code. */
  lasting(node: number): number {
    return this.#lasting[node]!;
  }

  /** The devices a member would get on the node; undefined when it does not fit now. */
  devicesOn(node: number): number[] | undefined {
    if (!isScore(this.#standing(node))) return undefined;
    const { pick } = this.#evaluation;
    return Array.from(pick.devices.subarray(0, pick.count));
  }

  /** The score of a node that fits, part by part. */
  parts(node: number): { scorer: string; weight: number; score: number }[] {
    if (!isScore(this.#standing(node))) return [];
    return this.#terms.map(({ scorer, weight, score }) => ({
      scorer: scorer.name,
      weight,
      score: score(node, this.#evaluation.pick),
    }));
  }

  #standing(node: number): number {
    const lasting = this.#lasting[node]!;
    return lasting ? REFUSED + lasting : this.#evaluation.standing(node);
  }
}
