import { isScore, REFUSED } from "./evaluate.ts";
import { reasonNames } from "./reasons.ts";

/**
 * Standings of all nodes for one shape in a tournament tree over ranks: the best standing and, among equals, the
 * smallest rank in O(1) + O(log n) per change. Nodes that are out are counted by reason along the way.
 */
export class Ranking {
  readonly #leaves: number;
  /** tree[1] is the root; leaf of rank r is tree[leaves + r]. */
  readonly #tree: Int32Array;
  readonly #refused = new Int32Array(reasonNames.length + 1);
  readonly #rankOf: Int32Array;
  readonly #nodeAtRank: Int32Array;

  constructor(rankOf: Int32Array, nodeAtRank: Int32Array) {
    this.#rankOf = rankOf;
    this.#nodeAtRank = nodeAtRank;
    this.#leaves = 2 ** Math.ceil(Math.log2(Math.max(1, rankOf.length)));
    this.#tree = new Int32Array(this.#leaves * 2).fill(REFUSED);
  }

  /** Sets all standings at once. */
  fill(standingOf: (node: number) => number): void {
    const tree = this.#tree;
    this.#refused.fill(0);
    for (let node = 0; node < this.#rankOf.length; node += 1) {
      const standing = standingOf(node);
      tree[this.#leaves + this.#rankOf[node]!] = standing;
      if (!isScore(standing)) this.#refused[standing - REFUSED]! += 1;
    }
    for (let i = this.#leaves - 1; i > 0; i -= 1) {
      const left = tree[2 * i]!;
      const right = tree[2 * i + 1]!;
      tree[i] = left >= right ? left : right;
    }
  }

  set(node: number, standing: number): void {
    const tree = this.#tree;
    let i = this.#leaves + this.#rankOf[node]!;
    const before = tree[i]!;
    if (before === standing) return;
    if (!isScore(before)) this.#refused[before - REFUSED]! -= 1;
    if (!isScore(standing)) this.#refused[standing - REFUSED]! += 1;
    tree[i] = standing;
    for (i >>= 1; i > 0; i >>= 1) {
      const left = tree[2 * i]!;
      const right = tree[2 * i + 1]!;
      const best = left >= right ? left : right;
      if (tree[i] === best) return;
      tree[i] = best;
    }
  }

  of(node: number): number {
    return this.#tree[this.#leaves + this.#rankOf[node]!]!;
  }

  /** The node with the best standing, the smallest rank on ties; −1 if none has a score. */
  best(): number {
    const tree = this.#tree;
    const top = tree[1]!;
    if (!isScore(top)) return -1;
    let i = 1;
    while (i < this.#leaves) i = tree[2 * i] === top ? 2 * i : 2 * i + 1;
    return this.#nodeAtRank[i - this.#leaves]!;
  }

  /** The first `count` nodes in the order in which `best` would name them. */
  top(count: number): number[] {
    const found: number[] = [];
    const frontier = [1];
    while (found.length < count && frontier.length > 0) {
      const i = this.#takeBest(frontier);
      if (!isScore(this.#tree[i]!)) break;
      if (i >= this.#leaves) found.push(this.#nodeAtRank[i - this.#leaves]!);
      else frontier.push(2 * i, 2 * i + 1);
    }
    return found;
  }

  /** How many nodes are out for the reason with this code. */
  refused(code: number): number {
    return this.#refused[code]!;
  }

  feasibleCount(): number {
    return this.#rankOf.length - this.#refused.reduce((sum, count) => sum + count, 0);
  }

  #takeBest(frontier: number[]): number {
    let at = 0;
    for (let k = 1; k < frontier.length; k += 1) {
      const [held, other] = [frontier[at]!, frontier[k]!];
      const gain = this.#tree[other]! - this.#tree[held]!;
      if (gain > 0 || (gain === 0 && this.#firstRank(other) < this.#firstRank(held))) at = k;
    }
    return frontier.splice(at, 1)[0]!;
  }

  #firstRank(i: number): number {
    let leaf = i;
    while (leaf < this.#leaves) leaf *= 2;
    return leaf;
  }
}
