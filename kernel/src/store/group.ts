import type { ApiError } from "../errors.ts";
import { keyText, type ObjectKey, type Revision } from "../resource.ts";
import { sharedObject } from "../shared-object.ts";
import { chain, sha256 } from "./audit.ts";
import type { Backend, Claim, CurrentVersion, Group, Position, Row } from "./backend.ts";
import { decideLease, decideRelease } from "./lease.ts";
import { keepClaimsMs } from "./lived-time.ts";
import type {
  AuditDraft,
  AuditEntry,
  Change,
  Check,
  Committed,
  Lease,
  LeaseRequest,
  StoredObject,
  Transaction,
  Write,
} from "./port.ts";
import {
  alreadyExists,
  fenced,
  gone,
  notFound,
  otherBody,
  otherUid,
  respecified,
  stale,
  writtenTwice,
} from "./refusals.ts";
import { stitch } from "./serialise.ts";

const changes = new WeakMap<Row, Change>();

/** A row as readers and followers get it: made once, so that they also share what is parsed of it. */
export function changeOf(row: Row): Change {
  const known = changes.get(row);
  if (known !== undefined) return known;
  const { revision, key, uid, type, previous } = row;
  const change = { key, uid, revision, json: stitch(row.json, revision), type, previous };
  changes.set(row, change);
  return change;
}

type State = Pick<Backend, "current" | "claim" | "lease" | "version">;

/**
 * Judges transactions one after the other, each upon the state that the ones before it in the group will have left,
 * and collects what has to be made durable. A refused one leaves no trace, so no savepoint is ever needed.
 */
export class GroupBuilder {
  readonly #state: State;
  readonly #rows: Row[] = [];
  readonly #audit: AuditEntry[] = [];
  readonly #claims = new Map<string, Claim>();
  readonly #leases = new Map<string, Lease>();
  readonly #current = new Map<string, CurrentVersion | undefined>();
  readonly #start: Position;
  readonly #nowMs: number;
  #characters = 0;

  /** `nowMs`: the store's own time, by which idempotency keys end. */
  constructor(state: State, start: Position, nowMs: number) {
    this.#state = state;
    this.#start = start;
    this.#nowMs = nowMs;
  }

  get group(): Group {
    return {
      rows: this.#rows,
      audit: this.#audit,
      claims: [...this.#claims.values()],
      leases: [...this.#leases.values()],
    };
  }

  /** Characters of JSON collected so far. */
  get characters(): number {
    return this.#characters;
  }

  get isEmpty(): boolean {
    return this.#audit.length + this.#leases.size + this.#claims.size === 0;
  }

  /** Where the log will stand once this group is durable. */
  get end(): Position {
    return {
      revision: this.#start.revision + this.#rows.length,
      compacted: this.#start.compacted,
      auditSequence: this.#start.auditSequence + this.#audit.length,
      auditHash: this.#audit.at(-1)?.hash ?? this.#start.auditHash,
    };
  }

  transaction(transaction: Transaction): Committed | ApiError {
    const refused = transaction.guard?.();
    if (refused !== undefined) return refused;
    const replayed = this.#replay(transaction);
    if (replayed !== undefined) return replayed;
    const problem = this.#problem(transaction);
    if (problem !== undefined) return problem;
    const first = this.end.revision + 1;
    const objects = transaction.writes.map((write) => this.#write(write, transaction.timeMs));
    if (transaction.idempotency !== undefined) {
      const { scope, key } = transaction.idempotency;
      const keepUntilMs = this.#nowMs + keepClaimsMs;
      const claim = { ...transaction.idempotency, keepUntilMs, first, count: objects.length };
      this.#claims.set(claimText(scope, key), claim);
    }
    return { objects, replayed: false };
  }

  lease(request: LeaseRequest): Lease | undefined {
    const next = decideLease(this.#leaseNow(request.name), request);
    if (next !== undefined) this.#leases.set(next.name, next);
    return next;
  }

  release(lease: Lease): void {
    const next = decideRelease(this.#leaseNow(lease.name), lease);
    if (next !== undefined) this.#leases.set(next.name, next);
  }

  audit(draft: AuditDraft): void {
    const { auditHash, auditSequence } = this.end;
    this.#audit.push(chain(auditHash, auditSequence + 1, draft));
  }

  #leaseNow(name: string): Lease | undefined {
    return this.#leases.get(name) ?? this.#state.lease(name);
  }

  #replay({ idempotency }: Transaction): Committed | ApiError | undefined {
    if (idempotency === undefined) return undefined;
    const { scope, key, bodySha256 } = idempotency;
    const claim = this.#claims.get(claimText(scope, key)) ?? this.#state.claim(scope, key);
    if (claim === undefined || claim.keepUntilMs <= this.#nowMs) return undefined;
    if (claim.bodySha256 !== bodySha256) return otherBody(key);
    const objects = Array.from({ length: claim.count }, (_, index) => this.#version(claim.first + index));
    return { objects, replayed: true };
  }

  #version(revision: Revision): StoredObject {
    const inGroup = this.#rows[revision - this.#start.revision - 1];
    const row = inGroup ?? this.#state.version(revision);
    if (row === undefined) throw new Error(`the outcome at revision ${revision} is gone`);
    return changeOf(row);
  }

  #problem({ writes, checks, fence }: Transaction): ApiError | undefined {
    if (fence !== undefined) {
      const epoch = this.#leaseNow(fence.lease)?.epoch ?? 0;
      if (epoch > fence.epoch) return fenced(fence.lease, fence.epoch, epoch);
    }
    for (const check of checks ?? []) {
      const problem = this.#problemOfCheck(check);
      if (problem !== undefined) return problem;
    }
    if (writes.length > 1) {
      const seen = new Set<string>();
      for (const { key } of writes) {
        if (seen.size === seen.add(keyText(key)).size) return writtenTwice(key);
      }
    }
    for (const write of writes) {
      const problem = this.#problemOfWrite(write);
      if (problem !== undefined) return problem;
    }
    return undefined;
  }

  #problemOfCheck(check: Check): ApiError | undefined {
    const { key } = check;
    const current = this.#currentVersion(key);
    const revision = current?.revision ?? 0;
    if ("expected" in check)
      return revision === check.expected ? undefined : stale(key, check.expected, revision);
    if (current === undefined) return gone(key);
    if (current.uid !== check.uid) return otherUid(key);
    const { generation } = sharedObject(this.#version(revision)).metadata;
    return generation === check.generation ? undefined : respecified(key, check.generation, generation);
  }

  #problemOfWrite({ key, uid, expected }: Write): ApiError | undefined {
    const current = this.#currentVersion(key);
    if (expected === 0) return current === undefined ? undefined : alreadyExists(key);
    if (current === undefined) return notFound(key);
    if (current.uid !== uid) return otherUid(key);
    return current.revision === expected ? undefined : stale(key, expected, current.revision);
  }

  #currentVersion(key: ObjectKey): CurrentVersion | undefined {
    const text = keyText(key);
    return this.#current.has(text) ? this.#current.get(text) : this.#state.current(key);
  }

  #write(write: Write, timeMs: number): StoredObject {
    const { key, uid, expected, json } = write;
    const revision = this.end.revision + 1;
    const type = write.delete === true ? "DELETED" : expected === 0 ? "ADDED" : "MODIFIED";
    const row: Row = { revision, key, uid, type, previous: expected, json };
    const object = changeOf(row);
    this.#rows.push(row);
    this.#characters += json.length;
    this.#current.set(keyText(key), type === "DELETED" ? undefined : { revision, uid });
    this.audit({
      timeMs,
      actor: write.audit.actor,
      verb: write.audit.verb,
      kind: key.kind,
      namespace: key.namespace,
      name: key.name,
      uid,
      before: expected,
      after: revision,
      subresource: write.audit.subresource ?? "",
      requestId: write.audit.requestId ?? "",
      outcome: "allowed",
      objectSha256: sha256(object.json),
    });
    return object;
  }
}

const claimText = (scope: string, key: string): string => JSON.stringify([scope, key]);
