import { ApiError, words } from "@yunhe/kernel";
import { genesisHash } from "../../../kernel/src/store/audit.ts";
import type {
  Backend,
  Claim,
  CompactionStep,
  CurrentRange,
  Group,
  Position,
  Row,
} from "../../../kernel/src/store/backend.ts";
import { MemoryBackend } from "../../../kernel/src/store/memory.ts";
import type { Faults } from "../faults.ts";
import type { Process } from "./process.ts";

/** Deliberate defects of the disk, for the bug bench. */
export interface DiskDefects {
  /** A crash keeps the first rows of a group and loses the rest. */
  readonly tearsGroups?: boolean;
  /** Takes a failed fsync for a full disk: nothing changed, try again. */
  readonly forgivesFsync?: boolean;
  readonly rewritesGroup?: (group: Group) => Group;
}

interface Pending {
  readonly group: Group;
  readonly owner: Process;
}

/** What stays when the store's process dies: the durable log, and the faults of writing it. */
export class Disk {
  readonly durable = new MemoryBackend();
  readonly #faults: Faults;
  readonly #defects: DiskDefects;
  readonly #onAppend: (group: Group) => void;
  #position: Position = { revision: 0, compacted: 0, auditSequence: 0, auditHash: genesisHash };
  #pending: Pending | undefined;
  #onNextAppend: (() => void) | undefined;

  constructor(faults: Faults, defects: DiskDefects, onAppend: (group: Group) => void) {
    this.#faults = faults;
    this.#defects = defects;
    this.#onAppend = onAppend;
  }

  get position(): Position {
    return this.#position;
  }

  /** The backend of one process; it ends with the process. */
  open(owner: Process): Backend {
    const { durable } = this;
    return {
      opened: this.#position,
      current: (key) => durable.current(key),
      claim: (scope, key): Claim | undefined => durable.claim(scope, key),
      lease: (name) => durable.lease(name),
      get: (key): Row | undefined => durable.get(key),
      version: (revision) => durable.version(revision),
      list: (range: CurrentRange) => durable.list(range),
      changes: (after, limit) => durable.changes(after, limit),
      touched: (kind, after) => durable.touched(kind, after),
      audit: (page) => durable.audit(page),
      append: (group) => this.#append(owner, group),
      compact: (step) => this.#compact(step),
      soon: (start) => queueMicrotask(start),
      onFailure: () => {},
      close: async () => {},
    };
  }

  /** Has `strike` called in the middle of the next append. */
  armNextAppend(strike: () => void): void {
    this.#onNextAppend = strike;
  }

  disarm(): void {
    this.#onNextAppend = undefined;
  }

  /** The process that writes dies now: what it was writing is there as a whole or not at all. */
  crash(keepsPending: boolean): void {
    const pending = this.#pending;
    this.#pending = undefined;
    if (pending === undefined) return;
    if (this.#defects.tearsGroups === true) this.#apply(firstHalf(pending.group));
    else if (keepsPending) this.#apply(pending.group);
  }

  async #append(owner: Process, group: Group): Promise<void> {
    const wanted = this.#defects.rewritesGroup?.(group) ?? group;
    if (this.#faults.strikes("disk-full")) throw diskFull();
    if (this.#faults.strikes("fsync-error", 0.1)) {
      if (this.#faults.stream("fsync-error").is(0.5)) this.#apply(wanted);
      throw this.#defects.forgivesFsync === true ? diskFull() : new Error("EIO: fsync failed");
    }
    this.#pending = { group: wanted, owner };
    const slow = this.#faults.strikes("slow-disk");
    const latencyMs = slow ? this.#faults.stream("slow-disk").between(500, 3000) : 1;
    const strike = this.#onNextAppend;
    this.#onNextAppend = undefined;
    if (strike !== undefined) owner.after(latencyMs / 2, strike);
    const done = (): void => {
      if (this.#pending?.group !== wanted) return;
      this.#pending = undefined;
      this.#apply(wanted);
    };
    await new Promise<void>((resolve) => {
      owner.after(latencyMs, () => {
        done();
        resolve();
      });
    });
  }

  async #compact(step: CompactionStep): Promise<boolean> {
    this.#position = { ...this.#position, compacted: Math.max(this.#position.compacted, step.upTo) };
    return this.durable.compact(step);
  }

  #apply(group: Group): void {
    void this.durable.append(group);
    const { revision, auditSequence, auditHash, compacted } = this.#position;
    const last = group.audit.at(-1);
    this.#position = {
      compacted,
      revision: group.rows.at(-1)?.revision ?? revision,
      auditSequence: last?.sequence ?? auditSequence,
      auditHash: last?.hash ?? auditHash,
    };
    this.#onAppend(group);
  }
}

/** What a group without its commit record would leave behind. */
const firstHalf = (group: Group): Group => ({
  rows: group.rows.slice(0, Math.ceil(group.rows.length / 2)),
  audit: group.audit.slice(0, Math.ceil(group.rows.length / 2)),
  claims: [],
  leases: [],
});

const diskFull = (): ApiError =>
  new ApiError("InsufficientStorage", words("The disk is full.", "磁盘已满。"));
