import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test from "node:test";
import {
  ApiError,
  type Change,
  openMemoryStore,
  openSqliteStore,
  type Store,
  verifyAudit,
} from "@yunhe/kernel";
import { sampleKey, sampleWrite, widgets } from "@yunhe/kernel/conformance";
import * as fc from "fast-check";

const names = ["a", "b", "c", "d"] as const;
const name = fc.constantFrom(...names);
/** How far behind the present one a write's expected revision lies; -1: expects the name to be free. */
const staleness = fc.constantFrom(0, 0, 0, 1, -1);

const operation = fc.oneof(
  { weight: 8, arbitrary: fc.record({ do: fc.constant("write" as const), writes: fc.array(fc.record({ name, staleness, gone: fc.boolean(), size: fc.nat(9) }), { minLength: 1, maxLength: 3 }), key: fc.constantFrom(undefined, undefined, "k1", "k2"), epoch: fc.constantFrom(undefined, 1, 2) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("lease" as const), holder: fc.constantFrom("x", "y"), passMs: fc.nat(150) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("wait" as const), hours: fc.integer({ min: 1, max: 20 }) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("compact" as const), keep: fc.nat(6) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("list" as const), back: fc.nat(8), limit: fc.integer({ min: 1, max: 3 }) }) },
); // prettier-ignore
type Operation = typeof operation extends fc.Arbitrary<infer Value> ? Value : never;

/** The time that the stores count for idempotency keys. */
class StoreClock {
  nowMs = 0;
  monotonicMs = (): number => this.nowMs;
}

/** Runs the operations and notes all that can be observed. */
async function observe(
  store: Store,
  clock: StoreClock,
  operations: readonly Operation[],
): Promise<unknown[]> {
  let nowMs = 1000;
  const seen: unknown[] = [];
  for (const operation of operations) {
    nowMs += 10;
    if (operation.do === "lease") nowMs += operation.passMs;
    if (operation.do === "wait") clock.nowMs += operation.hours * 3_600_000;
    else seen.push(await outcomeOf(run(store, operation, nowMs)));
  }
  seen.push(await store.audit({ limit: 1000 }), store.revision(), store.compactedRevision());
  seen.push(await store.changes(store.compactedRevision(), 1000));
  return seen;
}

const outcomeOf = (promise: Promise<unknown>): Promise<unknown> =>
  promise.catch((error: unknown) => {
    assert.ok(error instanceof ApiError, String(error));
    return [error.reason, error.words];
  });

// oxlint-disable-next-line typescript/consistent-return -- the switch is exhaustive
async function run(
  store: Store,
  operation: Exclude<Operation, { do: "wait" }>,
  nowMs: number,
): Promise<unknown> {
  switch (operation.do) {
    case "write":
      return write(store, operation, nowMs);
    case "lease":
      return store.acquireLease({ name: "leader", holder: operation.holder, ttlMs: 100, nowMs });
    case "compact":
      await store.compact(store.revision() - operation.keep);
      return store.compactedRevision();
    case "list": {
      const at = Math.max(0, store.revision() - operation.back);
      const first = await store.list({ kind: widgets, limit: operation.limit, at });
      const after = first.items.at(-1)?.key;
      return after === undefined ? first : [first, await store.list({ kind: widgets, after, at })];
    }
  }
}

async function write(
  store: Store,
  { writes, key, epoch }: Extract<Operation, { do: "write" }>,
  timeMs: number,
): Promise<unknown> {
  const planned = await Promise.all(
    writes.map(async ({ name, staleness, gone, size }) => {
      const present = await store.get(sampleKey(name));
      const expected = staleness < 0 ? 0 : Math.max(0, (present?.revision ?? 0) - staleness);
      const uid = expected === 0 ? `uid-${timeMs}` : (present?.uid ?? "none");
      return sampleWrite(name, { expected, size, uid, delete: gone && expected > 0 });
    }),
  );
  return store.commit({
    writes: planned,
    timeMs,
    ...(key === undefined ? {} : { idempotency: { scope: "s", key, bodySha256: String(writes.length) } }),
    ...(epoch === undefined ? {} : { fence: { lease: "leader", epoch } }),
  });
}

async function withSqlite<Value>(
  use: (store: Store, clock: StoreClock, path: string) => Promise<Value>,
): Promise<Value> {
  const clock = new StoreClock();
  const folder = await mkdtemp(join(tmpdir(), "yunhe-store-"));
  const path = join(folder, "yunhe.db");
  const store = await openSqliteStore({ path, clock, checkpoint: { startFrames: 8 } });
  try {
    return await use(store, clock, path);
  } finally {
    await store.close();
    await rm(folder, { recursive: true });
  }
}

void test("the same operations on both stores can be told apart by nothing, and a reopened file says the same", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(operation, { minLength: 1, maxLength: 40 }), async (operations) => {
      const clock = new StoreClock();
      const inMemory = openMemoryStore({ clock });
      const expected = await observe(inMemory, clock, operations);
      await withSqlite(async (store, own, path) => {
        assert.deepEqual(await observe(store, own, operations), expected);
        await store.close();
        const again = await openSqliteStore({ path });
        assert.deepEqual(await observe(again, own, []), expected.slice(-4));
        await again.close();
      });
      assert.equal((await verifyAudit(inMemory)).ok, true);
    }),
    { numRuns: 12 },
  );
});

async function checkWatches(
  store: Store,
  clock: StoreClock,
  operations: readonly Operation[],
  page: number,
): Promise<void> {
  const all: Change[] = [];
  store.subscribe((changes) => void all.push(...changes));
  await observe(store, clock, operations);
  assert.deepEqual(
    all.map(({ revision }) => revision),
    all.map((_, index) => index + 1),
  );
  for (let from = 0; from <= store.revision(); from += 1) {
    const isKept = from >= store.compactedRevision();
    const expected = isKept ? all.filter(({ revision }) => revision > from) : "Expired";
    assert.deepEqual(await readAll(store, from, page), expected);
  }
}

void test("a watch from any revision sees each later change once and in order, or is told that it is too old", async () => {
  const history = fc.array(operation, { minLength: 5, maxLength: 40 });
  const page = fc.integer({ min: 1, max: 4 });
  const inMemory = fc.asyncProperty(history, page, (operations, page) => {
    const clock = new StoreClock();
    return checkWatches(openMemoryStore({ clock }), clock, operations, page);
  });
  await fc.assert(inMemory, { numRuns: 50 });
  const inFile = fc.asyncProperty(history, page, (operations, page) =>
    withSqlite((store, clock) => checkWatches(store, clock, operations, page)),
  );
  await fc.assert(inFile, { numRuns: 6 });
});

async function readAll(store: Store, from: number, page: number): Promise<readonly Change[] | "Expired"> {
  const read: Change[] = [];
  for (;;) {
    try {
      const changes = await store.changes(read.at(-1)?.revision ?? from, page);
      if (changes.length === 0) return read;
      read.push(...changes);
    } catch (error) {
      assert.equal((error as ApiError).reason, "Expired");
      return "Expired";
    }
  }
}

void test("of many that count up one object at the same time no increment is lost", async () => {
  await withSqlite(async (store) => {
    const count = async (): Promise<void> => {
      for (let done = 0; done < 20;) {
        const { revision, json } = (await store.get(sampleKey("n")))!;
        const { size } = (JSON.parse(json) as { spec: { size: number } }).spec;
        const write = sampleWrite("n", { expected: revision, size: size + 1 });
        const won = await store.commit({ writes: [write], timeMs: 1 }).then(
          () => true,
          (error: ApiError) => assert.equal(error.reason, "Conflict"),
        );
        if (won === true) done += 1;
      }
    };
    await store.commit({ writes: [sampleWrite("n", { size: 0 })], timeMs: 1 });
    await Promise.all(Array.from({ length: 8 }, count));
    const { json } = (await store.get(sampleKey("n")))!;
    assert.equal((JSON.parse(json) as { spec: { size: number } }).spec.size, 160);
    assert.equal(store.revision(), 161);
  });
});
