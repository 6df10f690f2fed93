import { closeSync, mkdirSync, openSync } from "node:fs";
import { dirname } from "node:path";
import { ApiError } from "../errors.ts";
import type { ObjectKey, Revision } from "../resource.ts";
import { words } from "../words.ts";
import type { Backend, CompactionStep, CurrentRange, Group, Position } from "./backend.ts";
import { changeOf } from "./group.ts";
import { LogStore, type StoreOptions } from "./log-store.ts";
import type { AuditEntry, AuditPage, Store } from "./port.ts";
import { stopped } from "./refusals.ts";
import { CheckpointGovernor, type CheckpointLimits, defaultCheckpointLimits } from "./sqlite-governor.ts";
import { lockData } from "./sqlite-lock.ts";
import { SqliteReader } from "./sqlite-reader.ts";
import { SqliteThread } from "./sqlite-thread.ts";

export interface SqliteOptions extends StoreOptions {
  /** The database file; `-wal`, `-shm`, `.lock` and `.owner` lie beside it. Folders are made with mode 0700. */
  readonly path: string;
  readonly checkpoint?: Partial<CheckpointLimits>;
  /** The file may not grow beyond so many pages of 4 KiB; then every write is refused with InsufficientStorage. */
  readonly maxPages?: number;
}

/**
 * Opens the durable store in one file. Rejects with {@link ApiError} when another server uses the file or it cannot
 * be trusted.
 */
export async function openSqliteStore(options: SqliteOptions): Promise<Store> {
  const { path, maxPages, checkpoint } = options;
  const unlock = claimFile(path);
  const thread = new SqliteThread(path);
  try {
    await thread.ready;
    // The lock on the data proves that whoever held a lease runs no more: a restarted server leads at once.
    await thread.run({ type: "endLeases" });
    if (maxPages !== undefined) await thread.run({ type: "limitPages", pages: maxPages });
    const limits = { ...defaultCheckpointLimits, ...checkpoint };
    return new LogStore(new SqliteBackend(path, thread, unlock, limits), options);
  } catch (error) {
    await thread.close().catch(() => {});
    unlock();
    throw unusable(path, error);
  }
}

/** Makes folder and file, readable by their owner alone (the files beside it inherit that), and locks them. */
function claimFile(path: string): () => void {
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    const unlock = lockData(path);
    closeSync(openSync(path, "a", 0o600));
    return unlock;
  } catch (error) {
    throw unusable(path, error);
  }
}

/** Reads a stopped (or running) server's file without locking or changing it: for verifying and looking. */
export function openAuditFile(
  path: string,
): Pick<Store, "audit" | "version" | "list" | "compactedRevision" | "close"> {
  const reader = openReaderOf(path);
  return {
    compactedRevision: () => reader.position().compacted,
    // All pages show the one state that the reader holds; an earlier one is not asked for here.
    list: async ({ kind, namespace, after, limit = 500 }) => {
      const rows = reader.list({ kind, namespace, after, limit: limit + 1 });
      const { revision } = reader.position();
      return { items: rows.slice(0, limit).map(changeOf), revision, more: rows.length > limit };
    },
    audit: (page) => reader.audit(page),
    version: async (revision) => {
      const row = reader.version(revision);
      return row === undefined ? undefined : changeOf(row);
    },
    close: async () => reader.close(),
  };
}

function openReaderOf(path: string): SqliteReader {
  try {
    return new SqliteReader(path);
  } catch (error) {
    throw unusable(path, error);
  }
}

function unusable(path: string, cause: unknown): ApiError {
  if (cause instanceof ApiError) return cause;
  const why = cause instanceof Error ? cause.message : String(cause);
  return new ApiError(
    "ServiceUnavailable",
    words(
      `the database ${path} cannot be used: ${why}; look at the file and its disk, or choose another data directory`,
      `无法使用数据库 ${path}:${why};请检查该文件及其磁盘,或另选数据目录`,
    ),
    {},
    { cause },
  );
}

class SqliteBackend implements Backend {
  readonly opened: Position;
  readonly #path: string;
  readonly #writer: SqliteThread;
  readonly #reader: SqliteReader;
  readonly #governor: CheckpointGovernor;
  readonly #unlock: () => void;
  #checkpointer: SqliteThread | undefined;
  #tell: (cause: unknown) => void = () => {};
  #turn: Promise<unknown> = Promise.resolve();

  constructor(path: string, writer: SqliteThread, unlock: () => void, limits: CheckpointLimits) {
    this.#path = path;
    this.#writer = writer;
    this.#unlock = unlock;
    this.#reader = new SqliteReader(path);
    this.opened = this.#reader.position();
    const steps = { copy: () => this.#copy(), finish: () => this.#finish() };
    this.#governor = new CheckpointGovernor(path, limits, steps, (cause) => this.#tell(cause));
  }

  current(key: ObjectKey) {
    return this.#read(() => this.#reader.current(key));
  }
  claim(scope: string, key: string) {
    return this.#read(() => this.#reader.claim(scope, key));
  }
  newestClaimEndsMs() {
    return this.#read(() => this.#reader.newestClaimEndsMs());
  }
  lease(name: string) {
    return this.#read(() => this.#reader.lease(name));
  }
  get(key: ObjectKey) {
    return this.#read(() => this.#reader.get(key));
  }
  version(revision: Revision) {
    return this.#read(() => this.#reader.version(revision));
  }
  list(range: CurrentRange) {
    return this.#read(() => this.#reader.list(range));
  }
  changes(after: Revision, limit: number) {
    return this.#read(() => this.#reader.changes(after, limit));
  }
  touched(kind: ObjectKey["kind"], after: Revision) {
    return this.#read(() => this.#reader.touched(kind, after));
  }
  audit(page: AuditPage): Promise<AuditEntry[]> {
    return this.#reader.audit(page).catch((cause: unknown) => this.#failed(cause));
  }

  async append(group: Group): Promise<void> {
    await this.#governor.beforeAppend();
    await this.#alone(async () => {
      await this.#writer.run({ type: "append", group });
      this.#reader.renew();
    });
    this.#governor.afterAppend();
  }

  compact(step: CompactionStep): Promise<boolean> {
    return this.#alone(async () => {
      const more = await this.#writer.run({ type: "compact", step });
      this.#reader.renew();
      return more === true;
    });
  }

  soon(start: () => void): void {
    setImmediate(start);
  }

  onFailure(tell: (cause: unknown) => void): void {
    this.#tell = tell;
  }

  async close(): Promise<void> {
    await this.#governor.close();
    await this.#turn;
    await this.#checkpointer?.close();
    this.#reader.close();
    // The last connection to close checkpoints the rest and removes the log.
    await this.#writer.close().catch(() => {});
    this.#unlock();
  }

  async #copy(): Promise<void> {
    this.#checkpointer ??= new SqliteThread(this.#path);
    await this.#checkpointer.ready;
    await this.#checkpointer.run({ type: "checkpoint" });
  }

  #finish(): Promise<void> {
    return this.#alone(async () => {
      this.#reader.release();
      try {
        await this.#writer.run({ type: "checkpoint" });
      } finally {
        this.#reader.renew();
      }
    });
  }

  /** One of append, compact and finish at a time: each renews what readers see when it is done. */
  #alone<Value>(run: () => Promise<Value>): Promise<Value> {
    const done = this.#turn.then(run);
    this.#turn = done.catch(() => {});
    return done;
  }

  #read<Value>(run: () => Value): Value {
    try {
      return run();
    } catch (cause) {
      return this.#failed(cause);
    }
  }

  /** A read that fails says that the file or its disk is damaged. */
  #failed(cause: unknown): never {
    this.#tell(cause);
    throw stopped(cause);
  }
}
