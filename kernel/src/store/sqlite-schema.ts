import { DatabaseSync } from "node:sqlite";

/** "Yunh": tells our file from anybody else's SQLite file. */
const applicationId = 0x59756e68;
const schemaVersion = 1;

/**
 * `revisions` is the log; `objects` points at each live object's last row. Neither has a second index, so that a write
 * touches few pages: see docs/decisions/0002-store.md.
 */
const schema = `
  CREATE TABLE revisions (
    revision INTEGER PRIMARY KEY, kind TEXT NOT NULL, namespace TEXT NOT NULL, name TEXT NOT NULL, uid TEXT NOT NULL,
    previous INTEGER NOT NULL, type TEXT NOT NULL, json TEXT NOT NULL) STRICT;
  CREATE TABLE objects (
    kind TEXT NOT NULL, namespace TEXT NOT NULL, name TEXT NOT NULL, revision INTEGER NOT NULL,
    PRIMARY KEY (kind, namespace, name)) STRICT, WITHOUT ROWID;
  CREATE TABLE audit (
    sequence INTEGER PRIMARY KEY, timeMs INTEGER NOT NULL, actor TEXT NOT NULL, verb TEXT NOT NULL,
    kind TEXT NOT NULL, namespace TEXT NOT NULL, name TEXT NOT NULL, uid TEXT NOT NULL,
    before INTEGER NOT NULL, after INTEGER NOT NULL, subresource TEXT NOT NULL, requestId TEXT NOT NULL,
    outcome TEXT NOT NULL, objectSha256 TEXT NOT NULL, hash TEXT NOT NULL) STRICT;
  CREATE INDEX audit_by_object ON audit (kind, namespace, name);
  CREATE TABLE claims (
    scope TEXT NOT NULL, key TEXT NOT NULL, bodySha256 TEXT NOT NULL, keepUntilMs INTEGER NOT NULL,
    first INTEGER NOT NULL, count INTEGER NOT NULL, PRIMARY KEY (scope, key)) STRICT, WITHOUT ROWID;
  CREATE INDEX claims_by_first ON claims (first);
  -- Rows that compaction left only because a claim's outcome needs them.
  CREATE TABLE retained (revision INTEGER PRIMARY KEY) STRICT;
  CREATE TABLE leases (
    name TEXT PRIMARY KEY, holder TEXT NOT NULL, epoch INTEGER NOT NULL, expiresMs INTEGER NOT NULL)
    STRICT, WITHOUT ROWID;
  CREATE TABLE position (only INTEGER PRIMARY KEY CHECK (only = 1), compacted INTEGER NOT NULL, swept INTEGER NOT NULL)
    STRICT;
  INSERT INTO position VALUES (1, 0, 0);
`;

const busyTimeoutMs = 5000;

/** Opens the file for writing, made if absent. Throws an Error that says what is wrong with it. */
export function openWriter(path: string): DatabaseSync {
  const database = new DatabaseSync(path, { timeout: busyTimeoutMs });
  // The governor alone decides when to checkpoint: an automatic one would stall the commit it falls on.
  database.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 0;
    PRAGMA journal_size_limit = 67108864; PRAGMA cache_size = -16000; PRAGMA temp_store = MEMORY;
    PRAGMA trusted_schema = OFF;`);
  assertPragmas(database);
  prepareSchema(database);
  return database;
}

export function openReader(path: string): DatabaseSync {
  const database = new DatabaseSync(path, { readOnly: true, timeout: busyTimeoutMs });
  database.exec("PRAGMA cache_size = -16000; PRAGMA temp_store = MEMORY; PRAGMA trusted_schema = OFF;");
  assertSchema(database);
  return database;
}

/** What SQLite was asked for and silently did not do (a file system without shared memory, an odd build) stops the start. */
function assertPragmas(database: DatabaseSync): void {
  const wanted = { journal_mode: "wal", synchronous: 2, wal_autocheckpoint: 0 };
  for (const [name, value] of Object.entries(wanted)) {
    const got = pragma(database, name);
    if (got !== value) throw new Error(`PRAGMA ${name} is ${String(got)}, not ${value}`);
  }
}

function prepareSchema(database: DatabaseSync): void {
  const isNew = pragma(database, "schema_version") === 0;
  if (isNew)
    database.exec(`BEGIN IMMEDIATE; ${schema}
      PRAGMA application_id = ${applicationId}; PRAGMA user_version = ${schemaVersion}; COMMIT;`);
  assertSchema(database);
}

function assertSchema(database: DatabaseSync): void {
  if (pragma(database, "application_id") !== applicationId)
    throw new Error("the file is an SQLite database, but not one of Yunhe");
  const version = pragma(database, "user_version");
  if (version !== schemaVersion)
    throw new Error(`the file has schema version ${String(version)}, this program reads ${schemaVersion}`);
}

const pragma = (database: DatabaseSync, name: string): unknown =>
  Object.values(database.prepare(`PRAGMA ${name}`).get() ?? {})[0];
