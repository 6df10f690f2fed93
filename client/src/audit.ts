import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";
import type { Transport } from "./transport.ts";

/** One entry of the audit log, as `/yunhe/v1/audit` gives it. */
export interface AuditEntry {
  readonly sequence: number;
  readonly timeMs: number;
  readonly actor: string;
  readonly verb: string;
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly before: number;
  readonly after: number;
  readonly subresource: string;
  readonly requestId: string;
  readonly outcome: string;
  readonly objectSha256: string;
  readonly hash: string;
}

export interface AuditQuery {
  readonly actor?: string | undefined;
  readonly namespace?: string | undefined;
  readonly kind?: string | undefined;
  readonly name?: string | undefined;
  /** Only entries before this sequence number. */
  readonly before?: number | undefined;
  readonly limit?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Newest first. */
export async function auditPage(transport: Transport, query: AuditQuery): Promise<readonly AuditEntry[]> {
  const { signal, ...filters } = query;
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(filters))
    if (value !== undefined && value !== "") search.set(name, String(value));
  const path = `/yunhe/v1/audit?${search}`;
  return (await transport.json<{ items: readonly AuditEntry[] }>(path, { signal })).items;
}

export interface AuditVerdict {
  readonly ok: boolean;
  /** Entries whose link to the one before was recomputed and found whole. */
  readonly entries: number;
  readonly firstBroken?: number;
}

/** What the first entry of a log stands on. */
const genesisHash = "0".repeat(64);

/**
 * Recomputes the hash chain over unfiltered entries, newest first as they come. The oldest one is only checked when it
 * is the first of the log, since the entry before it is not there.
 * `hash = hex(sha256(previousHash + "\n" + JSON array of the fields))`, as the audit log documents it.
 */
export function verifyAudit(entries: readonly AuditEntry[]): AuditVerdict {
  let checked = 0;
  for (const [at, entry] of entries.entries()) {
    const older = entries[at + 1];
    if (older === undefined && entry.sequence !== 1) break;
    const gap = older !== undefined && older.sequence !== entry.sequence - 1;
    if (gap || linkHash(older?.hash ?? genesisHash, entry) !== entry.hash)
      return { ok: false, entries: checked, firstBroken: entry.sequence };
    checked += 1;
  }
  return { ok: true, entries: checked };
}

function linkHash(previous: string, e: AuditEntry): string {
  const about = [e.sequence, e.timeMs, e.actor, e.verb, e.kind, e.namespace, e.name, e.uid];
  const fields = about.concat(e.before, e.after, e.subresource, e.requestId, e.outcome, e.objectSha256);
  return bytesToHex(sha256(utf8ToBytes(`${previous}\n${JSON.stringify(fields)}`)));
}
