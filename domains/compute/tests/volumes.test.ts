import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, test } from "node:test";
import type { AnyStored } from "@yunhe/kernel";
import {
  assert as check,
  boolean,
  constant,
  constantFrom,
  nat,
  property,
  record,
  uniqueArray,
  uuid,
} from "fast-check";
import { type Pool, taskKind, transferKind, volumeKind } from "../src/index.ts";
import { egressNano, egressPrice } from "../src/volumes/egress.ts";
import { rivals, type VolumeUser } from "../src/volumes/use.ts";
import { type ControlPlane, openControlPlane } from "./control-plane.ts";

describe("volumes and pools with a storage of their own", () => {
  let plane: ControlPlane;
  beforeEach(async () => {
    plane = await openControlPlane(["near"]);
    plane.engine("far").storage = "/far";
    await plane.addPool("far", { links: [{ to: "home", egressPricePerGib: "0.5" }] });
    const object = { metadata: { name: "data", namespace: "default" }, spec: {} };
    await plane.objects.commit([{ type: "create", kind: volumeKind, object }], { actor: "test" });
    plane.mover.folder("/volumes/data").set("in.csv", "1,2,3");
  });
  afterEach(() => plane.close());

  const data = [{ name: "data", mountPath: "data", readOnly: false }];
  const onFar = (more: object = {}) => ({ placement: { pools: ["far"] }, volumes: data, ...more });
  const phase = async (name: string) => (await plane.task(name)).status?.phase;
  const runs = (name: string) => plane.until(`${name} runs`, async () => (await phase(name)) === "Running");
  const transfers = () => plane.objects.list(transferKind, "default");
  const volume = async (name = "data") => (await plane.objects.get(volumeKind, "default", name))!;
  const jobOf = (engine: string) => [...plane.engine(engine).jobs.values()].at(-1)!.job;
  async function finish(name: string, engine: string): Promise<void> {
    const uid = plane.engine(engine).running().at(-1)!;
    plane.engine(engine).end(uid, { type: "exited", exitCode: 0 });
    await plane.until(`${name} is over`, async () => (await phase(name)) === "Succeeded");
  }

  test("what a task needs is there before it starts, and what it wrote is home before it is over", async () => {
    await plane.submit("t", onFar());
    await runs("t");
    assert.deepEqual(
      jobOf("far").volumes.map(({ source }) => source),
      ["/far/default/data"],
    );
    assert.equal(plane.mover.folder("/far/default/data").get("in.csv"), "1,2,3");
    plane.mover.folder("/far/default/data").set("out.csv", "4,5,6,7");
    await finish("t", "far");
    assert.equal(plane.mover.folder("/volumes/data").get("out.csv"), "4,5,6,7");
    const [into, out] = (await transfers()).toSorted((a, b) =>
      a.spec.direction < b.spec.direction ? -1 : 1,
    );
    assert.deepEqual(
      [into!.status?.phase, into!.status?.movedBytes, into!.status?.egress],
      ["Done", 5, undefined],
    );
    assert.deepEqual([out!.status?.phase, out!.status?.movedBytes], ["Done", 7]);
    assert.deepEqual(out!.status?.egress, { currency: "CNY", nanoPerGib: 500_000_000, nano: 3 });
    const { version, pools, files } = (await volume()).status!;
    assert.deepEqual([files, pools], [2, [{ pool: "far", version }]]);
    const manifest = JSON.parse(Buffer.from(plane.blobs.content(`/blobs/${version}`)).toString()) as object;
    assert.deepEqual(manifest, await plane.mover.manifest("/volumes/data"));
  });

  test("what is there already does not move again, and what changed at home does", async () => {
    await plane.submit("first", onFar());
    await runs("first");
    await finish("first", "far");
    plane.mover.moves.length = 0;
    await plane.submit("second", onFar({ volumes: [{ ...data[0], readOnly: true }] }));
    await runs("second");
    await finish("second", "far");
    assert.deepEqual(plane.mover.moves, []);
    plane.mover.folder("/volumes/data").set("in.csv", "new");
    await plane.submit("third", onFar());
    await runs("third");
    assert.equal(plane.mover.folder("/far/default/data").get("in.csv"), "new");
  });

  test("for pools of this host nothing moves", async () => {
    await plane.submit("t", { volumes: data, placement: { pools: ["near"] } });
    await runs("t");
    assert.equal(jobOf("near").volumes[0]!.source, "/volumes/data");
    await finish("t", "near");
    assert.deepEqual([plane.mover.moves, await transfers()], [[], []]);
  });

  test("a way that is cut off for a while delays the task and fails nothing", async () => {
    plane.mover.fault = "unreachable";
    await plane.submit("t", onFar());
    await plane.environment.advance(120_000);
    assert.equal(await phase("t"), "Starting");
    const [attempt] = await plane.attempts();
    assert.equal(attempt!.status?.conditions?.[0]?.type, "Staging");
    assert.equal((await transfers())[0]!.status?.message, "no way there");
    plane.mover.fault = undefined;
    await runs("t");
    plane.mover.fault = "unreachable";
    plane.engine("far").end(plane.engine("far").running()[0]!, { type: "exited", exitCode: 0 });
    await plane.environment.advance(120_000);
    assert.equal(await phase("t"), "Running");
    plane.mover.fault = undefined;
    await plane.until("it is over", async () => (await phase("t")) === "Succeeded");
    assert.equal((await plane.task("t")).status?.attempts, 1);
  });

  test("data that cannot be brought there make the task go elsewhere; data that cannot be brought back fail it", async () => {
    await plane.changePool("near", { cordoned: true });
    plane.mover.fault = "broken";
    await plane.submit("goes", { volumes: data, placement: { pools: ["far", "near"] } });
    await plane.until(
      "it was refused",
      async () =>
        (await plane.task("goes")).status?.reason === "PoolRefused" ||
        (await plane.task("goes")).status?.reason === "RefusedEverywhere",
    );
    await plane.changePool("near", { cordoned: false });
    await plane.until("it runs near", () => plane.engine("near").running().length === 1);
    await finish("goes", "near");
    plane.mover.fault = undefined;
    await plane.submit("stays", onFar());
    await runs("stays");
    plane.mover.fault = "broken";
    plane.engine("far").end(plane.engine("far").running()[0]!, { type: "exited", exitCode: 0 });
    await plane.until("it has failed", async () => (await phase("stays")) === "Failed");
    const { reason, message, messageZh } = (await plane.task("stays")).status!;
    assert.equal(reason, "DataNotReturned");
    assert.match(message!, /volume data.*pool far: disk full/);
    assert.match(messageZh!, /磁盘已满/);
  });

  for (const holder of ["far", "other"])
    test(`a task goes where its data are already: ${holder}`, async () => {
      plane.engine("other").storage = "/other";
      await plane.addPool("other");
      await plane.until("it is ready", async () => (await plane.pool("other"))?.status?.storage === "own");
      await plane.submit("brings", onFar({ placement: { pools: [holder] } }));
      await runs("brings");
      await finish("brings", holder);
      for (const number of [1, 2, 3]) {
        await plane.submit(`t${number}`, onFar({ placement: { pools: ["far", "other"] } }));
        await runs(`t${number}`);
        assert.equal((await plane.task(`t${number}`)).status?.pool, holder);
        await finish(`t${number}`, holder);
      }
    });

  test("one place at a time writes a volume: the others wait for it and see what it wrote", async () => {
    await plane.submit("writer", onFar());
    await runs("writer");
    await plane.submit("reader", {
      volumes: [{ ...data[0], readOnly: true }],
      placement: { pools: ["near"] },
    });
    await plane.environment.advance(60_000);
    assert.equal(await phase("reader"), "Starting");
    assert.match(
      (await plane.attempts()).find(({ spec }) => spec.task === "reader")!.status!.conditions![0]!.message,
      /data \(writer-1\)/,
    );
    plane.mover.folder("/far/default/data").set("in.csv", "written far away");
    await finish("writer", "far");
    await runs("reader");
    assert.equal(plane.mover.folder("/volumes/data").get("in.csv"), "written far away");
  });

  test("data bound to a jurisdiction are not copied out of it", async () => {
    const bound = await volume();
    const object = { ...bound, spec: { ...bound.spec, jurisdictions: ["CN"] } } as AnyStored;
    await plane.objects.commit([{ type: "update", kind: volumeKind, object }], { actor: "test" });
    await plane.submit("t", onFar());
    await plane.until(
      "it is refused",
      async () =>
        (await plane.task("t")).status?.refusedBy !== undefined ||
        (await plane.task("t")).status?.refusals !== undefined,
    );
    assert.deepEqual(plane.mover.moves, []);
    assert.equal(plane.engine("far").jobs.size, 0);
  });

  test("a volume goes with all its copies, and waits for a pool that cannot be asked", async () => {
    await plane.submit("t", onFar());
    await runs("t");
    await finish("t", "far");
    plane.mover.fault = "unreachable";
    await plane.objects.commit(
      [{ type: "delete", kind: volumeKind, object: (await volume()) as AnyStored }],
      { actor: "test" },
    );
    await plane.environment.advance(60_000);
    assert.ok(await volume());
    plane.mover.fault = undefined;
    await plane.until("it is gone", async () => (await volume()) === undefined);
    assert.deepEqual([...plane.mover.folders.keys()], []);
  });

  describe("a checkpoint", () => {
    const checkpoints = async () =>
      (await plane.objects.list(volumeKind, "default")).filter(({ metadata }) =>
        metadata.name.startsWith("checkpoint-"),
      );
    const pathOf = (job: ReturnType<typeof jobOf>) =>
      job.volumes.find(({ mountPath }) => mountPath === ".checkpoint")!.source;

    test("follows its task from pool to pool, and goes when the task has succeeded", async () => {
      await plane.submit("t", { checkpoint: {}, placement: { pools: ["far", "near"] } });
      await runs("t");
      const first = plane.engine("far").running().length > 0 ? "far" : "near";
      const second = first === "far" ? "near" : "far";
      assert.deepEqual(jobOf(first).pathVariables, { YUNHE_CHECKPOINT: ".checkpoint" });
      plane.mover.folder(pathOf(jobOf(first))).set("step", "1000");
      await plane.changePool(first, { drain: true });
      await plane.until("it runs elsewhere", () => plane.engine(second).running().length === 1);
      assert.equal(plane.mover.folder(pathOf(jobOf(second))).get("step"), "1000");
      assert.equal((await checkpoints()).length, 1);
      await finish("t", second);
      await plane.until("it is gone", async () => (await checkpoints()).length === 0);
    });

    test("tells when it was last written, at home or in the pool that writes it", async () => {
      for (const [name, pool] of [
        ["here", "near"],
        ["there", "far"],
      ] as const) {
        await plane.submit(name, { checkpoint: {}, placement: { pools: [pool] } });
        await runs(name);
        const path = pathOf(jobOf(pool));
        const changedMs = plane.environment.clock.nowMs() - 5000;
        plane.mover.changed.set(path, changedMs);
        const { metadata } = (await checkpoints()).at(-1)!;
        const changedAt = new Date(changedMs).toISOString();
        await plane.until(
          `${name} is measured`,
          async () => (await volume(metadata.name)).status?.changedAt === changedAt,
        );
      }
    });

    test("stays with a task that failed, or that keeps it, until the task is deleted", async () => {
      await plane.submit("fails", { checkpoint: {}, placement: { pools: ["near"] } });
      await runs("fails");
      plane.engine("near").end(plane.engine("near").running()[0]!, { type: "exited", exitCode: 1 });
      await plane.until("it has failed", async () => (await phase("fails")) === "Failed");
      await plane.submit("keeps", { checkpoint: { keep: "always" }, placement: { pools: ["near"] } });
      await runs("keeps");
      await finish("keeps", "near");
      await plane.environment.advance(60_000);
      assert.equal((await checkpoints()).length, 2);
      for (const name of ["fails", "keeps"])
        await plane.objects.commit(
          [{ type: "delete", kind: taskKind, object: (await plane.task(name)) as AnyStored }],
          { actor: "test" },
        );
      await plane.until("both are gone", async () => (await checkpoints()).length === 0);
    });
  });
});

describe("who waits for whom", () => {
  const user = record({
    attemptUid: uuid(),
    attempt: constant("a"),
    pool: constantFrom("home-1", "home-2", "far", "farther"),
    writes: boolean(),
    began: boolean(),
    createdMs: nat(5),
  });
  const siteOf = (pool: string): string => (pool.startsWith("home") ? "" : pool);

  test("someone may always go on, and those who go on together cannot disturb each other", () => {
    check(
      property(uniqueArray(user, { selector: ({ attemptUid }) => attemptUid, minLength: 1 }), (users) => {
        const waiting: readonly VolumeUser[] = users.map((each) => ({ ...each, began: false }));
        const free = waiting.filter((me) => rivals(me, waiting, siteOf).length === 0);
        assert.ok(free.length > 0);
        for (const one of free)
          for (const other of free)
            assert.ok(siteOf(one.pool) === siteOf(other.pool) || (!one.writes && !other.writes));
      }),
    );
  });
});

describe("the cost of a move", () => {
  const pool = (name: string, links: Pool["spec"]["links"]): Pool =>
    ({ metadata: { name }, spec: { links, prices: { currency: "EUR" } } }) as unknown as Pool;

  test("is the sender's: the pool's own link on the way home, the cheapest of this host's on the way out", () => {
    const far = pool("far", [{ to: "home", egressPricePerGib: "2" }]);
    const near = [
      pool("a", [{ to: "far", egressPricePerGib: "0.3" }]),
      pool("b", [{ to: "far", egressPricePerGib: "0.1" }]),
      pool("c", []),
    ];
    assert.deepEqual(egressPrice(far, "out", near), { currency: "EUR", nanoPerGib: 2_000_000_000 });
    assert.deepEqual(egressPrice(far, "in", near), { currency: "EUR", nanoPerGib: 100_000_000 });
    assert.equal(egressPrice(pool("free", []), "out", near), undefined);
  });

  test("is whole nano-units, rounded half up", () => {
    const price = { currency: "EUR", nanoPerGib: 1 };
    assert.deepEqual(
      [2 ** 29 - 1, 2 ** 29, 2 ** 30, 3 * 2 ** 30].map((bytes) => egressNano(bytes, price)),
      [0, 1, 1, 3],
    );
  });
});
