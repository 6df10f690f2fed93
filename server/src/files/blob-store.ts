import { createHash, randomUUID } from "node:crypto";
import { createReadStream } from "node:fs";
import { link, mkdir, open, rename, rm, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { ApiError, words } from "@yunhe/kernel";
import type { Blob, BlobStore } from "@yunhe/domain-compute";
import { syncFolder } from "./durable.ts";

const digestPattern = /^[0-9a-f]{64}$/;

/**
 * Blobs as files: `sha256/AB/DIGEST` holds the bytes once, `projects/PROJECT/DIGEST` is a hard link to them and says
 * that the project has it. A blob is written aside, synced and renamed, so a crash leaves no half of one.
 */
export class FileBlobStore implements BlobStore {
  readonly #directory: string;

  constructor(directory: string) {
    this.#directory = directory;
  }

  async put(
    project: string,
    content: AsyncIterable<Uint8Array>,
    expected: { readonly sha256?: string } = {},
  ): Promise<Blob> {
    const aside = join(this.#directory, "incoming", randomUUID());
    await mkdir(join(this.#directory, "incoming"), { recursive: true, mode: 0o700 });
    try {
      const blob = await writeSynced(aside, content);
      if (expected.sha256 !== undefined && expected.sha256 !== blob.sha256)
        throw mismatch(expected.sha256, blob.sha256);
      await this.#adopt(project, aside, blob.sha256);
      return blob;
    } finally {
      await rm(aside, { force: true });
    }
  }

  async stat(project: string, sha256: string): Promise<Blob | undefined> {
    const path = this.#projectPath(project, sha256);
    if (path === undefined) return undefined;
    const found = await stat(path).catch(ignoreMissing);
    return found && { sha256, bytes: found.size };
  }

  async path(project: string, sha256: string): Promise<string | undefined> {
    return (await this.stat(project, sha256)) && this.#projectPath(project, sha256);
  }

  /** Undefined when the project has no such blob. */
  async read(project: string, sha256: string): Promise<AsyncIterable<Uint8Array> | undefined> {
    const path = await this.path(project, sha256);
    return path === undefined ? undefined : createReadStream(path);
  }

  /** Moves the bytes to their place and links them into the project; both may be there already. */
  async #adopt(project: string, aside: string, sha256: string): Promise<void> {
    const place = join(this.#directory, "sha256", sha256.slice(0, 2), sha256);
    const owned = this.#projectPath(project, sha256)!;
    await makeFolder(dirname(place));
    await makeFolder(dirname(owned));
    if (!(await stat(place).catch(ignoreMissing))) await rename(aside, place);
    await link(place, owned).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== "EEXIST") throw error;
    });
    // Both names, before anybody is told: somebody else may have made the first a moment ago and not yet have synced it.
    await syncFolder(dirname(place));
    await syncFolder(dirname(owned));
  }

  /** Names come from people: only a digest below a DNS-safe project becomes a path. */
  #projectPath(project: string, sha256: string): string | undefined {
    if (!digestPattern.test(sha256) || !/^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/.test(project)) return undefined;
    return join(this.#directory, "projects", project, sha256);
  }
}

/** With the names of all folders that had to be made on the way. */
async function makeFolder(path: string): Promise<void> {
  const first = await mkdir(path, { recursive: true, mode: 0o700 });
  if (first === undefined) return;
  for (let made = path; made.length >= first.length; made = dirname(made)) await syncFolder(dirname(made));
}

async function writeSynced(path: string, content: AsyncIterable<Uint8Array>): Promise<Blob> {
  const hash = createHash("sha256");
  let bytes = 0;
  const file = await open(path, "wx", 0o600);
  try {
    for await (const chunk of content) {
      hash.update(chunk);
      bytes += chunk.byteLength;
      await file.write(chunk);
    }
    await file.datasync();
  } finally {
    await file.close();
  }
  return { sha256: hash.digest("hex"), bytes };
}

const ignoreMissing = (error: NodeJS.ErrnoException): undefined => {
  if (error.code === "ENOENT") return undefined;
  throw error;
};

const mismatch = (wanted: string, got: string): ApiError =>
  new ApiError(
    "BadRequest",
    words(
      `The bytes received have the digest ${got}, not ${wanted}; the transfer was damaged or the address is wrong. Send it again.`,
      `收到内容的摘要为 ${got}，而非 ${wanted}；传输受损或地址有误，请重新发送。`,
    ),
  );
