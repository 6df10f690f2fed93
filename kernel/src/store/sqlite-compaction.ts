import type { DatabaseSync } from "node:sqlite";
import type { CompactionStep } from "./backend.ts";

const rowsPerStep = 500;

/**
 * One step of compaction, inside a transaction. A row is forgotten when a row at or below `upTo` replaced it, or when
 * it is a tombstone; the log itself, read in order, names them all. Rows that an idempotency claim may have to give
 * again stay until the claim has expired.
 */
export function compactStep(database: DatabaseSync): (step: CompactionStep) => boolean {
  const position = database.prepare("SELECT swept FROM position");
  const move = database.prepare("UPDATE position SET compacted = max(compacted, ?), swept = ?");
  const next = database.prepare(
    "SELECT revision, previous, type FROM revisions WHERE revision > ? AND revision <= ? ORDER BY revision LIMIT ?",
  );
  const claim = database.prepare(
    "SELECT first, count FROM claims WHERE first <= ? ORDER BY first DESC LIMIT 1",
  );
  const remove = database.prepare("DELETE FROM revisions WHERE revision = ?");
  const retain = database.prepare("INSERT OR IGNORE INTO retained VALUES (?)");
  const expire = expiry(database);

  const forget = (revision: number): void => {
    const nearest = claim.get(revision) as { first: number; count: number } | undefined;
    const claimed = nearest !== undefined && revision < nearest.first + nearest.count;
    if (claimed) retain.run(revision);
    else remove.run(revision);
  };

  return ({ upTo, nowMs }) => {
    expire(nowMs);
    const { swept } = position.get() as { swept: number };
    const rows = next.all(swept, upTo, rowsPerStep) as { revision: number; previous: number; type: string }[];
    for (const { revision, previous, type } of rows) {
      if (previous > 0) forget(previous);
      if (type === "DELETED") forget(revision);
    }
    const more = rows.length === rowsPerStep;
    move.run(upTo, more ? rows.at(-1)!.revision : upTo);
    return more;
  };
}

/** Forgets claims whose time has passed, and the rows that were kept for them alone. */
function expiry(database: DatabaseSync): (nowMs: number) => void {
  const expired = database.prepare(
    "SELECT scope, key, first, count FROM claims WHERE keepUntilMs <= ? LIMIT ?",
  );
  const removeClaim = database.prepare("DELETE FROM claims WHERE scope = ? AND key = ?");
  const range = "revision >= ? AND revision < ?";
  const removeRows = database.prepare(
    `DELETE FROM revisions WHERE revision IN (SELECT revision FROM retained WHERE ${range})`,
  );
  const unretain = database.prepare(`DELETE FROM retained WHERE ${range}`);
  return (nowMs) => {
    for (const row of expired.all(nowMs, rowsPerStep)) {
      const { scope, key, first, count } = row as {
        scope: string;
        key: string;
        first: number;
        count: number;
      };
      removeRows.run(first, first + count);
      unretain.run(first, first + count);
      removeClaim.run(scope, key);
    }
  };
}
