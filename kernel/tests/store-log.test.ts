import assert from "node:assert/strict";
import test from "node:test";
import {
  ApiError,
  keepHistoryBounded,
  kindKey,
  openMemoryStore,
  serialise,
  simulatedEnvironment,
  stitch,
  type Uid,
  words,
} from "@yunhe/kernel";
import { put, refusedAs, sampleKey, sampleWrite } from "@yunhe/kernel/conformance";

const roles = kindKey("example.dev", "roles");

void test("a guard sees every change of a kind that decides who may do what, even one that arrived just before it", async () => {
  const store = openMemoryStore({ barrierKinds: [roles] });
  let revoked = false;
  store.subscribe((changes) => {
    if (changes.some(({ key, type }) => key.kind === roles && type === "DELETED")) revoked = true;
  });
  await put(store, "writer", { kind: roles });
  const guard = () => (revoked ? new ApiError("Forbidden", words("no", "不")) : undefined);
  const revoking = put(store, "writer", { kind: roles, expected: 1, delete: true });
  const late = put(store, "a", {}, { guard });
  await revoking;
  await assert.rejects(late, refusedAs("Forbidden"));
});

void test("beyond its bound the queue refuses and says to come back", async () => {
  const store = openMemoryStore({ limits: { waiting: 3 } });
  const outcomes = await Promise.allSettled(["a", "b", "c", "d"].map((name) => put(store, name)));
  assert.deepEqual(
    outcomes.map(({ status }) => status),
    ["fulfilled", "fulfilled", "fulfilled", "rejected"],
  );
  refusedAs("TooManyRequests")((outcomes[3] as PromiseRejectedResult).reason);
  await put(store, "d");
});

void test("a group ends at its bounds, and everything is committed all the same, in order", async () => {
  const store = openMemoryStore({ limits: { groupTransactions: 2 } });
  const groups: number[] = [];
  store.subscribe((changes) => void groups.push(changes.length));
  await Promise.all(["a", "b", "c", "d", "e"].map((name) => put(store, name)));
  assert.deepEqual(groups, [2, 2, 1]);
  const all = await store.changes(0, 10);
  assert.deepEqual(
    all.map(({ key }) => key.name),
    ["a", "b", "c", "d", "e"],
  );
});

void test("history older than its time is compacted, younger stays", async () => {
  const environment = simulatedEnvironment();
  const store = openMemoryStore();
  const stop = keepHistoryBounded(store, environment, { keepMs: 1000, everyMs: 100 });
  await put(store, "a");
  await environment.advance(500);
  await put(store, "a", { expected: 1 });
  await environment.advance(700);
  assert.deepEqual([store.compactedRevision(), (await store.changes(1, 9)).length], [1, 1]);
  await environment.advance(1000);
  assert.equal(store.compactedRevision(), 2);
  stop();
  assert.equal((await store.get(sampleKey("a")))?.revision, 2);
});

void test("the resourceVersion is put in its place as text, whatever else the object says", () => {
  const { json } = sampleWrite("a");
  assert.equal(JSON.parse(stitch(json, 17)).metadata.resourceVersion, "17");
  const tricky = serialise({
    kind: "Widget",
    apiVersion: 'example.dev/"metadata":{',
    spec: { metadata: { x: 1 } },
    metadata: { name: "n", uid: "u" as Uid, generation: 1, creationTimestamp: "", resourceVersion: "3" },
  });
  assert.equal(JSON.parse(tricky).metadata.resourceVersion, undefined);
  assert.equal(JSON.parse(stitch(tricky, 9)).metadata.resourceVersion, "9");
});
