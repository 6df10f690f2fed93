import type { Change, ObjectKey } from "@yunhe/kernel";
import type { GrantFields } from "../kinds/device.ts";
import type { Attempt } from "../kinds/attempt.ts";

export interface LiveAttempt {
  readonly key: ObjectKey;
  readonly node: string;
  readonly grant: GrantFields;
  /** Its engine has it and has not begun it. */
  readonly queued: boolean;
  /** It has been told to end. */
  readonly ending: boolean;
}

const none: ReadonlyMap<string, LiveAttempt> = new Map();

/** Which attempts of a pool are not over, kept up to date from the store's changes. */
export class LiveAttempts {
  readonly #pools = new Map<string, Map<string, LiveAttempt>>();

  apply(change: Change, { spec, status }: Attempt): void {
    const pool = this.#pools.get(spec.pool) ?? new Map<string, LiveAttempt>();
    if (change.type === "DELETED" || status?.phase === "Ended") pool.delete(change.uid);
    else {
      const { node, grant, end } = spec;
      const queued = status?.phase === "Submitted";
      pool.set(change.uid, { key: change.key, node, grant, queued, ending: end !== undefined });
    }
    if (pool.size === 0) this.#pools.delete(spec.pool);
    else this.#pools.set(spec.pool, pool);
  }

  of(pool: string): LiveAttempt[] {
    return [...(this.#pools.get(pool) ?? none).values()];
  }
}
