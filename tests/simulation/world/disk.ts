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
  /** Answers when the group is in memory; what was answered in the last seconds is lost in a crash. */
  readonly answersBeforeFsync?: boolean;
  readonly rewritesGroup?: (group: Group) => Group;
}

const unsyncedMs = 2000;

interface Pending {
  readonly group: Group;
  readonly owner: Process;
}

/** What stays when the store's process dies: the durable log, and the faults of writing it. */
export class Disk {
  durable = new MemoryBackend();
  readonly #faults: Faults;
  readonly #defects: DiskDefects;
  readonly #onAppend: (group: Group) => void;
  #position: Position = { revision: 0, compacted: 0, auditSequence: 0, auditHash: genesisHash };
  #pending: Pending | undefined;
  #onNextAppend: (() => void) | undefined;
  /** With {@link DiskDefects.answersBeforeFsync}: every group, with the time of its append. */
  readonly #groups: { readonly group: Group; readonly atMs: number }[] = [];
  #nowMs = 0;

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
      newestClaimEndsMs: () => durable.newestClaimEndsMs(),
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
    if (this.#defects.answersBeforeFsync === true) this.#loseUnsynced();
    const pending = this.#pending;
    this.#pending = undefined;
    if (pending === undefined) return;
    if (this.#defects.tearsGroups === true) this.#apply(firstHalf(pending.group));
    else if (keepsPending) this.#apply(pending.group);
  }

  #loseUnsynced(): void {
    const kept = this.#groups.filter(({ atMs }) => atMs < this.#nowMs - unsyncedMs);
    if (kept.length === this.#groups.length) return;
    this.#groups.splice(kept.length);
    this.durable = new MemoryBackend();
    this.#position = { revision: 0, compacted: 0, auditSequence: 0, auditHash: genesisHash };
    for (const { group } of kept) this.#write(group);
  }

  async #append(owner: Process, group: Group): Promise<void> {
    this.#nowMs = owner.environment.clock.monotonicMs();
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
    if (this.#defects.answersBeforeFsync === true) this.#groups.push({ group, atMs: this.#nowMs });
    this.#write(group);
    this.#onAppend(group);
  }

  #write(group: Group): void {
    void this.durable.append(group);
    const { revision, auditSequence, auditHash, compacted } = this.#position;
    const last = group.audit.at(-1);
    this.#position = {
      compacted,
      revision: group.rows.at(-1)?.revision ?? revision,
      auditSequence: last?.sequence ?? auditSequence,
      auditHash: last?.hash ?? auditHash,
    };
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
