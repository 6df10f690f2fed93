interface Timer {
  readonly dueMs: number;
  /** Of two timers due at once, the one of the lower class runs first, then the older one. */
  readonly rank: number;
  readonly order: number;
  readonly run: () => void;
  cancelled: boolean;
}

const before = (left: Timer, right: Timer): boolean =>
  left.dueMs !== right.dueMs
    ? left.dueMs < right.dueMs
    : left.rank !== right.rank
      ? left.rank < right.rank
      : left.order < right.order;

/** The one clock of a simulated world: a heap of timers. Time moves only when {@link WorldTime.step} is called. */
export class WorldTime {
  nowMs = 0;
  #order = 0;
  readonly #heap: Timer[] = [];

  after(delayMs: number, run: () => void, rank = 0): () => void {
    this.#order += 1;
    const dueMs = this.nowMs + Math.max(0, delayMs);
    const timer: Timer = { dueMs, rank, order: this.#order, run, cancelled: false };
    this.#push(timer);
    return () => {
      timer.cancelled = true;
    };
  }

  /** Runs the next timer that is due by `untilMs`; false when there is none, and then it is `untilMs`. */
  step(untilMs: number): boolean {
    for (let timer = this.#heap[0]; timer !== undefined && timer.dueMs <= untilMs; timer = this.#heap[0]) {
      this.#pop();
      if (timer.cancelled) continue;
      this.nowMs = Math.max(this.nowMs, timer.dueMs);
      timer.run();
      return true;
    }
    this.nowMs = Math.max(this.nowMs, untilMs);
    return false;
  }

  #push(timer: Timer): void {
    const heap = this.#heap;
    let at = heap.push(timer) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!before(timer, heap[parent]!)) break;
      heap[at] = heap[parent]!;
      at = parent;
    }
    heap[at] = timer;
  }

  #pop(): void {
    const heap = this.#heap;
    const last = heap.pop()!;
    if (heap.length === 0) return;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && before(heap[child + 1]!, heap[child]!)) child += 1;
      if (!before(heap[child]!, last)) break;
      heap[at] = heap[child]!;
      at = child;
    }
    heap[at] = last;
  }
}
