import type { Environment } from "../environment.ts";

export interface BackOff {
  /** Delay after the first failure of a key; doubles with each further one. */
  readonly baseMs: number;
  readonly limitMs: number;
}

export const defaultBackOff: BackOff = { baseMs: 100, limitMs: 60_000 };

interface Delayed {
  readonly dueMs: number;
  readonly cancel: () => void;
}

/**
 * Keys that wait to be looked at. A key waits at most once however often it is added; one that is being worked on is
 * given out again only after {@link WorkQueue.done}. (The semantics of client-go's workqueue.)
 */
export class WorkQueue<Item> {
  readonly #environment: Environment;
  readonly #textOf: (item: Item) => string;
  readonly #backOff: BackOff;
  readonly #wake: () => void;
  readonly #ready = new Map<string, Item>();
  readonly #working = new Set<string>();
  readonly #again = new Map<string, Item>();
  readonly #delayed = new Map<string, Delayed>();
  readonly #failures = new Map<string, number>();
  #ended = false;

  /** `wake` is called whenever {@link WorkQueue.take} may have something to give. */
  constructor(options: {
    readonly environment: Environment;
    readonly textOf: (item: Item) => string;
    readonly wake: () => void;
    readonly backOff?: BackOff;
  }) {
    this.#environment = options.environment;
    this.#textOf = options.textOf;
    this.#backOff = options.backOff ?? defaultBackOff;
    this.#wake = options.wake;
  }

  add(item: Item): void {
    if (this.#ended) return;
    const text = this.#textOf(item);
    this.#forgetDelay(text);
    if (this.#working.has(text)) this.#again.set(text, item);
    else if (!this.#ready.has(text)) {
      this.#ready.set(text, item);
      this.#wake();
    }
  }

  /** Adds after the delay, unless it is added before; of several delays the shortest counts. */
  addAfter(item: Item, delayMs: number): void {
    if (this.#ended) return;
    if (delayMs <= 0) return this.add(item);
    const text = this.#textOf(item);
    const { clock } = this.#environment;
    const dueMs = clock.monotonicMs() + delayMs;
    const present = this.#delayed.get(text);
    if (this.#ready.has(text) || (present !== undefined && present.dueMs <= dueMs)) return;
    this.#forgetDelay(text);
    const cancel = clock.after(delayMs, () => {
      this.#delayed.delete(text);
      this.add(item);
    });
    this.#delayed.set(text, { dueMs, cancel });
  }

  /** Adds after an exponential back-off with jitter (between half and the whole of it); gives the delay. */
  addFailed(item: Item): number {
    const text = this.#textOf(item);
    const failures = this.#failures.get(text) ?? 0;
    this.#failures.set(text, failures + 1);
    const { baseMs, limitMs } = this.#backOff;
    const wholeMs = Math.min(limitMs, baseMs * 2 ** failures);
    const delayMs = wholeMs * (0.5 + this.#environment.random.next() / 2);
    this.addAfter(item, delayMs);
    return delayMs;
  }

  /** The key has succeeded: its next failure starts from the shortest delay. */
  succeeded(item: Item): void {
    this.#failures.delete(this.#textOf(item));
  }

  /** The next key, oldest first; whoever takes it calls {@link WorkQueue.done}. */
  take(): Item | undefined {
    for (const [text, item] of this.#ready) {
      this.#ready.delete(text);
      this.#working.add(text);
      return item;
    }
    return undefined;
  }

  done(item: Item): void {
    const text = this.#textOf(item);
    this.#working.delete(text);
    const again = this.#again.get(text);
    this.#again.delete(text);
    if (again !== undefined) this.add(again);
  }

  /** Keys that wait now, are being worked on, and wait for their time. */
  get sizes(): { readonly ready: number; readonly working: number; readonly delayed: number } {
    return {
      ready: this.#ready.size,
      working: this.#working.size,
      delayed: this.#delayed.size,
    };
  }

  /** Forgets everything and takes nothing any more. */
  end(): void {
    this.#ended = true;
    for (const { cancel } of this.#delayed.values()) cancel();
    this.#delayed.clear();
    this.#ready.clear();
    this.#again.clear();
  }

  #forgetDelay(text: string): void {
    this.#delayed.get(text)?.cancel();
    this.#delayed.delete(text);
  }
}
