import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { deviceResource, estimateStarts, planQueues, standingsOf } from "../src/index.ts";
import { fleetOf, GIB, taskOf } from "./fleets.ts";
import { queueOf, World } from "./queue-world.ts";

const nodes = (count: number, fields: Record<string, unknown> = {}) =>
  fleetOf({
    pools: [{ id: "p" }],
    nodes: Array.from({ length: count }, (_, n) => ({
      id: `n${n}`,
      pool: "p",
      cpuMilli: 4000,
      memoryBytes: 64 * GIB,
      ...fields,
    })),
  });
const cores = (id: string, count: number, fields: Record<string, unknown> = {}) =>
  taskOf({ id, cpuMilli: count * 1000, ...fields });
const reasonOf = (world: World, task: string): string | undefined =>
  world.plan().refusals.find((refusal) => refusal.task.id === task)?.reason.kind;

describe("quota", () => {
  test("a queue starts as much as its quota allows and says what it waits for", () => {
    const world = new World(nodes(2), [queueOf("default", { cpuMilli: 3000 })]);
    for (const id of ["a", "b"]) world.submit(cores(id, 2));
    world.step();
    assert.deepEqual(world.names(), ["a"]);
    assert.equal(reasonOf(world, "b"), "quota");
  });

  test("a quota of one model leaves the other models open", () => {
    const mixed = fleetOf({
      pools: [{ id: "p" }],
      nodes: ["A10", "T4"].map((model) => ({
        id: model,
        pool: "p",
        cpuMilli: 8000,
        memoryBytes: 64 * GIB,
        devices: [{ model, count: 2 }],
      })),
    });
    const world = new World(mixed, [queueOf("default", { A10: 1000 })]);
    for (const id of ["a", "b", "c", "d"]) world.submit(taskOf({ id, devices: { count: 1 } }));
    world.step();
    const uses = world.running.uses.ofQueue("default");
    assert.equal(uses.get(deviceResource("A10")), 1000);
    assert.equal(uses.get(deviceResource("T4")), 2000);
    assert.equal(reasonOf(world, "d"), "quota");
  });

  test("a task larger than its queue can ever hold says so", () => {
    const world = new World(nodes(1), [queueOf("default", { cpuMilli: 1000 })]);
    world.submit(cores("a", 2));
    assert.equal(reasonOf(world, "a"), "larger-than-quota");
  });

  test("queues that are stopped, missing or closed to a project start nothing", () => {
    const world = new World(nodes(1), [
      queueOf("stopped", {}, { stopped: true }),
      queueOf("closed", {}, { projects: ["other"] }),
    ]);
    for (const queue of ["stopped", "closed", "missing"]) world.submit(cores(queue, 1, { queue }));
    assert.deepEqual(
      world.plan().refusals.map(({ task, reason }) => [task.id, reason.kind]),
      [
        ["stopped", "queue-stopped"],
        ["missing", "no-queue"],
        ["closed", "project-not-served"],
      ],
    );
  });
});

describe("cohorts", () => {
  test("places that were taken back are not borrowed again by a queue that holds less for its weight", () => {
    const setting = { cohort: "c" };
    const world = new World(nodes(1), [
      queueOf("owner", { cpuMilli: 4000 }, setting),
      queueOf("heavy", { cpuMilli: 0 }, { ...setting, weight: 100, borrowing: {} }),
    ]);
    for (const id of ["o1", "o2", "o3"]) world.submit(cores(id, 1, { queue: "owner" }));
    for (const id of ["h1", "h2"]) world.submit(cores(id, 1, { queue: "heavy", preemptible: true }));
    world.step();
    assert.deepEqual(world.names(), ["h1", "o1", "o2", "o3"]);
    world.submit(cores("o4", 1, { queue: "owner" }));
    assert.equal(world.step().preemptions[0]?.kind, "reclaim");
    world.end("h1");
    world.step();
    assert.deepEqual(world.names(), ["o1", "o2", "o3", "o4"]);
  });

  const cohort = () => [
    queueOf("a", { cpuMilli: 4000 }, { cohort: "c", borrowing: { cpuMilli: 3000 } }),
    queueOf("b", { cpuMilli: 4000 }, { cohort: "c" }),
  ];
  const many = (queue: string, count: number, fields = {}) =>
    Array.from({ length: count }, (_, i) =>
      cores(`${queue}${i}`, 1, { queue, preemptible: true, ...fields }),
    );

  test("a queue borrows what others do not use, up to its bound", () => {
    const world = new World(nodes(2), cohort());
    for (const task of many("a", 9)) world.submit(task);
    assert.equal(world.step().placements.filter(({ borrowed }) => borrowed).length, 3);
    assert.equal(world.running.size, 7);
  });

  test("what may not be preempted does not run on borrowed quota", () => {
    const world = new World(nodes(2), cohort());
    for (const task of many("a", 9, { preemptible: false })) world.submit(task);
    world.step();
    assert.equal(world.running.size, 4);
  });

  test("the owner takes back what was lent, and no more than it needs", () => {
    const world = new World(nodes(2), cohort());
    for (const task of many("a", 9)) world.submit(task);
    world.step();
    for (const task of many("b", 3)) world.submit(task);
    const plan = world.step();
    assert.deepEqual(
      plan.placements.map(({ task }) => task.id),
      ["b0"],
      "one core of the cohort was idle",
    );
    assert.equal(plan.preemptions[0]?.kind, "reclaim");
    assert.equal(plan.preemptions[0].victims.length, 1);
  });

  test("nothing is ended for a task that would only borrow itself", () => {
    const world = new World(nodes(2), cohort());
    for (const task of many("b", 4)) world.submit(task);
    for (const task of many("a", 6)) world.submit(task);
    world.step();
    assert.deepEqual(world.step().preemptions, []);
  });
});

describe("fair shares", () => {
  test("queues hold in proportion to their weights", () => {
    const world = new World(nodes(3), [queueOf("one"), queueOf("two", {}, { weight: 2 })]);
    for (const queue of ["one", "two"]) {
      for (let i = 0; i < 12; i += 1) world.submit(cores(`${queue}-${i}`, 1, { queue }));
    }
    world.step();
    assert.equal(world.running.uses.ofQueue("one").get("tasks"), 4);
    assert.equal(world.running.uses.ofQueue("two").get("tasks"), 8);
  });

  test("a project with few tasks does not wait behind one with many", () => {
    const world = new World(nodes(1), [queueOf("default")]);
    for (let i = 0; i < 50; i += 1) world.submit(cores(`many-${i}`, 1), "many");
    for (let i = 0; i < 2; i += 1) world.submit(cores(`few-${i}`, 1, { submittedAtMs: 1000 }), "few");
    world.nowMs = 1_000_000;
    world.step();
    assert.equal(world.running.uses.ofProject("default", "few").get("tasks"), 2);
  });

  test("the position counts who would start before", () => {
    const world = new World(nodes(1, { cpuMilli: 0 }), [queueOf("default")]);
    for (const [id, priority] of [
      ["low", 0],
      ["high", 5],
      ["late", 0],
    ] as const)
      world.submit(cores(id, 1, { priority, submittedAtMs: id === "late" ? 5 : 1 }));
    const standings = standingsOf(world.input(), queueOf("default"), 10);
    assert.deepEqual(
      standings.map(({ waiting, position }) => [position, waiting.task.id]),
      [
        [1, "high"],
        [2, "low"],
        [3, "late"],
      ],
    );
  });
});

describe("estimates of the start", () => {
  const estimated = (input: Parameters<typeof estimateStarts>[0]) =>
    estimateStarts(input).map((each) => each && [each.startsAtMs, each.from]);

  test("each takes the place that becomes free next, and gives it back when it is over", () => {
    const waiting = [{ runMs: 50 }, { runMs: 500 }, { runMs: 500 }, { runMs: 500 }];
    assert.deepEqual(estimated({ nowMs: 0, endsMs: [300, 100], waiting }), [
      [100, "ends"],
      [150, "ends"],
      [300, "ends"],
      [650, "ends"],
    ]);
  });

  test("what has no expected end, or has outlived it, makes the start unknown and never zero", () => {
    const waiting = [{ runMs: 10 }, { runMs: 10 }];
    assert.deepEqual(estimated({ nowMs: 1000, endsMs: [undefined, 999], waiting }), [undefined, undefined]);
    assert.deepEqual(estimated({ nowMs: 1000, endsMs: [undefined, 1500], waiting: [{}, {}] }), [
      [1500, "ends"],
      undefined,
    ]);
  });

  test("none behind a reservation starts before it; behind an unknown one nobody knows", () => {
    const waiting = (atMs: number | undefined) => [{ reserved: { atMs } }, {}];
    assert.deepEqual(estimated({ nowMs: 0, endsMs: [10, 20], waiting: waiting(900) }), [
      [900, "reservation"],
      [900, "ends"],
    ]);
    assert.deepEqual(estimated({ nowMs: 0, endsMs: [10, 20], waiting: waiting(undefined) }), [
      undefined,
      undefined,
    ]);
  });

  test("a gang waits for as many places as it has members", () => {
    assert.deepEqual(estimated({ nowMs: 0, endsMs: [10, 20, 30], waiting: [{ size: 2 }, {}] }), [
      [20, "ends"],
      [30, "ends"],
    ]);
  });
});

describe("back-fill", () => {
  /** Three of four cores are busy until 100; the head needs all four. */
  const blocked = (expectedDurationMs?: number) => {
    const world = new World(nodes(1), [queueOf("default")]);
    world.submit(cores("busy", 3, expectedDurationMs === undefined ? {} : { expectedDurationMs }));
    world.step();
    world.submit(cores("head", 4, { submittedAtMs: 1 }));
    return world;
  };

  test("a task that ends before the head can start may pass", () => {
    const world = blocked(100);
    world.submit(cores("short", 1, { submittedAtMs: 2, expectedDurationMs: 100 }));
    assert.deepEqual(
      world.step().placements.map(({ task }) => task.id),
      ["short"],
    );
  });

  test("one that ends later, or whenever, may not", () => {
    const world = blocked(100);
    world.submit(cores("long", 1, { submittedAtMs: 2, expectedDurationMs: 101 }));
    world.submit(cores("unknown", 1, { submittedAtMs: 3 }));
    const plan = world.step();
    assert.deepEqual(plan.placements, []);
    assert.deepEqual(
      plan.refusals.map(({ reason }) => reason.kind),
      ["no-place", "reserved", "reserved"],
    );
    assert.equal(plan.reservations[0]?.atMs, 100);
  });

  test("where nobody knows the ends, only what fits beside the head may pass", () => {
    const world = blocked();
    world.submit(cores("short", 1, { submittedAtMs: 2, expectedDurationMs: 1 }));
    const plan = world.step();
    assert.deepEqual(plan.placements, []);
    assert.equal(plan.reservations[0]?.atMs, undefined);
  });

  test("a holder that outlives its expected end leaves the time of the reservation open, not at zero", () => {
    const world = blocked(100);
    const reservedAtMs = () => planQueues({ ...world.input(), reserve: "always" }).reservations[0]?.atMs;
    assert.equal(reservedAtMs(), 100);
    world.nowMs = 5000;
    assert.equal(reservedAtMs(), undefined);
    world.running.add({ ...world.running.get("busy")!, ending: true });
    assert.equal(reservedAtMs(), 5000, "told to end, it is over soon");
  });

  test("a task on other nodes than the reserved ones passes", () => {
    const world = new World(nodes(2), [queueOf("default")]);
    world.submit(cores("busy", 3, { expectedDurationMs: 100 }));
    world.submit(cores("half", 2, { expectedDurationMs: 900 }));
    world.step();
    world.submit(cores("head", 4, { submittedAtMs: 1 }));
    world.submit(cores("other", 1, { submittedAtMs: 2 }));
    const plan = world.step();
    assert.deepEqual(
      plan.placements.map(({ task, members }) => [task.id, members[0]?.node]),
      [["other", 1 - (plan.reservations[0]?.nodes[0] ?? -1)]],
    );
  });

  test("small tasks do not take the quota that a large head waits for", () => {
    const world = new World(nodes(4), [queueOf("default", { cpuMilli: 4000 })]);
    world.submit(cores("first", 2, { expectedDurationMs: 50 }));
    world.step();
    world.submit(cores("head", 4, { submittedAtMs: 1 }));
    world.submit(cores("small", 1, { submittedAtMs: 2 }));
    const plan = world.step();
    assert.deepEqual(
      plan.refusals.map(({ task, reason }) => [task.id, reason.kind]),
      [
        ["head", "quota"],
        ["small", "reserved"],
      ],
    );
  });
});

describe("preemption", () => {
  const submit = (world: World, id: string, size: number, fields: Record<string, unknown>) =>
    world.submit(cores(id, size, { preemptible: true, ...fields }));

  test("the fewest tasks of lower priority that have lost least are ended", () => {
    const world = new World(nodes(2), [queueOf("default")]);
    submit(world, "old", 4, {});
    world.step();
    world.nowMs = 50;
    submit(world, "young", 2, { submittedAtMs: 50 });
    submit(world, "younger", 2, { submittedAtMs: 51 });
    world.step();
    world.nowMs = 100;
    submit(world, "urgent", 2, { priority: 10, submittedAtMs: 100 });
    const plan = world.step();
    assert.equal(plan.preemptions.length, 1);
    assert.equal(plan.preemptions[0]?.victims.length, 1);
    assert.notEqual(plan.preemptions[0]?.victims[0], "old");
    assert.deepEqual(world.step().preemptions, [], "one is on its way out already");
    world.end(plan.preemptions[0].victims[0]!);
    assert.deepEqual(
      world.step().placements.map(({ task }) => task.id),
      ["urgent"],
    );
  });

  test("equal priorities and protected tasks are left alone", () => {
    const world = new World(nodes(1), [queueOf("default")]);
    submit(world, "equal", 2, { priority: 5 });
    world.submit(cores("protected", 2));
    world.step();
    submit(world, "urgent", 2, { priority: 5, submittedAtMs: 1 });
    assert.deepEqual(world.step().preemptions, []);
  });

  test("nothing is ended when that would not make enough room", () => {
    const world = new World(nodes(1), [queueOf("default")]);
    submit(world, "low", 1, {});
    world.submit(cores("protected", 2));
    world.step();
    submit(world, "urgent", 3, { priority: 5, submittedAtMs: 1 });
    assert.deepEqual(world.step().preemptions, []);
  });

  test("room that was made is not given to others", () => {
    const world = new World(nodes(1), [queueOf("default")]);
    submit(world, "low", 4, {});
    world.step();
    submit(world, "urgent", 4, { priority: 5, submittedAtMs: 1 });
    submit(world, "small", 1, { submittedAtMs: 2 });
    world.step();
    world.end("low");
    world.step();
    assert.deepEqual(world.names(), ["urgent"]);
  });
});
