import {
  type AnyStored,
  type Draft,
  type Environment,
  type Objects,
  type ReconcileContext,
  type Reconciler,
  type Requeue,
  type Words,
  words,
} from "@yunhe/kernel";
import type { BlobStore } from "../blobs/port.ts";
import { EngineUnreachable, type Storage } from "../driver/port.ts";
import { type Attempt, attemptKind } from "../kinds/attempt.ts";
import type { Pool } from "../kinds/pool.ts";
import { type Transfer, transferKind, type TransferStatus } from "../kinds/transfer.ts";
import { type Volume, volumeKind } from "../kinds/volume.ts";
import { egressNano, egressPrice } from "./egress.ts";
import { bytesOfManifest, type FolderMover, type Manifest, placeIn } from "./mover.ts";
import type { VolumeFolders } from "./reconciler.ts";

export interface TransferOptions {
  readonly objects: Objects;
  readonly folders: VolumeFolders;
  readonly blobs: BlobStore;
  readonly mover: FolderMover;
  readonly pools: { get(name: string): Pool | undefined; all(): Iterable<Pool> };
  readonly storageOf: (pool: string) => Storage | "home" | undefined;
  readonly environment: Environment;
}

const actor = "system:reconciler/transfer";
const progressEveryMs = 2000;
const unreachablePauseMs = 5000;
/** How often a move may fail for another reason than that the pool is out of reach. */
const mostTries = 8;
/** In the place of a version: something of it lies there, and is being changed. */
const changing = "";
const fresh: TransferStatus = { phase: "Running", tries: 0, movedBytes: 0 };

/** Moves volumes between home and pools with a storage of their own; each move stays as the record of what it moved. */
export function transferReconciler(options: TransferOptions): Reconciler {
  return {
    name: "transfer",
    // Its own progress is no news: only a pause or a fresh start brings it back to a transfer.
    sources: [{ kind: transferKind, keys: ({ type, key }) => (type === "MODIFIED" ? [] : [key]) }],
    concurrency: 8,
    async reconcile({ namespace, name }, context) {
      const transfer = await options.objects.get(transferKind, namespace, name);
      if (!transfer || isSettled(transfer)) return undefined;
      return new TransferRun(options, context, transfer).run();
    },
  };
}

const isSettled = ({ status }: Transfer): boolean => status?.phase === "Done" || status?.phase === "Failed";

/** One try of one move. */
class TransferRun {
  readonly #options: TransferOptions;
  readonly #context: ReconcileContext;
  #transfer: Transfer;
  /** Moved by earlier tries. */
  readonly #beforeBytes: number;

  constructor(options: TransferOptions, context: ReconcileContext, transfer: Transfer) {
    this.#options = options;
    this.#context = context;
    this.#transfer = transfer;
    this.#beforeBytes = transfer.status?.movedBytes ?? 0;
  }

  async run(): Promise<Requeue | undefined> {
    const { objects, folders, pools, storageOf } = this.#options;
    const { spec, metadata } = this.#transfer;
    const project = metadata.namespace ?? "";
    const attempt = await objects.get(attemptKind, project, spec.attempt);
    if (!isWanted(this.#transfer, attempt)) return this.#end("Failed", noLonger);
    const storage = storageOf(spec.pool);
    const volume = await objects.get(volumeKind, project, spec.volume);
    const path = await folders.path(project, spec.volume);
    if (!volume || path === undefined) return this.#end("Failed", gone(spec.volume));
    if (storage === undefined || pools.get(spec.pool)?.status?.lostSince !== undefined)
      return { afterMs: unreachablePauseMs };
    if (storage === "home") return this.#end("Done");
    try {
      return await (spec.direction === "in"
        ? this.#in(volume, path, storage)
        : this.#out(volume, path, storage));
    } catch (error) {
      if (this.#context.signal.aborted) return undefined;
      return this.#failed(error);
    }
  }

  async #in(volume: Volume, path: string, storage: Storage): Promise<undefined> {
    const { spec } = this.#transfer;
    const manifest = await this.#options.mover.manifest(path);
    const version = await this.#keep(manifest);
    const isThere = volume.status?.pools?.some((copy) => copy.pool === spec.pool && copy.version === version);
    const place = placeIn(storage, volume.metadata.namespace ?? "", spec.volume);
    const movedBytes = isThere === true ? 0 : await this.#move({ path }, place, bytesOfManifest(manifest));
    // What the attempt is about to change is no copy of this version.
    await this.#done(volume, manifest, version, movedBytes, !spec.writes);
  }

  async #out(volume: Volume, path: string, storage: Storage): Promise<undefined> {
    const place = placeIn(storage, volume.metadata.namespace ?? "", this.#transfer.spec.volume);
    const movedBytes = await this.#move(place, { path }, undefined);
    const manifest = await this.#options.mover.manifest(path);
    await this.#done(volume, manifest, await this.#keep(manifest), movedBytes, true);
  }

  async #keep(manifest: Manifest): Promise<string> {
    const project = this.#transfer.metadata.namespace ?? "";
    return (await this.#options.blobs.put(project, textOf(manifest))).sha256;
  }

  /** Moves, and says how far it is. */
  async #move(from: { path: string }, to: { path: string }, totalBytes: number | undefined): Promise<number> {
    const { mover, environment } = this.#options;
    const startedMs = environment.clock.monotonicMs();
    const startedAt = new Date(environment.clock.nowMs()).toISOString();
    await this.#write({ startedAt, ...(totalBytes === undefined ? {} : { totalBytes }) });
    let [movedNow, toldMs] = [0, startedMs];
    let telling = Promise.resolve();
    const rate = (): number =>
      Math.round((movedNow * 1000) / Math.max(1, environment.clock.monotonicMs() - startedMs));
    const onProgress = (movedBytes: number): void => {
      movedNow = movedBytes;
      const nowMs = environment.clock.monotonicMs();
      if (nowMs - toldMs < progressEveryMs) return;
      toldMs = nowMs;
      const far = { movedBytes: this.#beforeBytes + movedBytes, bytesPerSecond: rate() };
      telling = telling.then(() => this.#write(far)).catch(() => undefined);
    };
    const moved = await mover.move(from, to, { signal: this.#context.signal, onProgress });
    await telling;
    movedNow = moved.movedBytes;
    await this.#write({ movedBytes: this.#beforeBytes + movedNow, bytesPerSecond: rate() });
    return movedNow;
  }

  /** The end of the move and what the volume is by it: together, so that a copy is never claimed that is not there. */
  async #done(
    volume: Volume,
    manifest: Manifest,
    version: string,
    movedBytes: number,
    isCopy: boolean,
  ): Promise<undefined> {
    const { pool } = this.#transfer.spec;
    const others = (volume.status?.pools ?? []).filter((copy) => copy.pool !== pool);
    const status = {
      ...volume.status,
      bytes: bytesOfManifest(manifest),
      files: manifest.files.length,
      version,
      pools: [...others, { pool, version: isCopy ? version : changing }],
    };
    const draft: Draft = {
      type: "update",
      kind: volumeKind,
      subresource: "status",
      object: { ...volume, status } as AnyStored,
    };
    const total = {
      version,
      totalBytes: bytesOfManifest(manifest),
      movedBytes: this.#beforeBytes + movedBytes,
    };
    await this.#end("Done", undefined, total, [draft]);
  }

  async #failed(error: unknown): Promise<Requeue | undefined> {
    const why = wordsOf(error);
    if (error instanceof EngineUnreachable) {
      await this.#write({ message: why.en, messageZh: why.zh });
      return { afterMs: unreachablePauseMs };
    }
    const tries = (this.#transfer.status?.tries ?? 0) + 1;
    if (tries >= mostTries) return this.#end("Failed", why, { tries });
    await this.#write({ tries, message: why.en, messageZh: why.zh });
    return { afterMs: 1000 * 2 ** tries };
  }

  async #end(
    phase: "Done" | "Failed",
    why?: Words,
    more: Partial<TransferStatus> = {},
    drafts: readonly Draft[] = [],
  ): Promise<undefined> {
    const { pools, storageOf, environment } = this.#options;
    const { spec, status } = this.#transfer;
    const pool = pools.get(spec.pool);
    const atHome = [...pools.all()].filter(({ metadata }) => storageOf(metadata.name) === "home");
    const price = pool && egressPrice(pool, spec.direction, atHome);
    const bytes = more.movedBytes ?? status?.movedBytes ?? 0;
    await this.#write(
      {
        ...more,
        phase,
        endedAt: new Date(environment.clock.nowMs()).toISOString(),
        ...(price === undefined ? {} : { egress: { ...price, nano: egressNano(bytes, price) } }),
        ...(why === undefined ? {} : { message: why.en, messageZh: why.zh }),
      },
      drafts,
    );
  }

  async #write(change: Partial<TransferStatus>, drafts: readonly Draft[] = []): Promise<void> {
    const { message: _m, messageZh: _z, ...before } = this.#transfer.status ?? fresh;
    const object = { ...this.#transfer, status: { ...before, ...change } } as AnyStored;
    const own: Draft = { type: "update", kind: transferKind, subresource: "status", object };
    const { fence } = this.#context;
    const [stored] = await this.#options.objects.commit([own, ...drafts], { actor, fence });
    this.#transfer = stored as unknown as Transfer;
  }
}

/** Its attempt still needs it: before it begins, or until what it wrote is home. */
function isWanted({ spec }: Transfer, attempt: Attempt | undefined): boolean {
  if (attempt?.metadata.uid !== spec.attemptUid || attempt.status?.phase === "Ended") return false;
  return spec.direction === "out" || attempt.spec.end === undefined;
}

async function* textOf(manifest: Manifest): AsyncGenerator<Uint8Array> {
  yield new TextEncoder().encode(JSON.stringify(manifest));
}

function wordsOf(error: unknown): Words {
  if (error instanceof Error && "words" in error) return error.words as Words;
  const text = error instanceof Error ? error.message : String(error);
  return words(text, text);
}

const noLonger = words("Its attempt does not need it any more.", "所服务的尝试已不再需要。");
const gone = (volume: string): Words => words(`Volume ${volume} is gone.`, `存储卷 ${volume} 已不存在。`);
