import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, test } from "node:test";
import { type Condition, type Words, words } from "@yunhe/kernel";
import { attemptKind, taskKind } from "../src/index.ts";
import { type ControlPlane, openControlPlane } from "./control-plane.ts";

const broken: Words = words("no such queue", "没有该队列");

describe("the life of a pool", () => {
  let plane: ControlPlane;
  beforeEach(async () => (plane = await openControlPlane(["old"])));
  afterEach(() => plane.close());

  const phase = async (name: string) => (await plane.task(name)).status?.phase;
  const conditionOf = async (pool: string, type: string): Promise<Condition | undefined> =>
    ((await plane.pool(pool))?.status?.conditions as Condition[] | undefined)?.find(
      (each) => each.type === type,
    );
  const is = (pool: string, type: string, status: string) => async () =>
    (await conditionOf(pool, type))?.status === status;
  const canaries = () => plane.objects.list(taskKind, "yunhe-system");

  describe("one that must prove itself", () => {
    test("takes nothing before a small task has run there and its file came back", async () => {
      plane.engine("new").mode = "down";
      await plane.addPool("new", { canary: true });
      await plane.submit("t", { placement: { pools: ["new"] } });
      await plane.environment.advance(120_000);
      assert.equal(await phase("t"), "Waiting");
      plane.engine("new").mode = "up";
      await plane.until("it is accepted", is("new", "Accepted", "True"));
      await plane.until("the task runs", async () => (await phase("t")) === "Running");
      const programs = [...plane.engine("new").jobs.values()].map(({ job }) => job.command[0]);
      assert.deepEqual(programs.slice(-1), ["work"]);
      await plane.until("the canary is gone", async () => (await canaries()).length === 0);
    });

    test("is not accepted while it fails, says why in both languages, and is asked again after growing pauses", async () => {
      plane.engine("new").fate = { type: "not-started", reason: broken };
      await plane.addPool("new", { canary: true });
      await plane.until("the first has failed", is("new", "Accepted", "False"));
      const said = await conditionOf("new", "Accepted");
      assert.match(said!.message, /no such queue.*30 s/);
      assert.match(said!.messageZh!, /没有该队列.*30 秒/);
      const pauses: number[] = [];
      let lastMs = plane.environment.clock.monotonicMs();
      for (let number = 2; number < 5; number++) {
        await plane.until(
          `number ${number} was sent`,
          async () => (await plane.pool("new"))!.status!.canary!.number === number,
        );
        pauses.push(plane.environment.clock.monotonicMs() - lastMs);
        lastMs = plane.environment.clock.monotonicMs();
      }
      assert.ok(pauses[1]! > 1.8 * pauses[0]! && pauses[2]! > 1.8 * pauses[1]!, pauses.join(", "));
      plane.engine("new").fate = undefined;
      await plane.until("it is accepted", is("new", "Accepted", "True"));
    });

    test("is not accepted when its files are damaged on the way", async () => {
      plane.engine("new").corrupting = true;
      await plane.addPool("new", { canary: true });
      await plane.until("it is refused", is("new", "Accepted", "False"));
      assert.match((await conditionOf("new", "Accepted"))!.message, /unharmed/);
    });
  });

  describe("quarantine", () => {
    const engineFault = { type: "not-started", reason: broken, elsewhere: true } as const;

    async function failing(count: number): Promise<void> {
      plane.engine("old").fate = engineFault;
      for (let i = 0; i < count; i++) await plane.submit(`f${i}`, { placement: { pools: ["old"] } });
    }

    test("begins after repeated failures of the engine, and ends when a canary succeeds", async () => {
      await failing(5);
      await plane.until("it is in quarantine", is("old", "Quarantined", "True"));
      await plane.submit("later");
      await plane.environment.advance(20 * 60_000);
      assert.equal(await phase("later"), "Waiting");
      assert.ok((await plane.pool("old"))!.status!.canary!.failed >= 3);
      plane.engine("old").fate = undefined;
      await plane.until("the task runs", async () => (await phase("later")) === "Running");
      assert.equal(await conditionOf("old", "Quarantined"), undefined);
    });

    test("does not begin when successes lie between", async () => {
      for (let round = 0; round < 3; round++) {
        plane.engine("old").fate = engineFault;
        for (let i = 0; i < 2; i++) {
          await plane.submit(`f${round}${i}`, { placement: { pools: ["old"] } });
          const name = `f${round}${i}`;
          await plane.until(
            "it was refused",
            async () => ((await plane.task(name)).status?.attempts ?? 0) > 0,
          );
        }
        await plane.environment.advance(5000);
        plane.engine("old").fate = undefined;
        await plane.submit(`ok${round}`, { command: ["true"] });
        await plane.until("it is done", async () => (await phase(`ok${round}`)) === "Succeeded");
      }
      assert.equal((await plane.pool("old"))!.status!.canary, undefined);
    });

    test("does not begin for what tasks are to blame for themselves", async () => {
      plane.engine("old").fate = { type: "not-started", reason: broken };
      for (let i = 0; i < 12; i++) await plane.submit(`typo${i}`);
      await plane.until("all have failed", async () => (await phase("typo11")) === "Failed");
      await plane.environment.advance(60_000);
      assert.equal(await conditionOf("old", "Quarantined"), undefined);
      assert.equal((await plane.pool("old"))!.status!.canary, undefined);
    });

    test("begins also when the engine fails calls with errors of its own", async () => {
      plane.engine("old").mode = "broken";
      await plane.submit("t");
      await plane.until("it is in quarantine", is("old", "Quarantined", "True"));
      plane.engine("old").mode = "up";
      await plane.until("it is over", async () => (await conditionOf("old", "Quarantined")) === undefined);
      await plane.until("the task runs", async () => (await phase("t")) === "Running");
      assert.equal((await plane.task("t")).status?.attempts, 1);
    });

    test("lasts over a restart", async () => {
      await failing(5);
      await plane.until("it is in quarantine", is("old", "Quarantined", "True"));
      await plane.restart();
      await plane.submit("later");
      await plane.environment.advance(120_000);
      assert.equal(await phase("later"), "Waiting");
    });

    test("0 means never, and lifts it", async () => {
      await failing(5);
      await plane.until("it is in quarantine", is("old", "Quarantined", "True"));
      await plane.changePool("old", { quarantine: { failures: 0, window: "10m" } });
      await plane.until("it is over", async () => (await conditionOf("old", "Quarantined")) === undefined);
    });
  });

  describe("drain", () => {
    test("moves what runs there elsewhere without counting, says how far it is, and takes nothing new", async () => {
      for (let i = 0; i < 5; i++) await plane.submit(`t${i}`);
      await plane.until("all run", () => plane.engine("old").running().length === 5);
      plane.engine("old").deaf = true;
      await plane.addPool("new");
      await plane.until("the other pool is ready", is("new", "Ready", "True"));
      await plane.changePool("old", { drain: true });
      await plane.until("it drains", is("old", "Drained", "False"));
      assert.match((await conditionOf("old", "Drained"))!.message, /left: 5 .*default\/t0-1/);
      plane.engine("old").deaf = false;
      await plane.until("it is empty", is("old", "Drained", "True"));
      await plane.until("all run elsewhere", () => plane.engine("new").running().length === 5);
      for (const { spec, status } of await plane.attempts())
        if (spec.pool === "old") assert.deepEqual([spec.end, status?.phase], ["preempted", "Ended"]);
      assert.deepEqual((await plane.task("t0")).status?.countedFailures, 0);
      await plane.changePool("old", { drain: false });
      await plane.until(
        "it is not drained any more",
        async () => (await conditionOf("old", "Drained")) === undefined,
      );
    });

    test("a cordon leaves what runs there alone", async () => {
      await plane.submit("t");
      await plane.until("it runs", async () => (await phase("t")) === "Running");
      await plane.changePool("old", { cordoned: true });
      await plane.submit("later");
      await plane.environment.advance(60_000);
      assert.deepEqual([await phase("t"), await phase("later")], ["Running", "Waiting"]);
    });
  });

  describe("a node that its engine closes", () => {
    test("keeps what runs there; what still waits for it goes elsewhere after a while, and that does not count", async () => {
      await plane.submit("runs");
      await plane.until("it runs", async () => (await phase("runs")) === "Running");
      plane.engine("old").nodeReady = false;
      await plane.submit("waits");
      await plane.until("the engine has it", () => plane.engine("old").jobs.size === 2);
      await plane.addPool("new");
      await plane.environment.advance(45_000);
      assert.equal(plane.engine("new").jobs.size, 0);
      await plane.until("it runs elsewhere", () => plane.engine("new").running().length === 1);
      const { status } = await plane.task("waits");
      assert.deepEqual([status?.attempts, status?.countedFailures], [2, 0]);
      assert.equal(await phase("runs"), "Running");
      assert.equal((await plane.task("runs")).status?.attempts, 1);
    });

    test("keeps what waits where the engine itself chooses the node", async () => {
      plane.engine("itself").choosesNodes = true;
      await plane.addPool("itself");
      await plane.until("the pool is ready", is("itself", "Ready", "True"));
      plane.engine("itself").nodeReady = false;
      await plane.submit("waits", { placement: { pools: ["itself"] } });
      await plane.until("the engine has it", () => plane.engine("itself").jobs.size === 1);
      await plane.environment.advance(300_000);
      assert.equal((await plane.task("waits")).status?.attempts, 1);
    });

    test("keeps what waits for it when it comes back soon", async () => {
      plane.engine("old").nodeReady = false;
      await plane.submit("waits");
      await plane.until("the engine has it", () => plane.engine("old").jobs.size === 1);
      await plane.environment.advance(40_000);
      plane.engine("old").nodeReady = true;
      await plane.environment.advance(120_000);
      assert.equal((await plane.task("waits")).status?.attempts, 1);
    });
  });

  describe("removal", () => {
    test("waits for what runs there and says so, then takes the nodes along", async () => {
      await plane.submit("t");
      await plane.until("it runs", async () => (await phase("t")) === "Running");
      await plane.deletePool("old");
      await plane.until("it says what it waits for", is("old", "Leaving", "True"));
      assert.match((await conditionOf("old", "Leaving"))!.message, /default\/t-1.*yunhe pool drain old/);
      await plane.submit("later");
      await plane.environment.advance(60_000);
      assert.equal(await phase("later"), "Waiting");
      const [attempt] = await plane.attempts();
      plane.engine("old").end(attempt!.metadata.uid, { type: "exited", exitCode: 0 });
      await plane.until("it is gone", async () => (await plane.pool("old")) === undefined);
      assert.equal(await phase("t"), "Succeeded");
      const { nodeKind } = await import("../src/index.ts");
      await plane.until("its nodes are gone", async () => (await plane.objects.list(nodeKind)).length === 0);
      assert.equal(plane.compute().engines.of("old"), undefined);
    });

    test("of a lost pool is not held up for ever: its tasks move first", async () => {
      await plane.submit("t");
      await plane.until("it runs", async () => (await phase("t")) === "Running");
      await plane.addPool("new");
      plane.engine("old").mode = "down";
      await plane.deletePool("old");
      await plane.until("it is gone", async () => (await plane.pool("old")) === undefined);
      await plane.until("the task runs elsewhere", () => plane.engine("new").running().length === 1);
    });

    test("attempts of a pool that was torn out by force move on", async () => {
      await plane.submit("t");
      await plane.until("it runs", async () => (await phase("t")) === "Running");
      await plane.addPool("new");
      const pool = (await plane.pool("old"))!;
      const object = { ...pool, metadata: { ...pool.metadata, finalizers: [] } } as never;
      const { poolKind } = await import("../src/index.ts");
      const [bare] = await plane.objects.commit([{ type: "update", kind: poolKind, object }], {
        actor: "test",
      });
      await plane.objects.commit([{ type: "delete", kind: poolKind, object: bare! }], { actor: "test" });
      await plane.until("the task runs elsewhere", () => plane.engine("new").running().length === 1);
    });
  });

  describe("settings", () => {
    test("that change open the engine anew, and its jobs go on", async () => {
      await plane.submit("t");
      await plane.until("it runs", async () => (await phase("t")) === "Running");
      await plane.changePool("old", { config: { anything: "else" } });
      await plane.until("it is opened again", () => plane.engine("old").opened === 2);
      await plane.environment.advance(60_000);
      assert.equal(await phase("t"), "Running");
      const [attempt] = await plane.objects.list(attemptKind, "default");
      plane.engine("old").end(attempt!.metadata.uid, { type: "exited", exitCode: 0 });
      await plane.until("it has succeeded", async () => (await phase("t")) === "Succeeded");
      assert.equal(plane.engine("old").jobs.size, 1);
    });
  });
});
