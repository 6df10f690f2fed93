import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { lstat, readdir, readFile, readlink, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Manifest, ManifestEntry } from "@yunhe/domain-compute";

/** Digests that were computed before, by path; used again while size, times and inode stay. */
type Known = Readonly<Record<string, { readonly stamp: string; readonly sha256: string }>>;

/**
 * What a folder holds: every file with size, mode and SHA-256, every link with where it points. Only files that changed
 * since last time are read; what is remembered for that stands in `cacheFile`. Files that vanish meanwhile are left out.
 */
export async function readManifest(folder: string, cacheFile: string): Promise<Manifest> {
  const known = await readKnown(cacheFile);
  const next: Record<string, Known[string]> = {};
  const files: ManifestEntry[] = [];
  for await (const path of walk(folder, "")) {
    const entry = await entryOf(folder, path, known[path]);
    if (!entry) continue;
    files.push(entry.entry);
    if (entry.known) next[path] = entry.known;
  }
  await writeFile(`${cacheFile}.new`, JSON.stringify(next), { mode: 0o600 });
  await rename(`${cacheFile}.new`, cacheFile);
  return { files };
}

async function readKnown(cacheFile: string): Promise<Known> {
  try {
    return JSON.parse(await readFile(cacheFile, "utf8")) as Known;
  } catch {
    return {};
  }
}

/** Depth first, in order of names, so that equal folders give equal lists. */
async function* walk(folder: string, below: string): AsyncGenerator<string> {
  const entries = await readdir(join(folder, below), { withFileTypes: true }).catch(() => []);
  for (const entry of entries.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = below === "" ? entry.name : `${below}/${entry.name}`;
    if (entry.isDirectory()) yield* walk(folder, path);
    else if (entry.isFile() || entry.isSymbolicLink()) yield path;
  }
}

async function entryOf(
  folder: string,
  path: string,
  known: Known[string] | undefined,
): Promise<{ readonly entry: ManifestEntry; readonly known?: Known[string] } | undefined> {
  const full = join(folder, path);
  try {
    const found = await lstat(full, { bigint: true });
    if (found.isSymbolicLink()) return { entry: { path, link: await readlink(full) } };
    const stamp = [found.size, found.mtimeNs, found.ctimeNs, found.ino].join(" ");
    const sha256 = known?.stamp === stamp ? known.sha256 : await digestOf(full);
    const mode = Number(found.mode & 0o777n);
    return { entry: { path, mode, bytes: Number(found.size), sha256 }, known: { stamp, sha256 } };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

async function digestOf(file: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const piece of createReadStream(file)) hash.update(piece as Uint8Array);
  return hash.digest("hex");
}
