import type { Clock } from "../environment.ts";
import { ApiError } from "../errors.ts";
import type { KindKey, ObjectKey, Revision } from "../resource.ts";
import { systemEnvironment } from "../system-environment.ts";
import type { Backend, Position } from "./backend.ts";
import { GroupBuilder, changeOf } from "./group.ts";
import { listAt } from "./list-at.ts";
import { livedTime } from "./lived-time.ts";
import type {
  AuditDraft,
  AuditEntry,
  AuditPage,
  Change,
  Committed,
  Lease,
  LeaseRequest,
  ListPage,
  ListRange,
  Store,
  StoredObject,
  Transaction,
} from "./port.ts";
import { closed, expired, fromTheFuture, stopped, tooManyWaiting } from "./refusals.ts";

export interface StoreOptions {
  /**
   * Kinds that decide who may do what. A group ends behind a write to one of them, so that the guards of later
   * transactions see it (S2).
   */
  readonly barrierKinds?: readonly KindKey[];
  /** Called once, after the store has stopped for good: an fsync failed, the file is damaged. */
  readonly onFatal?: (error: ApiError) => void;
  /** What the life of idempotency keys is measured with; the system's own by default. */
  readonly clock?: Pick<Clock, "monotonicMs">;
  /** Bounds of one group commit, of the queue before it, and how many rows a page of changes may have. */
  readonly limits?: Partial<typeof defaultLimits>;
}

const defaultLimits = { groupTransactions: 1000, groupCharacters: 8_000_000, waiting: 20_000, page: 10_000 };

interface Request {
  /** Judges the request into the group; what it returns settles the promise once the group is durable. */
  readonly judge: (group: GroupBuilder) => unknown;
  readonly endsGroup: boolean;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
}

/** The {@link Store} over any {@link Backend}: one group at a time, everything that waits goes into the next. */
export class LogStore implements Store {
  readonly #backend: Backend;
  readonly #barrierKinds: ReadonlySet<KindKey>;
  readonly #limits: typeof defaultLimits;
  readonly #onFatal: (error: ApiError) => void;
  readonly #livedMs: () => number;
  readonly #listeners = new Set<(changes: readonly Change[]) => void>();
  #waiting: Request[] = [];
  #position: Position;
  #state: "idle" | "scheduled" | "appending" = "idle";
  #stopped: ApiError | undefined;
  #drained: (() => void) | undefined;
  #closing: Promise<void> | undefined;
  #compaction: Promise<void> = Promise.resolve();

  constructor(backend: Backend, options: StoreOptions = {}) {
    this.#backend = backend;
    this.#position = backend.opened;
    this.#barrierKinds = new Set(options.barrierKinds);
    this.#limits = { ...defaultLimits, ...options.limits };
    this.#onFatal = options.onFatal ?? (() => {});
    this.#livedMs = livedTime(options.clock ?? systemEnvironment().clock, backend.newestClaimEndsMs());
    backend.onFailure((cause) => this.#stop(stopped(cause)));
  }

  revision(): Revision {
    return this.#position.revision;
  }

  compactedRevision(): Revision {
    return this.#position.compacted;
  }

  async get(key: ObjectKey): Promise<StoredObject | undefined> {
    const row = this.#reading().get(key);
    return row === undefined ? undefined : changeOf(row);
  }

  async version(revision: Revision): Promise<Change | undefined> {
    const row = this.#reading().version(revision);
    return row === undefined ? undefined : changeOf(row);
  }

  async list({ kind, namespace, after, limit = Infinity, at }: ListRange): Promise<ListPage> {
    const backend = this.#reading();
    const { revision: latest } = this.#position;
    const revision = at ?? latest;
    this.#assertKept(revision);
    // One more than asked tells whether more follow; SQL has no word for infinity.
    const range = { kind, namespace, after, limit: Math.min(limit, Number.MAX_SAFE_INTEGER - 1) + 1 };
    const rows = revision === latest ? backend.list(range) : listAt(backend, range, revision);
    const more = rows.length > limit;
    return { items: (more ? rows.slice(0, limit) : rows).map(changeOf), revision, more };
  }

  async changes(after: Revision, limit: number): Promise<readonly Change[]> {
    const backend = this.#reading();
    this.#assertKept(after);
    return backend.changes(after, Math.min(limit, this.#limits.page)).map(changeOf);
  }

  subscribe(listener: (changes: readonly Change[]) => void): () => void {
    // A function of its own per call: the same listener may be given twice.
    const entry = (changes: readonly Change[]): void => listener(changes);
    this.#listeners.add(entry);
    return () => void this.#listeners.delete(entry);
  }

  async audit(page: AuditPage): Promise<readonly AuditEntry[]> {
    return this.#reading().audit({ ...page, limit: Math.min(page.limit, this.#limits.page) });
  }

  commit(transaction: Transaction): Promise<Committed> {
    const endsGroup =
      this.#barrierKinds.size > 0 && transaction.writes.some(({ key }) => this.#barrierKinds.has(key.kind));
    return this.#enqueue((group) => group.transaction(transaction), endsGroup);
  }

  acquireLease(request: LeaseRequest): Promise<Lease | undefined> {
    return this.#enqueue((group) => group.lease(request));
  }

  releaseLease(lease: Lease): Promise<void> {
    return this.#enqueue((group) => group.release(lease));
  }

  recordAudit(entry: AuditDraft): Promise<void> {
    return this.#enqueue((group) => group.audit(entry));
  }

  compact(upTo: Revision): Promise<void> {
    const run = async (): Promise<void> => {
      const target = Math.min(upTo, this.#position.revision);
      if (target <= this.#position.compacted) return;
      // Readers are turned away first, so that none sees a half-swept past.
      this.#position = { ...this.#position, compacted: target };
      try {
        while (await this.#reading().compact({ upTo: target, nowMs: this.#livedMs() }));
      } catch (error) {
        if (error instanceof ApiError) throw error;
        this.#stop(stopped(error));
        throw this.#stopped;
      }
    };
    const done = this.#compaction.then(run);
    this.#compaction = done.catch(() => {});
    return done;
  }

  close(): Promise<void> {
    return (this.#closing ??= this.#close());
  }

  async #close(): Promise<void> {
    if (this.#stopped === undefined) {
      const drained =
        this.#state === "idle"
          ? undefined
          : new Promise<void>((resolve) => {
              this.#drained = resolve;
            });
      this.#stopped = closed();
      await drained;
    }
    await this.#compaction;
    await this.#backend.close();
  }

  #reading(): Backend {
    if (this.#stopped !== undefined) throw this.#stopped;
    return this.#backend;
  }

  #assertKept(revision: Revision): void {
    const { compacted, revision: latest } = this.#position;
    if (revision < compacted) throw expired(revision, compacted);
    if (revision > latest) throw fromTheFuture(revision, latest);
  }

  #enqueue<Value>(judge: (group: GroupBuilder) => Value | ApiError, endsGroup = false): Promise<Value> {
    if (this.#stopped !== undefined) return Promise.reject(this.#stopped);
    if (this.#waiting.length >= this.#limits.waiting)
      return Promise.reject(tooManyWaiting(this.#waiting.length));
    return new Promise<Value>((resolve, reject) => {
      this.#waiting.push({ judge, endsGroup, resolve: resolve as (value: unknown) => void, reject });
      if (this.#state === "idle") this.#schedule();
    });
  }

  #schedule(): void {
    this.#state = "scheduled";
    this.#backend.soon(() => void this.#commitGroup());
  }

  async #commitGroup(): Promise<void> {
    this.#state = "appending";
    const builder = new GroupBuilder(this.#backend, this.#position, this.#livedMs());
    const outcomes = this.#judgeWaiting(builder);
    try {
      if (!builder.isEmpty) await this.#backend.append(builder.group);
      this.#position = { ...builder.end, compacted: this.#position.compacted };
      this.#publish(builder.group.rows.map(changeOf));
      for (const { request, outcome } of outcomes) settle(request, outcome);
    } catch (error) {
      this.#fail(error, outcomes);
    }
    this.#state = "idle";
    if (this.#waiting.length > 0) this.#schedule();
    else this.#drained?.();
  }

  #judgeWaiting(builder: GroupBuilder): { request: Request; outcome: unknown }[] {
    const outcomes: { request: Request; outcome: unknown }[] = [];
    const { groupTransactions, groupCharacters } = this.#limits;
    for (const request of this.#waiting) {
      if (outcomes.length >= groupTransactions || builder.characters >= groupCharacters) break;
      outcomes.push({ request, outcome: judge(request, builder) });
      if (request.endsGroup) break;
    }
    this.#waiting = this.#waiting.slice(outcomes.length);
    return outcomes;
  }

  #publish(changes: readonly Change[]): void {
    if (changes.length === 0) return;
    for (const listener of this.#listeners) {
      try {
        listener(changes);
      } catch (error) {
        // A listener's mistake must not undo what is durable, nor be swallowed.
        queueMicrotask(() => {
          throw error;
        });
      }
    }
  }

  #fail(cause: unknown, outcomes: readonly { request: Request }[]): void {
    const error = cause instanceof ApiError ? cause : stopped(cause);
    for (const { request } of outcomes) request.reject(error);
    const nothingChanged = cause instanceof ApiError;
    if (!nothingChanged) this.#stop(error);
  }

  /** After a failed fsync the kernel may have dropped the pages: nothing that is tried again can be trusted. */
  #stop(error: ApiError): void {
    if (this.#stopped !== undefined) return;
    this.#stopped = error;
    for (const request of this.#waiting.splice(0)) request.reject(error);
    this.#onFatal(error);
  }
}

/** A guard that throws refuses its own transaction, not the group. */
function judge(request: Request, builder: GroupBuilder): unknown {
  try {
    return request.judge(builder);
  } catch (error) {
    return error instanceof ApiError ? error : new Judgement(error);
  }
}

/** An unexpected error while judging, apart from whatever a judgement may return. */
class Judgement {
  readonly error: unknown;
  constructor(error: unknown) {
    this.error = error;
  }
}

function settle(request: Request, outcome: unknown): void {
  if (outcome instanceof ApiError) request.reject(outcome);
  else if (outcome instanceof Judgement) request.reject(outcome.error);
  else request.resolve(outcome);
}
