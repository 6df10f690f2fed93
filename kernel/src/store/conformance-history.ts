import assert from "node:assert/strict";
import { sha256, verifyAudit } from "./audit.ts";
import type { Store } from "./port.ts";
import { namesOf, put, refusedAs, sampleWrite, widgets } from "./samples.ts";

/** One sentence of the conformance suite, on a fresh store; `pass` lets the time pass that the store counts. */
export type Case = (store: Store, pass: (durationMs: number) => void) => Promise<void>;

/** What the store forgets, and what it says then. */
export const compaction: Record<string, Case> = {
  "superseded versions and tombstones go, live objects stay": async (store) => {
    await put(store, "a");
    await put(store, "a", { expected: 1 });
    await put(store, "b");
    await put(store, "b", { expected: 3, delete: true });
    await put(store, "c");
    await store.compact(4);
    assert.equal(store.compactedRevision(), 4);
    const kept = await Promise.all([1, 2, 3, 4, 5].map((revision) => store.version(revision)));
    assert.deepEqual(
      kept.map((version) => version?.key.name),
      [undefined, "a", undefined, undefined, "c"],
    );
    assert.deepEqual(namesOf((await store.list({ kind: widgets })).items), ["shop/a@2", "shop/c@5"]);
  },
  "what was compacted can be neither watched from nor listed, what was not can": async (store) => {
    await put(store, "a");
    await put(store, "b");
    await put(store, "a", { expected: 1, size: 3 });
    await store.compact(2);
    await assert.rejects(store.changes(1, 10), refusedAs("Expired"));
    await assert.rejects(store.list({ kind: widgets, at: 1 }), refusedAs("Expired"));
    assert.equal((await store.changes(2, 10)).length, 1);
    assert.deepEqual(namesOf((await store.list({ kind: widgets, at: 2 })).items), ["shop/a@1", "shop/b@2"]);
  },
  "compaction never goes back, nor beyond what is there": async (store) => {
    await put(store, "a");
    await store.compact(100);
    assert.equal(store.compactedRevision(), 1);
    await store.compact(0);
    assert.equal(store.compactedRevision(), 1);
    await put(store, "a", { expected: 1 });
    assert.equal(store.revision(), 2);
  },
  "many rows are compacted while writes go on": async (store) => {
    let revision = 0;
    for (let round = 0; round < 8; round += 1) {
      const writes = Array.from({ length: 200 }, (_, index) =>
        sampleWrite(`o${index}`, { expected: revision === 0 ? 0 : revision - 199 + index }),
      );
      revision = (await store.commit({ writes, timeMs: 1 })).objects.at(-1)!.revision;
    }
    const [, late] = await Promise.all([store.compact(revision), put(store, "late")]);
    assert.equal(await store.version(1000), undefined);
    assert.equal((await store.list({ kind: widgets })).items.length, 201);
    assert.deepEqual(namesOf(await store.changes(revision, 10)), [`shop/late@${late.revision}`]);
  },
};

/** The audit log beside the revisions. */
export const auditing: Record<string, Case> = {
  "each write has one entry with actor, verb, before, after and the object's hash": async (store) => {
    const first = await put(store, "a");
    await put(store, "a", { expected: 1, delete: true });
    const entries = await store.audit({ limit: 10 });
    assert.deepEqual(
      entries.map(({ sequence, verb, before, after }) => [sequence, verb, before, after]),
      [
        [1, "update", 0, 1],
        [2, "delete", 1, 2],
      ],
    );
    const [entry] = entries;
    assert.deepEqual(
      [
        entry?.actor,
        entry?.kind,
        entry?.namespace,
        entry?.name,
        entry?.uid,
        entry?.requestId,
        entry?.outcome,
      ],
      ["user:ada", widgets, "shop", "a", "uid-a", "r1", "allowed"],
    );
    assert.equal(entry?.objectSha256, sha256(first.json));
  },
  "what changes no object can be recorded too": async (store) => {
    await put(store, "a");
    const { sequence: _, hash: _1, ...entry } = (await store.audit({ limit: 1 }))[0]!;
    await store.recordAudit({ ...entry, verb: "sign-in", before: 0, after: 0, outcome: "denied: bad token" });
    const [latest] = await store.audit({ limit: 1, descending: true });
    assert.deepEqual([latest?.verb, latest?.outcome, latest?.sequence], ["sign-in", "denied: bad token", 2]);
    assert.equal(store.revision(), 1);
  },
  "pages and filters, upwards and downwards": async (store) => {
    for (const name of ["a", "b", "c", "d"]) await put(store, name);
    await put(store, "a", { expected: 1 });
    const names = async (page: Parameters<Store["audit"]>[0]) =>
      (await store.audit(page)).map((entry) => `${entry.name}${entry.sequence}`);
    assert.deepEqual(await names({ limit: 2 }), ["a1", "b2"]);
    assert.deepEqual(await names({ limit: 2, afterSequence: 2 }), ["c3", "d4"]);
    assert.deepEqual(await names({ limit: 2, descending: true }), ["a5", "d4"]);
    assert.deepEqual(await names({ limit: 9, descending: true, afterSequence: 3 }), ["b2", "a1"]);
    assert.deepEqual(await names({ limit: 9, name: "a", kind: widgets, namespace: "shop" }), ["a1", "a5"]);
    assert.deepEqual(await names({ limit: 9, actor: "user:nobody" }), []);
  },
  "the chain verifies": async (store) => {
    for (const name of ["a", "b", "c"]) await put(store, name);
    const { ok, entries, head } = await verifyAudit(store);
    assert.deepEqual([ok, entries], [true, 3]);
    assert.equal(head, (await store.audit({ limit: 1, descending: true }))[0]?.hash);
  },
};
