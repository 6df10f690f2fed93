import { lstatSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

/** `ssh`: sockets of shared connections; `stage`: what is being packed for another host. */
export type TemporaryUse = "ssh" | "stage";

/** Those that this very process has made and not removed. */
const inUse = new Set<string>();

/**
 * A new folder in the system's temporary folder, where a socket's path stays short (it may have about 100 characters).
 * Its name says whose it is, so that the next process of the same owner knows what a killed one has left.
 */
export function makeTemporary(use: TemporaryUse, ownerLabel: string): string {
  const folder = mkdtempSync(path.join(tmpdir(), `yunhe-${use}-${ownerLabel}-${process.pid}-`));
  inUse.add(folder);
  return folder;
}

export function removeTemporary(folder: string): void {
  rmSync(folder, { recursive: true, force: true });
  inUse.delete(folder);
}

/** Removes what processes of this owner have left that live no more; nothing of anybody else. */
export function sweepTemporary(ownerLabel: string): void {
  const pattern = new RegExp(`^yunhe-(?:ssh|stage)-${ownerLabel}-(\\d+)-\\w{6}$`);
  for (const name of readdirSync(tmpdir())) {
    const pid = pattern.exec(name)?.[1];
    if (pid === undefined) continue;
    const folder = path.join(tmpdir(), name);
    if (!inUse.has(folder) && !livesElsewhere(Number(pid)) && isOwnFolder(folder)) removeTemporary(folder);
  }
}

/** With our own id it is from before: in a container every server has the same. */
function livesElsewhere(pid: number): boolean {
  if (pid === process.pid) return false;
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== "ESRCH";
  }
}

/** Anybody may make such names there. */
function isOwnFolder(folder: string): boolean {
  const found = lstatSync(folder, { throwIfNoEntry: false });
  return found?.isDirectory() === true && found.uid === process.getuid?.();
}
