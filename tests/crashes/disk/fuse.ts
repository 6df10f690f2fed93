import { once } from "node:events";
import { closeSync, constants, openSync, writeFileSync } from "node:fs";
import { stat } from "node:fs/promises";
import { Worker } from "node:worker_threads";
import type { DiskThreadData } from "./disk-thread.ts";
import { run } from "./program.ts";
import type { DiskEntry } from "./recorded-disk.ts";

export interface MountedDisk {
  /** Entries recorded so far. */
  length(): number;
  /** Unmounts it; all that it was sent, in order. */
  unmount(): Promise<readonly DiskEntry[]>;
}

/**
 * Mounts `path` as one file with this content, whose every read, write and flush is answered by a thread of ours that
 * records it: Linux's FUSE, without any cache between. Needs root and /dev/fuse.
 */
export async function mountDiskFile(path: string, content: Uint8Array): Promise<MountedDisk> {
  writeFileSync(path, "");
  const state = new SharedArrayBuffer(8);
  const shared = new Int32Array(state);
  const device = openSync("/dev/fuse", constants.O_RDWR);
  const options = "fd=3,rootmode=100600,user_id=0,group_id=0,allow_other";
  await run("mount", ["-i", "-t", "fuse", "-o", options, "yunhe-disk", path], device);
  const thread = new Worker(new URL("./disk-thread.ts", import.meta.url), {
    workerData: { device, content, state } satisfies DiskThreadData,
    execArgv: [],
  });
  const record = once(thread, "message") as Promise<[DiskEntry[]]>;
  return {
    length: () => Atomics.load(shared, 0),
    async unmount() {
      // The thread waits for requests: this one wakes it at the latest, and may get no answer any more.
      Atomics.store(shared, 1, 1);
      const woken = stat(path).catch(() => undefined);
      const [entries] = await record;
      closeSync(device);
      await woken;
      await run("umount", ["--lazy", path]);
      return entries;
    },
  };
}
