import type { Storage } from "../driver/port.ts";

/** A folder on this host, or one that a pool's own storage holds. */
export interface Place {
  readonly path: string;
  readonly remote?: Storage["remote"];
  /** It holds copies of what is at home, and may be absent as a whole: a file system that is not mounted. */
  readonly isCopy?: boolean;
}

/** What a folder held at one moment; equal contents have equal manifests. */
export interface Manifest {
  /** By path, in order of their bytes. */
  readonly files: readonly ManifestEntry[];
}

export type ManifestEntry =
  | { readonly path: string; readonly mode: number; readonly bytes: number; readonly sha256: string }
  | { readonly path: string; readonly link: string };

export interface MoveOptions {
  readonly signal: AbortSignal;
  /** Told from time to time how far it is. */
  readonly onProgress: (movedBytes: number) => void;
}

export interface Moved {
  /** Bytes that went over the line. */
  readonly movedBytes: number;
}

/** Moves folders between places and says what is in those of this host; given by the server. */
export interface FolderMover {
  /**
   * Makes `to` equal to `from`. What is there already is not sent again, also after an interruption; what arrives is
   * checked against what was sent. Throws EngineUnreachable when the other end cannot be reached, also when a copy is
   * not where it was put: nothing at home is deleted because a file system is not mounted.
   */
  move(from: Place, to: Place, options: MoveOptions): Promise<Moved>;
  /** Of a folder on this host. */
  manifest(path: string): Promise<Manifest>;
  /** When a file in the place last changed, by its own clock; undefined while there is none. Throws EngineUnreachable. */
  changedAtMs(place: Place): Promise<number | undefined>;
  /** Gone already counts as done. Throws EngineUnreachable when the other end cannot be reached. */
  remove(place: Place): Promise<void>;
}

/** Where a volume lies in a pool's own storage. */
export const placeIn = ({ root, remote }: Storage, project: string, volume: string): Place => ({
  path: `${root}/${project}/${volume}`,
  isCopy: true,
  ...(remote === undefined ? {} : { remote }),
});

export const bytesOfManifest = ({ files }: Manifest): number =>
  files.reduce((sum, file) => sum + ("bytes" in file ? file.bytes : 0), 0);
