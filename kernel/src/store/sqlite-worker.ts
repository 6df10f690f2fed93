import type { DatabaseSync, StatementSync } from "node:sqlite";
import { parentPort, workerData } from "node:worker_threads";
import type { CompactionStep, Group, Row } from "./backend.ts";
import { compactStep } from "./sqlite-compaction.ts";
import { openWriter } from "./sqlite-schema.ts";

/**
 * A thread with a connection of its own. Two run: one that appends groups, so that an fsync never holds up the event
 * loop, and, only when the log has grown, one that copies it back into the database (checkpoint) meanwhile.
 */
export type Command =
  | { readonly type: "append"; readonly group: Group }
  | { readonly type: "compact"; readonly step: CompactionStep }
  | { readonly type: "checkpoint" }
  | { readonly type: "endLeases" }
  | { readonly type: "limitPages"; readonly pages: number }
  | { readonly type: "close" };

export interface Request {
  readonly id: number;
  readonly command: Command;
}

export interface Reply {
  readonly id: number;
  readonly value?: unknown;
  readonly error?: { readonly message: string; readonly code: number };
}

function appender(database: DatabaseSync): (group: Group) => void {
  const prepare = (sql: string): StatementSync => database.prepare(sql);
  const insertRow = prepare("INSERT INTO revisions VALUES (?, ?, ?, ?, ?, ?, ?, ?)");
  const point = prepare("INSERT INTO objects VALUES (?, ?, ?, ?)");
  const repoint = prepare(
    "UPDATE objects SET revision = ? WHERE kind = ? AND namespace = ? AND name = ? AND revision = ?",
  );
  const unpoint = prepare(
    "DELETE FROM objects WHERE kind = ? AND namespace = ? AND name = ? AND revision = ?",
  );
  const insertAudit = prepare("INSERT INTO audit VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
  const putClaim = prepare("INSERT OR REPLACE INTO claims VALUES (?, ?, ?, ?, ?, ?)");
  const putLease = prepare("INSERT OR REPLACE INTO leases VALUES (?, ?, ?, ?)");

  const movePointer = ({ key: { kind, namespace, name }, type, revision, previous }: Row): void => {
    if (type === "ADDED") return void point.run(kind, namespace, name, revision);
    const { changes } =
      type === "MODIFIED"
        ? repoint.run(revision, kind, namespace, name, previous)
        : unpoint.run(kind, namespace, name, previous);
    if (changes !== 1) throw new Error(`${kind}/${namespace}/${name} does not stand at revision ${previous}`);
  };

  return ({ rows, audit, claims, leases }) => {
    for (const row of rows) {
      const { kind, namespace, name } = row.key;
      insertRow.run(row.revision, kind, namespace, name, row.uid, row.previous, row.type, row.json);
      movePointer(row);
    }
    for (const entry of audit) {
      const { sequence, timeMs, actor, verb, kind, namespace, name, uid } = entry;
      const { before, after, subresource, requestId, outcome, objectSha256, hash } = entry;
      // prettier-ignore
      insertAudit.run(sequence, timeMs, actor, verb, kind, namespace, name, uid,
        before, after, subresource, requestId, outcome, objectSha256, hash);
    }
    for (const { scope, key, bodySha256, keepUntilMs, first, count } of claims)
      putClaim.run(scope, key, bodySha256, keepUntilMs, first, count);
    for (const { name, holder, epoch, expiresMs } of leases) putLease.run(name, holder, epoch, expiresMs);
  };
}

function transacting<Input, Output>(
  database: DatabaseSync,
  run: (input: Input) => Output,
): (input: Input) => Output {
  const begin = database.prepare("BEGIN IMMEDIATE");
  const commit = database.prepare("COMMIT");
  return (input) => {
    begin.run();
    try {
      const output = run(input);
      commit.run();
      return output;
    } catch (error) {
      // Some errors have rolled back already.
      if (database.isTransaction) database.exec("ROLLBACK");
      throw error;
    }
  };
}

function start(path: string): (command: Command) => unknown {
  const database = openWriter(path);
  const append = transacting(database, appender(database));
  const compact = transacting(database, compactStep(database));
  return (command) => {
    switch (command.type) {
      case "append":
        return append(command.group);
      case "compact":
        return compact(command.step);
      case "checkpoint":
        return database.prepare("PRAGMA wal_checkpoint(PASSIVE)").get();
      case "endLeases":
        return database.exec("UPDATE leases SET expiresMs = 0 WHERE expiresMs > 0");
      case "limitPages":
        return database.exec(`PRAGMA max_page_count = ${command.pages}`);
      case "close":
        return database.close();
    }
  };
}

const errorOf = (error: unknown): Reply["error"] => ({
  message: error instanceof Error ? error.message : String(error),
  code: Number((error as { errcode?: unknown }).errcode ?? 0),
});

function serve(path: string): void {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin
  const reply = (message: Reply): void => parentPort?.postMessage(message);
  let run: (command: Command) => unknown;
  try {
    run = start(path);
    reply({ id: 0 });
  } catch (error) {
    return reply({ id: 0, error: errorOf(error)! });
  }
  parentPort?.on("message", ({ id, command }: Request) => {
    try {
      reply({ id, value: run(command) });
    } catch (error) {
      reply({ id, error: errorOf(error)! });
    }
    if (command.type === "close") parentPort?.close();
  });
}

serve((workerData as { path: string }).path);
