import assert from "node:assert/strict";
import { afterEach, describe, test } from "node:test";
import type { Condition } from "@yunhe/kernel";
import { type ControlPlane, openControlPlane } from "./control-plane.ts";

describe("a pool that is out of reach", () => {
  let plane: ControlPlane;
  afterEach(() => plane.close());

  const phase = async (name: string) => (await plane.task(name)).status?.phase;
  const runs = (name: string) => async () => (await phase(name)) === "Running";
  const ready = async (name: string) =>
    ((await plane.pool(name))?.status?.conditions as Condition[] | undefined)?.find(
      ({ type }) => type === "Ready",
    );

  /** Two pools; a task runs in "far", which then falls silent. */
  async function taskOnLostPool(spec: Record<string, unknown> = {}) {
    plane = await openControlPlane(["far"]);
    await plane.submit("t", spec);
    await plane.until("it runs", runs("t"));
    await plane.addPool("near");
    await plane.until("the other pool is there", async () => (await ready("near"))?.status === "True");
    plane.engine("far").mode = "down";
  }

  test("keeps its attempts while it is tolerated, and gets nothing new", async () => {
    await taskOnLostPool();
    await plane.until("it is seen", async () => (await ready("far"))?.status === "Unknown");
    await plane.submit("other");
    await plane.until("the other task runs", runs("other"));
    await plane.environment.advance(200_000);
    const [first, second] = await plane.attempts();
    assert.deepEqual([first!.spec.pool, second!.spec.pool], ["near", "far"]);
    assert.equal(second!.status?.phase, "Running");
    assert.equal(await phase("t"), "Running");
  });

  test("back within its toleration: nothing has happened to the task", async () => {
    await taskOnLostPool();
    await plane.environment.advance(120_000);
    plane.engine("far").mode = "up";
    await plane.environment.advance(600_000);
    assert.equal((await plane.task("t")).status?.attempts, 1);
    assert.equal(await phase("t"), "Running");
  });

  test("after it the task moves on without counting, and what it left there ends first and counts for nothing", async () => {
    await taskOnLostPool();
    const [old] = await plane.attempts();
    await plane.until("it has moved", async () => (await plane.task("t")).status?.attempts === 2);
    await plane.until("it runs again", runs("t"));
    const given = (await plane.attempts()).find(({ spec }) => spec.number === 1)!;
    assert.deepEqual(
      [given.status?.phase, given.status?.outcome?.type, given.status?.abandoned],
      ["Ended", "node-lost", true],
    );
    assert.equal((await plane.task("t")).status?.countedFailures, 0);
    const charged = await plane.usage("t-1");
    assert.equal(charged.at(-1)!.spec.final, true);
    assert.ok(charged.at(-1)!.spec.endMs <= Date.parse((await plane.pool("far"))!.status!.lostSince!));

    // The old job is still alive there, and deaf for a while: nothing is placed until it has ended.
    const far = plane.engine("far");
    far.deaf = true;
    far.mode = "up";
    await plane.environment.advance(60_000);
    assert.deepEqual(far.running(), [old!.metadata.uid]);
    assert.equal((await ready("far"))?.reason, "EndingOrphans");
    await plane.submit("wants-far", { placement: { pools: ["far"] } });
    await plane.environment.advance(60_000);
    assert.equal(await phase("wants-far"), "Waiting");
    far.deaf = false;
    await plane.until("it is placed", runs("wants-far"));
    assert.ok(!far.running().includes(old!.metadata.uid));
    // Its late outcome changed nothing, and nothing more was charged.
    const after = (await plane.attempts()).find(({ spec }) => spec.number === 1 && spec.task === "t")!;
    assert.deepEqual(after.status, given.status);
    assert.equal((await plane.usage("t-1")).length, charged.length);
    assert.equal((await plane.task("t")).status?.attempts, 2);
  });

  test("an exit that happened there while nobody could see it is overruled by having been given up", async () => {
    await taskOnLostPool();
    const [old] = await plane.attempts();
    plane.engine("far").end(old!.metadata.uid, { type: "exited", exitCode: 0 });
    await plane.until("it has moved", async () => (await plane.task("t")).status?.attempts === 2);
    plane.engine("far").mode = "up";
    await plane.environment.advance(120_000);
    assert.equal(await phase("t"), "Running");
  });

  test("a task that says so waits for its pool", async () => {
    await taskOnLostPool({ retries: { whenLost: "wait" } });
    await plane.environment.advance(1_800_000);
    assert.equal((await plane.task("t")).status?.attempts, 1);
    plane.engine("far").mode = "up";
    const [old] = await plane.attempts();
    plane.engine("far").end(old!.metadata.uid, { type: "exited", exitCode: 0 });
    await plane.until("it has succeeded", async () => (await phase("t")) === "Succeeded");
  });

  test("with nowhere to go a task stays where it is", async () => {
    await taskOnLostPool({ placement: { pools: ["far"] } });
    await plane.environment.advance(1_800_000);
    assert.equal((await plane.task("t")).status?.attempts, 1);
  });

  test("cancelled meanwhile, a task is over once the toleration has passed, and its job ends when the pool is back", async () => {
    await taskOnLostPool();
    const task = await plane.task("t");
    const { taskKind } = await import("../src/index.ts");
    const object = { ...task, spec: { ...task.spec, cancelled: true } } as never;
    await plane.objects.commit([{ type: "update", kind: taskKind, object }], { actor: "test" });
    await plane.environment.advance(60_000);
    assert.equal(await phase("t"), "Cancelling");
    await plane.until("it is cancelled", async () => (await phase("t")) === "Cancelled");
    plane.engine("far").mode = "up";
    await plane.until("its job has ended", () => plane.engine("far").running().length === 0);
  });

  test("what was given up stays so over a restart of the control plane", async () => {
    await taskOnLostPool();
    await plane.until("it has moved", async () => (await plane.task("t")).status?.attempts === 2);
    await plane.restart();
    plane.engine("far").mode = "up";
    await plane.until("the old job has ended", () => plane.engine("far").running().length === 0);
    await plane.until("the pool is ready", async () => (await ready("far"))?.status === "True");
    assert.equal((await plane.task("t")).status?.attempts, 2);
    assert.equal(plane.engine("near").running().length, 1);
  });

  test("one that never answers holds up no other", async () => {
    plane = await openControlPlane(["alive"]);
    await plane.addPool("dead");
    await plane.until("both are there", async () => (await ready("dead"))?.status === "True");
    for (let i = 0; i < 60; i++)
      await plane.submit(`d${i}`, {
        placement: { pools: ["dead"] },
        resources: { cpus: 0.1, memory: "1Mi" },
      });
    await plane.until("all run", async () => plane.engine("dead").running().length === 60);
    plane.engine("dead").mode = "hung";
    await plane.environment.advance(5000);
    const startedMs = plane.environment.clock.monotonicMs();
    await plane.submit("quick", { command: ["true"], placement: { pools: ["alive"] } });
    await plane.until("the other pool's task is done", async () => (await phase("quick")) === "Succeeded");
    const tookMs = plane.environment.clock.monotonicMs() - startedMs;
    assert.ok(tookMs < 5000, `${tookMs} ms of simulated time`);
    await plane.until(
      "the dead one is seen as such",
      async () => (await ready("dead"))?.status === "Unknown",
    );
  });

  test("a submission whose answer was lost is not made twice", async () => {
    plane = await openControlPlane(["one"]);
    plane.engine("one").loseNextAnswer = true;
    await plane.submit("t");
    await plane.until("it runs", runs("t"));
    assert.equal(plane.engine("one").jobs.size, 1);
    assert.equal((await plane.task("t")).status?.attempts, 1);
  });

  test("jobs of attempts that nobody knows end, and what is left of them is freed", async () => {
    plane = await openControlPlane(["one"]);
    await plane.submit("t");
    await plane.until("it runs", runs("t"));
    const [known] = plane.engine("one").running();
    const { job } = plane.engine("one").jobs.get(known!)!;
    plane.engine("one").jobs.set("stranger", { job, startedAtMs: 0 });
    await plane.until("it is gone", () => !plane.engine("one").jobs.has("stranger"));
    assert.deepEqual(plane.engine("one").running(), [known]);
  });
});
