import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Clock } from "../environment.ts";
import { ApiError } from "../errors.ts";
import type { Revision, Uid } from "../resource.ts";
import { words } from "../words.ts";
import { auditing, type Case, compaction } from "./conformance-history.ts";
import { sha256 } from "./audit.ts";
import type { Change, Store } from "./port.ts";
import { gadgets, namesOf, put, refusedAs, sampleKey, sampleWrite, widgets } from "./samples.ts";

export * from "./samples.ts";

/** How a test suite gets a fresh, empty store, which measures the life of idempotency keys with this clock. */
export type OpenStore = (clock: Pick<Clock, "monotonicMs">) => Promise<Store>;

/** Registers, with node:test, what every adapter of the store's port has to do. */
export function storeConformance(adapter: string, open: OpenStore): void {
  const groups = { writing, listing, watching, idempotency, fencing, compaction, auditing };
  for (const [group, cases] of Object.entries(groups)) {
    void describe(`${adapter} store: ${group}`, () => {
      for (const [sentence, run] of Object.entries(cases)) {
        void it(sentence, async () => {
          let nowMs = 0;
          const store = await open({ monotonicMs: () => nowMs });
          try {
            await run(store, (durationMs) => {
              nowMs += durationMs;
            });
          } finally {
            await store.close();
          }
        });
      }
    });
  }
}

const writing: Record<string, Case> = {
  "an empty store stands at revision 0 and can be watched from there": async (store) => {
    assert.equal(store.revision(), 0);
    assert.equal(store.compactedRevision(), 0);
    assert.deepEqual(await store.changes(0, 10), []);
    assert.deepEqual(await store.list({ kind: widgets }), { items: [], revision: 0, more: false });
  },
  "a new object is read back with its resourceVersion in place": async (store) => {
    const stored = await put(store, "a", { size: 7 });
    assert.equal(store.revision(), stored.revision);
    const read = await store.get(sampleKey("a"));
    assert.deepEqual(read, stored);
    const object = JSON.parse(stored.json) as { metadata: Record<string, unknown>; spec: unknown };
    assert.equal(object.metadata["resourceVersion"], String(stored.revision));
    assert.equal(object.metadata["uid"], "uid-a");
    assert.deepEqual(object.spec, { size: 7 });
  },
  "an absent object reads as undefined, as does one of another kind or namespace": async (store) => {
    await put(store, "a");
    assert.equal(await store.get(sampleKey("b")), undefined);
    assert.equal(await store.get(sampleKey("a", "elsewhere")), undefined);
    assert.equal(await store.get(sampleKey("a", "shop", gadgets)), undefined);
  },
  "a taken name is refused with AlreadyExists": async (store) => {
    await put(store, "a");
    await assert.rejects(put(store, "a"), refusedAs("AlreadyExists"));
  },
  "a stale revision is refused with Conflict, for updates and deletions": async (store) => {
    const first = await put(store, "a");
    const second = await put(store, "a", { expected: first.revision });
    await assert.rejects(put(store, "a", { expected: first.revision }), refusedAs("Conflict"));
    await assert.rejects(put(store, "a", { expected: first.revision, delete: true }), refusedAs("Conflict"));
    assert.deepEqual(await store.get(sampleKey("a")), second);
  },
  "another object of the same name is refused with Conflict, an absent one with NotFound": async (store) => {
    const { revision } = await put(store, "a");
    await assert.rejects(put(store, "a", { expected: revision, uid: "other" }), refusedAs("Conflict"));
    await assert.rejects(put(store, "b", { expected: revision }), refusedAs("NotFound"));
  },
  "a deleted object is gone and its name is free for another uid": async (store) => {
    const { revision } = await put(store, "a");
    await put(store, "a", { expected: revision, delete: true });
    assert.equal(await store.get(sampleKey("a")), undefined);
    const again = await put(store, "a", { uid: "second" });
    assert.equal((await store.get(sampleKey("a")))?.uid, "second");
    assert.ok(again.revision > revision);
  },
  "a transaction is applied whole or not at all": async (store) => {
    await put(store, "taken");
    const before = store.revision();
    const writes = [sampleWrite("new"), sampleWrite("taken")];
    await assert.rejects(store.commit({ writes, timeMs: 1 }), refusedAs("AlreadyExists"));
    assert.equal(await store.get(sampleKey("new")), undefined);
    assert.equal(store.revision(), before);
    const both = [sampleWrite("new"), sampleWrite("newer")];
    const { objects } = await store.commit({ writes: both, timeMs: 1 });
    assert.deepEqual(namesOf(objects), [`shop/new@${before + 1}`, `shop/newer@${before + 2}`]);
  },
  "one object cannot be written twice in one transaction": async (store) => {
    const writes = [sampleWrite("a"), sampleWrite("a")];
    await assert.rejects(store.commit({ writes, timeMs: 1 }), refusedAs("BadRequest"));
  },
  "of transactions that arrive together for one object exactly one wins": async (store) => {
    const { revision } = await put(store, "a");
    const tries = Array.from({ length: 20 }, (_, size) => put(store, "a", { expected: revision, size }));
    const outcomes = await Promise.allSettled(tries);
    assert.equal(outcomes.filter(({ status }) => status === "fulfilled").length, 1);
    assert.equal(store.revision(), revision + 1);
  },
  "checks on objects that are not written hold at commit": async (store) => {
    const { revision } = await put(store, "a");
    const checks = (expected: Revision, name = "a") => ({ checks: [{ key: sampleKey(name), expected }] });
    await put(store, "b", {}, checks(revision));
    await put(store, "c", {}, checks(0, "absent"));
    await assert.rejects(put(store, "d", {}, checks(revision - 1)), refusedAs("Conflict"));
    await assert.rejects(put(store, "d", {}, checks(0)), refusedAs("Conflict"));
  },
  "a check may rest on what is asked of an object alone: its status goes on changing, another object is not it":
    async (store) => {
      const { uid } = await put(store, "a");
      const asked = (generation: number, whose: string = uid, name = "a") => ({
        checks: [{ key: sampleKey(name), uid: whose as Uid, generation }],
      });
      await put(store, "b", {}, asked(1));
      const { revision } = await put(store, "a", { expected: 1, size: 2 });
      await put(store, "c", {}, asked(1));
      await put(store, "a", { expected: revision, generation: 2 });
      await put(store, "d", {}, asked(2));
      for (const none of [asked(1), asked(3), asked(2, "other"), asked(1, uid, "absent")])
        await assert.rejects(put(store, "e", {}, none), refusedAs("Conflict"));
      const writes = [sampleWrite("f")];
      const together = await Promise.allSettled([
        put(store, "a", { expected: revision + 2, generation: 3 }),
        store.commit({ writes, timeMs: 1, ...asked(2) }),
      ]);
      assert.deepEqual(
        together.map(({ status }) => status),
        ["fulfilled", "rejected"],
      );
    },
  "a guard is asked at commit and its refusal writes nothing": async (store) => {
    const refusal = new ApiError("Forbidden", words("no", "不"));
    await assert.rejects(put(store, "a", {}, { guard: () => refusal }), refusedAs("Forbidden"));
    assert.equal(store.revision(), 0);
    await put(store, "a", {}, { guard: () => undefined });
  },
  "a guard that throws refuses its own transaction only": async (store) => {
    const bad = put(store, "a", {}, { guard: () => assert.fail("a mistake") });
    const good = put(store, "b");
    await assert.rejects(bad, /a mistake/);
    assert.equal((await good).revision, 1);
  },
  "after close everything is refused with ServiceUnavailable": async (store) => {
    const last = put(store, "a");
    await Promise.all([last, store.close()]);
    await assert.rejects(put(store, "b"), refusedAs("ServiceUnavailable"));
    await assert.rejects(store.get(sampleKey("a")), refusedAs("ServiceUnavailable"));
  },
};

const listing: Record<string, Case> = {
  "lists go by namespace, then name, and keep kinds and namespaces apart": async (store) => {
    await put(store, "b");
    await put(store, "a");
    await put(store, "z", { namespace: "attic" });
    await put(store, "a", { kind: gadgets });
    await put(store, "a", { namespace: "shop-2" });
    const all = await store.list({ kind: widgets });
    assert.deepEqual(namesOf(all.items), ["attic/z@3", "shop/a@2", "shop/b@1", "shop-2/a@5"]);
    assert.equal(all.revision, store.revision());
    const shop = await store.list({ kind: widgets, namespace: "shop" });
    assert.deepEqual(namesOf(shop.items), ["shop/a@2", "shop/b@1"]);
  },
  "pages neither repeat nor leave out": async (store) => {
    for (const name of ["a", "b", "c", "d", "e"]) await put(store, name);
    const first = await store.list({ kind: widgets, limit: 2 });
    assert.deepEqual([namesOf(first.items), first.more], [["shop/a@1", "shop/b@2"], true]);
    const after = first.items.at(-1)!.key;
    const rest = await store.list({ kind: widgets, limit: 3, after, at: first.revision });
    assert.deepEqual([namesOf(rest.items), rest.more], [["shop/c@3", "shop/d@4", "shop/e@5"], false]);
  },
  "pages of one namespace start behind any place, also one outside of it": async (store) => {
    for (const namespace of ["attic", "shop", "yard"])
      for (const name of ["a", "b", "c"]) await put(store, name, { namespace });
    const page = async (after: { namespace: string; name: string }) =>
      namesOf((await store.list({ kind: widgets, namespace: "shop", after })).items);
    assert.deepEqual(await page({ namespace: "shop", name: "a" }), ["shop/b@5", "shop/c@6"]);
    assert.deepEqual(await page({ namespace: "attic", name: "b" }), ["shop/a@4", "shop/b@5", "shop/c@6"]);
    assert.deepEqual(await page({ namespace: "yard", name: "a" }), []);
  },
  "a list as of an earlier revision shows the state of then": async (store) => {
    const a = await put(store, "a");
    await put(store, "b");
    const { revision: then } = await put(store, "c");
    const a2 = await put(store, "a", { expected: a.revision, size: 2 });
    await put(store, "b", { expected: 2, delete: true });
    await put(store, "b", { uid: "another" });
    await put(store, "aa");
    await put(store, "a", { expected: a2.revision, delete: true });
    const past = await store.list({ kind: widgets, at: then });
    assert.deepEqual(namesOf(past.items), ["shop/a@1", "shop/b@2", "shop/c@3"]);
    assert.equal(past.revision, then);
    const page = await store.list({ kind: widgets, at: then, limit: 1, after: sampleKey("a") });
    assert.deepEqual([namesOf(page.items), page.more], [["shop/b@2"], true]);
  },
  "a revision that does not exist yet is refused": async (store) => {
    await assert.rejects(store.list({ kind: widgets, at: 5 }), refusedAs("Timeout"));
  },
};

const watching: Record<string, Case> = {
  "changes come in order, with their type and the version they replaced": async (store) => {
    const { revision } = await put(store, "a");
    await put(store, "a", { expected: revision, size: 2 });
    await put(store, "a", { expected: 2, size: 2, delete: true });
    const summary = ({ type, revision, previous }: Change) => [type, revision, previous];
    const expected = [
      ["ADDED", 1, 0],
      ["MODIFIED", 2, 1],
      ["DELETED", 3, 2],
    ];
    assert.deepEqual((await store.changes(0, 10)).map(summary), expected);
    assert.deepEqual((await store.changes(1, 1)).map(summary), [expected[1]]);
    const deleted = JSON.parse((await store.changes(2, 1))[0]!.json) as { metadata: unknown };
    assert.equal((deleted.metadata as { resourceVersion: string }).resourceVersion, "3");
  },
  "subscribers are told in order, before the commit resolves, until they leave": async (store) => {
    const seen: Change[] = [];
    const leave = store.subscribe((changes) => void seen.push(...changes));
    await Promise.all(["a", "b", "c"].map((name) => put(store, name).then(() => assert.ok(seen.length > 0))));
    assert.deepEqual(seen, await store.changes(0, 10));
    leave();
    await put(store, "d");
    assert.equal(seen.length, 3);
  },
};

const dayMs = 24 * 3_600_000;

const idempotency: Record<string, Case> = {
  "the same key with the same body gives the first outcome again": async (store) => {
    const idempotency = claimOf("key-1", "body");
    const first = await store.commit({ writes: [sampleWrite("a")], idempotency, timeMs: 1 });
    assert.equal(first.replayed, false);
    await put(store, "a", { expected: 1, size: 9 });
    const again = await store.commit({ writes: [sampleWrite("a")], idempotency, timeMs: 2 });
    assert.deepEqual(again, { objects: first.objects, replayed: true });
    assert.equal(store.revision(), 2);
  },
  "two that arrive together are one": async (store) => {
    const commit = () =>
      store.commit({ writes: [sampleWrite("a")], idempotency: claimOf("k", "b"), timeMs: 1 });
    const [left, right] = await Promise.all([commit(), commit()]);
    assert.deepEqual(left.objects, right.objects);
    assert.equal(store.revision(), 1);
  },
  "the same key with another body is a conflict, in another scope another key": async (store) => {
    await put(store, "a", {}, { idempotency: claimOf("k", "one") });
    await assert.rejects(put(store, "b", {}, { idempotency: claimOf("k", "two") }), refusedAs("Conflict"));
    await put(store, "b", {}, { idempotency: { ...claimOf("k", "two"), scope: "someone else" } });
  },
  "a refused transaction does not use up its key, and a key ends a day later": async (store, pass) => {
    await put(store, "a");
    await assert.rejects(put(store, "a", {}, { idempotency: claimOf("k", "b") }), refusedAs("AlreadyExists"));
    await put(store, "b", {}, { idempotency: claimOf("k", "b") });
    pass(dayMs - 1);
    const other = { idempotency: claimOf("k", "other") };
    await assert.rejects(put(store, "c", {}, other), refusedAs("Conflict"));
    pass(1);
    await put(store, "c", {}, other);
  },
  "callers whose clocks are years apart end no key early": async (store, pass) => {
    const idempotency = claimOf("k", "b");
    const commit = (timeMs: number) => store.commit({ writes: [sampleWrite("a")], idempotency, timeMs });
    const first = await commit(1000 * dayMs);
    for (const timeMs of [0, 2000 * dayMs, 1000 * dayMs, 3000 * dayMs]) {
      pass(dayMs / 5);
      await store.compact(store.revision());
      assert.deepEqual(await commit(timeMs), { objects: first.objects, replayed: true });
    }
  },
  "the outcome survives compaction, for as long as the key": async (store, pass) => {
    const idempotency = claimOf("k", "b");
    const first = await store.commit({ writes: [sampleWrite("a")], idempotency, timeMs: 1 });
    await put(store, "a", { expected: 1, delete: true });
    await store.compact(store.revision());
    const again = await store.commit({ writes: [sampleWrite("a")], idempotency, timeMs: 2 });
    assert.deepEqual(again.objects, first.objects);
    pass(dayMs);
    await put(store, "z");
    await store.compact(store.revision());
    assert.equal(await store.version(1), undefined);
  },
};

const claimOf = (key: string, body: string) => ({
  scope: "user:ada/shop",
  key,
  bodySha256: sha256(body),
});

const fencing: Record<string, Case> = {
  "a lease is held by one, renewed under the same epoch, and taken with a higher one": async (store) => {
    const request = { name: "leader", ttlMs: 100 };
    const first = await store.acquireLease({ ...request, holder: "a", nowMs: 0 });
    assert.deepEqual(first, { name: "leader", holder: "a", epoch: 1, expiresMs: 100 });
    assert.equal(await store.acquireLease({ ...request, holder: "b", nowMs: 99 }), undefined);
    const renewed = await store.acquireLease({ ...request, holder: "a", nowMs: 50 });
    assert.deepEqual([renewed?.epoch, renewed?.expiresMs], [1, 150]);
    const taken = await store.acquireLease({ ...request, holder: "b", nowMs: 150 });
    assert.deepEqual([taken?.holder, taken?.epoch], ["b", 2]);
    const back = await store.acquireLease({ ...request, holder: "b", nowMs: 1000 });
    assert.equal(back?.epoch, 3, "an epoch that had ended is not continued, even by its holder");
  },
  "a lease written before the clock was set back keeps nobody out until that time comes again": async (
    store,
  ) => {
    const lease = { name: "leader", ttlMs: 10 };
    await store.acquireLease({ ...lease, holder: "a", nowMs: 3_600_000 });
    assert.equal(await store.acquireLease({ ...lease, holder: "b", nowMs: 3_599_995 }), undefined);
    const taken = await store.acquireLease({ ...lease, holder: "b", nowMs: 100 });
    assert.deepEqual([taken?.holder, taken?.epoch], ["b", 2]);
  },

  "a released lease is free at once; a former holder's release does nothing": async (store) => {
    const request = { name: "leader", ttlMs: 100 };
    const first = await store.acquireLease({ ...request, holder: "a", nowMs: 0 });
    await store.releaseLease(first!);
    const second = await store.acquireLease({ ...request, holder: "b", nowMs: 1 });
    assert.equal(second?.epoch, 2);
    await store.releaseLease(first!);
    assert.equal(await store.acquireLease({ ...request, holder: "c", nowMs: 2 }), undefined);
  },
  "a former leader's write has no effect": async (store) => {
    const lease = { name: "leader", ttlMs: 10 };
    await store.acquireLease({ ...lease, holder: "a", nowMs: 0 });
    const fence = (epoch: number) => ({ fence: { lease: "leader", epoch } });
    await put(store, "a", {}, fence(1));
    const taking = store.acquireLease({ ...lease, holder: "b", nowMs: 20 });
    const late = put(store, "b", {}, fence(1));
    await taking;
    await assert.rejects(late, refusedAs("Conflict"));
    await put(store, "b", {}, fence(2));
  },
};
