import type { KindKey, Revision } from "./resource.ts";
import { presenting } from "./shared-object.ts";
import type { Change, ListRange, Store } from "./store/port.ts";

/** A reader that has seen everything of its kinds and is told of every later change, in order and without gap. */
export interface Follower {
  /** Everything up to this revision was applied. */
  revision(): Revision;
  stop(): void;
}

/**
 * Applies every present object of `kinds` as ADDED, then every change as it commits. `apply` runs before the commit
 * that caused it is acknowledged, so a reader never lags behind its own writes (C4). Keep it short. `pause` comes
 * between pages of present objects, so that a process that serves others meanwhile goes on doing so.
 */
export async function follow(
  store: Store,
  kinds: readonly KindKey[],
  apply: (change: Change) => void,
  pause?: () => Promise<void>,
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
  try {
    await readPresent(store, at, { kinds: new Set(kinds), apply, pause });
  } catch (error) {
    stop();
    throw error;
  }
  revision = at;
  const missed = early;
  early = undefined;
  for (const change of missed) take(change);
  return { revision: () => revision, stop };
}

interface PresentReader {
  readonly kinds: ReadonlySet<KindKey>;
  readonly apply: (change: Change) => void;
  readonly pause: (() => Promise<void>) | undefined;
  /** What its `apply` threw: it is told no more, the others go on. */
  failure?: { readonly error: unknown };
}

interface Gathering {
  readonly at: Revision;
  readonly readers: PresentReader[];
  readonly done: Promise<void>;
}

/** Some milliseconds of work. */
const pageRows = 500;
const gatherings = new WeakMap<Store, Gathering>();

/**
 * Those who begin to follow in the same turn read the present objects together: at a start, a dozen reconcilers want
 * the same hundred thousand tasks, and reading and parsing them once instead of a dozen times is most of the start.
 */
async function readPresent(store: Store, at: Revision, reader: PresentReader): Promise<void> {
  let gathering = gatherings.get(store);
  if (gathering?.at === at) gathering.readers.push(reader);
  else {
    const readers = [reader];
    const done = Promise.resolve().then(() => {
      if (gatherings.get(store)?.readers === readers) gatherings.delete(store);
      return tellPresent(store, at, readers);
    });
    gathering = { at, readers, done };
    gatherings.set(store, gathering);
  }
  await gathering.done;
  if (reader.failure !== undefined) throw reader.failure.error;
}

async function tellPresent(store: Store, at: Revision, readers: readonly PresentReader[]): Promise<void> {
  for (const kind of new Set(readers.flatMap(({ kinds }) => [...kinds]))) {
    const interested = readers.filter(({ kinds }) => kinds.has(kind));
    let range: ListRange = { kind, limit: pageRows, at };
    for (;;) {
      const page = await store.list(range);
      for (const item of page.items) {
        // One and the same for all, so that it is parsed once.
        const change: Change = { ...item, type: "ADDED", previous: 0 };
        presenting(change, () => interested.forEach((reader) => tell(reader, change)));
      }
      const last = page.items.at(-1);
      if (!page.more || last === undefined) break;
      await readers[0]?.pause?.();
      range = { ...range, after: last.key };
    }
  }
}

function tell(reader: PresentReader, change: Change): void {
  if (reader.failure !== undefined) return;
  try {
    reader.apply(change);
  } catch (error) {
    reader.failure = { error };
  }
}
