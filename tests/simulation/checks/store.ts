import type { Change, Store } from "@yunhe/kernel";
import type { Disk } from "../world/disk.ts";
import type { Process } from "../world/process.ts";
import { Violation } from "./violation.ts";

const lease = "control-plane";

/** What the store has promised, checked at its border: fencing (C1), nothing acknowledged is lost (C8). */
export class StoreChecks {
  readonly #disk: Disk;
  /** The last change that was about to be acknowledged. */
  #published: Change | undefined;

  constructor(disk: Disk) {
    this.#disk = disk;
  }

  published(changes: readonly Change[]): void {
    this.#published = changes.at(-1);
  }

  /** After a crash everything that was acknowledged must be there. */
  reopened(): void {
    const last = this.#published;
    if (last === undefined) return;
    const { revision, compacted } = this.#disk.position;
    const row = this.#disk.durable.version(last.revision);
    if (revision < last.revision || (row === undefined && last.revision > compacted))
      throw new Violation(
        "C8",
        `revision ${last.revision} was acknowledged; after the crash the log ends at ${revision}`,
      );
    if (row !== undefined && row.uid !== last.uid)
      throw new Violation("C8", `revision ${last.revision} is another object after the crash`);
  }

  /** C1: what a control plane writes as a leader of an older epoch has no effect. */
  watch(
    store: Store,
    process: Process,
    epochOf: () => number | undefined,
    onViolation: (violation: Violation) => void,
  ): Store {
    const newest = (): number => this.#disk.durable.lease(lease)?.epoch ?? 0;
    const commit: Store["commit"] = async (transaction) => {
      const isLeadersWork = transaction.writes.some(({ audit }) =>
        audit.actor.startsWith("system:reconciler/"),
      );
      const mine = transaction.fence?.epoch ?? epochOf();
      const before = newest();
      const committed = await store.commit(transaction);
      const isStale = mine === undefined ? false : mine < before;
      if (isLeadersWork && isStale && !committed.replayed && committed.objects.length > 0)
        onViolation(new Violation("C1", `${process.name} wrote under epoch ${mine} when ${before} led`));
      return committed;
    };
    return new Proxy(store, {
      get: (target, name) => {
        if (name === "commit") return commit;
        const value = Reflect.get(target, name, target) as unknown;
        return typeof value === "function" ? (value as (...args: unknown[]) => unknown).bind(target) : value;
      },
    });
  }
}
