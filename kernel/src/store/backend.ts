import type { KindKey, ObjectKey, Revision, Uid } from "../resource.ts";
import type { AuditEntry, AuditPage, Change, IdempotencyClaim, Lease } from "./port.ts";

/**
 * What an adapter has to bring: reading one consistent state, and appending one group durably. All semantics of a
 * transaction (preconditions, fencing, idempotency, audit) are written once, above it. Reads are synchronous and show
 * exactly the groups whose {@link Backend.append} has resolved.
 */
export interface Backend {
  /** Where the log stood when it was opened. */
  readonly opened: Position;

  current(key: ObjectKey): CurrentVersion | undefined;
  claim(scope: string, key: string): Claim | undefined;
  /** `keepUntilMs` of the claim made last, 0 where none is kept. */
  newestClaimEndsMs(): number;
  lease(name: string): Lease | undefined;

  get(key: ObjectKey): Row | undefined;
  version(revision: Revision): Row | undefined;
  /** Live objects in (namespace, name) order. */
  list(range: CurrentRange): readonly Row[];
  /** Rows with a greater revision, oldest first. */
  changes(after: Revision, limit: number): readonly Row[];
  /** The same for one kind, without the objects' text. */
  touched(kind: KindKey, after: Revision): readonly Touched[];
  audit(page: AuditPage): Promise<readonly AuditEntry[]>;

  /** Resolves when the group is durable. Rejects with InsufficientStorage or ServiceUnavailable: nothing was changed. */
  append(group: Group): Promise<void>;
  /** One small step of forgetting rows; false when nothing is left to do at or below `upTo`. */
  compact(step: CompactionStep): Promise<boolean>;
  /** Runs `start` soon, but after the work that is ready now, so that transactions that arrive together share a group. */
  soon(start: () => void): void;
  /** `tell` is called when something outside an append has failed in a way that ends all trust in the disk. */
  onFailure(tell: (cause: unknown) => void): void;
  close(): Promise<void>;
}

export interface Position {
  readonly revision: Revision;
  readonly compacted: Revision;
  readonly auditSequence: number;
  readonly auditHash: string;
}

export interface CurrentVersion {
  readonly revision: Revision;
  readonly uid: Uid;
}

/** A version as the log keeps it: its text lacks the resourceVersion. */
export interface Row {
  readonly revision: Revision;
  readonly key: ObjectKey;
  readonly uid: Uid;
  readonly type: Change["type"];
  readonly previous: Revision;
  readonly json: string;
}

export type Touched = Omit<Row, "json" | "uid">;

export interface CurrentRange {
  readonly kind: KindKey;
  readonly namespace: string | undefined;
  readonly after: { readonly namespace: string; readonly name: string } | undefined;
  readonly limit: number;
}

/** The outcome kept for an idempotency key: the rows `first` … `first + count - 1`. They outlive compaction. */
export interface Claim extends IdempotencyClaim {
  /** In the store's own time, see `lived-time.ts`. */
  readonly keepUntilMs: number;
  readonly first: Revision;
  readonly count: number;
}

/** Everything that becomes durable with one fsync. */
export interface Group {
  readonly rows: readonly Row[];
  readonly audit: readonly AuditEntry[];
  readonly claims: readonly Claim[];
  readonly leases: readonly Lease[];
}

export interface CompactionStep {
  readonly upTo: Revision;
  /** Claims whose time has passed are forgotten too; in the store's own time. */
  readonly nowMs: number;
}
