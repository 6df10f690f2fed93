/**
 * Which nodes changed, in order: a ring of node indices with a running number. Readers keep their own position and
 * look only at what changed since; a reader that fell behind the ring must look at everything.
 */
export class ChangeLog {
  readonly #ring: Int32Array;
  readonly #mask: number;
  readonly #last: Float64Array;
  #head = 0;

  constructor(nodeCount: number) {
    const capacity = 2 ** Math.ceil(Math.log2(Math.max(64, nodeCount * 4)));
    this.#ring = new Int32Array(capacity);
    this.#mask = capacity - 1;
    this.#last = new Float64Array(nodeCount);
  }

  /** Number of changes so far: the fleet's revision. */
  get head(): number {
    return this.#head;
  }

  push(node: number): void {
    this.#ring[this.#head & this.#mask] = node;
    this.#head += 1;
    this.#last[node] = this.#head;
  }

  /** The revision at which the node last changed; 0 if never. */
  versionOf(node: number): number {
    return this.#last[node]!;
  }

  /** Whether the changes after `position` are still all there. */
  reaches(position: number): boolean {
    return this.#head - position <= this.#mask;
  }

  /** The node changed at `position`, or −1 if it changed again later (that later entry will do). */
  nodeAt(position: number): number {
    const node = this.#ring[position & this.#mask]!;
    return this.#last[node] === position + 1 ? node : -1;
  }
}
