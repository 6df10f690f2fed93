import type { KindKey, Revision } from "./resource.ts";
import type { Change, ListRange, Store } from "./store/port.ts";

/** A reader that has seen everything of its kinds and is told of every later change, in order and without gap. */
export interface Follower {
  /** Everything up to this revision was applied. */
  revision(): Revision;
  stop(): void;
}

/**
 * Applies every present object of `kinds` as ADDED, then every change as it commits. `apply` runs before the commit
 * that caused it is acknowledged, so a reader never lags behind its own writes (C4). Keep it short.
 */
export async function follow(
  store: Store,
  kinds: readonly KindKey[],
  apply: (change: Change) => void,
): Promise<Follower> {
  const wanted = new Set(kinds);
  let early: Change[] | undefined = [];
  let revision: Revision = 0;
  const take = (change: Change): void => {
    if (change.revision <= revision) return;
    revision = change.revision;
    if (wanted.has(change.key.kind)) apply(change);
  };
  const stop = store.subscribe((changes) => {
    if (early) early.push(...changes);
    else for (const change of changes) take(change);
  });
  const at = store.revision();
  for (const kind of kinds) await applyPresent(store, kind, at, apply);
  revision = at;
  const missed = early;
  early = undefined;
  for (const change of missed) take(change);
  return { revision: () => revision, stop };
}

async function applyPresent(
  store: Store,
  kind: KindKey,
  at: Revision,
  apply: (change: Change) => void,
): Promise<void> {
  let range: ListRange = { kind, limit: 100, at };
  for (;;) {
    const page = await store.list(range);
    for (const item of page.items) apply({ ...item, type: "ADDED", previous: 0 });
    const last = page.items.at(-1);
    if (!page.more || last === undefined) return;
    range = { ...range, after: last.key };
  }
}
