import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { assert as check, array, constantFrom, integer, property } from "fast-check";
import { backoffMs, judge } from "../src/attempts/settle.ts";
import type { Outcome } from "../src/driver/port.ts";
import { task } from "./fixtures.ts";

const spec = (more: Record<string, unknown> = {}) => task(more).spec;

describe("what an ended attempt means for its task", () => {
  test("a program that returns 0 has succeeded, even when a cancel came too late", () => {
    assert.deepEqual(judge({ type: "exited", exitCode: 0 }, "cancelled", spec({ cancelled: true }), 0), {
      type: "succeeded",
    });
  });

  test("a failure without retries left fails the task and says the code", () => {
    const verdict = judge({ type: "exited", exitCode: 3 }, undefined, spec(), 0);
    assert.equal(verdict.type, "failed");
    assert.match(verdict.type === "failed" ? verdict.message.en : "", /returned 3/);
  });

  test("a failure with retries left is tried again after the back-off, and counts", () => {
    const verdict = judge(
      { type: "out-of-memory", limitBytes: 5 },
      undefined,
      spec({ retries: { limit: 2, backoff: "2s" } }),
      1,
    );
    assert.partialDeepStrictEqual(verdict, {
      type: "retry",
      counts: true,
      afterMs: 4000,
      reason: "OutOfMemory",
    });
  });

  test("a program that cannot be started is not tried again: it would fail again", () => {
    const outcome: Outcome = { type: "not-started", reason: { en: "no such program", zh: "无此程序" } };
    assert.equal(judge(outcome, undefined, spec({ retries: { limit: 5 } }), 0).type, "failed");
  });

  test("what the engine takes away is tried again and does not count", () => {
    const outcome: Outcome = { type: "node-lost", reason: { en: "lost", zh: "丢失" } };
    assert.partialDeepStrictEqual(judge(outcome, undefined, spec(), 0), { type: "retry", counts: false });
  });

  test("an attempt ended for a retry is tried again, whatever signal ended it", () => {
    assert.partialDeepStrictEqual(judge({ type: "signaled", signal: "SIGTERM" }, "retried", spec(), 0), {
      type: "retry",
      counts: false,
    });
  });

  test("a cancelled task is never tried again", () => {
    const outcomes: Outcome[] = [
      { type: "exited", exitCode: 1 },
      { type: "signaled", signal: "SIGKILL" },
      { type: "cancelled" },
      { type: "node-lost", reason: { en: "", zh: "" } },
      { type: "timed-out", limitMs: 1 },
    ];
    for (const outcome of outcomes) {
      assert.equal(
        judge(outcome, undefined, spec({ cancelled: true, retries: { limit: 9 } }), 0).type,
        "cancelled",
        outcome.type,
      );
    }
  });

  test("retries are bounded for every outcome and limit (T7)", () => {
    const outcome = constantFrom<Outcome>(
      { type: "exited", exitCode: 1 },
      { type: "signaled", signal: "SIGSEGV" },
      { type: "out-of-memory", limitBytes: 1 },
      { type: "timed-out", limitMs: 1 },
    );
    check(
      property(
        array(outcome, { minLength: 30, maxLength: 30 }),
        integer({ min: 0, max: 20 }),
        (outcomes, limit) => {
          let failures = 0;
          let attempts = 0;
          for (const each of outcomes) {
            attempts += 1;
            const verdict = judge(each, undefined, spec({ retries: { limit } }), failures);
            if (verdict.type !== "retry") break;
            if (verdict.counts) failures += 1;
          }
          assert.equal(attempts, limit + 1);
        },
      ),
    );
  });

  test("the back-off doubles and stays below its bound", () => {
    const { retries } = spec({ retries: { limit: 50, backoff: "1s", maxBackoff: "10s" } });
    assert.deepEqual(
      [0, 1, 2, 3, 4, 30].map((failures) => backoffMs(retries, failures)),
      [1000, 2000, 4000, 8000, 10_000, 10_000],
    );
  });
});
