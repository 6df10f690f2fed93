import assert from "node:assert/strict";
import test from "node:test";
import {
  Leader,
  openMemoryStore,
  simulatedEnvironment,
  type SimulatedEnvironment,
  type Store,
} from "@yunhe/kernel";
import * as fc from "fast-check";

const ttlMs = 1000;

type Leases = Pick<Store, "acquireLease" | "releaseLease">;

function candidate(store: Leases, environment: SimulatedEnvironment, holder: string, log: string[]) {
  return new Leader({
    store,
    environment,
    lease: "leader",
    holder,
    ttlMs,
    start: async ({ epoch }, signal) => {
      log.push(`${holder} leads ${epoch}`);
      signal.addEventListener("abort", () => void log.push(`${holder} ends ${epoch}`));
      return async () => {};
    },
  });
}

void test("one leads, the other follows at once when the lease is given back", async () => {
  const environment = simulatedEnvironment();
  const store = openMemoryStore();
  const log: string[] = [];
  const [a, b] = ["a", "b"].map((holder) => candidate(store, environment, holder, log)) as [Leader, Leader];
  await a.start();
  await b.start();
  assert.deepEqual([a.leads, b.leads], [true, false]);
  await environment.advance(10_000);
  assert.deepEqual([a.epoch, b.leads], [1, false]);
  await a.stop();
  await environment.advance(ttlMs / 2);
  assert.deepEqual([b.leads, b.epoch], [true, 2]);
  assert.deepEqual(log, ["a leads 1", "a ends 1", "b leads 2"]);
  await b.stop();
});

void test("a leader that cannot renew stops its work before another can take over", async () => {
  const environment = simulatedEnvironment();
  const store = openMemoryStore();
  const log: string[] = [];
  let cut = false;
  const flaky: Leases = {
    acquireLease: (request) => (cut ? new Promise(() => {}) : store.acquireLease(request)),
    releaseLease: (lease) => store.releaseLease(lease),
  };
  const a = candidate(flaky, environment, "a", log);
  const b = candidate(store, environment, "b", log);
  await a.start();
  await b.start();
  cut = true;
  await environment.advance(5000);
  assert.deepEqual(log, ["a leads 1", "a ends 1", "b leads 2"]);
  assert.equal(a.leads, false);
  await b.stop();
});

void test("work that cannot start gives the lease back and is tried again", async () => {
  const environment = simulatedEnvironment();
  const store = openMemoryStore();
  const errors: unknown[] = [];
  let tries = 0;
  const leader = new Leader({
    store,
    environment,
    lease: "leader",
    holder: "a",
    ttlMs,
    onError: (error) => void errors.push(error),
    start: async () => {
      tries += 1;
      if (tries === 1) throw new Error("not ready");
      return async () => {};
    },
  });
  await leader.start();
  assert.deepEqual([leader.leads, errors.length], [false, 1]);
  await environment.advance(ttlMs);
  assert.deepEqual([leader.leads, leader.epoch], [true, 2]);
  await leader.stop();
});

void test("whatever stalls and jumps, no two lead at once", async () => {
  const step = fc.record({
    stall: fc.constantFrom("a", "b", "none"),
    ms: fc.integer({ min: 50, max: 3000 }),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 12 }), fc.integer(), async (steps, seed) => {
      const environment = simulatedEnvironment(seed);
      const store = openMemoryStore();
      const log: string[] = [];
      let stalled = "none";
      const stalling = (holder: string): Leases => ({
        acquireLease: (request) =>
          stalled === holder ? Promise.reject(new Error("no answer")) : store.acquireLease(request),
        releaseLease: (lease) => store.releaseLease(lease),
      });
      const leaders = ["a", "b"].map((holder) => candidate(stalling(holder), environment, holder, log));
      for (const leader of leaders) await leader.start();
      for (const { stall, ms } of steps) {
        stalled = stall;
        for (let passed = 0; passed < ms; passed += 50) {
          await environment.advance(50);
          assert.ok(leaders.filter(({ leads }) => leads).length <= 1);
        }
      }
      stalled = "none";
      await environment.advance(3 * ttlMs);
      assert.equal(leaders.filter(({ leads }) => leads).length, 1);
      const epochs = log
        .filter((line) => line.includes("leads"))
        .map((line) => Number(line.split(" ").at(-1)));
      assert.deepEqual(
        epochs,
        [...new Set(epochs)].sort((left, right) => left - right),
      );
    }),
    { numRuns: 25 },
  );
});
