import type { Environment } from "../../environment.ts";
import { ApiError } from "../../errors.ts";
import type { KindKey, Revision } from "../../resource.ts";
import type { Change, Store } from "../../store/port.ts";
import { words } from "../../words.ts";
import { concerns, encodeFor, loadPrevious, sendInitial, sendMissed } from "./catch-up.ts";
import { canShift, SeenChange } from "./event.ts";
import { tooOld, Watcher, type WatchRequest } from "./watcher.ts";

export interface WatchLimits {
  /** Changes wait this long for others, so that one write to a socket carries many. */
  readonly tickMs: number;
  /** A watcher that leaves more than this unread is sent away with "too old". */
  readonly pendingBytes: number;
  readonly bookmarkEveryMs: number;
  readonly recheckEveryMs: number;
}

const defaultLimits: WatchLimits = {
  tickMs: 25,
  pendingBytes: 8 * 1024 * 1024,
  bookmarkEveryMs: 30_000,
  recheckEveryMs: 2_000,
};

/** A change of one group, ready to send. */
interface Piece {
  readonly revision: Revision;
  readonly bytes: Buffer;
}

/**
 * Brings each durable change to every watcher that selects it, once and in order. Watchers of the same selection and
 * representation form a group that shares the encoded bytes; nothing is kept for a watcher but its position.
 */
export class WatchHub {
  readonly #store: Store;
  readonly #environment: Environment;
  readonly #limits: WatchLimits;
  readonly #groups = new Map<string, Set<Watcher>>();
  readonly #catchingUp = new Set<Watcher>();
  readonly #unsubscribe: () => void;
  readonly #timers = new Map<string, () => void>();
  #waiting: Change[] = [];
  /** Every change up to here has been given to the groups. */
  #delivered: Revision;
  #isFlushing = false;
  #lastFlushMs = 0;

  constructor(store: Store, environment: Environment, limits: Partial<WatchLimits> = {}) {
    this.#store = store;
    this.#environment = environment;
    this.#limits = { ...defaultLimits, ...limits };
    this.#delivered = store.revision();
    this.#unsubscribe = store.subscribe((changes) => this.#take(changes));
    this.#every("bookmarks", this.#limits.bookmarkEveryMs, () => this.#sendBookmarks());
    this.#every("recheck", this.#limits.recheckEveryMs, () => this.#recheckAll());
  }

  get watchers(): number {
    let count = this.#catchingUp.size;
    for (const group of this.#groups.values()) count += group.size;
    return count;
  }

  /** Starts a watch; returns the function that ends it. Errors reach the watcher as its last event. */
  open(request: WatchRequest): () => void {
    const watcher = new Watcher(request);
    this.#catchingUp.add(watcher);
    this.#bring(watcher).catch((error: unknown) => this.#drop(watcher, asApiError(error)));
    return () => this.#drop(watcher);
  }

  close(): void {
    this.#unsubscribe();
    for (const cancel of this.#timers.values()) cancel();
    this.#timers.clear();
    for (const watcher of this.#all()) this.#drop(watcher);
  }

  *#all(): Iterable<Watcher> {
    yield* this.#catchingUp;
    for (const group of this.#groups.values()) yield* group;
  }

  /** Until the watcher stands where the groups stand: then, with nothing awaited between, it joins its group. */
  async #bring(watcher: Watcher): Promise<void> {
    const { since } = watcher.request;
    if (since === undefined) await sendInitial(this.#store, watcher);
    else if (since > this.#store.revision()) throw tooOld(since, "future");
    else await sendMissed(this.#store, watcher);
    while (watcher.isOpen && watcher.position < this.#delivered) await sendMissed(this.#store, watcher);
    this.#catchingUp.delete(watcher);
    if (!watcher.isOpen) return;
    const group = this.#groups.get(watcher.group);
    if (group === undefined) this.#groups.set(watcher.group, new Set([watcher]));
    else group.add(watcher);
  }

  #drop(watcher: Watcher, error?: ApiError): void {
    this.#catchingUp.delete(watcher);
    const group = this.#groups.get(watcher.group);
    group?.delete(watcher);
    if (group?.size === 0) this.#groups.delete(watcher.group);
    watcher.end(error);
  }

  #take(changes: readonly Change[]): void {
    this.#waiting.push(...changes);
    if (this.#timers.has("flush") || this.#isFlushing) return;
    this.#schedule();
  }

  #schedule(): void {
    // A flush that took long is followed by a longer pause, so that the loop keeps answering requests.
    const delayMs = Math.max(this.#limits.tickMs, this.#lastFlushMs);
    const cancel = this.#environment.clock.after(delayMs, () => {
      this.#timers.delete("flush");
      void this.#flush();
    });
    this.#timers.set("flush", cancel);
  }

  async #flush(): Promise<void> {
    this.#isFlushing = true;
    const startMs = this.#environment.clock.monotonicMs();
    const changes = this.#waiting;
    this.#waiting = [];
    try {
      await this.#deliver(changes);
    } catch (error) {
      for (const watcher of this.#all()) this.#drop(watcher, asApiError(error));
    }
    this.#lastFlushMs = this.#environment.clock.monotonicMs() - startMs;
    this.#isFlushing = false;
    if (this.#waiting.length > 0) this.#schedule();
  }

  async #deliver(changes: readonly Change[]): Promise<void> {
    const byKind = new Map<KindKey, SeenChange[]>();
    for (const change of changes) {
      const list = byKind.get(change.key.kind);
      if (list === undefined) byKind.set(change.key.kind, [new SeenChange(change)]);
      else list.push(new SeenChange(change));
    }
    // Again when a watcher that needs them joined meanwhile.
    for (let missing = this.#lacking(byKind); missing.length > 0; missing = this.#lacking(byKind)) {
      await loadPrevious(this.#store, missing);
    }
    // From here to the new position nothing is awaited: who joins meanwhile joins either before or after the batch.
    const from = this.#delivered;
    this.#delivered = Math.max(from, changes.at(-1)?.revision ?? from);
    for (const group of this.#groups.values()) {
      const [first] = group;
      if (first !== undefined) this.#deliverTo(group, byKind.get(first.kind) ?? [], from);
    }
  }

  #lacking(byKind: ReadonlyMap<KindKey, readonly SeenChange[]>): SeenChange[] {
    return [...byKind].flatMap(([kind, seen]) =>
      this.#anyShifts(kind)
        ? seen.filter(({ change, previous }) => change.type === "MODIFIED" && previous === undefined)
        : [],
    );
  }

  #anyShifts(kind: KindKey): boolean {
    for (const group of this.#groups.values()) {
      const [first] = group;
      if (first?.kind === kind && canShift(first.request.selection)) return true;
    }
    return false;
  }

  #deliverTo(group: ReadonlySet<Watcher>, seen: readonly SeenChange[], from: Revision): void {
    const [first] = group;
    const pieces: Piece[] = [];
    try {
      for (const one of seen) {
        if (!concerns(first!, one.change)) continue;
        const bytes = encodeFor(first!, one);
        if (bytes.length > 0) pieces.push({ revision: one.change.revision, bytes });
      }
    } catch (error) {
      for (const watcher of group) this.#drop(watcher, asApiError(error));
      return;
    }
    const all = Buffer.concat(pieces.map((piece) => piece.bytes));
    for (const watcher of group) {
      watcher.write(watcher.position <= from ? all : behind(pieces, watcher.position));
      watcher.position = Math.max(watcher.position, this.#delivered);
      if (watcher.request.sink.pendingBytes() > this.#limits.pendingBytes) {
        this.#drop(watcher, tooOld(watcher.position, "slow"));
      }
    }
  }

  #sendBookmarks(): void {
    for (const group of this.#groups.values()) {
      for (const watcher of group) if (watcher.request.bookmarks) watcher.bookmark(false);
    }
  }

  #recheckAll(): void {
    for (const watcher of this.#all()) void this.#recheck(watcher);
  }

  async #recheck(watcher: Watcher): Promise<void> {
    try {
      const refused = await watcher.request.stillAllowed();
      if (refused !== undefined) this.#drop(watcher, refused);
    } catch (error) {
      this.#drop(watcher, asApiError(error));
    }
  }

  #every(name: string, everyMs: number, run: () => void): void {
    const again = (): void => {
      this.#every(name, everyMs, run);
      run();
    };
    this.#timers.set(name, this.#environment.clock.after(everyMs, again));
  }
}

/** What is left of a batch for a watcher that knows the first part of it already. */
const behind = (pieces: readonly Piece[], position: Revision): Buffer =>
  Buffer.concat(pieces.filter(({ revision }) => revision > position).map(({ bytes }) => bytes));

const asApiError = (error: unknown): ApiError =>
  error instanceof ApiError
    ? error
    : new ApiError(
        "InternalError",
        words("the watch failed; list again and watch from there", "监听失败；请重新列出后再监听"),
        {},
        { cause: error },
      );
