import { constants, createReadStream } from "node:fs";
import { lstat, open, readdir, realpath } from "node:fs/promises";
import path from "node:path";
import type { OutputFile } from "@yunhe/domain-compute/driver";

/**
 * Files below `work` that match one of the patterns (`*`, `**`, `?`); a pattern that names a folder means all below it.
 * A link that leaves `work` is not followed, and a linked folder never is.
 */
export async function* outputFiles(
  work: string,
  patterns: readonly string[],
  signal: AbortSignal,
): AsyncGenerator<OutputFile> {
  if (patterns.length === 0) return;
  const root = await realpath(work);
  const matchers = patterns.map(globMatcher);
  for await (const relative of walk(root, "", signal)) {
    if (!matchers.some((matches) => matches(relative))) continue;
    const file = await resolveInside(root, relative);
    if (file !== undefined) yield file;
  }
}

async function* walk(root: string, below: string, signal: AbortSignal): AsyncGenerator<string> {
  const entries = await readdir(path.join(root, below), { withFileTypes: true }).catch(() => []);
  entries.sort((a, b) => (a.name < b.name ? -1 : 1));
  for (const entry of entries) {
    signal.throwIfAborted();
    const relative = below === "" ? entry.name : `${below}/${entry.name}`;
    if (entry.isDirectory()) yield* walk(root, relative, signal);
    else if (entry.isFile() || entry.isSymbolicLink()) yield relative;
  }
}

async function resolveInside(root: string, relative: string): Promise<OutputFile | undefined> {
  const real = await realpath(path.join(root, relative)).catch(() => undefined);
  if (real === undefined || !real.startsWith(root + path.sep)) return undefined;
  const stat = await lstat(real);
  if (!stat.isFile()) return undefined;
  return { path: relative, bytes: stat.size, mode: stat.mode & 0o777, read: () => readExactly(real) };
}

/** Opened without following: nothing runs any more that could have put a link there, so this only makes sure. */
async function* readExactly(file: string): AsyncGenerator<Uint8Array> {
  const handle = await open(file, constants.O_RDONLY | constants.O_NOFOLLOW);
  yield* createReadStream(file, { fd: handle }) as AsyncIterable<Uint8Array>;
}

export function globMatcher(pattern: string): (relative: string) => boolean {
  const plain = pattern.replace(/^(\.\/)+/, "").replace(/\/+$/, "");
  const source = plain
    .split(/(\*\*\/|\*\*|\*|\?)/)
    .map((part) => {
      if (part === "**/") return "(?:[^/]+/)*";
      if (part === "**") return ".*";
      if (part === "*") return "[^/]*";
      if (part === "?") return "[^/]";
      return part.replaceAll(/[\\^$.|+()[\]{}]/g, "\\$&");
    })
    .join("");
  const expression = plain === "" || plain === "." ? /^/ : new RegExp(`^${source}(?:/.*)?$`, "su");
  return (relative) => expression.test(relative);
}
