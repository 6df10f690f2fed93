import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { attemptsOf, ended, submit, tasksOf, taskWhen } from "../../tests/objects.ts";
import { startYunhe } from "../../tests/yunhe.ts";

describe("queues on a real engine", () => {
  let yunhe: Awaited<ReturnType<typeof startYunhe>>;
  before(async () => (yunhe = await startYunhe()));
  after(() => yunhe.close());
  const quarter = { cpus: 0.25, memory: "32Mi" };

  test("the owner takes lent quota back: a borrower is ended and waits again, at no cost", async () => {
    const made = await yunhe.run(["apply", "-f", join(import.meta.dirname, "cohort.yaml")]);
    assert.equal(made.code, 0, made.error);
    for (let i = 0; i < 4; i += 1)
      await submit(yunhe.client, `lent-${i}`, {
        command: ["sleep", "300"],
        queue: "lending",
        resources: quarter,
      });
    for (let i = 0; i < 4; i += 1)
      await taskWhen(yunhe.client, `lent-${i}`, "runs", ({ status }) => status?.phase === "Running");
    await submit(yunhe.client, "own", { command: ["true"], queue: "owner", resources: quarter });
    assert.equal((await ended(yunhe.client, "own")).status!.phase, "Succeeded");
    const { items } = await attemptsOf(yunhe.client).list({ namespace: "default" });
    const preempted = items.filter(({ spec }) => (spec as { end?: string }).end === "preempted");
    assert.equal(preempted.length, 1);
    const victim = preempted[0]!.spec.task;
    const again = await taskWhen(yunhe.client, victim, "runs again", ({ status }) => status?.attempts === 2);
    assert.equal(again.status!.countedFailures, 0);
    for (let i = 0; i < 4; i += 1) await tasksOf(yunhe.client).act("default", `lent-${i}`, "cancel");
  });

  test("a gang runs whole", async () => {
    await submit(yunhe.client, "gang", {
      command: ["sleep", "0.2"],
      resources: { cpus: 0.1, memory: "32Mi" },
      array: { count: 4 },
      gang: { topology: "node" },
    });
    assert.equal((await ended(yunhe.client, "gang")).status!.phase, "Succeeded");
  });
});
