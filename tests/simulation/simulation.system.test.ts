import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { sharedObject } from "@yunhe/kernel";
import { defects } from "./defects/list.ts";
import { hearing } from "./defects/store.ts";
import { faultIds } from "./faults.ts";
import { withoutTheRealWorld } from "./poison.ts";
import { restless, runSeed } from "./run.ts";
import { shrink } from "./shrink.ts";
import { World } from "./world/world.ts";

const isFull = process.env["YUNHE_FULL"] === "1";
const seeds = isFull ? 1000 : 12;

/** A store whose followers get objects that throw when they are changed. */
const frozen = hearing((change) => {
  freeze(sharedObject(change));
  return change;
});

function freeze(value: unknown): void {
  if (typeof value !== "object" || value === null) return;
  Object.freeze(value);
  for (const part of Object.values(value)) freeze(part);
}

describe("a fleet simulated from a seed", () => {
  test(`keeps every promise under faults and comes to rest after them (${seeds} seeds)`, async () => {
    for (let seed = 1; seed <= seeds; seed += 1) {
      const report = await runSeed({ seed });
      assert.ok(report.ok, `seed ${seed}: ${report.message}`);
    }
  });

  test("runs with objects that nobody can change where followers share them", async () => {
    for (const seed of [4, 5, 6]) {
      const report = await runSeed({ seed, hooks: { views: frozen, store: frozen } });
      assert.ok(report.ok, `seed ${seed}: ${report.message}`);
    }
  });

  test("does the same again, to the byte, when its seed is the same", async () => {
    for (const seed of [7, 8, 9]) {
      const [first, second] = [await runSeed({ seed }), await runSeed({ seed })];
      assert.equal(first.digest, second.digest);
      assert.ok(first.steps > 100);
    }
  });

  test("does something else when its seed is another one", async () => {
    const digests = new Set<string>();
    for (const seed of [11, 12, 13]) digests.add((await runSeed({ seed })).digest);
    assert.equal(digests.size, 3);
  });

  test("is not at rest while a control plane is being stopped, whose watchers wait for another", async () => {
    await withoutTheRealWorld(async () => {
      const world = new World({ seed: 1, faults: [] });
      await world.start();
      assert.equal(restless(world), undefined);
      void world.replicas[0]!.stop();
      assert.match(restless(world)?.message ?? "", /control plane r0 is not up/);
    });
  });

  test("has at least thirty kinds of fault and twenty-five deliberate defects", () => {
    assert.ok(faultIds.length >= 30, String(faultIds.length));
    assert.ok(defects.length >= 25, String(defects.length));
    assert.equal(new Set(defects.map(({ id }) => id)).size, defects.length);
  });
});

/** Found within a few seeds each, so that every run shows that a broken promise is noticed. */
const quickToFind: readonly (readonly [string, string])[] = [
  ["unknown-is-failed", "E2"],
  ["label-cut-short", "E2"],
  ["no-idempotency-key", "C2"],
  ["audit-entry-missing", "S4"],
  ["reads-a-stale-cache", "C4"],
  ["usage-not-written", "M2"],
  ["failures-counted-twice", "T7"],
  ["answered-before-fsync", "C8"],
  ["gang-in-pieces", "T4"],
  ["jurisdiction-not-known", "S1"],
];

describe("the simulator finds what is broken on purpose", () => {
  for (const [id, invariant] of quickToFind) {
    test(`${id} breaks ${invariant}`, async () => {
      const { hooks } = defects.find((defect) => defect.id === id)!;
      for (let seed = 1; seed <= 40; seed += 1) {
        const report = await runSeed({ seed, hooks });
        if (report.invariant !== invariant) continue;
        assert.match(report.message!, /npm run simulate -- --seed \d+ --faults /);
        return;
      }
      assert.fail(`${id} was not found`);
    });
  }

  test("a failing seed is shrunk to fewer faults that show the same", async () => {
    const { hooks } = defects.find(({ id }) => id === "usage-not-written")!;
    const failing = await runSeed({ seed: 1, hooks });
    const shrunk = await shrink(failing, { seed: 1, hooks });
    assert.equal(shrunk.invariant, failing.invariant);
    assert.ok(shrunk.faults.length < failing.faults.length);
  });
});

test("the real clock, timers, randomness and network are out of reach inside, and back afterwards", async () => {
  for (const reach of [
    () => Date.now(),
    () => Math.random(),
    () => setTimeout(() => {}, 1),
    () => fetch("http://x"),
  ])
    await assert.rejects(
      withoutTheRealWorld(async () => void reach()),
      /of the real world/,
    );
  assert.ok(Date.now() > 0 && Math.random() < 1);
});
