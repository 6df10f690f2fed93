import { ApiError } from "../../errors.ts";
import type { Change, Store } from "../../store/port.ts";
import { matches, selectsAll } from "../selectors.ts";
import { canShift, SeenChange, seenThrough } from "./event.ts";
import { tooOld, type Watcher } from "./watcher.ts";

const pageOfChanges = 1000;
const pageOfObjects = 500;
/** Beyond this many bytes a watcher that is still catching up has to take what it got before it gets more. */
const pauseAtBytes = 1024 * 1024;

/** Sends a new watcher what is there now, as ADDED events of one revision, page by page as it takes them. */
export async function sendInitial(store: Store, watcher: Watcher): Promise<void> {
  const { selection, encoder, namespace } = watcher.request;
  let at = store.revision();
  let after: { namespace: string; name: string } | undefined;
  for (let more = true; more && watcher.isOpen;) {
    const page = await store.list({
      kind: watcher.kind,
      limit: pageOfObjects,
      at,
      ...(namespace === "" ? {} : { namespace }),
      ...(after === undefined ? {} : { after }),
    });
    const wanted = page.items.filter(
      ({ json }) => selectsAll(selection) || matches(selection, JSON.parse(json)),
    );
    const events = wanted.map(({ json, revision }) => encoder.encode({ type: "ADDED", json, revision }));
    watcher.write(Buffer.concat(events));
    await taken(watcher);
    ({ more } = page);
    at = page.revision;
    after = page.items.at(-1)?.key;
  }
  watcher.position = at;
  if (watcher.request.initialEventsEnd) watcher.bookmark(true);
}

/** Sends the changes behind the watcher's position; throws Expired when some of them are gone. */
export async function sendMissed(store: Store, watcher: Watcher): Promise<void> {
  for (;;) {
    const changes = await store.changes(watcher.position, pageOfChanges);
    const seen = changes
      .filter((change) => concerns(watcher, change))
      .map((change) => new SeenChange(change));
    if (canShift(watcher.request.selection)) await loadPrevious(store, seen);
    watcher.write(Buffer.concat(seen.map((one) => encodeFor(watcher, one))));
    watcher.position = changes.at(-1)?.revision ?? watcher.position;
    if (changes.length < pageOfChanges || !watcher.isOpen) return;
    await taken(watcher);
  }
}

export const concerns = (watcher: Watcher, { key }: Change): boolean =>
  key.kind === watcher.kind &&
  (watcher.request.namespace === "" || key.namespace === watcher.request.namespace);

/** Empty where the watcher's selection hides the change; throws Expired where that cannot be told any more. */
export function encodeFor({ request }: Watcher, seen: SeenChange): Buffer {
  const event = seenThrough(request.selection, seen);
  if (event === undefined) return Buffer.alloc(0);
  if (event === "unknown") throw tooOld(seen.change.previous, "compacted");
  return seen.encoded(event, request.encoder);
}

export async function loadPrevious(store: Store, seen: readonly SeenChange[]): Promise<void> {
  await Promise.all(
    seen.map(async (one) => {
      if (one.change.type === "MODIFIED")
        one.previous = (await versionOrGone(store, one.change.previous)) ?? "gone";
    }),
  );
}

async function versionOrGone(store: Store, revision: number): ReturnType<Store["version"]> {
  try {
    return await store.version(revision);
  } catch (error) {
    if (error instanceof ApiError && error.reason === "Expired") return undefined;
    throw error;
  }
}

async function taken({ request }: Watcher): Promise<void> {
  if (request.sink.pendingBytes() > pauseAtBytes) await request.sink.drained();
}
