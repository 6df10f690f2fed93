import { open, rename } from "node:fs/promises";
import { dirname } from "node:path";

/** Whole or not at all, and there after a power cut: written aside, synced, renamed, the folder synced. */
export async function writeDurably(path: string, text: string): Promise<void> {
  const aside = `${path}.new`;
  const file = await open(aside, "w", 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(aside, path);
  await syncFolder(dirname(path));
}

/** Names that were made in the folder are there after a power cut. */
export async function syncFolder(path: string): Promise<void> {
  // Windows has no such thing: a folder cannot be opened there.
  if (process.platform === "win32") return;
  const folder = await open(path, "r");
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
