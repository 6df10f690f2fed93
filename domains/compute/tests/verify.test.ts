import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Attempt, Task, UsageRecord } from "../src/index.ts";
import { auditState } from "../src/verify/index.ts";
import { held } from "../src/metering/chain.ts";
import { attempt, task } from "./fixtures.ts";

const outcome = { type: "exited", exitCode: 0 } as const;
const usage = { cpuCoreMs: 0, memoryByteSeconds: 0, peakMemoryBytes: 0 };
const at = (ms: number): string => new Date(ms).toISOString();
const ended = (records: number): Attempt =>
  attempt(
    {},
    {
      phase: "Ended",
      outcome,
      startedAt: at(1000),
      endedAt: at(3000),
      metered: { records, untilMs: 3000, usage },
    },
  );

function record(sequence: number, startMs: number, endMs: number, final: boolean): UsageRecord {
  const { metadata, spec } = attempt();
  const amounts = held(spec.grant, endMs - startMs);
  return {
    apiVersion: "compute.yunhe.dev/v1",
    kind: "UsageRecord",
    metadata: { ...metadata, name: `${metadata.uid}-${sequence}` },
    spec: {
      attempt: metadata.name,
      attemptUid: metadata.uid,
      task: "t",
      pool: "p",
      node: "n",
      queue: "q",
      sequence,
      startMs,
      endMs,
      final,
      granted: spec.grant,
      grantedAmounts: amounts,
      usedAmounts: amounts,
      jurisdiction: "",
    },
  };
}

const done = task({}, { phase: "Succeeded", attempts: 1 });
const chain = [record(0, 1000, 2000, false), record(1, 2000, 3000, true)];
const audit = (tasks: Task[], attempts: Attempt[], records: UsageRecord[] = []): string[] =>
  auditState({ tasks, attempts, records, nodes: [], queues: [] }).map(({ invariant }) => invariant);

describe("the audit of a store's objects", () => {
  test("finds nothing where every promise holds", () => {
    assert.deepEqual(audit([done], [ended(2)], chain), []);
  });

  test("finds two attempts at once (T3), and a task that waits for one that is over (T1)", () => {
    const other = {
      ...attempt({ number: 2 }),
      metadata: { ...attempt().metadata, name: "t-2", uid: "b" as never },
    };
    const running = task({}, { phase: "Running", attempts: 2, currentAttempt: "t-1" });
    assert.deepEqual(audit([running], [attempt(), other]), ["T3"]);
    assert.deepEqual(
      audit([task({}, { phase: "Running", attempts: 1, currentAttempt: "t-1" })], [ended(2)], chain),
      ["T1"],
    );
  });

  test("finds a missing, an overlapping and an open end of a usage chain (M2), and time that nobody ran (M3)", () => {
    assert.deepEqual(audit([done], [ended(2)], [chain[1]!]), ["M2", "M2"]);
    assert.ok(audit([done], [ended(2)], [chain[0]!, record(1, 1500, 3000, true)]).includes("M2"));
    assert.deepEqual(audit([done], [ended(2)], [chain[0]!, record(1, 2000, 3000, false)]), ["M2"]);
    assert.deepEqual(audit([done], [ended(2)], [chain[0]!, record(1, 2000, 9000, true)]), ["M3"]);
  });

  test("finds amounts that are not grant × time (M1) and more failures than retries allow (T7)", () => {
    const wrong = {
      ...chain[1]!,
      spec: { ...chain[1]!.spec, grantedAmounts: held(attempt().spec.grant, 1) },
    };
    assert.deepEqual(audit([done], [ended(2)], [chain[0]!, wrong]), ["M1"]);
    assert.ok(
      audit([task({}, { phase: "Failed", attempts: 1, countedFailures: 3 })], [ended(2)], chain).includes(
        "T7",
      ),
    );
  });
});
