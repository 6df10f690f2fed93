import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Condition } from "@yunhe/kernel";
import { endedPlan, neverRan, startedDrafts } from "../src/attempts/plan.ts";
import { deviceSharing } from "../src/attempts/shares.ts";
import type { Attempt, Node, Pool } from "../src/index.ts";
import { attempt as newAttempt, task as newTask } from "./fixtures.ts";

const part = (shareMilli: number): Attempt =>
  newAttempt({
    grant: {
      cpuMilli: 1000,
      memoryBytes: 1 << 20,
      devices: [{ id: "d0", model: "A100", shareMilli, memoryBytes: 1 << 30 }],
    },
  });
const nodeWith = (device: Record<string, unknown>): Node =>
  ({ status: { devices: [{ id: "d0", simulated: false, ...device }] } }) as unknown as Node;
const poolThat = (...enforces: string[]): Pool => ({ status: { enforces } }) as unknown as Pool;

describe("the share of a device", () => {
  test("is a bound where the device says so, else where the engine does; a simulated device has none", () => {
    const half = part(500);
    const cases = [
      [nodeWith({ enforcesShares: true }), poolThat(), "enforced"],
      [nodeWith({ enforcesShares: false }), poolThat("device-share"), "counted"],
      [nodeWith({}), poolThat("device-share"), "enforced"],
      [nodeWith({}), poolThat("cpu"), "counted"],
      [nodeWith({ simulated: true }), poolThat("device-share"), "simulated"],
      [undefined, undefined, "counted"],
    ] as const;
    for (const [node, pool, expected] of cases) assert.equal(deviceSharing(half, node, pool), expected);
    assert.equal(deviceSharing(part(1000), nodeWith({}), poolThat()), undefined);
    assert.equal(deviceSharing(newAttempt(), undefined, undefined), undefined);
  });

  test("says on attempt and task whether it is enforced, from the start and after the end", () => {
    const status = { phase: "Starting", currentAttempt: "t-1", attempts: 1 } as const;
    const task = newTask({}, status);
    const snapshot = { attempt: part(500), task, jurisdiction: "", sharing: "counted", nowMs: 5000 } as const;
    const usage = { cpuCoreMs: 0, memoryByteSeconds: 0, peakMemoryBytes: 0 };
    const seen = { attempt: "a" as never, state: "running", startedAtMs: 1000, node: "n", usage } as const;
    const ending = { ...neverRan({ type: "exited", exitCode: 0 }, 9000), startedAtMs: 1000 };
    for (const drafts of [startedDrafts(snapshot, seen, undefined), endedPlan(snapshot, ending, {}).drafts]) {
      const told = drafts.flatMap((draft) => {
        const { status: next } = draft.object as { status?: { phase?: string; conditions?: Condition[] } };
        return next?.phase === undefined
          ? []
          : [next.conditions?.map(({ type, status, reason }) => [type, status, reason])];
      });
      const expected = [["DeviceShareEnforced", "False", "Bookkeeping"]];
      assert.deepEqual(told, [expected, expected]);
    }
  });

  test("is not spoken of for a task that has whole devices now and had a part before", () => {
    const before = {
      type: "DeviceShareEnforced",
      status: "False",
      reason: "Bookkeeping",
      message: "",
      lastTransitionTime: "2026-01-01T00:00:00Z",
    } as const;
    const task = newTask({}, { phase: "Starting", currentAttempt: "t-1", conditions: [before] });
    const snapshot = { attempt: newAttempt(), task, jurisdiction: "", nowMs: 5000 };
    const ending = { ...neverRan({ type: "exited", exitCode: 0 }, 9000), startedAtMs: 1000 };
    const last = endedPlan(snapshot, ending, {}).drafts.at(-1)!.object;
    assert.equal((last as { status?: { conditions?: unknown } }).status?.conditions, undefined);
  });
});
