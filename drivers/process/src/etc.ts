import { cpSync, existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";

/** Parts of /etc that programs need and that hold no secret. */
const entries =
  "alternatives ld.so.cache ld.so.conf ld.so.conf.d ca-certificates crypto-policies localtime timezone fonts nsswitch.conf " +
  "mime.types magic terminfo protocols services rpc gai.conf host.conf OpenCL vulkan glvnd perl python3 R java " +
  "locale.alias locale.conf os-release debian_version ssl/certs ssl/openssl.cnf pki/tls/certs pki/ca-trust/extracted";

/**
 * The sandbox's /etc: a copy, so that one mount shows it whole. A new one at each start, since a running attempt keeps
 * the one it began with; older ones go when nothing runs.
 */
export function prepareEtc(directory: string, uid: number, gid: number, nothingRuns: boolean): string {
  const parent = path.join(directory, "etc");
  if (nothingRuns) rmSync(parent, { recursive: true, force: true });
  mkdirSync(parent, { recursive: true, mode: 0o755 });
  const etc = path.join(
    parent,
    String(Math.max(0, ...readdirSync(parent).map((name) => Number.parseInt(name, 10))) + 1),
  );
  mkdirSync(etc, { mode: 0o755 });
  for (const name of entries.split(" ")) copyEntry(path.join("/etc", name), path.join(etc, name));
  writeFileSync(
    path.join(etc, "passwd"),
    `root:x:0:0:root:/:/bin/sh\ntask:x:${uid}:${gid}:task:/work:/bin/sh\n`,
  );
  writeFileSync(path.join(etc, "group"), `root:x:0:\ntask:x:${gid}:\n`);
  // Mount points for what an attempt with a network gets.
  writeFileSync(path.join(etc, "hosts"), "127.0.0.1 localhost\n::1 localhost\n");
  writeFileSync(path.join(etc, "resolv.conf"), "");
  return etc;
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
