import { ApiError } from "../errors.ts";
import { closeSync, openSync, readSync } from "node:fs";

/** Frames of 4 KiB. Above `start` the log is copied back beside the writes; above `wait` writes wait for it. */
export interface CheckpointLimits {
  readonly startFrames: number;
  readonly waitFrames: number;
}

export const defaultCheckpointLimits: CheckpointLimits = { startFrames: 2_000, waitFrames: 32_000 };

/** Offset of mxFrame in the wal-index header, native byte order: https://sqlite.org/walformat.html#the_wal_index_header */
const lastFrameOffset = 16;

export interface CheckpointSteps {
  /** Copies what it can in a thread of its own while writes go on. */
  copy(): Promise<unknown>;
  /** Copies the little that came meanwhile while no write and no read is under way: the log then starts anew. */
  finish(): Promise<void>;
}

/** Keeps the write-ahead log bounded without stalling writes: most of a checkpoint runs beside them. */
export class CheckpointGovernor {
  readonly #indexPath: string;
  readonly #limits: CheckpointLimits;
  readonly #steps: CheckpointSteps;
  readonly #failed: (cause: unknown) => void;
  readonly #buffer = new Uint32Array(1);
  #index: number | undefined;
  #running: Promise<void> | undefined;

  constructor(
    databasePath: string,
    limits: CheckpointLimits,
    steps: CheckpointSteps,
    failed: (cause: unknown) => void,
  ) {
    this.#indexPath = `${databasePath}-shm`;
    this.#limits = limits;
    this.#steps = steps;
    this.#failed = failed;
  }

  /** Frames in the log now. */
  frames(): number {
    this.#index ??= openSync(this.#indexPath, "r");
    readSync(this.#index, this.#buffer, 0, 4, lastFrameOffset);
    return this.#buffer[0]!;
  }

  afterAppend(): void {
    if (this.#running !== undefined || this.frames() < this.#limits.startFrames) return;
    this.#running = this.#checkpoint().finally(() => {
      this.#running = undefined;
    });
  }

  /** Resolves at once but where the log has grown beyond its bound. */
  async beforeAppend(): Promise<void> {
    if (this.#running !== undefined && this.frames() >= this.#limits.waitFrames) await this.#running;
  }

  async close(): Promise<void> {
    await this.#running;
    if (this.#index !== undefined) closeSync(this.#index);
  }

  async #checkpoint(): Promise<void> {
    try {
      await this.#steps.copy();
      await this.#steps.finish();
    } catch (error) {
      // A full disk holds the log back, which grows until writes are refused; nothing is lost and the next try may work.
      if (!(error instanceof ApiError)) this.#failed(error);
    }
  }
}
