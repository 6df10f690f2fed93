import type { Revision } from "@yunhe/kernel";
import type { Row } from "../../../kernel/src/store/backend.ts";
import type { Faults } from "../faults.ts";
import type { Database } from "./database.ts";
import type { Disk } from "./disk.ts";
import type { Network } from "./network.ts";
import type { Process } from "./process.ts";

const resyncMs = 1000;

/**
 * The change feed from the store to one replica. Messages are lost, doubled, swapped and late; the receiver sees by the
 * revisions that something is missing and asks for it. What it gives on is each row once, in order.
 */
export class Feed {
  readonly #network: Network;
  readonly #faults: Faults;
  readonly #database: Database;
  readonly #disk: Disk;
  readonly #receiver: Process;
  readonly #apply: (rows: readonly Row[]) => void;
  readonly #early = new Map<Revision, Row>();
  #revision: Revision;
  #asking = false;
  #stalled = false;

  constructor(options: {
    readonly network: Network;
    readonly faults: Faults;
    readonly database: Database;
    readonly disk: Disk;
    readonly receiver: Process;
    readonly from: Revision;
    readonly apply: (rows: readonly Row[]) => void;
  }) {
    this.#network = options.network;
    this.#faults = options.faults;
    this.#database = options.database;
    this.#disk = options.disk;
    this.#receiver = options.receiver;
    this.#revision = options.from;
    this.#apply = options.apply;
    this.#beat();
  }

  /** The store has made these rows durable. */
  publish(rows: readonly Row[]): void {
    const faults = this.#faults;
    if (faults.strikes("feed-gap")) return;
    const { process } = this.#database;
    const go = (): void => this.#network.send(process, this.#receiver, () => this.#take(rows));
    if (faults.strikes("feed-lag")) process.after(faults.stream("feed-lag").between(200, 6000), go);
    else if (faults.strikes("feed-reorder")) process.after(5, go);
    else go();
    if (faults.strikes("feed-duplicate")) process.after(10, go);
  }

  /** Whoever reads the feed is stuck: nothing is taken in until then. */
  stall(durationMs: number): void {
    this.#stalled = true;
    this.#receiver.after(durationMs, () => {
      this.#stalled = false;
    });
  }

  get #isStalled(): boolean {
    return this.#stalled && !this.#faults.healed;
  }

  /** Asks for everything up to the present; does nothing while an answer is awaited. */
  async catchUp(): Promise<void> {
    if (this.#asking || this.#isStalled) return;
    this.#asking = true;
    const after = this.#revision;
    try {
      const target = (): Process | undefined =>
        this.#database.store === undefined ? undefined : this.#database.process;
      const rows = await this.#network.call(this.#receiver, target, () =>
        this.#disk.durable.changes(after, Infinity),
      );
      this.#take(rows);
    } catch {
      // No answer: the next beat asks again.
    } finally {
      this.#asking = false;
    }
  }

  #beat(): void {
    this.#receiver.after(resyncMs, () => {
      if (this.#disk.position.revision > this.#revision) void this.catchUp();
      this.#beat();
    });
  }

  #take(rows: readonly Row[]): void {
    if (this.#isStalled) return;
    for (const row of rows) if (row.revision > this.#revision) this.#early.set(row.revision, row);
    const next: Row[] = [];
    for (let row = this.#early.get(this.#revision + 1); row; row = this.#early.get(this.#revision + 1)) {
      this.#early.delete(row.revision);
      this.#revision = row.revision;
      next.push(row);
    }
    if (next.length > 0) this.#apply(next);
    if (this.#early.size > 0 && !this.#asking) void this.catchUp();
  }
}
