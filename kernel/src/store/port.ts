import type { ApiError } from "../errors.ts";
import type { KindKey, ObjectKey, Revision, Uid } from "../resource.ts";

/**
 * The store's port: an append-only log of revisions (the precedent is kine). A row is one version of one object; its
 * number is the resourceVersion, the watch cursor and the audit order. Small enough for a PostgreSQL adapter; every
 * adapter passes `conformance.ts`.
 */
export interface Store {
  /** The last revision that is durable. */
  revision(): Revision;
  /** Revisions below this one can no longer be watched from or listed at. */
  compactedRevision(): Revision;

  get(key: ObjectKey): Promise<StoredObject | undefined>;
  /** One version of an object, if it was not compacted away. */
  version(revision: Revision): Promise<Change | undefined>;
  list(range: ListRange): Promise<ListPage>;

  /**
   * Applies all writes or none, with its audit entries, and resolves after they are durable. Transactions that wait
   * together share one fsync (group commit). Rejects with {@link ApiError}: Conflict, AlreadyExists, NotFound,
   * InsufficientStorage (disk full: nothing changed), ServiceUnavailable (the store has stopped).
   */
  commit(transaction: Transaction): Promise<Committed>;

  /** Changes after `after`, oldest first, at most `limit`; rejects with Expired if some of them were compacted. */
  changes(after: Revision, limit: number): Promise<readonly Change[]>;
  /**
   * Called once per group commit, in order, after it is durable and before its commits resolve. Must not throw.
   * Returns the function that ends it.
   */
  subscribe(listener: (changes: readonly Change[]) => void): () => void;

  /** Forgets superseded versions and tombstones at or below `upTo`; live objects stay. */
  compact(upTo: Revision): Promise<void>;

  /** Takes or renews the named lease; a new holder gets a higher epoch. Undefined while another holds it. */
  acquireLease(request: LeaseRequest): Promise<Lease | undefined>;
  releaseLease(lease: Lease): Promise<void>;

  audit(page: AuditPage): Promise<readonly AuditEntry[]>;
  /** Records something that changes no object (a sign-in, a denial); durable when it resolves. */
  recordAudit(entry: AuditDraft): Promise<void>;

  close(): Promise<void>;
}

export interface StoredObject {
  readonly key: ObjectKey;
  readonly uid: Uid;
  readonly revision: Revision;
  /** The object as JSON with `metadata.resourceVersion` in place. */
  readonly json: string;
}

export interface Change extends StoredObject {
  readonly type: "ADDED" | "MODIFIED" | "DELETED";
  /** The version that this one replaced; 0 for a new object. */
  readonly previous: Revision;
}

export interface ListRange {
  readonly kind: KindKey;
  /** Undefined: all namespaces. */
  readonly namespace?: string;
  readonly limit?: number;
  /** Start behind this object (exclusive), in (namespace, name) order. */
  readonly after?: { readonly namespace: string; readonly name: string };
  /** The state as of this revision; rejects with Expired if it was compacted. Default: the latest. */
  readonly at?: Revision;
}

export interface ListPage {
  readonly items: readonly StoredObject[];
  readonly revision: Revision;
  /** More items follow the last one. */
  readonly more: boolean;
}

export interface Write {
  readonly key: ObjectKey;
  readonly uid: Uid;
  /** The revision that this write replaces; 0: the name must be free. A stale one rejects with Conflict (C6). */
  readonly expected: Revision;
  /**
   * The new version, or for a deletion the last one. Serialised by {@link serialise}: apiVersion, kind and metadata
   * come first and `metadata.resourceVersion` is absent, the store fills it in.
   */
  readonly json: string;
  readonly delete?: boolean;
  readonly audit: WriteAudit;
}

export interface WriteAudit {
  /** Who: `user:ada`, `serviceaccount:project/name`, `system:reconciler/task`. */
  readonly actor: string;
  /** create, update, patch, apply, delete, or a custom action. */
  readonly verb: string;
  readonly subresource?: string;
  /** Request id, for finding the log line. */
  readonly requestId?: string;
}

export interface Transaction {
  readonly writes: readonly Write[];
  /** What must still hold of objects that this transaction does not write; else it is refused with Conflict. */
  readonly checks?: readonly Check[];
  /** Refused with Conflict if a newer epoch of this lease exists (C1). */
  readonly fence?: { readonly lease: string; readonly epoch: number };
  /**
   * Same scope, key and body: the first outcome again. Another body: Conflict (C2). A key lives for 24 h at least, as the
   * store itself counts time (`lived-time.ts`): no wall clock ends it early.
   */
  readonly idempotency?: IdempotencyClaim;
  /** Asked at the moment of commit; an answer refuses the transaction (S2: allowed at the revision at which it commits). */
  readonly guard?: () => ApiError | undefined;
  /** The caller's wall clock: for the audit log alone, nothing is decided by it. */
  readonly timeMs: number;
}

/** An object is still as it was: whole, at this revision (0: absent), or in what is asked of it, whatever its status. */
export type Check = { readonly key: ObjectKey } & (
  | { readonly expected: Revision }
  | { readonly uid: Uid; readonly generation: number }
);

export interface IdempotencyClaim {
  /** Keys of different principals and namespaces do not meet. */
  readonly scope: string;
  readonly key: string;
  readonly bodySha256: string;
}

export interface Committed {
  /** One per write, in order. */
  readonly objects: readonly StoredObject[];
  /** True when an idempotency key gave the first outcome again and nothing was written. */
  readonly replayed: boolean;
}

export interface LeaseRequest {
  readonly name: string;
  readonly holder: string;
  readonly ttlMs: number;
  /**
   * The caller's wall clock, good enough where all callers are on one host. An adapter that several hosts share must not
   * believe it, since their clocks differ: it takes the time from its own.
   */
  readonly nowMs: number;
}

export interface Lease {
  readonly name: string;
  readonly holder: string;
  readonly epoch: number;
  readonly expiresMs: number;
}

export interface AuditDraft {
  readonly timeMs: number;
  readonly actor: string;
  readonly verb: string;
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  /** 0 where nothing was changed or nothing stood before. */
  readonly before: Revision;
  readonly after: Revision;
  readonly subresource: string;
  readonly requestId: string;
  /** allowed, or why not. */
  readonly outcome: string;
  /** SHA-256 of the object's JSON as written; "" where no object was written. */
  readonly objectSha256: string;
}

export interface AuditEntry extends AuditDraft {
  readonly sequence: number;
  /** SHA-256 over the previous entry's hash and this entry, hex; the first entry stands on 64 zeros. */
  readonly hash: string;
}

export interface AuditPage {
  readonly afterSequence?: number;
  readonly limit: number;
  /** Newest first; `afterSequence` then means "older than". */
  readonly descending?: boolean;
  readonly actor?: string;
  readonly namespace?: string;
  readonly kind?: string;
  readonly name?: string;
}
