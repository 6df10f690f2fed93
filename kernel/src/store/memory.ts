import { keyText, type KindKey, type ObjectKey, type Revision } from "../resource.ts";
import { auditFilters, genesisHash } from "./audit.ts";
import type { Backend, Claim, CompactionStep, CurrentRange, Group, Position, Row } from "./backend.ts";
import { LogStore, type StoreOptions } from "./log-store.ts";
import type { AuditEntry, AuditPage, Lease, Store } from "./port.ts";

/** A store that forgets everything when the process ends: for tests, simulations and trying things out. */
export const openMemoryStore = (options: StoreOptions = {}): Store =>
  new LogStore(new MemoryBackend(), options);

const nameText = (of: { readonly namespace: string; readonly name: string }): string =>
  `${of.namespace}\0${of.name}`;

/** Index of the first element that does not lie before `target`. */
function lowerBound<Item>(items: readonly Item[], isBefore: (item: Item) => boolean): number {
  let low = 0;
  let high = items.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (isBefore(items[middle]!)) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The log in memory; the simulator puts its faults around it. */
export class MemoryBackend implements Backend {
  readonly opened: Position = { revision: 0, compacted: 0, auditSequence: 0, auditHash: genesisHash };
  /** The log, in order of revision. */
  #rows: Row[] = [];
  readonly #audit: AuditEntry[] = [];
  readonly #live = new Map<string, Row>();
  /** Names of the live objects of each kind, sorted. */
  readonly #names = new Map<KindKey, string[]>();
  readonly #claims = new Map<string, Claim>();
  readonly #leases = new Map<string, Lease>();

  current(key: ObjectKey): Row | undefined {
    return this.#live.get(keyText(key));
  }

  get(key: ObjectKey): Row | undefined {
    return this.#live.get(keyText(key));
  }

  claim(scope: string, key: string): Claim | undefined {
    return this.#claims.get(JSON.stringify([scope, key]));
  }

  newestClaimEndsMs(): number {
    let newestMs = 0;
    for (const { keepUntilMs } of this.#claims.values()) newestMs = Math.max(newestMs, keepUntilMs);
    return newestMs;
  }

  lease(name: string): Lease | undefined {
    return this.#leases.get(name);
  }

  version(revision: Revision): Row | undefined {
    const row = this.#rows[this.#indexAfter(revision - 1)];
    return row?.revision === revision ? row : undefined;
  }

  list({ kind, namespace, after, limit }: CurrentRange): Row[] {
    const names = this.#names.get(kind) ?? [];
    const start = lowerBound(names, (name) =>
      after !== undefined ? name <= nameText(after) : name < `${namespace ?? ""}\0`,
    );
    const rows: Row[] = [];
    for (let index = start; index < names.length && rows.length < limit; index += 1) {
      const [space, name] = names[index]!.split("\0") as [string, string];
      if (namespace !== undefined && space !== namespace) {
        if (space > namespace) break;
        continue;
      }
      rows.push(this.#live.get(keyText({ kind, namespace: space, name }))!);
    }
    return rows;
  }

  changes(after: Revision, limit: number): Row[] {
    const start = this.#indexAfter(after);
    return this.#rows.slice(start, start + limit);
  }

  touched(kind: KindKey, after: Revision): Row[] {
    return this.#rows.slice(this.#indexAfter(after)).filter(({ key }) => key.kind === kind);
  }

  async audit({ afterSequence, limit, descending = false, ...where }: AuditPage): Promise<AuditEntry[]> {
    const entries = descending ? this.#audit.toReversed() : this.#audit;
    const inside = (entry: AuditEntry): boolean =>
      afterSequence === undefined ||
      (descending ? entry.sequence < afterSequence : entry.sequence > afterSequence);
    const matches = (entry: AuditEntry): boolean =>
      auditFilters.every((field) => where[field] === undefined || entry[field] === where[field]);
    return entries.filter((entry) => inside(entry) && matches(entry)).slice(0, limit);
  }

  async append(group: Group): Promise<void> {
    for (const row of group.rows) {
      this.#rows.push(row);
      this.#apply(row);
    }
    this.#audit.push(...group.audit);
    for (const claim of group.claims) this.#claims.set(JSON.stringify([claim.scope, claim.key]), claim);
    for (const lease of group.leases) this.#leases.set(lease.name, lease);
  }

  async compact({ upTo, nowMs }: CompactionStep): Promise<boolean> {
    for (const [text, claim] of this.#claims) if (claim.keepUntilMs <= nowMs) this.#claims.delete(text);
    const kept = new Set<Revision>();
    for (const { first, count } of this.#claims.values())
      for (let revision = first; revision < first + count; revision += 1) kept.add(revision);
    for (const row of this.#live.values()) kept.add(row.revision);
    // A version that was replaced only after `upTo` still belongs to the states that can be listed.
    for (const row of this.changes(upTo, Infinity)) kept.add(row.previous);
    this.#rows = this.#rows.filter(({ revision }) => revision > upTo || kept.has(revision));
    return false;
  }

  onFailure(): void {}

  soon(start: () => void): void {
    queueMicrotask(start);
  }

  async close(): Promise<void> {}

  #indexAfter(revision: Revision): number {
    return lowerBound(this.#rows, (row) => row.revision <= revision);
  }

  #apply(row: Row): void {
    const names = this.#names.get(row.key.kind) ?? [];
    if (names.length === 0) this.#names.set(row.key.kind, names);
    const index = lowerBound(names, (name) => name < nameText(row.key));
    if (row.type === "ADDED") names.splice(index, 0, nameText(row.key));
    if (row.type === "DELETED") {
      names.splice(index, 1);
      this.#live.delete(keyText(row.key));
    } else this.#live.set(keyText(row.key), row);
  }
}
