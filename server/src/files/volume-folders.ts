import { chmod, lstat, mkdir, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import type { FolderMeasure, VolumeFolders } from "@yunhe/domain-compute";

/** Volumes as folders on this host: `DIRECTORY/PROJECT/NAME`. Names were checked as DNS-safe when they were stored. */
export function volumeFolders(directory: string): VolumeFolders {
  const at = (project: string, name: string): string => join(directory, project, name);
  return {
    async ensure(project, name) {
      await mkdir(at(project, name), { recursive: true, mode: 0o700 });
      // Tasks run as an unprivileged user: the folder is theirs, its parents stay closed to others.
      await chmod(at(project, name), 0o777);
    },
    measure: (project, name) => measured(at(project, name)),
    async path(project, name) {
      const found = await lstat(at(project, name)).catch(() => undefined);
      return found?.isDirectory() ? at(project, name) : undefined;
    },
    remove: (project, name) => rm(at(project, name), { recursive: true, force: true }),
  };
}

/** Links count as themselves; what vanishes meanwhile counts as nothing. */
async function measured(folder: string): Promise<FolderMeasure> {
  let [bytes, changedAtMs] = [0, 0];
  for (const entry of await readdir(folder, { withFileTypes: true }).catch(() => [])) {
    const path = join(folder, entry.name);
    const part = entry.isDirectory() ? await measured(path) : await lstat(path).catch(() => undefined);
    if (part === undefined) continue;
    bytes += "bytes" in part ? part.bytes : part.size;
    changedAtMs = Math.max(changedAtMs, ("bytes" in part ? part.changedAtMs : part.mtimeMs) ?? 0);
  }
  return { bytes, ...(changedAtMs === 0 ? {} : { changedAtMs }) };
}
