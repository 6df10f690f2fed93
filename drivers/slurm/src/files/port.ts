import type { OutputFile } from "@yunhe/domain-compute/driver";

/**
 * The folders of the attempts, one each, on a file system that the nodes share. Every call throws EngineUnreachable
 * when that file system cannot be reached, so that "not there" is never confused with "cannot be seen" (E2).
 */
export interface JobFiles {
  /** Absolute path of the folder that holds those of the attempts, as the nodes see it. */
  readonly root: string;
  /** Makes the root and puts the supervisor there. */
  open(): Promise<void>;
  /** Path of the supervisor's script on the nodes. */
  readonly supervisor: string;
  /** Makes an attempt's folder with this content. False, and nothing done, when it exists already and not `again`. */
  place(attempt: string, entries: readonly Entry[], again: boolean): Promise<boolean>;
  /** Small text files, by `attempt/file`; those that do not exist are left out. */
  read(wanted: readonly string[]): Promise<ReadonlyMap<string, string>>;
  /** Replaces a small file whole; does nothing when the attempt's folder does not exist. */
  write(attempt: string, file: string, text: string): Promise<void>;
  /** Makes a small file; false when it is there already, whoever made it, on whatever host. */
  create(attempt: string, file: string, text: string): Promise<boolean>;
  /** At most {@link chunkBytes} from a byte on; empty at its end and when there is no such file. */
  readFrom(attempt: string, file: string, fromByte: number, signal: AbortSignal): Promise<Uint8Array>;
  /** Names of all that lies in the root: the attempts' folders, and what the driver keeps for itself. */
  list(): Promise<readonly string[]>;
  outputs(attempt: string, patterns: readonly string[], signal: AbortSignal): AsyncIterable<OutputFile>;
  remove(attempt: string): Promise<void>;
  /** How long to wait before a growing file is read again. */
  readonly followMs: number;
}

/** Something to put into an attempt's folder; `path` is relative to it. */
export type Entry =
  | { readonly type: "folder"; readonly path: string }
  | { readonly type: "text"; readonly path: string; readonly text: string; readonly mode: number }
  /** A copy of a file on this host. */
  | { readonly type: "copy"; readonly path: string; readonly source: string; readonly mode: number };

export const chunkBytes = 1024 * 1024;
