import { open } from "node:fs/promises";
import { watch } from "node:fs";
import type { FSWatcher } from "node:fs";
import type { FileHandle } from "node:fs/promises";
import type { LogOptions } from "@yunhe/domain-compute/driver";

const chunkBytes = 64 * 1024;
/** For file systems that tell of no changes. */
const pollMs = 200;

export interface LogSource {
  /** Where the log lies now; it moves once, when the attempt ends. */
  file(): string | undefined;
  /** The attempt has ended and the log is complete. */
  complete(): boolean;
  /** Calls back when {@link complete} may have changed; returns what stops it. */
  onComplete(run: () => void): () => void;
}

export async function* readLog(source: LogSource, options: LogOptions): AsyncGenerator<Uint8Array> {
  const handle = await openLog(source, options);
  if (handle === undefined) return;
  try {
    let position = options.fromByte;
    for (;;) {
      // Asked before reading: what is written before completeness is seen by the read after it.
      const last = !options.follow || source.complete();
      for (;;) {
        if (options.signal.aborted) return;
        const { bytesRead, buffer } = await handle.read(
          Buffer.allocUnsafe(chunkBytes),
          0,
          chunkBytes,
          position,
        );
        if (bytesRead === 0) break;
        position += bytesRead;
        yield buffer.subarray(0, bytesRead);
      }
      if (last) return;
      await change(source, options.signal);
    }
  } finally {
    await handle.close();
  }
}

async function openLog(source: LogSource, options: LogOptions): Promise<FileHandle | undefined> {
  for (;;) {
    const last = !options.follow || source.complete();
    const file = source.file();
    try {
      if (file !== undefined) return await open(file, "r");
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    }
    if (last || options.signal.aborted) return undefined;
    await change(source, options.signal);
  }
}

/** Until the file may have grown, the attempt may have ended, or a short while has passed. */
function change(source: LogSource, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    let watcher: FSWatcher | undefined;
    const done = (): void => {
      clearTimeout(timer);
      watcher?.close();
      forget();
      signal.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, pollMs);
    const forget = source.onComplete(done);
    signal.addEventListener("abort", done);
    try {
      const file = source.file();
      if (file !== undefined) watcher = watch(file, done).on("error", done);
    } catch {
      // No file yet, or no watching here: the timer does.
    }
  });
}
