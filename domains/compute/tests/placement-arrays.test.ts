import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { AnyStored } from "@yunhe/kernel";
import { taskKind, type TaskStatus } from "../src/index.ts";
import { arrayIndexLabel, arrayLabel } from "../src/attempts/job.ts";
import { interceptPlacement, PlacementWorld } from "./placement-world.ts";

/** Two cores, and a gang of two that needs both. */
async function withGang(): Promise<PlacementWorld> {
  const world = await PlacementWorld.open({ lab: { cpus: 2 } });
  await world.submitGang("g", 2);
  return world;
}

const cancel = async (world: PlacementWorld, name: string): Promise<void> => {
  const task = await world.task(name);
  const object = { ...task, spec: { ...task.spec, cancelled: true } } as unknown as AnyStored;
  await world.commit([{ type: "update", kind: taskKind, object }]);
};

const remove = async (world: PlacementWorld, name: string): Promise<void> => {
  const object = (await world.task(name)) as unknown as AnyStored;
  await world.commit([{ type: "delete", kind: taskKind, object }]);
};

/** As the task reconciler says it of one that never started. */
const saysCancelled = async (world: PlacementWorld, name: string): Promise<void> => {
  const status: TaskStatus = { phase: "Cancelled", attempts: 0, countedFailures: 0 };
  const object = { ...(await world.task(name)), status } as unknown as AnyStored;
  await world.commit([{ type: "update", kind: taskKind, subresource: "status", object }]);
};

describe("a gang whose members end one after another", () => {
  for (const [how, end] of [
    ["deleted", remove],
    ["cancelled", cancel],
  ] as const)
    test(`starts none of them any more once its array is ${how} (T4)`, async () => {
      const world = await withGang();
      await end(world, "g");
      await end(world, "g-0");
      await saysCancelled(world, "g-0");
      await world.place();
      assert.deepEqual(await world.holding(), []);
    });

  test("goes on without a member that was cancelled by itself", async () => {
    const world = await withGang();
    await cancel(world, "g-0");
    await saysCancelled(world, "g-0");
    await world.place();
    assert.deepEqual(await world.holding(), ["g-1"]);
  });

  test("waits for the one that takes the place of a member that is being deleted", async () => {
    const world = await withGang();
    await remove(world, "g-0");
    await saysCancelled(world, "g-0");
    await world.place();
    assert.deepEqual(await world.holding(), []);
  });

  for (const [what, change] of [
    ["its array is cancelled", (world: PlacementWorld) => cancel(world, "g")],
    ["a member that is over is deleted", (world: PlacementWorld) => remove(world, "g-0")],
  ] as const)
    test(`is refused its places when ${what} before the commit arrives`, async () => {
      const world = await withGang();
      await cancel(world, "g-0");
      await saysCancelled(world, "g-0");
      interceptPlacement(world, async (send) => {
        await change(world);
        return send();
      });
      await world.place();
      await world.place();
      assert.deepEqual([await world.holding(), [...world.view.books.holdings()]], [[], []]);
    });
});

const member = (index: number) => ({ labels: { [arrayLabel]: "a", [arrayIndexLabel]: String(index) } });

test("an array that is cancelled starts nothing more, though its members have not been told yet", async () => {
  const world = await PlacementWorld.open({ lab: { cpus: 1 } });
  await world.submit("a", { array: { count: 3 } });
  await world.submit("a-0", {}, member(0));
  await world.submit("a-1", {}, member(1));
  await world.place();
  assert.deepEqual(await world.holding(), ["a-0"]);
  await cancel(world, "a");
  await world.end("a-0", { type: "exited", exitCode: 0 });
  await world.submit("a-2", {}, member(2));
  await world.place();
  assert.deepEqual(await world.holding(), []);
});

/** An array of one member, to which this happens while the member's placement is on its way. */
async function placedDuring(change: (world: PlacementWorld) => Promise<void>): Promise<PlacementWorld> {
  const world = await PlacementWorld.open({ lab: { cpus: 1 } });
  await world.submit("a", { array: { count: 1 } });
  await world.submit("a-0", {}, member(0));
  interceptPlacement(world, async (send) => {
    await change(world);
    return send();
  });
  await world.place();
  return world;
}

for (const [how, end] of [
  ["cancelled", cancel],
  ["deleted", remove],
] as const)
  test(`a member is refused its place when its array is ${how} before the commit arrives (T5)`, async () => {
    const world = await placedDuring((during) => end(during, "a"));
    await world.place();
    assert.deepEqual([await world.holding(), [...world.view.books.holdings()]], [[], []]);
  });

test("a member is given its place though the numbers of its array change before the commit arrives", async () => {
  const world = await placedDuring(async (during) => {
    const status: TaskStatus = { phase: "Running", attempts: 0, countedFailures: 0 };
    const object = { ...(await during.task("a")), status } as unknown as AnyStored;
    await during.commit([{ type: "update", kind: taskKind, subresource: "status", object }]);
  });
  assert.deepEqual(await world.holding(), ["a-0"]);
});
