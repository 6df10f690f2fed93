import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { type AnyStored, ApiError, words } from "@yunhe/kernel";
import { poolKind, taskKind } from "../src/index.ts";
import { type Commit, interceptPlacement, PlacementWorld } from "./placement-world.ts";

const noAnswer = (): ApiError => new ApiError("Timeout", words("no answer", "无应答"));
const isTimeout = (error: unknown): boolean => error instanceof ApiError && error.reason === "Timeout";

const held = (world: PlacementWorld): string[] => [...world.view.books.holdings()].map(({ task }) => task);

describe("a placement whose commit gets no answer", () => {
  test("keeps its places when it was made all the same", async () => {
    const world = await PlacementWorld.open({ lab: { cpus: 2 } });
    await world.submit("a", { resources: { cpus: 2 } });
    interceptPlacement(world, async (send) => {
      await send();
      throw noAnswer();
    });
    await assert.rejects(world.place(), isTimeout);
    await world.submit("b", { resources: { cpus: 2 } });
    await world.place();
    assert.deepEqual(await world.holding(), ["a"]);
    assert.deepEqual(held(world), ["a"]);
  });

  test("is sent again and takes effect once, though the first one arrives after it", async () => {
    const world = await PlacementWorld.open({ lab: { cpus: 2 } });
    await world.submit("a", { resources: { cpus: 2 } });
    let late = (): ReturnType<Commit> => Promise.reject(new Error("nothing was sent"));
    interceptPlacement(world, (send) => {
      late = send;
      return Promise.reject(noAnswer());
    });
    await assert.rejects(world.place(), isTimeout);
    assert.deepEqual(held(world), ["a"], "it may still be made");
    await world.place();
    assert.deepEqual(await world.holding(), ["a"]);
    await assert.rejects(late(), (error) => error instanceof ApiError && error.code === 409);
    assert.equal((await world.task("a")).status?.attempts, 1);
  });

  test("gives its places back once its task has moved on, for then it can be made no more", async () => {
    const world = await PlacementWorld.open({ lab: { cpus: 2 } });
    await world.submit("a", { resources: { cpus: 2 } });
    interceptPlacement(world, () => Promise.reject(noAnswer()));
    await assert.rejects(world.place(), isTimeout);
    const task = await world.task("a");
    const cancelled = { ...task, spec: { ...task.spec, cancelled: true } } as unknown as AnyStored;
    await world.commit([{ type: "update", kind: taskKind, object: cancelled }]);
    await world.submit("b", { resources: { cpus: 2 } });
    await world.place();
    assert.deepEqual(await world.holding(), ["b"]);
    assert.deepEqual(held(world), ["b"]);
  });

  test("of a former term gives its places back: its fence keeps it from being made", async () => {
    const world = await PlacementWorld.open({ lab: { cpus: 2 } });
    await world.submit("a", { resources: { cpus: 2 } });
    interceptPlacement(world, () => Promise.reject(noAnswer()));
    await assert.rejects(world.place(), isTimeout);
    world.lead(1);
    await world.place();
    assert.equal((await world.attempt("a")).spec.number, 1);
    assert.deepEqual(held(world), ["a"]);
  });
});

describe("a placement whose pool is closed before its commit arrives", () => {
  const close = async (world: PlacementWorld): Promise<void> => {
    const pool = (await world.objects.get(poolKind, "", "lab"))!;
    const quarantined = { ...pool.status!.conditions![0]!, type: "Quarantined" };
    const status = { ...pool.status, conditions: [...pool.status!.conditions!, quarantined] };
    const object = { ...pool, status } as unknown as AnyStored;
    await world.commit([{ type: "update", kind: poolKind, subresource: "status", object }]);
  };

  test("is refused: a canary may have been sent there, of which the plan knew nothing", async () => {
    const world = await PlacementWorld.open({ lab: { cpus: 2 } });
    await world.submit("a", { resources: { cpus: 2 } });
    interceptPlacement(world, async (send) => {
      await close(world);
      return send();
    });
    await world.place();
    assert.deepEqual([await world.holding(), held(world)], [[], []]);
  });

  test("is refused also when the view learns of it between the plan and the commit", async () => {
    const world = await PlacementWorld.open({ lab: { cpus: 2 } });
    await world.submit("a", { resources: { cpus: 2 } });
    const get = world.objects.get.bind(world.objects);
    const closing: typeof get = async (kind, namespace, name) => {
      const found = await get(kind, namespace, name);
      if (kind.kind === taskKind.kind) {
        Object.assign(world.objects, { get });
        await close(world);
      }
      return found;
    };
    Object.assign(world.objects, { get: closing });
    await world.place();
    assert.deepEqual([await world.holding(), held(world)], [[], []]);
  });
});
