/** Things to come, in the order of their times; of equal times, first in first out. A binary heap. */
export class EndQueue<Item> {
  readonly #isOff: (item: Item) => boolean;
  readonly #heap: { readonly atMs: number; readonly sequence: number; readonly item: Item }[] = [];
  #sequence = 0;

  /** `isOff`: will not come after all; such things are dropped on the way. */
  constructor(isOff: (item: Item) => boolean) {
    this.#isOff = isOff;
  }

  nextMs(): number {
    while (this.#heap[0] && this.#isOff(this.#heap[0].item)) this.#takeFirst();
    return this.#heap[0]?.atMs ?? Infinity;
  }

  add(atMs: number, item: Item): void {
    const heap = this.#heap;
    const entry = { atMs, sequence: (this.#sequence += 1), item };
    let i = heap.push(entry) - 1;
    while (i > 0) {
      const parent = (i - 1) >> 1;
      if (isBefore(heap[parent]!, entry)) break;
      heap[i] = heap[parent]!;
      i = parent;
    }
    heap[i] = entry;
  }

  takeUntil(nowMs: number): Item[] {
    const taken: Item[] = [];
    while (this.nextMs() <= nowMs) taken.push(this.#takeFirst());
    return taken;
  }

  #takeFirst(): Item {
    const heap = this.#heap;
    const first = heap[0]!;
    const last = heap.pop()!;
    if (heap.length === 0) return first.item;
    let i = 0;
    for (let child = 1; child < heap.length; child = 2 * i + 1) {
      if (child + 1 < heap.length && isBefore(heap[child + 1]!, heap[child]!)) child += 1;
      if (isBefore(last, heap[child]!)) break;
      heap[i] = heap[child]!;
      i = child;
    }
    heap[i] = last;
    return first.item;
  }
}

interface Timed {
  readonly atMs: number;
  readonly sequence: number;
}

const isBefore = (a: Timed, b: Timed): boolean =>
  a.atMs < b.atMs || (a.atMs === b.atMs && a.sequence < b.sequence);
