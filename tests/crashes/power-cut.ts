import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freshImage, mountImage, mountRecorded, sharedFolder } from "./disk/file-system.ts";
import type { RecordedDisk } from "./disk/recorded-disk.ts";

/** How often each thing was written, as far as it was acknowledged. */
export type Owed = ReadonlyMap<string, number>;

export interface Found {
  /** Things of which less is there than is owed. */
  readonly lost: number;
  /** Whatever else is not as it must be, in words. */
  readonly wrong: readonly string[];
  /** What is there: owed from now on, since it was read after the power came back. */
  readonly there: Owed;
}

/** A program that writes below a folder, and how to look at what it has left there. */
export interface Workload {
  /** Writes for so long, tells of each acknowledgement when it comes, and is killed. */
  run(directory: string, forMs: number, acknowledged: (thing: string, count: number) => void): Promise<void>;
  look(directory: string, owed: Owed): Promise<Found>;
}

export interface PowerCutOptions {
  readonly workload: Workload;
  readonly random: () => number;
  /** Times that the workload is started, each upon what a power cut has left of the time before. */
  readonly sessions: number;
  /** Moments at which each session's power is cut. */
  readonly cutsPerSession: number;
  readonly sessionMs: number;
  /** The control: a disk that confirms flushes and does nothing for them must lose things. */
  readonly ignoresFlushes?: boolean;
  readonly onCut?: (found: Found) => void;
}

export interface PowerCutOutcome {
  readonly cuts: number;
  /** Things that had to be found again, added up over the cuts. */
  readonly owed: number;
  readonly lost: number;
  readonly wrong: readonly string[];
  /** What the disk was sent. */
  readonly writes: number;
  readonly flushes: number;
}

const imageMebibytes = 64;

/**
 * Runs a workload on ext4 on a disk that remembers each write and flush, makes the medium as it is found after power
 * cuts at random moments of that, mounts each, and looks for everything that had been acknowledged before its cut.
 */
export async function cutPower(options: PowerCutOptions): Promise<PowerCutOutcome> {
  const { workload, random, sessions, cutsPerSession, ignoresFlushes = false, onCut } = options;
  const folder = mkdtempSync(join(tmpdir(), "yunhe-power-"));
  const share = await sharedFolder(folder);
  const total = { cuts: 0, owed: 0, lost: 0, writes: 0, flushes: 0 };
  const wrong: string[] = [];
  let start: { readonly medium: Uint8Array; readonly owed: Owed } = {
    medium: await freshImage(folder, imageMebibytes),
    owed: new Map(),
  };
  for (let session = 0; session < sessions; session += 1) {
    const told = await runSession(start.medium, folder, options);
    const { disk } = told;
    total.writes += disk.length - disk.flushes;
    total.flushes += disk.flushes;
    let next = start;
    for (let cut = 0; cut < cutsPerSession; cut += 1) {
      const at = 1 + Math.floor(random() * told.end);
      const survival = random() < 0.3 ? 0 : random();
      const medium = disk.afterCut({ at, survival, random, ignoresFlushes });
      const owed = new Map(start.owed);
      for (const each of told.acknowledged) if (each.at <= at) owed.set(each.thing, each.count);
      const found = await lookAt(medium, folder, workload, owed);
      total.cuts += 1;
      total.owed += owed.size;
      total.lost += found.lost;
      wrong.push(...found.wrong);
      if (found.wrong.length === 0) next = { medium, owed: found.there };
      onCut?.(found);
    }
    start = next;
  }
  await share.end();
  rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  return { ...total, wrong };
}

interface Told {
  readonly disk: RecordedDisk;
  readonly acknowledged: readonly { readonly thing: string; readonly count: number; readonly at: number }[];
  /** What the disk had been sent when the workload ended. */
  readonly end: number;
}

async function runSession(
  medium: Uint8Array,
  folder: string,
  { workload, sessionMs }: PowerCutOptions,
): Promise<Told> {
  const acknowledged: { thing: string; count: number; at: number }[] = [];
  const mounted = await mountRecorded(medium, folder);
  let end = 0;
  let disk: RecordedDisk | undefined;
  try {
    // An acknowledgement comes out later than the disk saw what it stands on: any cut from now on owes it.
    await workload.run(join(mounted.path, "data"), sessionMs, (thing, count) =>
      acknowledged.push({ thing, count, at: mounted.sent() }),
    );
    end = mounted.sent();
  } finally {
    disk = await mounted.unmount();
  }
  return { disk, acknowledged, end };
}

/** Switches the computer on again. What cannot be mounted or opened is wrong, and loses all that was owed. */
async function lookAt(medium: Uint8Array, folder: string, workload: Workload, owed: Owed): Promise<Found> {
  try {
    const mounted = await mountImage(medium, folder);
    try {
      return await workload.look(join(mounted.path, "data"), owed);
    } finally {
      await mounted.unmount();
    }
  } catch (error) {
    return { lost: owed.size, wrong: [String(error)], there: new Map() };
  }
}
