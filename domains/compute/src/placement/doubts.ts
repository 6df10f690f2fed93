import type { Check, CommitOptions, Draft, Objects, ReconcileContext } from "@yunhe/kernel";
import { isRefusal } from "../attempts/conflict.ts";
import type { PlacementView } from "./view.ts";

/** One placement as it was sent to the store. */
export interface Sent {
  readonly uids: readonly string[];
  readonly drafts: readonly Draft[];
  readonly options: CommitOptions & { readonly fence: ReconcileContext["fence"] };
  /** All that the transaction rests on, what it writes too: once one of it has moved on it can be made no more. */
  readonly rests: readonly Check[];
}

/**
 * Placements whose commit got no answer: they may have been made, and may still be made later. Their places stay in
 * the books until the view shows which (R1). Sending the very same transaction again decides it: it takes effect
 * once, or is refused because something it rests on has moved.
 */
export class Doubts {
  readonly #view: PlacementView;
  readonly #objects: Objects;
  #open: Sent[] = [];

  constructor(view: PlacementView, objects: Objects) {
    this.#view = view;
    this.#objects = objects;
  }

  add(sent: Sent): void {
    this.#open.push(sent);
  }

  /** True when nothing is left in doubt. What the store does not answer is thrown, so that it is asked again later. */
  async settle({ fence }: ReconcileContext): Promise<boolean> {
    this.#open = this.#open.filter((sent) => this.#isOpen(sent, fence.epoch));
    await Promise.all(this.#open.map((sent) => this.#sendAgain(sent)));
    this.#open = this.#open.filter((sent) => this.#isOpen(sent, fence.epoch));
    return this.#open.length === 0;
  }

  async #sendAgain({ drafts, options }: Sent): Promise<void> {
    try {
      await this.#objects.commit(drafts, options);
    } catch (error) {
      // Refused: either it was made before or it never will be. The view, which may lag, shows which.
      if (!isRefusal(error)) throw error;
    }
  }

  #isOpen({ uids, rests, options }: Sent, epoch: number): boolean {
    const view = this.#view;
    if (uids.some((uid) => view.isLive(uid))) return false;
    const isFenced = options.fence.epoch !== epoch;
    if (!isFenced && !rests.some((check) => view.seen.hasMoved(check))) return true;
    for (const uid of uids) view.books.release(uid);
    view.version += 1;
    return false;
  }
}
