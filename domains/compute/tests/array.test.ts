import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { keyOfKind } from "@yunhe/kernel";
import { type Task, taskKind, type TaskPhase } from "../src/index.ts";
import { planArray } from "../src/tasks/array.ts";
import type { Member } from "../src/tasks/index-of-tasks.ts";
import { statusOf } from "../src/tasks/state.ts";
import { task } from "./fixtures.ts";

const members = (...phases: TaskPhase[]): ReadonlyMap<number, Member> =>
  new Map<number, Member>(
    phases.map((phase, index) => [
      index,
      {
        key: { kind: keyOfKind(taskKind), namespace: "", name: `a-${index}` },
        index,
        phase,
        cancelled: false,
        deleting: false,
      },
    ]),
  );

const array = (phase: TaskPhase, count: number): Task =>
  task({ array: { count } }, { ...statusOf(task()), phase });

describe("the numbers of an array", () => {
  test("are written at once when nothing was written just now", () => {
    const plan = planArray(array("Running", 2), members("Succeeded", "Running"), 0);
    assert.deepEqual([plan.summary, plan.transactions.length], ["written", 1]);
  });

  test("wait a little when they were written just now", () => {
    const plan = planArray(array("Running", 2), members("Succeeded", "Running"), 0, true);
    assert.deepEqual([plan.summary, plan.transactions.length], ["later", 0]);
  });

  test("never hold up the end of the array, nor its first start", () => {
    const ended = planArray(array("Running", 2), members("Succeeded", "Succeeded"), 0, true);
    assert.partialDeepStrictEqual(ended, { summary: "written" });
    assert.equal(planArray(array("Waiting", 2), members("Running", "Waiting"), 0, true).summary, "written");
  });

  test("never hold up members that are to be made", () => {
    const plan = planArray(array("Running", 2), members("Succeeded"), 0, true);
    assert.deepEqual([plan.summary, plan.transactions.length], ["later", 1]);
  });
});
