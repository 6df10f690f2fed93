import type { DatabaseSync, SQLInputValue, StatementSync } from "node:sqlite";
import type { KindKey, ObjectKey, Revision, Uid } from "../resource.ts";
import type { Claim, CurrentRange, CurrentVersion, Position, Row, Touched } from "./backend.ts";
import { type AuditFilter, auditFilters, genesisHash } from "./audit.ts";
import type { AuditEntry, AuditPage, Change, Lease } from "./port.ts";
import { openReader } from "./sqlite-schema.ts";

/** What {@link rowOf} takes, in its order. Rows come as arrays: objects with eight names cost as much again as the read. */
const rowColumns = "r.revision, r.kind, r.namespace, r.name, r.uid, r.previous, r.type, r.json";
type RowValues = [Revision, KindKey, string, string, Uid, Revision, Change["type"], string];

const rowOf = ([revision, kind, namespace, name, uid, previous, type, json]: RowValues): Row => ({
  revision,
  key: { kind, namespace, name },
  uid,
  previous,
  type,
  json,
});

interface TouchedRecord extends Omit<Touched, "key"> {
  readonly namespace: string;
  readonly name: string;
}

const auditRowsPerTurn = 20_000;

/**
 * Reads one state at a time: a read transaction stays open and is renewed after each group, so that all reads in
 * between agree with each other and cost no locking of their own.
 */
export class SqliteReader {
  readonly #database: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();
  readonly #begin: StatementSync;
  readonly #end: StatementSync;
  readonly #touch: StatementSync;

  constructor(path: string) {
    this.#database = openReader(path);
    this.#begin = this.#database.prepare("BEGIN");
    this.#end = this.#database.prepare("COMMIT");
    this.#touch = this.#database.prepare("SELECT compacted FROM position");
    this.renew();
  }

  /** Moves on to the latest state. */
  renew(): void {
    this.release();
    this.#begin.run();
    // BEGIN alone is lazy: the first read fixes the state.
    this.#touch.get();
  }

  /** Holds no state any more, so that the write-ahead log can be started anew. */
  release(): void {
    if (this.#database.isTransaction) this.#end.run();
  }

  close(): void {
    this.release();
    this.#database.close();
  }

  position(): Position {
    const { compacted } = this.#one("SELECT compacted FROM position") as { compacted: number };
    const { last } = this.#one("SELECT max(revision) AS last FROM revisions") as { last: number | null };
    const audit = this.#one("SELECT sequence, hash FROM audit ORDER BY sequence DESC LIMIT 1") as
      | Pick<AuditEntry, "sequence" | "hash">
      | undefined;
    return {
      // Compaction may have taken the last row, a tombstone.
      revision: Math.max(last ?? 0, compacted),
      compacted,
      auditSequence: audit?.sequence ?? 0,
      auditHash: audit?.hash ?? genesisHash,
    };
  }

  current({ kind, namespace, name }: ObjectKey): CurrentVersion | undefined {
    return this.#one(
      "SELECT r.revision, r.uid FROM objects o JOIN revisions r ON r.revision = o.revision WHERE o.kind = ? AND o.namespace = ? AND o.name = ?",
      [kind, namespace, name],
    ) as CurrentVersion | undefined;
  }

  claim(scope: string, key: string): Claim | undefined {
    return this.#one("SELECT * FROM claims WHERE scope = ? AND key = ?", [scope, key]) as Claim | undefined;
  }

  newestClaimEndsMs(): number {
    const newest = this.#one("SELECT keepUntilMs FROM claims ORDER BY first DESC LIMIT 1");
    return (newest as Pick<Claim, "keepUntilMs"> | undefined)?.keepUntilMs ?? 0;
  }

  lease(name: string): Lease | undefined {
    return this.#one("SELECT * FROM leases WHERE name = ?", [name]) as Lease | undefined;
  }

  get({ kind, namespace, name }: ObjectKey): Row | undefined {
    return this.#rows(
      `SELECT ${rowColumns} FROM objects o JOIN revisions r ON r.revision = o.revision WHERE o.kind = ? AND o.namespace = ? AND o.name = ?`,
      [kind, namespace, name],
    )[0];
  }

  version(revision: Revision): Row | undefined {
    return this.#rows(`SELECT ${rowColumns} FROM revisions r WHERE revision = ?`, [revision])[0];
  }

  list({ kind, namespace, after, limit }: CurrentRange): Row[] {
    const where = ["o.kind = ?"];
    const values: SQLInputValue[] = [kind];
    if (namespace !== undefined) {
      where.push("o.namespace = ?");
      values.push(namespace);
    }
    // Within one namespace the name alone, or SQLite would walk the namespace from its start for every page.
    if (after !== undefined && after.namespace === namespace) {
      where.push("o.name > ?");
      values.push(after.name);
    } else if (after !== undefined) {
      where.push("(o.namespace, o.name) > (?, ?)");
      values.push(after.namespace, after.name);
    }
    return this.#rows(
      `SELECT ${rowColumns} FROM objects o CROSS JOIN revisions r ON r.revision = o.revision WHERE ${where.join(" AND ")} ORDER BY o.kind, o.namespace, o.name LIMIT ?`,
      [...values, limit],
    );
  }

  changes(after: Revision, limit: number): Row[] {
    return this.#rows(`SELECT ${rowColumns} FROM revisions r WHERE revision > ? ORDER BY revision LIMIT ?`, [
      after,
      limit,
    ]);
  }

  touched(kind: KindKey, after: Revision): Touched[] {
    return this.#all<TouchedRecord>(
      "SELECT revision, namespace, name, previous, type FROM revisions WHERE revision > ? AND kind = ? ORDER BY revision",
      [after, kind],
    ).map(({ namespace, name, revision, previous, type }) => ({
      key: { kind, namespace, name },
      revision,
      previous,
      type,
    }));
  }

  /** Filters may match few of very many entries: the walk stops for the event loop every so many. */
  async audit({ afterSequence, limit, descending = false, ...where }: AuditPage): Promise<AuditEntry[]> {
    const last = this.position().auditSequence;
    const found: AuditEntry[] = [];
    const edge = afterSequence ?? (descending ? last + 1 : 0);
    for (let from = edge; ;) {
      const to = descending ? from - auditRowsPerTurn : from + auditRowsPerTurn;
      found.push(...this.#auditBetween(from, to, descending, limit - found.length, where));
      if (found.length >= limit || (descending ? to <= 1 : to >= last)) return found;
      from = to;
      await new Promise(setImmediate);
    }
  }

  #auditBetween(
    from: number,
    to: number,
    descending: boolean,
    limit: number,
    where: Pick<AuditPage, AuditFilter>,
  ): AuditEntry[] {
    const filters = auditFilters.flatMap((field) => {
      const value = where[field];
      return value === undefined ? [] : [[field, value] as const];
    });
    const range = descending ? "sequence < ? AND sequence >= ?" : "sequence > ? AND sequence <= ?";
    const conditions = [range, ...filters.map(([field]) => `${field} = ?`)].join(" AND ");
    const entries = this.#all<AuditEntry>(
      `SELECT * FROM audit WHERE ${conditions} ORDER BY sequence ${descending ? "DESC" : "ASC"} LIMIT ?`,
      [from, to, ...filters.map(([, value]) => value), limit],
    );
    // SQLite's records lack a prototype.
    return entries.map((entry) => ({ ...entry }));
  }

  #one(sql: string, values: readonly SQLInputValue[] = []): unknown {
    return this.#statement(sql).get(...values);
  }

  #rows(sql: string, values: readonly SQLInputValue[]): Row[] {
    let statement = this.#statements.get(sql);
    if (statement === undefined) {
      statement = this.#statement(sql);
      statement.setReturnArrays(true);
    }
    return (statement.all(...values) as unknown as RowValues[]).map(rowOf);
  }

  #all<Record>(sql: string, values: readonly SQLInputValue[]): Record[] {
    return this.#statement(sql).all(...values) as Record[];
  }

  #statement(sql: string): StatementSync {
    let statement = this.#statements.get(sql);
    if (statement === undefined) {
      statement = this.#database.prepare(sql);
      this.#statements.set(sql, statement);
    }
    return statement;
  }
}
