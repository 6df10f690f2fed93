import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { mountDiskFile } from "./fuse.ts";
import { run } from "./program.ts";
import { RecordedDisk } from "./recorded-disk.ts";

export interface MountedFileSystem {
  readonly path: string;
  unmount(): Promise<void>;
}

/** Why power cannot be cut here; undefined: it can. */
export async function reasonAgainstCuts(folder: string): Promise<string | undefined> {
  if (process.platform !== "linux" || process.getuid?.() !== 0) return "needs Linux and root";
  if (!existsSync("/dev/fuse") || !existsSync("/dev/loop-control")) return "needs /dev/fuse and loop devices";
  try {
    const mounted = await mountImage(await freshImage(folder, 16), folder);
    await mounted.unmount();
    return undefined;
  } catch (error) {
    return `no file system can be mounted here: ${(error as Error).message}`;
  }
}

/**
 * What is unmounted below the folder goes from every sandbox too that copied the mounts meanwhile (a sandbox on this
 * computer would keep the disks busy).
 */
export async function sharedFolder(folder: string): Promise<{ end(): Promise<void> }> {
  await run("mount", ["--bind", folder, folder]);
  await run("mount", ["--make-shared", folder]);
  return { end: () => unmountIdle(folder) };
}

/** A program that was just killed, or the kernel itself, may hold it for a moment. */
async function unmountIdle(path: string): Promise<void> {
  for (let tries = 100; ; tries -= 1) {
    try {
      return void (await run("umount", [path]));
    } catch (error) {
      if (tries === 0) throw error;
      await sleep(100);
    }
  }
}

/** An empty ext4 of so many MiB, with its journal and barriers as a distribution would make it. */
export async function freshImage(folder: string, mebibytes: number): Promise<Uint8Array> {
  const file = join(folder, "fresh.img");
  writeFileSync(file, new Uint8Array(mebibytes << 20));
  await run("mkfs.ext4", ["-q", "-F", "-E", "lazy_itable_init=0,lazy_journal_init=0", file]);
  const image = readFileSync(file);
  rmSync(file);
  return image;
}

export interface RunningFileSystem {
  readonly path: string;
  /** What the disk has been sent so far. */
  sent(): number;
  unmount(): Promise<RecordedDisk>;
}

/** Mounts the file system of `medium` on a disk that records each write and flush it is sent. */
export async function mountRecorded(medium: Uint8Array, folder: string): Promise<RunningFileSystem> {
  const file = join(folder, "disk");
  const disk = await mountDiskFile(file, medium);
  try {
    const inner = await mountLoop(file, join(folder, "running"));
    return {
      path: inner.path,
      sent: () => disk.length(),
      async unmount() {
        await inner.unmount();
        return new RecordedDisk(medium, await disk.unmount());
      },
    };
  } catch (error) {
    await disk.unmount();
    throw error;
  }
}

/** Mounts a copy of a medium, as a computer does that is switched on again: the journal is replayed. */
export async function mountImage(image: Uint8Array, folder: string): Promise<MountedFileSystem> {
  const file = join(folder, "found.img");
  writeFileSync(file, image);
  const mounted = await mountLoop(file, join(folder, "found"));
  return {
    path: mounted.path,
    async unmount() {
      await mounted.unmount();
      rmSync(file);
    },
  };
}

async function mountLoop(file: string, path: string): Promise<MountedFileSystem> {
  mkdirSync(path, { recursive: true });
  const device = await run("losetup", ["--find", "--show", file]);
  try {
    await run("mount", ["-t", "ext4", device, path]);
  } catch (error) {
    await run("losetup", ["--detach", device]);
    throw error;
  }
  return {
    path,
    async unmount() {
      await unmountIdle(path);
      await run("losetup", ["--detach", device]);
    },
  };
}
