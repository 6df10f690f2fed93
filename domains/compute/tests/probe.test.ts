import assert from "node:assert/strict";
import { test } from "node:test";
import { condition, words } from "@yunhe/kernel";
import type { Node, Pool } from "../src/index.ts";
import { type LifecyclePlan, planLifecycle } from "../src/pools/lifecycle-plan.ts";

const said = (type: string) => condition([], type, "True", "Said", words("", ""), new Date(0).toISOString());
const node = {
  metadata: { name: "lab-n" },
  spec: { pool: "lab" },
  status: { capacity: { cpuMilli: 1000, memoryBytes: 2 ** 30 }, devices: [], conditions: [said("Ready")] },
} as unknown as Node;

function planned(
  conditions: readonly string[],
  limit: number,
  status: Partial<NonNullable<Pool["status"]>> = {},
): LifecyclePlan {
  const pool = {
    metadata: { name: "lab", uid: "u" },
    spec: { driver: "process", canary: false, quarantine: { failures: limit, window: "10m" } },
    status: { ...status, conditions: conditions.map(said) },
  } as unknown as Pool;
  return planLifecycle({
    pool,
    nodes: [node],
    choosesNodes: false,
    live: [],
    canary: undefined,
    failures: () => 5,
    nowMs: 0,
    uuid: () => "00000000-0000-4000-8000-000000000000",
  });
}

const writes = ({ drafts }: LifecyclePlan): string[] =>
  drafts.map(({ type, kind }) => `${type} ${kind.kind}`);

test("a pool goes into quarantine first, and its canary follows once that is seen", () => {
  assert.deepEqual(writes(planned(["Ready"], 5)), ["update Pool"]);
  assert.deepEqual(writes(planned(["Ready", "Quarantined"], 5)), [
    "update Pool",
    "create Task",
    "create Attempt",
  ]);
});

test("a quarantine that is lifted sends no canary into a pool that takes tasks again", () => {
  assert.deepEqual(writes(planned(["Ready", "Quarantined"], 0)), ["update Pool"]);
});

test("a canary that failed is followed by another one after its pause, though the clock was set back (T1)", () => {
  const after = (ms: number) =>
    planned(["Quarantined", "Ready"], 5, {
      canary: { number: 1, failed: 1, notBefore: new Date(ms).toISOString() },
    });
  assert.deepEqual(writes(after(30_000)), []);
  assert.equal(after(30_000).afterMs, 30_000);
  assert.deepEqual(writes(after(7_200_000)), ["update Pool", "create Task", "create Attempt"]);
});
