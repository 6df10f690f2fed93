import type { ApiError, Change, KindKey, Store } from "@yunhe/kernel";
import { LogStore } from "../../../kernel/src/store/log-store.ts";
import type { Faults } from "../faults.ts";
import type { Chance } from "./chance.ts";
import type { Disk } from "./disk.ts";
import { Process } from "./process.ts";
import type { WorldTime } from "./time.ts";

export interface DatabaseOptions {
  readonly time: WorldTime;
  readonly chance: Chance;
  readonly faults: Faults;
  readonly disk: Disk;
  readonly barrierKinds: readonly KindKey[];
  /** Told when the store stops for good; whoever runs it starts another. */
  readonly onFatal: () => void;
  readonly onChanges: (changes: readonly Change[]) => void;
  /** Told before a start after a crash is open to anyone. */
  readonly onStart: () => void;
}

/** The store's process: the real log store over the simulated disk. It dies and comes back; the disk stays. */
export class Database {
  readonly #options: DatabaseOptions;
  #process: Process;
  #store: Store | undefined;
  #generation = 0;

  constructor(options: DatabaseOptions) {
    this.#options = options;
    this.#process = this.#start();
  }

  get process(): Process {
    return this.#process;
  }

  /** Undefined while it is down. */
  get store(): Store | undefined {
    return this.#store;
  }

  /** Which start of it this is; a connection to an earlier one is broken. */
  get generation(): number {
    return this.#generation;
  }

  crash(keepsPending: boolean, downMs: number): void {
    if (this.#store === undefined) return;
    this.#process.kill();
    this.#store = undefined;
    this.#options.disk.crash(keepsPending);
    this.#options.time.after(downMs, () => {
      this.#process = this.#start();
    });
  }

  #start(): Process {
    const { time, chance, disk, barrierKinds, onFatal, onChanges, onStart } = this.#options;
    if (this.#generation > 0) onStart();
    this.#generation += 1;
    const process = new Process("db", time, chance.fork(`db-${this.#generation}`));
    const store = new LogStore(disk.open(process), {
      barrierKinds,
      clock: process.environment.clock,
      onFatal: (error: ApiError) => {
        if (error.reason === "ServiceUnavailable" && this.#store === store) onFatal();
      },
    });
    store.subscribe(onChanges);
    this.#store = store;
    return process;
  }
}
