import { createHash } from "node:crypto";
import {
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import path from "node:path";

/** Parts of /etc that programs need and that hold no secret. */
const entries =
  "alternatives ld.so.cache ld.so.conf ld.so.conf.d ca-certificates crypto-policies localtime timezone fonts nsswitch.conf " +
  "mime.types magic terminfo protocols services rpc gai.conf host.conf OpenCL vulkan glvnd perl python3 R java " +
  "locale.alias locale.conf os-release debian_version ssl/certs ssl/openssl.cnf pki/tls/certs pki/ca-trust/extracted";

/**
 * The sandbox's /etc: a copy, so that one mount shows it whole. Copying hundreds of files takes longer than the rest of
 * the start, so the copy is kept as long as /etc stays as it was. Then a new one is made, since a running attempt keeps
 * the one it began with; older ones go when nothing runs.
 */
export function prepareEtc(directory: string, uid: number, gid: number, nothingRuns: boolean): string {
  const parent = path.join(directory, "etc");
  const state = stateOf(uid, gid);
  const last = lastNumber(parent);
  const lastEtc = path.join(parent, String(last));
  if (recorded(`${lastEtc}.state`) === state) return lastEtc;
  if (nothingRuns) rmSync(parent, { recursive: true, force: true });
  mkdirSync(parent, { recursive: true, mode: 0o755 });
  const etc = path.join(parent, String(last + 1));
  mkdirSync(etc, { mode: 0o755 });
  fill(etc, uid, gid);
  // Last of all: a copy that was cut off has none and is not used.
  writeFileSync(`${etc}.state`, state);
  return etc;
}

function fill(etc: string, uid: number, gid: number): void {
  for (const name of entries.split(" ")) copyEntry(path.join("/etc", name), path.join(etc, name));
  writeFileSync(
    path.join(etc, "passwd"),
    `root:x:0:0:root:/:/bin/sh\ntask:x:${uid}:${gid}:task:/work:/bin/sh\n`,
  );
  writeFileSync(path.join(etc, "group"), `root:x:0:\ntask:x:${gid}:\n`);
  // Mount points for what an attempt with a network gets.
  writeFileSync(path.join(etc, "hosts"), "127.0.0.1 localhost\n::1 localhost\n");
  writeFileSync(path.join(etc, "resolv.conf"), "");
}

const lastNumber = (parent: string): number =>
  existsSync(parent) ? Math.max(0, ...readdirSync(parent).map((name) => Number.parseInt(name, 10) || 0)) : 0;

const recorded = (file: string): string | undefined =>
  existsSync(file) ? readFileSync(file, "utf8") : undefined;

/** Changes when anything that is copied changes: the attributes of every file, without reading one. */
function stateOf(uid: number, gid: number): string {
  const hash = createHash("sha256").update(`${uid} ${gid} ${entries}`);
  const note = (file: string): void => {
    const stat = lstatSync(file, { throwIfNoEntry: false });
    if (stat === undefined) return;
    hash.update(`${file}\0${stat.mode} ${stat.ino} ${stat.size} ${stat.mtimeMs} ${stat.ctimeMs}\n`);
    if (stat.isDirectory()) for (const name of namesIn(file)) note(path.join(file, name));
  };
  for (const name of entries.split(" ")) note(path.join("/etc", name));
  return hash.digest("hex");
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder).toSorted();
  } catch {
    // Not ours to read, so not the task's either.
    return [];
  }
}

function copyEntry(from: string, to: string): void {
  if (!existsSync(from)) return;
  try {
    cpSync(from, to, { recursive: true, verbatimSymlinks: true, force: true });
  } catch {
    // Not ours to read, so not the task's either.
    rmSync(to, { recursive: true, force: true });
  }
}
