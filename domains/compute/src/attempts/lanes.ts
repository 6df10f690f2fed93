import { keyText, type ObjectKey } from "@yunhe/kernel";

/**
 * One lane per pool, each with room for so many attempts at once: an engine that is slow or dead holds up its own
 * attempts and no others. Whoever finds its lane full leaves at once and is woken when there is room.
 */
export class Lanes {
  readonly #width: number;
  readonly #lanes = new Map<string, { inside: number; readonly waiting: Map<string, ObjectKey> }>();
  #wake: (key: ObjectKey) => void = () => undefined;

  constructor(width: number) {
    this.#width = width;
  }

  /** Called with each key that may try again. */
  onRoom(wake: (key: ObjectKey) => void): void {
    this.#wake = wake;
  }

  /** The function that leaves the lane; undefined when it is full. */
  enter(pool: string, key: ObjectKey, width = this.#width): (() => void) | undefined {
    const lane = this.#lanes.get(pool) ?? { inside: 0, waiting: new Map<string, ObjectKey>() };
    this.#lanes.set(pool, lane);
    if (lane.inside >= width) {
      lane.waiting.set(keyText(key), key);
      return undefined;
    }
    lane.waiting.delete(keyText(key));
    lane.inside += 1;
    return () => {
      lane.inside -= 1;
      const [next] = lane.waiting;
      if (next === undefined) {
        if (lane.inside === 0) this.#lanes.delete(pool);
        return;
      }
      lane.waiting.delete(next[0]);
      this.#wake(next[1]);
    };
  }
}
