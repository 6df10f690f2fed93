import assert from "node:assert/strict";
import { copyFile, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import test from "node:test";
import {
  canonical,
  chain,
  genesisHash,
  openAuditFile,
  openSqliteStore,
  sha256,
  verifyAudit,
} from "@yunhe/kernel";
import { put } from "@yunhe/kernel/conformance";
import * as fc from "fast-check";

/** The last one speaks of no object. */
const entries = 12;
const columns = ["timeMs", "actor", "verb", "kind", "namespace", "name", "uid", "before", "after", "subresource", "requestId", "outcome", "objectSha256", "hash"] as const; // prettier-ignore

async function writeLog(path: string): Promise<void> {
  const store = await openSqliteStore({ path });
  for (let index = 1; index < entries; index += 1) await put(store, `o${index}`);
  const { sequence: _, hash: _1, ...entry } = (await store.audit({ limit: 1 }))[0]!;
  await store.recordAudit({ ...entry, before: 0, after: 0, verb: "sign-in" });
  await store.close();
}

async function verdictAfter(original: string, tamper: (database: DatabaseSync) => void) {
  const copy = `${original}-copy`;
  await copyFile(original, copy);
  const database = new DatabaseSync(copy);
  tamper(database);
  database.close();
  const file = openAuditFile(copy);
  try {
    return await verifyAudit(file);
  } finally {
    await file.close();
    await rm(copy);
  }
}

void test("any change to a stopped server's audit log is found, at the entry it was made", async () => {
  const folder = await mkdtemp(join(tmpdir(), "yunhe-audit-"));
  const path = join(folder, "yunhe.db");
  await writeLog(path);
  const untouched = await verdictAfter(path, () => {});
  assert.deepEqual([untouched.ok, untouched.entries], [true, entries]);
  const sequence = fc.integer({ min: 1, max: entries });
  await fc.assert(
    fc.asyncProperty(sequence, fc.constantFrom(...columns), async (sequence, column) => {
      const isNumber = ["timeMs", "before", "after"].includes(column);
      const value = isNumber ? `${column} + 1` : `${column} || 'x'`;
      const verdict = await verdictAfter(path, (database) =>
        database.exec(`UPDATE audit SET ${column} = ${value} WHERE sequence = ${sequence}`),
      );
      assert.deepEqual([verdict.ok, verdict.firstBroken], [false, sequence]);
    }),
    { numRuns: 40 },
  );
  for (const removed of [1, 5]) {
    const verdict = await verdictAfter(path, (database) =>
      database.exec(`DELETE FROM audit WHERE sequence = ${removed}`),
    );
    assert.deepEqual([verdict.firstBroken, verdict.problem], [removed, "missing"]);
  }
  const swapped = await verdictAfter(path, (database) =>
    database.exec(
      "UPDATE audit SET sequence = -3 WHERE sequence = 3; UPDATE audit SET sequence = 3 WHERE sequence = 4; UPDATE audit SET sequence = 4 WHERE sequence = -3",
    ),
  );
  assert.deepEqual([swapped.firstBroken, swapped.problem], [3, "changed"]);
  const cut = await verdictAfter(path, (database) =>
    database.exec(`DELETE FROM audit WHERE sequence = ${entries}`),
  );
  assert.deepEqual([cut.ok, cut.head === untouched.head], [true, false], "a noted head shows a cut tail");
  await rm(folder, { recursive: true });
});

void test("an object edited behind the log's back is found", async () => {
  const folder = await mkdtemp(join(tmpdir(), "yunhe-audit-"));
  const path = join(folder, "yunhe.db");
  await writeLog(path);
  const verdict = await verdictAfter(path, (database) =>
    database.exec(`UPDATE revisions SET json = replace(json, '"size":1', '"size":2') WHERE revision = 4`),
  );
  assert.deepEqual([verdict.firstBroken, verdict.problem], [4, "unlike the log"]);
  await rm(folder, { recursive: true });
});

void test("a change that has no entry is found, though the chain was made anew without it", async () => {
  const draft = (after: number) => ({
    timeMs: 1, actor: "user:ada", verb: "create", kind: "tasks", namespace: "p", name: "n", uid: "u", before: 0, after,
    subresource: "", requestId: "r", outcome: "allowed", objectSha256: "00",
  }); // prettier-ignore
  const first = chain(genesisHash, 1, draft(1));
  const denied = chain(first.hash, 2, draft(0));
  const pages = (third: number) => [first, denied, chain(denied.hash, 3, draft(third))];
  const verdictOf = (third: number) =>
    verifyAudit({ audit: async () => pages(third), version: async () => undefined });
  assert.deepEqual([(await verdictOf(2)).ok, (await verdictOf(2)).revision], [true, 2]);
  const verdict = await verdictOf(3);
  assert.deepEqual([verdict.firstBroken, verdict.problem], [3, "change without entry"]);
});

void test("the hash is that of the documented text", () => {
  const draft = {
    timeMs: 1, actor: "user:ada", verb: "create", kind: "tasks", namespace: "p", name: "n", uid: "u", before: 0, after: 7,
    subresource: "", requestId: "r", outcome: "allowed", objectSha256: "00",
  }; // prettier-ignore
  const text = '[1,1,"user:ada","create","tasks","p","n","u",0,7,"","r","allowed","00"]';
  assert.equal(canonical({ ...draft, sequence: 1 }), text);
  assert.equal(chain(genesisHash, 1, draft).hash, sha256(`${genesisHash}\n${text}`));
});
