import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { follow, type KindKey, openMemoryStore, type Store } from "@yunhe/kernel";
import { sampleKey, sampleWrite } from "@yunhe/kernel/conformance";

const { kind } = sampleKey("a");

async function storeOf(count: number): Promise<{ store: Store; lists: () => number }> {
  const store = openMemoryStore();
  for (let number = 0; number < count; number += 1)
    await store.commit({ writes: [sampleWrite(`w-${number}`, { expected: 0 })], timeMs: number });
  let lists = 0;
  const list = store.list.bind(store);
  store.list = (range) => {
    lists += 1;
    return list(range);
  };
  return { store, lists: () => lists };
}

describe("followers that begin together", () => {
  test("read what is present once, and each sees all of its kinds", async () => {
    const { store, lists } = await storeOf(1200);
    let pauses = 0;
    const pause = async (): Promise<void> => void (pauses += 1);
    const seen: [string[], string[], string[]] = [[], [], []];
    const other = "others.example.dev" as KindKey;
    const followers = await Promise.all([
      follow(store, [kind], ({ key }) => void seen[0].push(key.name), pause),
      follow(store, [other, kind], ({ key }) => void seen[1].push(key.name)),
      follow(store, [other], ({ key }) => void seen[2].push(key.name)),
    ]);
    assert.equal(new Set(seen[0]).size, 1200);
    assert.deepEqual(seen[1], seen[0]);
    assert.deepEqual(seen[2], []);
    assert.equal(lists(), 3 + 1, "three pages of the one kind, an empty one of the other");
    assert.equal(pauses, 2, "one between two pages");
    await store.commit({ writes: [sampleWrite("later", { expected: 0 })], timeMs: 2000 });
    assert.deepEqual([seen[0].at(-1), seen[1].at(-1), seen[2].length], ["later", "later", 0]);
    for (const follower of followers) follower.stop();
  });

  test("do not share the failure of one", async () => {
    const { store } = await storeOf(3);
    let seen = 0;
    const [failed, followed] = await Promise.allSettled([
      follow(store, [kind], () => {
        throw new Error("cannot take it");
      }),
      follow(store, [kind], () => void (seen += 1)),
    ]);
    assert.match(String((failed as PromiseRejectedResult).reason), /cannot take it/);
    assert.equal(followed.status, "fulfilled");
    assert.equal(seen, 3);
  });

  test("and one that begins later, after a change, sees that change too", async () => {
    const { store } = await storeOf(3);
    const first = follow(store, [kind], () => {});
    await store.commit({ writes: [sampleWrite("new", { expected: 0 })], timeMs: 10 });
    const names: string[] = [];
    await follow(store, [kind], ({ key }) => void names.push(key.name));
    await first;
    assert.deepEqual(names.toSorted(), ["new", "w-0", "w-1", "w-2"]);
  });
});
