import { hash } from "node:crypto";
import type { Revision } from "../resource.ts";
import type { AuditDraft, AuditEntry, Change, Store } from "./port.ts";
import { type Words, words } from "../words.ts";

/** What the first entry of a log stands on. */
export const genesisHash = "0".repeat(64);

/** The fields an {@link AuditPage} can filter by. */
export const auditFilters = ["actor", "namespace", "kind", "name"] as const;
export type AuditFilter = (typeof auditFilters)[number];

export const sha256 = (text: string): string => hash("sha256", text, "hex");

/**
 * The text of an entry that is hashed: a JSON array of its fields in this order, so that no two entries have the same
 * text. A verifier in another language needs only JSON and SHA-256:
 * `hash = hex(sha256(previousHash + "\n" + canonical(entry)))`, both as UTF-8.
 */
export const canonical = (entry: AuditDraft & { readonly sequence: number }): string =>
  JSON.stringify([
    entry.sequence,
    entry.timeMs,
    entry.actor,
    entry.verb,
    entry.kind,
    entry.namespace,
    entry.name,
    entry.uid,
    entry.before,
    entry.after,
    entry.subresource,
    entry.requestId,
    entry.outcome,
    entry.objectSha256,
  ]);

const linkHash = (previousHash: string, entry: AuditDraft & { readonly sequence: number }): string =>
  sha256(`${previousHash}\n${canonical(entry)}`);

/** The entry that follows the one with `previousHash`. */
export function chain(previousHash: string, sequence: number, draft: AuditDraft): AuditEntry {
  const entry = { ...draft, sequence };
  return { ...entry, hash: linkHash(previousHash, entry) };
}

export interface AuditVerdict {
  readonly ok: boolean;
  /** Entries that were read and found whole. */
  readonly entries: number;
  /** Hash of the last whole entry: note it elsewhere to notice later that the tail was cut off. */
  readonly head: string;
  /** Revision of the last change that a whole entry speaks of. */
  readonly revision: Revision;
  /** Sequence number of the first entry that was changed, is missing, or stands where none should. */
  readonly firstBroken?: number;
  readonly problem?: keyof typeof auditProblems;
}

/** What can be wrong at the first broken entry. */
export const auditProblems = {
  missing: words("an entry is missing here", "此处缺少一条记录"),
  changed: words("this entry was changed", "此条记录被更改"),
  "unlike the log": words(
    "the object that it speaks of is not as it was written",
    "其所指的对象与写入时不符",
  ),
  "change without entry": words(
    "changes before the one it speaks of have no entry",
    "其所指的变化之前有变化没有记录",
  ),
} as const satisfies Readonly<Record<string, Words>>;

const pageSize = 1000;

/**
 * Walks the whole chain, in which each revision has its one entry. Also compares each entry with the version it speaks
 * of, where that was not compacted away, so that an object edited behind the log's back is found. Cutting off the tail
 * can only be seen against a `head` noted before. `onWhole` is told each entry found whole, with that version.
 */
export async function verifyAudit(
  store: Pick<Store, "audit" | "version">,
  onWhole: (entry: AuditEntry, version: Change | undefined) => void = () => {},
): Promise<AuditVerdict> {
  let whole: Whole = { entries: 0, head: genesisHash, revision: 0 };
  for (;;) {
    const page = await store.audit({ afterSequence: whole.entries, limit: pageSize });
    for (const entry of page) {
      const version = entry.after === 0 ? undefined : await store.version(entry.after);
      const problem = problemOf(entry, version, whole);
      if (problem !== undefined) return { ok: false, ...whole, firstBroken: whole.entries + 1, problem };
      onWhole(entry, version);
      whole = { entries: entry.sequence, head: entry.hash, revision: entry.after || whole.revision };
    }
    if (page.length < pageSize) return { ok: true, ...whole };
  }
}

type Whole = Pick<AuditVerdict, "entries" | "head" | "revision">;

function problemOf(entry: AuditEntry, version: Change | undefined, before: Whole): AuditVerdict["problem"] {
  if (entry.sequence !== before.entries + 1) return "missing";
  if (entry.hash !== linkHash(before.head, entry)) return "changed";
  if (entry.after !== 0 && entry.after !== before.revision + 1) return "change without entry";
  if (version === undefined) return undefined;
  const { uid, key, json } = version;
  const same = uid === entry.uid && key.name === entry.name && key.namespace === entry.namespace;
  return same && sha256(json) === entry.objectSha256 ? undefined : "unlike the log";
}
