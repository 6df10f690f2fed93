import assert from "node:assert/strict";
import { describe, test } from "node:test";
import * as fc from "fast-check";
import { amountsAsked, type QueueRules, type TaskRequest } from "../src/index.ts";
import { anyFleet, anyTask, fleetOf, GIB, taskOf } from "./fleets.ts";
import { queueOf, World } from "./queue-world.ts";

const anyBound = fc.record(
  {
    tasks: fc.integer({ min: 0, max: 6 }),
    cpuMilli: fc.integer({ min: 0, max: 12 }).map((n) => n * 1000),
    "*": fc.integer({ min: 0, max: 6 }).map((n) => n * 1000),
    A10: fc.integer({ min: 0, max: 3 }).map((n) => n * 1000),
  },
  { requiredKeys: [] },
);

const anyQueues: fc.Arbitrary<QueueRules[]> = fc
  .array(
    fc.record({
      quota: anyBound,
      cohort: fc.constantFrom("", "c"),
      borrowing: fc.option(anyBound, { nil: undefined }),
      weight: fc.integer({ min: 1, max: 3 }),
    }),
    { minLength: 1, maxLength: 3 },
  )
  .map((queues) =>
    queues.map(({ quota, borrowing, ...rest }, i) =>
      queueOf(`q${i}`, clean(quota), { ...rest, ...(borrowing ? { borrowing: clean(borrowing) } : {}) }),
    ),
  );
const clean = (bound: Readonly<Record<string, number | undefined>>): Record<string, number> =>
  Object.fromEntries(
    Object.entries(bound).filter((entry): entry is [string, number] => entry[1] !== undefined),
  );

type Event =
  | { readonly do: "submit"; readonly task: TaskRequest; readonly project: string }
  | { readonly do: "end"; readonly nth: number }
  | { readonly do: "wait"; readonly ms: number };

const submit: fc.Arbitrary<Event> = fc
  .record({
    task: anyTask,
    queue: fc.integer({ min: 0, max: 2 }),
    priority: fc.constantFrom(0, 0, 1, 5),
    preemptible: fc.boolean(),
    expectedDurationMs: fc.option(fc.integer({ min: 1, max: 500 }), { nil: undefined }),
    project: fc.constantFrom("x", "y"),
  })
  .map(({ task, queue, project, expectedDurationMs, ...rest }) => ({
    do: "submit",
    project,
    task: {
      ...task,
      ...rest,
      queue: `q${queue}`,
      ...(expectedDurationMs === undefined ? {} : { expectedDurationMs }),
    },
  }));
const anyEvents = fc.array(
  fc.oneof(
    { weight: 5, arbitrary: submit },
    { weight: 3, arbitrary: fc.record({ do: fc.constant("end" as const), nth: fc.nat(20) }) },
    {
      weight: 1,
      arbitrary: fc.record({ do: fc.constant("wait" as const), ms: fc.integer({ min: 1, max: 200_000 }) }),
    },
  ),
  { maxLength: 40 },
);

function play(world: World, events: readonly Event[], check: (world: World) => void): string[] {
  const log: string[] = [];
  for (const [i, event] of events.entries()) {
    world.nowMs += 1;
    if (event.do === "submit")
      world.submit(
        { ...event.task, id: `t${i}` as TaskRequest["id"], submittedAtMs: world.nowMs },
        event.project,
      );
    else if (event.do === "wait") world.nowMs += event.ms;
    else if (world.running.size > 0) world.end([...world.running.all()][event.nth % world.running.size]!.id);
    const { placements, preemptions, refusals } = world.step();
    log.push(
      JSON.stringify([
        placements.map(({ task, members }) => [task.id, members]),
        preemptions,
        refusals.map(({ task, reason }) => [task.id, reason.kind]),
      ]),
    );
    check(world);
  }
  return log;
}

const eachRun = (check: (world: World) => void): void =>
  fc.assert(
    fc.property(anyFleet, anyQueues, anyEvents, (fleet, queues, events) => {
      play(new World(fleet, queues), events, check);
    }),
    { numRuns: 150 },
  );

describe("plans, whatever is submitted and ends", () => {
  test("never hold more of a queue, of what it may borrow, or of its cohort than is allowed (R2)", () => {
    eachRun(({ bounds, running }) => {
      for (const name of ["q0", "q1", "q2"]) {
        const queue = bounds.get(name);
        if (!queue) continue;
        const cohort = bounds.cohortOf(queue);
        for (const [resource, used] of running.uses.ofQueue(name)) {
          const quota: number = queue.quota.get(resource) ?? Infinity;
          const beyond: number =
            queue.cohort && queue.borrowing ? (queue.borrowing.get(resource) ?? Infinity) : 0;
          assert.ok(used <= quota + beyond, `${name} holds ${used} ${resource}`);
          const together = cohort.reduce(
            (sum, each) => sum + (running.uses.ofQueue(each.name).get(resource) ?? 0),
            0,
          );
          const limit = cohort.reduce((sum, each) => sum + (each.quota.get(resource) ?? Infinity), 0);
          assert.ok(together <= limit, `the cohort holds ${together} ${resource} of ${limit}`);
        }
      }
    });
  });

  test("never grant anything twice (R1)", () => {
    eachRun(({ scheduler: { state } }) => {
      for (const free of [state.cpuFree, state.memoryFree, state.deviceFree, state.deviceMemoryFree])
        for (const amount of free) assert.ok(amount >= 0);
    });
  });

  test("start gangs whole (T4)", () => {
    eachRun(({ running }) => {
      for (const { id, members, amounts } of running.all())
        assert.equal(members.length, amounts.get("tasks"), id);
    });
    fc.assert(
      fc.property(anyFleet, anyTask, (fleet, task) => {
        const world = new World(fleet, [queueOf("default")]);
        world.submit(task);
        world.step();
        const held = world.running.get(task.id);
        if (held) assert.equal(held.members.length, amountsAsked(task).get("tasks"));
      }),
    );
  });

  test("end only what may be ended, and only where that makes room", () => {
    fc.assert(
      fc.property(anyFleet, anyQueues, anyEvents, (fleet, queues, events) => {
        const world = new World(fleet, queues);
        play(world, events, () => {
          for (const { task, victims, kind } of world.plan().preemptions) {
            const { waiting } = world;
            const claimant = waiting.get(task)!.task;
            for (const id of victims) {
              const victim = world.running.get(id)!;
              assert.ok(victim.preemptible && victim.ending !== true);
              if (kind === "priority")
                assert.ok(victim.priority < claimant.priority && victim.queue === claimant.queue);
              else assert.notEqual(victim.queue, claimant.queue);
            }
          }
        });
      }),
      { numRuns: 100 },
    );
  });

  test("are the same for the same input, and leave everything as it was", () => {
    fc.assert(
      fc.property(anyFleet, anyQueues, anyEvents, (fleet, queues, events) => {
        const worlds = [new World(fleet, queues), new World(fleet, queues)];
        const [first, second] = worlds.map((world) =>
          play(world, events, () => {
            const before = [...world.scheduler.state.cpuFree, ...world.scheduler.state.deviceFree];
            world.plan();
            assert.deepEqual([...world.scheduler.state.cpuFree, ...world.scheduler.state.deviceFree], before);
          }),
        );
        assert.deepEqual(first, second);
      }),
      { numRuns: 50 },
    );
  });
});

/**
 * The bound: a group that is passed over leads its queue after (P − p) × ageing, where P is the highest priority there,
 * and the head of a queue starts when what runs at that moment is over, since nothing that would delay it may start.
 * With runs of at most D: (P − p) × ageing + ageing + D.
 */
describe("starvation", () => {
  const ageingMs = 1000;
  const runMs = 300;

  test("the lowest, largest task starts within the bound, whatever is submitted before it", () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.record({ cores: fc.integer({ min: 1, max: 4 }), priority: fc.integer({ min: 0, max: 5 }) }),
          {
            minLength: 4,
            maxLength: 12,
          },
        ),
        fc.boolean(),
        fc.integer({ min: 1, max: 3 }),
        (stream, known, gang) => {
          const fleet = fleetOf({
            pools: [{ id: "p" }],
            nodes: Array.from({ length: 3 }, (_, n) => ({
              id: `n${n}`,
              pool: "p",
              cpuMilli: 4000,
              memoryBytes: 64 * GIB,
            })),
          });
          const world = new World(fleet, [queueOf("default")], { ageingMs });
          const ends = new Map<string, number>();
          const highest = 5;
          const boundMs = highest * ageingMs + ageingMs + 2 * runMs;
          let count = 0;
          for (; world.nowMs <= boundMs && !world.started.has("large"); world.nowMs += 50) {
            for (const [id, endMs] of ends) {
              if (endMs > world.nowMs) continue;
              ends.delete(id);
              world.end(id);
            }
            for (const { cores, priority } of stream) {
              count += 1;
              const id = `s${count}`;
              const expected = known ? { expectedDurationMs: runMs } : {};
              world.submit(
                taskOf({ id, cpuMilli: cores * 1000, priority, submittedAtMs: world.nowMs, ...expected }),
                "many",
              );
            }
            if (world.nowMs === 100)
              world.submit(
                taskOf({ id: "large", cpuMilli: 4000, gang: { size: gang }, submittedAtMs: 100 }),
                "one",
              );
            for (const { task } of world.step().placements) ends.set(task.id, world.nowMs + runMs);
          }
          assert.ok(world.started.has("large"), `it did not start within ${boundMs} ms`);
        },
      ),
      { numRuns: 25 },
    );
  });
});
