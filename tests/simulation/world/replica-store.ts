import {
  ApiError,
  type AuditDraft,
  type AuditEntry,
  type AuditPage,
  type Change,
  type Committed,
  type Lease,
  type LeaseRequest,
  type ListPage,
  type ListRange,
  type ObjectKey,
  type Revision,
  type Store,
  type StoredObject,
  type Transaction,
  words,
} from "@yunhe/kernel";
import type { Row } from "../../../kernel/src/store/backend.ts";
import { changeOf } from "../../../kernel/src/store/group.ts";
import { listAt } from "../../../kernel/src/store/list-at.ts";
import { MemoryBackend } from "../../../kernel/src/store/memory.ts";
import { expired, fromTheFuture } from "../../../kernel/src/store/refusals.ts";
import type { Faults } from "../faults.ts";
import type { Database } from "./database.ts";
import type { Disk } from "./disk.ts";
import { Feed } from "./feed.ts";
import type { Network } from "./network.ts";
import type { Process } from "./process.ts";

export interface ReplicaStoreOptions {
  readonly process: Process;
  readonly network: Network;
  readonly faults: Faults;
  readonly database: Database;
  readonly disk: Disk;
  /** A lease newly taken is told only when all before it is seen; false is a defect. */
  readonly sees: boolean;
}

/**
 * The store as one of several replicas sees it: it reads its own copy, which follows the log late but in order, and
 * writes over the network. What the port promises holds here: a replica sees its own writes before it is told that
 * they are durable, and a lease newly taken is told only when all that happened before it can be seen.
 */
export class ReplicaStore implements Store {
  readonly #options: ReplicaStoreOptions;
  readonly #copy = new MemoryBackend();
  readonly #listeners = new Set<(changes: readonly Change[]) => void>();
  readonly #waiting: { readonly revision: Revision; readonly go: () => void }[] = [];
  readonly #feed: Feed;
  readonly #epochs = new Map<string, number>();
  #revision: Revision;
  #compacted: Revision;

  constructor(options: ReplicaStoreOptions) {
    this.#options = options;
    const { disk } = options;
    const rows = snapshotOf(disk);
    void this.#copy.append({ rows, audit: [], claims: [], leases: [] });
    this.#revision = disk.position.revision;
    this.#compacted = disk.position.compacted;
    const from = this.#revision;
    this.#feed = new Feed({
      ...options,
      receiver: options.process,
      from,
      apply: (more) => this.#apply(more),
    });
  }

  publish(rows: readonly Row[]): void {
    this.#feed.publish(rows);
  }

  /** Sees nothing new for a while, though its calls go through. */
  stallFeed(durationMs: number): void {
    this.#feed.stall(durationMs);
  }

  forgetUpTo(revision: Revision): void {
    this.#compacted = Math.max(this.#compacted, revision);
    void this.#copy.compact({ upTo: revision, nowMs: 0 });
  }

  revision = (): Revision => this.#revision;
  compactedRevision = (): Revision => this.#compacted;

  async get(key: ObjectKey): Promise<StoredObject | undefined> {
    const row = this.#copy.get(key);
    return row && changeOf(row);
  }

  async version(revision: Revision): Promise<Change | undefined> {
    const row = this.#copy.version(revision);
    return row && changeOf(row);
  }

  async list({ kind, namespace, after, limit = 1e9, at }: ListRange): Promise<ListPage> {
    const revision = at ?? this.#revision;
    this.#assertKept(revision);
    const range = { kind, namespace, after, limit: limit + 1 };
    const rows =
      revision === this.#revision ? this.#copy.list(range) : listAt(this.#copyAsBackend(), range, revision);
    return { items: rows.slice(0, limit).map(changeOf), revision, more: rows.length > limit };
  }

  async changes(after: Revision, limit: number): Promise<readonly Change[]> {
    this.#assertKept(after);
    return this.#copy.changes(after, limit).map(changeOf);
  }

  subscribe(listener: (changes: readonly Change[]) => void): () => void {
    const entry = (changes: readonly Change[]): void => listener(changes);
    this.#listeners.add(entry);
    return () => void this.#listeners.delete(entry);
  }

  async commit(transaction: Transaction): Promise<Committed> {
    const committed = await this.#call((store) => store.commit(transaction), {
      lost: "commit-lost",
      replyLost: "commit-reply-lost",
    });
    await this.#seen(committed.objects.at(-1)?.revision ?? 0);
    return committed;
  }

  async acquireLease(request: LeaseRequest): Promise<Lease | undefined> {
    const { lease, revision } = await this.#call(async (store) => {
      // Time is the store's own: wall clocks of hosts that differ would let two lead at once.
      const { clock } = this.#options.database.process.environment;
      const granted = await store.acquireLease({ ...request, nowMs: clock.nowMs() });
      return { lease: granted, revision: store.revision() };
    });
    const isNew = lease !== undefined && this.#epochs.get(lease.name) !== lease.epoch;
    if (isNew && this.#options.sees) await this.#seen(revision);
    if (lease !== undefined) this.#epochs.set(lease.name, lease.epoch);
    return lease;
  }

  releaseLease(lease: Lease): Promise<void> {
    return this.#call((store) => store.releaseLease(lease));
  }

  audit = (page: AuditPage): Promise<readonly AuditEntry[]> => this.#options.disk.durable.audit(page);
  recordAudit = (entry: AuditDraft): Promise<void> => this.#call((store) => store.recordAudit(entry));
  compact = async (): Promise<void> => {};
  close = async (): Promise<void> => {};

  #call<Value>(
    run: (store: Store) => Promise<Value>,
    faults: Parameters<Network["call"]>[3] = {},
  ): Promise<Value> {
    const { network, process, database } = this.#options;
    const { store } = database;
    const target = (): Process | undefined => (store === undefined ? undefined : database.process);
    return network.call(process, target, () => (database.store === store ? run(store!) : down()), faults);
  }

  /** Resolves when this replica's copy has come as far as `revision`. */
  #seen(revision: Revision): Promise<void> {
    if (this.#revision >= revision) return Promise.resolve();
    return new Promise((go) => {
      this.#waiting.push({ revision, go });
    });
  }

  #apply(rows: readonly Row[]): void {
    void this.#copy.append({ rows, audit: [], claims: [], leases: [] });
    this.#revision = rows.at(-1)!.revision;
    const changes = rows.map(changeOf);
    for (const listener of this.#listeners) listener(changes);
    for (const waiter of this.#waiting.splice(0)) {
      if (waiter.revision <= this.#revision) waiter.go();
      else this.#waiting.push(waiter);
    }
  }

  #assertKept(revision: Revision): void {
    if (revision < this.#compacted) throw expired(revision, this.#compacted);
    if (revision > this.#revision) throw fromTheFuture(revision, this.#revision);
  }

  #copyAsBackend = (): MemoryBackend => this.#copy;
}

/** The log as a newcomer gets it: what is there, and all changes that were not compacted away. */
function snapshotOf({ durable, position }: Disk): Row[] {
  const all = durable.changes(0, Infinity);
  const replaced = new Set(
    all.filter(({ revision }) => revision > position.compacted).map(({ previous }) => previous),
  );
  // An idempotency key keeps its rows beyond compaction: they say nothing of what is there.
  const rows = all.filter(
    (row) =>
      row.revision > position.compacted ||
      replaced.has(row.revision) ||
      durable.current(row.key)?.revision === row.revision,
  );
  const names = new Set<string>();
  return rows.map((row) => {
    const name = `${row.key.kind}/${row.key.namespace}/${row.key.name}`;
    const isNew = !names.has(name);
    if (row.type === "DELETED") names.delete(name);
    else names.add(name);
    // The version that brought the object may be compacted away: what is left of it counts as its beginning.
    return isNew && row.type === "MODIFIED" ? { ...row, type: "ADDED" as const } : row;
  });
}

const down = (): never => {
  throw new ApiError("ServiceUnavailable", words("The store is down.", "存储不可用。"));
};
