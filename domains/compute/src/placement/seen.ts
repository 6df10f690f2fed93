import { type Change, type Check, keyText, type ObjectKey, type Uid } from "@yunhe/kernel";
import type { Queue } from "../kinds/queue.ts";
import type { Task } from "../kinds/task.ts";

/** What was last seen of the objects that a placement may rest on, for the checks of its transaction. */
export class Seen {
  readonly #revisions = new Map<string, number>();
  /** What is asked of arrays and queues. */
  readonly #asked = new Map<string, { readonly uid: Uid; readonly generation: number }>();

  take({ key, type, revision }: Change): void {
    if (type === "DELETED") this.#revisions.delete(keyText(key));
    else this.#revisions.set(keyText(key), revision);
  }

  takeAsked({ key, type }: Change, { metadata: { uid, generation } }: Task | Queue): void {
    if (type === "DELETED") this.#asked.delete(keyText(key));
    else this.#asked.set(keyText(key), { uid, generation });
  }

  /** For a transaction that rests on a task, node or pool as a whole. */
  whole(key: ObjectKey): Check {
    return { key, expected: this.#revisions.get(keyText(key)) ?? 0 };
  }

  /** For one that rests on what is asked of an array or a queue, whose status may go on changing. */
  asked(key: ObjectKey): Check {
    const asked = this.#asked.get(keyText(key));
    return asked === undefined ? this.whole(key) : { key, ...asked };
  }

  /** True when a transaction with this check can be made no more. */
  hasMoved(check: Check): boolean {
    const text = keyText(check.key);
    if ("expected" in check) {
      const seen = this.#revisions.get(text) ?? 0;
      return seen === 0 ? check.expected > 0 : seen > check.expected;
    }
    const asked = this.#asked.get(text);
    return asked?.uid !== check.uid || asked.generation > check.generation;
  }
}
