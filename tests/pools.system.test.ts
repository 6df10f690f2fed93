import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { attemptsOf, ended, sh, submit, tasksOf, taskWhen } from "./objects.ts";
import { startYunhe } from "./yunhe.ts";

describe("several pools", () => {
  let yunhe: Awaited<ReturnType<typeof startYunhe>>;
  before(async () => (yunhe = await startYunhe()));
  after(() => yunhe.close());
  const pool = (...args: string[]) => yunhe.run(["pool", ...args]);
  const names = async (): Promise<string[]> =>
    (await pool("list")).out
      .trim()
      .split("\n")
      .slice(1)
      .flatMap((line) => /^\S+/.exec(line)?.[0] ?? []);

  test("a pool is added when a small task has run there", async () => {
    const { code, error } = await pool("add", "process", "second", "--cpus", "2", "--memory", "2Gi");
    assert.equal(code, 0, error);
    assert.match(
      error,
      /A small task ran there, with a file sent and returned\.\nSimulated for trials: .*\nPool second takes tasks\.\n$/,
    );
    await submit(yunhe.client, "there", { command: sh("true"), placement: { pools: ["second"] } });
    assert.equal((await ended(yunhe.client, "there")).status?.phase, "Succeeded");
  });

  test("one that cannot work is refused with the reason, and nothing of it stays", async () => {
    const wrong = await pool("add", "process", "third", "--set", "node=NOT A NAME");
    assert.equal(wrong.code, 1);
    assert.match(
      wrong.error,
      /Pool third was not accepted\.\nThe driver's settings are wrong\. spec\.config\.node: .*\nIt was removed again/,
    );
    const absent = await yunhe.run(["--lang", "zh", "pool", "add", "mainframe", "fourth"]);
    assert.equal(absent.code, 1);
    assert.match(absent.error, /资源池 fourth 未通过验收。\n没有驱动 mainframe/);
    assert.deepEqual(await names(), ["local", "second"]);
  });

  test("what the command line leaves out is said, and nothing is asked of a program", async () => {
    const { code, error } = await pool("add");
    assert.equal(code, 2);
    assert.match(error, /Name a driver and the pool/);
    assert.equal((await pool("add", "process", "second")).code, 6);
  });

  test("drain moves what runs to the other pool, and removal waits for it", async () => {
    await submit(yunhe.client, "mover", { command: sh("echo try $YUNHE_ATTEMPT_NUMBER; sleep 600") });
    const { status } = await taskWhen(
      yunhe.client,
      "mover",
      "runs",
      (task) => task.status?.phase === "Running",
    );
    const [from, to] =
      (status as { pool?: string }).pool === "local" ? ["local", "second"] : ["second", "local"];
    const drained = await pool("drain", from);
    assert.equal(drained.code, 0, drained.error);
    assert.match(drained.error, /Nothing runs here any more\.\n$/);
    const moved = await taskWhen(
      yunhe.client,
      "mover",
      "runs again",
      (task) => task.status?.phase === "Running" && task.status.attempts === 2,
    );
    assert.equal((moved.status as { pool?: string }).pool, to);
    assert.equal(moved.status?.countedFailures, 0);
    const first = (await attemptsOf(yunhe.client).list({ namespace: "default" })).items.find(
      ({ metadata }) => metadata.name === "mover-1",
    );
    assert.equal(first?.status?.phase, "Ended");

    assert.equal((await pool("uncordon", from)).code, 0);
    const held = await pool("remove", to, "--timeout", "1");
    assert.equal(held.code, 1);
    assert.match(held.error, /attempts left: 1 \(default\/mover-2\)/);
    const gone = await pool("remove", to, "--drain");
    assert.equal(gone.code, 0, gone.error);
    assert.deepEqual(await names(), [from]);
    await taskWhen(
      yunhe.client,
      "mover",
      "runs where it began",
      (task) => task.status?.attempts === 3 && task.status.phase === "Running",
    );
    await tasksOf(yunhe.client).act("default", "mover", "cancel");
    assert.equal((await ended(yunhe.client, "mover")).status?.phase, "Cancelled");
  });
});
