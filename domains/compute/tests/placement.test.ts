import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { type AnyStored, ApiError } from "@yunhe/kernel";
import { nodeKind, queueKind, volumeKind } from "../src/index.ts";
import { admitTask } from "../src/placement/admit.ts";
import { checkpointLabel } from "../src/volumes/checkpoint.ts";
import { task as newTask } from "./fixtures.ts";
import { interceptPlacement, PlacementWorld } from "./placement-world.ts";

const price = (cpuCoreHour: string) => ({ prices: { onDemand: { cpuCoreHour } } });

describe("placement", () => {
  test("starts what fits and tells the others their reason, position and what would help", async () => {
    const world = await PlacementWorld.open({ lab: { cpus: 4 } });
    await world.submit("a", { resources: { cpus: 3 } });
    await world.submit("b", { resources: { cpus: 2 } });
    await world.place();
    assert.deepEqual(await world.holding(), ["a"]);
    const { status } = await world.task("b");
    assert.equal(status?.reason, "NoPlace");
    assert.match(status.message ?? "", /ask for 1 cores/);
    assert.match(status.messageZh ?? "", /将 CPU 减至 1 核/);
    assert.deepEqual([status.explanation?.["position"], status.explanation?.["waiting"]], [1, 1]);
    const placed = (await world.task("a")).status?.explanation;
    assert.equal(placed?.["policy"], "yunhe");
    assert.partialDeepStrictEqual(placed?.["ranked"], [{ node: "lab-n" }]);
  });

  test("rests on the node and the queue as they were planned with: a change in between refuses the commit", async () => {
    const world = await PlacementWorld.open({ lab: { cpus: 4 } });
    await world.submit("a");
    interceptPlacement(world, async (send) => {
      await world.setSpec(nodeKind, "lab-n", { unschedulable: true });
      return send();
    });
    await world.place();
    assert.deepEqual(await world.holding(), []);
    assert.equal([...world.view.books.holdings()].length, 0, "what was assumed is given back");
    await world.setSpec(nodeKind, "lab-n", { unschedulable: false });
    await world.place();
    assert.deepEqual(await world.holding(), ["a"]);
  });

  test("rests on the queues that lend to its own: what one of them keeps to itself meanwhile is not borrowed (R2)", async () => {
    const world = await PlacementWorld.open({ lab: { cpus: 4 } });
    await world.create(queueKind, "a", { cohort: "c", quota: { cpus: 1 }, borrowing: {} });
    await world.create(queueKind, "b", { cohort: "c", quota: { cpus: 1 } });
    for (const name of ["a0", "a1"]) await world.submit(name, { queue: "a" });
    interceptPlacement(world, async (send) => {
      await world.setSpec(queueKind, "b", { quota: { cpus: 0 } });
      return send();
    });
    await world.place();
    await world.place();
    assert.equal((await world.holding()).length, 1);
  });

  test("price, jurisdiction and latency decide differently", async () => {
    const world = await PlacementWorld.open({
      east: {
        cpus: 8,
        pool: { jurisdiction: "CN", ...price("0.5"), links: [{ to: "shanghai", latencyMs: 5 }] },
      },
      west: {
        cpus: 8,
        pool: { jurisdiction: "CN", ...price("0.1"), links: [{ to: "shanghai", latencyMs: 40 }] },
      },
      abroad: {
        cpus: 8,
        pool: { jurisdiction: "EU", ...price("0.05"), links: [{ to: "shanghai", latencyMs: 200 }] },
      },
    });
    await world.submit("cheap", { placement: { prefer: { cheap: 10 } } });
    await world.submit("home", { placement: { jurisdictions: ["CN"], prefer: { cheap: 10 } } });
    await world.submit("close", { placement: { maxLatencyMs: { to: "shanghai", ms: 10 } } });
    await world.submit("near", { placement: { prefer: { near: { to: "shanghai", weight: 10 } } } });
    await world.submit("capped", { placement: { jurisdictions: ["CN"], maxPricePerHour: "0.2" } });
    await world.place();
    const pools = await Promise.all(
      ["cheap", "home", "close", "near", "capped"].map(async (name) => (await world.task(name)).status?.pool),
    );
    assert.deepEqual(pools, ["abroad", "west", "east", "east", "west"]);
  });

  test("data are brought where that is cheap, and the price is told", async () => {
    const own = { status: { storage: "own" } };
    const world = await PlacementWorld.open({
      home: {
        cpus: 1,
        pool: {
          ...price("1"),
          links: [
            { to: "near", egressPricePerGib: "1" },
            { to: "far", egressPricePerGib: "0.1" },
          ],
        },
      },
      near: { cpus: 8, pool: price("1"), ...own },
      far: { cpus: 8, pool: price("1"), ...own },
    });
    const status = { bytes: 10 * 2 ** 30, version: "v1" };
    await world.create(volumeKind, "set", {}, { namespace: "default", status });
    await world.submit("t", {
      resources: { cpus: 2 },
      volumes: [{ name: "set", mountPath: "set" }],
      expectedDuration: "1h",
    });
    await world.place();
    const { status: task } = await world.task("t");
    assert.equal(task?.pool, "far");
    const told = JSON.stringify(task?.explanation);
    assert.match(told, /1\.0000 CNY to bring 10\.00 GiB there/);
    assert.match(told, /搬运 10\.00 GiB 需 10\.0000 CNY/);
  });

  test("a task that a pool refuses goes to the next one, and to none twice in a row", async () => {
    const world = await PlacementWorld.open({ first: { cpus: 4 }, second: { cpus: 4 } });
    const refused = { type: "not-started", reason: { en: "full", zh: "已满" }, elsewhere: true } as const;
    await world.submit("a");
    const pools: string[] = [];
    for (let i = 0; i < 2; i += 1) {
      await world.place();
      pools.push((await world.task("a")).status?.pool ?? "");
      await world.end("a", refused);
    }
    assert.deepEqual(new Set(pools), new Set(["first", "second"]));
    await world.environment.advance(2000);
    await world.place();
    const { status } = await world.task("a");
    assert.deepEqual([status?.phase, status?.reason, status?.refusals], ["Waiting", "RefusedEverywhere", 1]);
    await world.environment.advance(10_000);
    await world.place();
    assert.deepEqual(await world.holding(), ["a"]);
  });
});

describe("when a waiting task starts", () => {
  const waitOf = async (world: PlacementWorld, name: string) => {
    const { estimate } = ((await world.task(name)).status?.explanation ?? {}) as {
      readonly estimate?: { readonly startsAt: string };
    };
    return estimate && Date.parse(estimate.startsAt) - world.environment.clock.nowMs();
  };

  test("is told by the expected ends of what runs and of what goes before it", async () => {
    const world = await PlacementWorld.open({ lab: { cpus: 1 } });
    await world.submit("holder", { expectedDuration: "1h", preemptible: false });
    await world.place();
    await world.environment.advance(60_000);
    await world.submit("next", { timeout: "30m", priority: 1 });
    await world.submit("last");
    await world.place();
    assert.equal(await waitOf(world, "next"), 59 * 60_000);
    assert.equal(await waitOf(world, "last"), 89 * 60_000);
  });

  test("is unknown behind a holder of which nobody knows the end, however fast others started before", async () => {
    const world = await PlacementWorld.open({ lab: { cpus: 4 } });
    for (const name of ["a", "b", "c", "d"]) await world.submit(name);
    await world.place();
    await world.environment.advance(1000);
    await world.submit("next");
    await world.submit("last");
    await world.place();
    assert.equal(await waitOf(world, "next"), undefined);
    assert.equal(await waitOf(world, "last"), undefined);
  });

  test("becomes unknown when the holder outlives its expected end", async () => {
    const world = await PlacementWorld.open({ lab: { cpus: 1 } });
    await world.submit("holder", { expectedDuration: "10s" });
    await world.place();
    await world.submit("next");
    await world.environment.advance(1000);
    await world.place();
    assert.equal(await waitOf(world, "next"), 9000);
    await world.environment.advance(60_000);
    await world.submit("last");
    await world.place();
    assert.equal(await waitOf(world, "next"), undefined);
    assert.equal(await waitOf(world, "last"), undefined);
  });
});

describe("how often it looks", () => {
  test("never when nothing waits; every five seconds while something does; at once when something changed", async () => {
    const world = await PlacementWorld.open({ lab: { cpus: 1 } });
    await world.place();
    await world.environment.advance(1000);
    await world.place();
    assert.equal(await world.place(), undefined);
    for (const name of ["a", "b"]) await world.submit(name);
    await world.place();
    await world.environment.advance(1000);
    for (let i = 0; i < 2; i += 1) {
      await world.place();
      await world.environment.advance(2000);
    }
    assert.equal(await world.place(), 3000, "two seconds after the last plan, with everything told");
    await world.end("a", { type: "exited", exitCode: 0 });
    await world.place();
    assert.deepEqual(await world.holding(), ["b"]);
  });

  test("as often when the wall clock is set back, whose hours it does not wait for (T1)", async () => {
    const world = await PlacementWorld.open({ lab: { cpus: 1 } });
    for (const name of ["a", "b"]) await world.submit(name);
    await world.place();
    world.environment.jumpWallClock(-5 * 3_600_000);
    await world.submit("c");
    assert.ok((await world.place())! <= 5000);
    await world.environment.advance(1000);
    await world.place();
    assert.equal((await world.task("c")).status?.reason, "NoPlace", "it is told at the next second");
    assert.ok((await world.place())! <= 5000);
  });
});

describe("queues in use", () => {
  test("priority ends what may be ended; the victim waits again and loses no retry", async () => {
    const world = await PlacementWorld.open({ lab: { cpus: 2 } });
    await world.submit("low", { resources: { cpus: 2 } });
    await world.place();
    await world.submit("high", { resources: { cpus: 2 }, priority: 5 });
    await world.environment.advance(2000);
    await world.place();
    assert.equal((await world.attempt("low")).spec.end, "preempted");
    assert.equal((await world.task("high")).status?.reason, "Preempting");
    await world.end("low", { type: "signaled", signal: "SIGTERM" });
    await world.place();
    assert.deepEqual(await world.holding(), ["high"]);
    const { status } = await world.task("low");
    assert.deepEqual([status?.phase, status?.countedFailures], ["Waiting", 0]);
  });

  test("the victim is the task whose checkpoint is fresh, not the one that has run shorter", async () => {
    const world = await PlacementWorld.open({ lab: { cpus: 2 } });
    await world.submit("saves", { resources: { cpus: 1 }, checkpoint: {} });
    await world.place();
    await world.environment.advance(3_600_000);
    await world.submit("young", { resources: { cpus: 1 } });
    await world.place();
    await world.environment.advance(600_000);
    const changedAt = new Date(world.environment.clock.nowMs() - 60_000).toISOString();
    await world.create(
      volumeKind,
      "checkpoint-1",
      {},
      { namespace: "default", labels: { [checkpointLabel]: "saves" }, status: { changedAt } },
    );
    await world.submit("urgent", { resources: { cpus: 1 }, priority: 5 });
    await world.place();
    assert.equal((await world.attempt("saves")).spec.end, "preempted");
    assert.equal((await world.attempt("young")).spec.end, undefined);
  });

  test("lent quota is visible and taken back", async () => {
    const world = await PlacementWorld.open({ lab: { cpus: 8 } });
    await world.create(queueKind, "a", { cohort: "c", quota: { cpus: 2 }, borrowing: {} });
    await world.create(queueKind, "b", { cohort: "c", quota: { cpus: 2 } });
    for (let i = 0; i < 4; i += 1) await world.submit(`a${i}`, { queue: "a" });
    await world.place();
    await world.environment.advance(2000);
    await world.place();
    const queue = await world.objects.get(queueKind, "", "a");
    assert.equal(queue?.status?.borrowed?.cpuMilli, 2000);
    assert.equal(queue.status.running, 4);
    await world.submit("b0", { queue: "b" });
    await world.place();
    const ends = await Promise.all([0, 1, 2, 3].map(async (i) => (await world.attempt(`a${i}`)).spec.end));
    assert.equal(ends.filter((end) => end === "preempted").length, 1);
  });

  test("a gang starts whole or not at all, and again as a whole", async () => {
    const world = await PlacementWorld.open({ one: { cpus: 2 }, two: { cpus: 2 } });
    await world.submit("busy", { resources: { cpus: 1 } });
    await world.place();
    await world.submitGang("g", 4);
    await world.place();
    assert.deepEqual(await world.holding(), ["busy"]);
    await world.end("busy", { type: "exited", exitCode: 0 });
    await world.place();
    assert.deepEqual(await world.holding(), ["g-0", "g-1", "g-2", "g-3"]);
    await world.end("g-1", { type: "node-lost", reason: { en: "lost", zh: "丢失" } });
    await world.place();
    for (const name of ["g-0", "g-2", "g-3"]) {
      assert.equal((await world.attempt(name)).spec.end, "preempted");
      await world.end(name, { type: "signaled", signal: "SIGTERM" });
    }
    await world.place();
    assert.deepEqual(await world.holding(), ["g-0", "g-1", "g-2", "g-3"]);
  });

  test("names of policies are checked, with the list", () => {
    const [cause] = queueKind.check({ spec: queueKind.fields.spec.parse({ policy: "magic" }) } as never);
    assert.match(cause?.message.en ?? "", /There is no policy magic; there are yunhe, fgd/);
  });
});

describe("admission", () => {
  const refusalOf = (world: PlacementWorld, spec: Record<string, unknown>): ApiError | undefined => {
    try {
      admitTask(world.view, newTask(spec));
      return undefined;
    } catch (error) {
      return error as ApiError;
    }
  };

  test("refuses what could never start, with what would help, in both languages", async () => {
    const world = await PlacementWorld.open({ lab: { cpus: 4, devices: ["A10", "A10"] } });
    const error = refusalOf(world, { resources: { accelerators: { count: 3 } } });
    assert.ok(error instanceof ApiError && error.reason === "Invalid");
    assert.match(error.words.en, /can never start.*ask for 2 devices/);
    assert.match(error.words.zh, /将设备数减至 2/);
    const breach = await world.create(queueKind, "small", { quota: { cpus: 1 } });
    assert.equal(breach, undefined);
    assert.match(refusalOf(world, { queue: "small", resources: { cpus: 2 } })?.words.en ?? "", /may hold 1/);
  });

  test("refuses gangs, models and jurisdictions that nobody has room for, each with the smallest change", async () => {
    const world = await PlacementWorld.open({
      east: { cpus: 4, devices: ["A10", "A10"], pool: { jurisdiction: "CN" } },
      west: { cpus: 4, devices: ["H100"], pool: { jurisdiction: "EU" } },
    });
    // What runs now does not matter to what could ever start.
    await world.submit("busy", { resources: { cpus: 2 }, placement: { pools: ["east"] } });
    await world.place();
    const device = (models: readonly string[]) => ({ cpus: 1, accelerators: { count: 1, models } });
    const cases = [
      [{ gang: {}, array: { count: 9 }, resources: { cpus: 1 } }, /too few for the whole gang.*a gang of 8/],
      [
        { gang: { topology: "node" }, array: { count: 6 }, resources: { cpus: 1 } },
        /a gang of 4, or let the gang use any nodes/,
      ],
      [{ resources: device(["B300"]) }, /allow the model A10, H100/],
      [{ resources: device(["A10"]), placement: { jurisdictions: ["EU"] } }, /allow the jurisdiction CN/],
      [{ placement: { jurisdictions: ["US"] } }, /allow the jurisdiction CN, EU/],
      [
        { placement: { jurisdictions: ["US"] }, gang: {}, array: { count: 2 } },
        /allow the jurisdiction CN, EU/,
      ],
      [{ array: { count: 100 }, resources: { cpus: 5 } }, /ask for 4 cores/],
      [{ placement: { maxLatencyMs: { to: "mars", ms: 5 } } }, /too far from the given point/],
    ] as const;
    for (const [spec, expected] of cases) {
      const error = refusalOf(world, spec);
      assert.ok(error, `${JSON.stringify(spec)} is not refused`);
      assert.match(error.words.en, /can never start/);
      assert.match(error.words.en, expected);
      assert.match(error.words.zh, /无法在此运行/);
    }
    assert.equal(refusalOf(world, { gang: {}, array: { count: 8 }, resources: { cpus: 1 } }), undefined);
    assert.equal(refusalOf(world, { array: { count: 100 }, resources: { cpus: 4 } }), undefined);
  });

  test("lets wait what is only busy, or where pools have not told yet what they have", async () => {
    const world = await PlacementWorld.open({ lab: { cpus: 4 } });
    await world.submit("a", { resources: { cpus: 4 } });
    await world.place();
    assert.equal(refusalOf(world, { resources: { cpus: 4 } }), undefined);
    assert.equal(refusalOf(await PlacementWorld.open({}), { resources: { cpus: 400 } }), undefined);
  });

  test("lets wait what only nodes that are away for now could run", async () => {
    const world = await PlacementWorld.open({ lab: { cpus: 4 } });
    for (const node of await world.objects.list(nodeKind)) {
      const object = { ...node, spec: { ...node.spec, unschedulable: true } } as AnyStored;
      await world.commit([{ type: "update", kind: nodeKind, object }]);
    }
    assert.equal(refusalOf(world, { resources: { cpus: 4 } }), undefined);
    assert.match(refusalOf(world, { resources: { cpus: 5 } })?.words.en ?? "", /can never start/);
  });
});
