import { constants, createReadStream } from "node:fs";
import {
  access,
  chmod,
  copyFile,
  lstat,
  mkdir,
  open,
  readdir,
  readFile,
  realpath,
  rename,
  rm,
  writeFile,
} from "node:fs/promises";
import path from "node:path";
import { words } from "@yunhe/kernel";
import { EngineUnreachable } from "@yunhe/domain-compute/driver";
import type { OutputFile } from "@yunhe/domain-compute/driver";
import { matchesAny } from "./patterns.ts";
import { chunkBytes } from "./port.ts";
import type { Entry, JobFiles } from "./port.ts";
import { supervisorName, supervisorText } from "./supervisor.ts";

/** Files read at once. */
const inFlight = 32;

/** The shared file system is mounted on this host. */
export function localFiles(workDirectory: string, owner: string): JobFiles {
  const root = path.join(workDirectory, owner);
  const supervisor = path.join(root, supervisorName);
  /** Without the supervisor this is not the folder that we made, perhaps an empty mount point. */
  const seen = (): Promise<void> =>
    access(supervisor).catch((error: unknown) => notThere(workDirectory, error));
  return {
    root,
    supervisor,
    followMs: 100,
    open: async () => {
      await access(workDirectory, constants.W_OK).catch((error: unknown) => notThere(workDirectory, error));
      await mkdir(root, { recursive: true, mode: 0o700 });
      await replace(supervisor, supervisorText, 0o600);
    },
    place: async (attempt, entries, again) => {
      const folder = path.join(root, attempt);
      try {
        await mkdir(folder, { mode: 0o700 });
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== "EEXIST") return notThere(workDirectory, error);
        if (!again) return false;
      }
      for (const entry of entries) await placeEntry(folder, entry);
      return true;
    },
    read: (wanted) => readMany(root, wanted, seen),
    write: async (attempt, file, text) => {
      await replace(path.join(root, attempt, file), text, 0o600).catch(
        async (error: NodeJS.ErrnoException) => {
          if (error.code !== "ENOENT") throw error;
          await seen();
        },
      );
    },
    create: async (attempt, file, text) => {
      try {
        await writeFile(path.join(root, attempt, file), text, { mode: 0o600, flag: "wx" });
        return true;
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
        return notThere(workDirectory, error);
      }
    },
    readFrom: (attempt, file, fromByte) => readChunk(path.join(root, attempt, file), fromByte),
    list: async () => {
      await seen();
      return readdir(root);
    },
    outputs: (attempt, patterns, signal) => outputFiles(path.join(root, attempt, "work"), patterns, signal),
    remove: async (attempt) => removeAll(path.join(root, attempt)),
  };
}

function notThere(workDirectory: string, cause: unknown): never {
  const code = (cause as NodeJS.ErrnoException).code ?? String(cause);
  throw new EngineUnreachable(
    words(
      `The pool's "workDirectory" ${workDirectory} cannot be used (${code}): make it, or mount the file system that it lies on.`,
      `无法使用资源池的 “workDirectory” ${workDirectory}（${code}）：请创建该目录，或挂载其所在的文件系统。`,
    ),
    { cause },
  );
}

async function replace(file: string, text: string, mode: number): Promise<void> {
  await writeFile(`${file}.new`, text, { mode });
  await rename(`${file}.new`, file);
}

async function placeEntry(folder: string, entry: Entry): Promise<void> {
  const target = path.join(folder, entry.path);
  if (entry.type === "folder") {
    await mkdir(target, { recursive: true, mode: 0o700 });
    return;
  }
  if (path.dirname(entry.path) !== ".") await mkdir(path.dirname(target), { recursive: true, mode: 0o700 });
  if (entry.type === "text") {
    await writeFile(target, entry.text, { mode: entry.mode });
    return;
  }
  // A clone where the file system can, so that large inputs cost nothing.
  await copyFile(entry.source, target, constants.COPYFILE_FICLONE);
  await chmod(target, entry.mode & 0o777);
}

async function readMany(
  root: string,
  wanted: readonly string[],
  seen: () => Promise<void>,
): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>();
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < wanted.length) {
      const name = wanted[next++]!;
      try {
        found.set(name, await readFile(path.join(root, name), "utf8"));
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== "ENOENT") return notThere(root, error);
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(inFlight, wanted.length) }, worker));
  if (found.size < wanted.length) await seen();
  return found;
}

async function readChunk(file: string, fromByte: number): Promise<Uint8Array> {
  let handle;
  try {
    handle = await open(file, "r");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return new Uint8Array();
    throw error;
  }
  try {
    const { bytesRead, buffer } = await handle.read(Buffer.alloc(chunkBytes), 0, chunkBytes, fromByte);
    return buffer.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}

async function* outputFiles(
  work: string,
  patterns: readonly string[],
  signal: AbortSignal,
): AsyncGenerator<OutputFile> {
  if (patterns.length === 0) return;
  const root = await realpath(work).catch(() => undefined);
  if (root === undefined) return;
  for await (const relative of walk(root, "", signal)) {
    if (!matchesAny(relative, patterns)) continue;
    // A link that leaves the working directory is not followed, and a linked folder never is.
    const real = await realpath(path.join(root, relative)).catch(() => undefined);
    if (real === undefined || !real.startsWith(root + path.sep)) continue;
    const stat = await lstat(real);
    if (!stat.isFile()) continue;
    yield { path: relative, bytes: stat.size, mode: stat.mode & 0o777, read: () => readWhole(real) };
  }
}

async function* walk(root: string, below: string, signal: AbortSignal): AsyncGenerator<string> {
  const entries = await readdir(path.join(root, below), { withFileTypes: true }).catch(() => []);
  for (const entry of entries) {
    signal.throwIfAborted();
    const relative = below === "" ? entry.name : `${below}/${entry.name}`;
    if (entry.isDirectory()) yield* walk(root, relative, signal);
    else if (entry.isFile() || entry.isSymbolicLink()) yield relative;
  }
}

async function* readWhole(file: string): AsyncGenerator<Uint8Array> {
  const handle = await open(file, constants.O_RDONLY | constants.O_NOFOLLOW);
  yield* createReadStream(file, { fd: handle }) as AsyncIterable<Uint8Array>;
}

async function removeAll(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true }).catch(async () => {
    await openFolders(folder);
    await rm(folder, { recursive: true, force: true });
  });
}

/** A task may have left folders that even their owner cannot enter. */
async function openFolders(folder: string): Promise<void> {
  await chmod(folder, 0o700);
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    if (entry.isDirectory()) await openFolders(path.join(folder, entry.name));
  }
}
