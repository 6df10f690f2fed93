const LENGTH = 16;

interface Entry<T> {
  readonly node: number;
  readonly value: number;
  readonly make: () => T;
}

/**
 * The nodes with the highest values, at most 16 entries, best first, so that the best is still known when some of them drop
 * out. It is spent when all dropped out and others, that did not make the list, may exist.
 */
export class Shortlist<T> {
  readonly #entries: Entry<T>[] = [];
  /** The highest value that was turned away; anything below cannot be placed correctly any more. */
  #turnedAway = -Infinity;

  best(): T | undefined {
    return this.#entries[0]?.make();
  }

  isSpent(): boolean {
    return this.#turnedAway > -Infinity && this.#entries.length === 0;
  }

  forget(node: number): void {
    for (let at = this.#entries.length - 1; at >= 0; at -= 1) {
      if (this.#entries[at]!.node === node) this.#entries.splice(at, 1);
    }
  }

  offer(node: number, value: number, make: () => T): void {
    if (value < this.#turnedAway || (value === this.#turnedAway && this.#entries.length >= LENGTH)) return;
    const entries = this.#entries;
    let at = entries.length;
    while (at > 0 && entries[at - 1]!.value < value) at -= 1;
    if (at >= LENGTH) {
      this.#turnedAway = value;
      return;
    }
    entries.splice(at, 0, { node, value, make });
    if (entries.length > LENGTH) this.#turnedAway = Math.max(this.#turnedAway, entries.pop()!.value);
  }
}
