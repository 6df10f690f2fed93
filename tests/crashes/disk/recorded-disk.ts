const sectorBytes = 512;

/** What reached the disk since it was switched on, in order. */
export type DiskEntry = { readonly offset: number; readonly data: Uint8Array } | "flush";

export interface Cut {
  /** Entries of the record that the disk had been sent when the power went. */
  readonly at: number;
  /** Chance that a write which no flush had confirmed is on the medium all the same. */
  readonly survival: number;
  readonly random: () => number;
  /** The control: a disk that confirms flushes and does nothing for them. */
  readonly ignoresFlushes?: boolean;
}

/**
 * A disk with a volatile cache, by all that it was sent: its state after a power cut at any moment can be told. What a
 * completed flush confirmed is there; of the rest any sector may be there or not, in any order, and a write may be torn
 * between two sectors.
 */
export class RecordedDisk {
  readonly length: number;
  readonly #before: Uint8Array;
  readonly #record: readonly DiskEntry[];

  constructor(before: Uint8Array, record: readonly DiskEntry[]) {
    this.#before = before;
    this.#record = record;
    this.length = record.length;
  }

  get flushes(): number {
    return this.#record.filter((entry) => entry === "flush").length;
  }

  /** The medium as it is found when the power comes back. */
  afterCut({ at, survival, random, ignoresFlushes = false }: Cut): Uint8Array {
    // Of a Buffer, slice() would give the same memory again.
    const medium = new Uint8Array(this.#before);
    const confirmed = ignoresFlushes ? 0 : this.#record.lastIndexOf("flush", at - 1);
    this.#record.slice(0, at).forEach((entry, index) => {
      if (entry === "flush") return;
      const { offset, data } = entry;
      const fate = index < confirmed ? 0 : random();
      if (fate <= survival) medium.set(data, offset);
      else if (random() < survival) tear(medium, entry, random);
    });
    return medium;
  }
}

/** Some sectors of the write arrive, others do not. */
function tear(medium: Uint8Array, { offset, data }: Exclude<DiskEntry, "flush">, random: () => number): void {
  for (let start = 0; start < data.length; start += sectorBytes)
    if (random() < 0.5) medium.set(data.subarray(start, start + sectorBytes), offset + start);
}
