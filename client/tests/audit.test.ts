import assert from "node:assert/strict";
import test from "node:test";
import { chain, genesisHash, type AuditEntry } from "@yunhe/kernel";
import { verifyAudit } from "../src/audit.ts";

/** A log as the kernel writes it, newest first as the API gives it. */
function log(length: number): AuditEntry[] {
  const entries: AuditEntry[] = [];
  for (let sequence = 1; sequence <= length; sequence += 1) {
    const about = { kind: "tasks.compute.yunhe.dev", namespace: "p", name: `云-${sequence}`, uid: "u" };
    const change = { verb: "create", before: 0, after: sequence, subresource: "", outcome: "allowed" };
    const draft = {
      timeMs: sequence,
      actor: "user:ada",
      requestId: "r",
      objectSha256: "",
      ...about,
      ...change,
    };
    entries.push(chain(entries.at(-1)?.hash ?? genesisHash, sequence, draft));
  }
  return entries.toReversed();
}

test("a log that the kernel wrote is found whole, from the first entry or from a page of it", () => {
  assert.deepEqual(verifyAudit(log(5)), { ok: true, entries: 5 });
  assert.deepEqual(
    verifyAudit(log(5).slice(0, 3)),
    { ok: true, entries: 2 },
    "the oldest of a page stands on one that is not there",
  );
  assert.deepEqual(verifyAudit([]), { ok: true, entries: 0 });
});

test("an entry that was changed or left out is found", () => {
  const changed = log(5).map((entry) => (entry.sequence === 3 ? { ...entry, actor: "user:eve" } : entry));
  assert.equal(verifyAudit(changed).firstBroken, 3);
  const missing = log(5).filter(({ sequence }) => sequence !== 3);
  assert.equal(verifyAudit(missing).firstBroken, 4);
});
