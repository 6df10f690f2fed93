import type { DeviceRule } from "../policies/policy.ts";
import { Evaluation, isScore, REFUSED } from "./evaluate.ts";
import { lastingReasons } from "./fit.ts";
import type { Change } from "./change.ts";
import { NearestChanges } from "./nearest-changes.ts";
import { Ranking } from "./ranking.ts";
import type { Words } from "./reasons.ts";
import { compileShape } from "./compile-shape.ts";
import type { Shape } from "./shape.ts";
import type { FleetState } from "./state.ts";
import { type BoundTerms, totalScore } from "./terms.ts";

/** One term of a node's score, with what a person should know beside it. */
export interface ScorePart {
  readonly scorer: string;
  readonly weight: number;
  readonly score: number;
  readonly note?: Words;
}

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
  #nearest: NearestChanges | undefined;
  #could: boolean | undefined;
  #onEmpty: ShapeIndex | undefined;

  constructor(state: FleetState, shape: Shape, devices: DeviceRule, terms: BoundTerms) {
    this.#state = state;
    this.shape = shape;
    this.#terms = terms;
    this.#evaluation = new Evaluation(state, shape, totalScore(terms), devices);
    this.#lasting = lastingReasons(state, shape);
    this.ranking = new Ranking(state.rankOf, state.nodeAtRank);
  }

  /** Brings the ranking up to the fleet's current revision. */
  refresh(): void {
    const { log } = this.#state;
    const flips = this.shape.group?.flips ?? 0;
    if (this.#position < 0 || !log.reaches(this.#position) || flips !== this.#flips) {
      this.#fill();
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
  parts(node: number): ScorePart[] {
    if (!isScore(this.#standing(node))) return [];
    return this.#terms.map(({ scorer, weight, score }) => {
      const note = scorer.note?.(this.#state, this.shape, node);
      const part = { scorer: scorer.name, weight, score: score(node, this.#evaluation.pick) };
      return note === undefined ? part : { ...part, note };
    });
  }

  /** Whether one member could start if nothing ran at all. */
  couldEverStart(): boolean {
    this.#could ??= this.#lasting.includes(0) && this.onEmptyFleet().ranking.feasibleCount() > 0;
    return this.#could;
  }

  /** The smallest changes that would let one member start now. */
  nearestChanges(): Change[] {
    this.#nearest ??= new NearestChanges(this.#state, this.shape);
    return this.#nearest.get();
  }

  /** The same if nothing ran at all. */
  changesOnEmptyFleet(): Change[] {
    return this.onEmptyFleet().nearestChanges();
  }

  /** The ranking of the same shape, without scores, on the fleet with nothing on it. */
  onEmptyFleet(): ShapeIndex {
    const empty = this.#state.emptied();
    this.#onEmpty ??= new ShapeIndex(empty, compileShape(empty, this.shape.task, 0), "fullest", []);
    this.#onEmpty.refresh();
    return this.#onEmpty;
  }

  /** Nodes of one class that nothing ever ran on stand alike: one of each is evaluated. */
  #fill(): void {
    const { log, classOf, schedulable } = this.#state;
    const ofClass = new Map<number, number>();
    this.ranking.fill((node) => {
      if (log.versionOf(node) > 0 || schedulable[node] === 0 || this.shape.group) return this.#standing(node);
      const key = classOf[node]!;
      const standing = ofClass.get(key) ?? this.#standing(node);
      ofClass.set(key, standing);
      return standing;
    });
  }

  #standing(node: number): number {
    const lasting = this.#lasting[node]!;
    return lasting ? REFUSED + lasting : this.#evaluation.standing(node);
  }
}
