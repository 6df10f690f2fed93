import { type Change, keyOfKind, keyText, type ObjectKey, sharedObject } from "@yunhe/kernel";
import type { Attempt } from "../kinds/attempt.ts";
import { type Task, taskKind } from "../kinds/task.ts";

/** A live attempt that mounts a volume. */
export interface VolumeUser {
  readonly attemptUid: string;
  readonly attempt: string;
  readonly pool: string;
  readonly writes: boolean;
  /** It has been handed to its engine. */
  readonly began: boolean;
  readonly createdMs: number;
}

interface Live {
  readonly project: string;
  readonly task: string;
  readonly user: Omit<VolumeUser, "writes">;
}

/** Who mounts which volume now, kept up to date from the store's changes; tasks without volumes take no room. */
export class VolumeUse {
  readonly #mounts = new Map<string, Task["spec"]["volumes"]>();
  readonly #live = new Map<string, Live>();

  task(change: Change): void {
    const id = keyText(change.key);
    if (change.type === "DELETED") this.#mounts.delete(id);
    else if (change.type === "ADDED") {
      const { volumes } = sharedObject<typeof taskKind>(change).spec;
      if (volumes.length > 0) this.#mounts.set(id, volumes);
    }
  }

  attempt(change: Change, { metadata, spec, status }: Attempt): void {
    const phase = status?.phase ?? "Placed";
    if (change.type === "DELETED" || phase === "Ended") {
      this.#live.delete(change.uid);
      return;
    }
    this.#live.set(change.uid, {
      project: change.key.namespace,
      task: keyText(taskKey(change.key.namespace, spec.task)),
      user: {
        attemptUid: change.uid,
        attempt: change.key.name,
        pool: spec.pool,
        began: phase !== "Placed",
        createdMs: Date.parse(metadata.creationTimestamp),
      },
    });
  }

  /** Live attempts that mount the volume. */
  of(project: string, volume: string): VolumeUser[] {
    return [...this.#live.values()].flatMap(({ project: its, task, user }) => {
      const mounts =
        its === project ? this.#mounts.get(task)?.filter(({ name }) => name === volume) : undefined;
      if (!mounts || mounts.length === 0) return [];
      return [{ ...user, writes: mounts.some(({ readOnly }) => !readOnly) }];
    });
  }
}

const taskKey = (namespace: string, name: string): ObjectKey => ({
  kind: keyOfKind(taskKind),
  namespace,
  name,
});

/**
 * Pure: those that an attempt has to wait for before it may have the volume at its own site. One volume is written at
 * one site at a time: whoever has begun goes first, then whoever was there earlier. The order is total, so nobody waits
 * in a circle.
 */
export function rivals(
  me: Omit<VolumeUser, "began">,
  users: readonly VolumeUser[],
  siteOf: (pool: string) => string,
): VolumeUser[] {
  const site = siteOf(me.pool);
  return users.filter(
    (other) =>
      other.attemptUid !== me.attemptUid &&
      (other.writes || me.writes) &&
      siteOf(other.pool) !== site &&
      (other.began || isOlder(other, me)),
  );
}

const isOlder = (a: Pick<VolumeUser, "createdMs" | "attemptUid">, b: typeof a): boolean =>
  a.createdMs < b.createdMs || (a.createdMs === b.createdMs && a.attemptUid < b.attemptUid);
