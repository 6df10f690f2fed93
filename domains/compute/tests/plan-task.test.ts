import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Task } from "../src/index.ts";
import { isRunnable, planTask } from "../src/tasks/plan.ts";
import { attempt, task } from "./fixtures.ts";

const plan = (subject: Task, more: Partial<Parameters<typeof planTask>[0]> = {}) =>
  planTask({ task: subject, attempts: [], dependencies: [], nowMs: 0, ...more });

describe("the next step of a task", () => {
  test("a cancelled task without an attempt is over at once", () => {
    const step = plan(task({ cancelled: true }));
    assert.partialDeepStrictEqual(step, { type: "status", status: { phase: "Cancelled" } });
  });

  test("a cancelled task with a live attempt tells it to end, once", () => {
    const live = attempt();
    assert.equal(
      plan(task({ cancelled: true }, { phase: "Running", currentAttempt: "t-1" }), { attempts: [live] }).type,
      "end-attempt",
    );
    const told = attempt({ end: "cancelled" });
    assert.equal(plan(task({ cancelled: true }, { phase: "Cancelling" }), { attempts: [told] }).type, "none");
  });

  test("a deleted task lets its attempts go first and itself last", () => {
    const gone = task({}, { phase: "Succeeded" }, { deletionTimestamp: "2026-01-01T00:00:00Z" });
    assert.equal(plan(gone, { attempts: [attempt({}, { phase: "Ended" })] }).type, "delete-attempts");
    assert.equal(plan(gone).type, "release");
  });

  test("a task waits for the tasks it names, also for one that is not there yet", () => {
    const waits = task({ after: ["a", "b"] });
    const a = task({}, { phase: "Succeeded" });
    const step = plan(waits, {
      dependencies: [
        { name: "a", task: a },
        { name: "b", task: undefined },
      ],
    });
    assert.partialDeepStrictEqual(step, {
      type: "status",
      status: { reason: "WaitingForTasks", phase: "Waiting" },
    });
    assert.equal(isRunnable(waits, 0), false);
  });

  test("it may go when all of them have succeeded, and fails when one has not", () => {
    const waits = task({ after: ["a"] }, { reason: "WaitingForTasks", message: "Waits for a." });
    const free = plan(waits, { dependencies: [{ name: "a", task: task({}, { phase: "Succeeded" }) }] });
    assert.ok(free.type === "status" && free.status.reason === undefined);
    const failed = plan(waits, { dependencies: [{ name: "a", task: task({}, { phase: "Failed" }) }] });
    assert.partialDeepStrictEqual(failed, {
      type: "status",
      status: { phase: "Failed", reason: "DependencyFailed" },
    });
  });

  test("a retry is not runnable before its time", () => {
    const later = task({}, { notBefore: "2026-01-01T00:00:10Z" });
    assert.equal(isRunnable(later, Date.parse("2026-01-01T00:00:09Z")), false);
    assert.equal(isRunnable(later, Date.parse("2026-01-01T00:00:10Z")), true);
  });

  test("a pause that would last longer than any can was written before the clock was set back: it is over", () => {
    const waits = (notBefore: string) =>
      isRunnable(task({ retries: { limit: 1, maxBackoff: "8s" } }, { phase: "Waiting", notBefore }), 0);
    assert.equal(waits("1970-01-01T00:00:05Z"), false);
    assert.equal(waits("1970-01-01T06:00:00Z"), true);
  });
});
