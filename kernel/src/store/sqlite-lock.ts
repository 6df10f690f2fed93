import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { ApiError } from "../errors.ts";
import { words } from "../words.ts";

/** SQLITE_BUSY, https://sqlite.org/rescode.html#busy */
const busyCode = 5;

/**
 * Keeps a second server off the same data: an exclusive lock of the operating system on a file of its own. It ends
 * with the process, however that ends, so no stale lock can remain. Returns the function that gives it back.
 */
export function lockData(path: string): () => void {
  const ownerPath = `${path}.owner`;
  const lock = new DatabaseSync(`${path}.lock`, { timeout: 0 });
  try {
    lock.exec("BEGIN EXCLUSIVE");
  } catch (cause) {
    lock.close();
    if ((cause as { errcode?: unknown }).errcode !== busyCode) throw cause;
    throw inUse(path, ownerPath, cause);
  }
  writeFileSync(ownerPath, String(process.pid), { mode: 0o600 });
  return () => {
    rmSync(ownerPath, { force: true });
    lock.close();
  };
}

function inUse(path: string, ownerPath: string, cause: unknown): ApiError {
  const owner = ownerOf(ownerPath);
  return new ApiError(
    "ServiceUnavailable",
    words(
      `the data at ${path} is in use by another server${owner === "" ? "" : ` (process ${owner})`}; stop that one first, or choose another data directory`,
      `${path} 的数据正被另一个服务器使用${owner === "" ? "" : `(进程 ${owner})`};请先停止它,或另选数据目录`,
    ),
    {},
    { cause },
  );
}

function ownerOf(ownerPath: string): string {
  try {
    return readFileSync(ownerPath, "utf8").trim();
  } catch {
    return "";
  }
}
