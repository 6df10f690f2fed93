import assert from "node:assert/strict";
import test from "node:test";
import { simulatedEnvironment, WorkQueue } from "@yunhe/kernel";
import * as fc from "fast-check";

function open(seed = 1) {
  const environment = simulatedEnvironment(seed);
  let wakes = 0;
  const queue = new WorkQueue<string>({ environment, textOf: (item) => item, wake: () => (wakes += 1) });
  return { environment, queue, wakes: () => wakes };
}

void test("a key waits once however often it is added, in the order of its first adding", () => {
  const { queue, wakes } = open();
  for (const key of ["a", "b", "a"]) queue.add(key);
  assert.deepEqual([queue.take(), queue.take(), queue.take()], ["a", "b", undefined]);
  assert.equal(wakes(), 2);
});

void test("a key added while it is worked on comes again only after it is done", () => {
  const { queue } = open();
  queue.add("a");
  queue.take();
  queue.add("a");
  assert.equal(queue.take(), undefined);
  queue.done("a");
  assert.equal(queue.take(), "a");
});

void test("of several delays the shortest counts, and adding now overtakes them", async () => {
  const { queue, environment } = open();
  queue.addAfter("a", 100);
  queue.addAfter("a", 20);
  queue.addAfter("a", 50);
  await environment.advance(19);
  assert.equal(queue.take(), undefined);
  await environment.advance(1);
  assert.equal(queue.take(), "a");
  queue.done("a");
  await environment.advance(1000);
  assert.equal(queue.take(), undefined);
  queue.addAfter("b", 100);
  queue.add("b");
  assert.equal(queue.take(), "b");
  queue.done("b");
  await environment.advance(1000);
  assert.equal(queue.take(), undefined);
});

void test("failures back off exponentially with jitter up to a limit, success starts anew", async () => {
  const { queue, environment } = open();
  const delays: number[] = [];
  for (let round = 0; round < 14; round += 1) {
    delays.push(queue.addFailed("a"));
    await environment.advance(60_000);
    assert.equal(queue.take(), "a");
    queue.done("a");
  }
  delays.forEach((delayMs, failures) => {
    const wholeMs = Math.min(60_000, 100 * 2 ** failures);
    assert.ok(delayMs >= wholeMs / 2 && delayMs <= wholeMs, `${failures}: ${delayMs}`);
  });
  queue.succeeded("a");
  assert.ok(queue.addFailed("a") <= 100);
});

void test("after its end a queue gives and takes nothing", async () => {
  const { queue, environment } = open();
  queue.add("a");
  queue.addAfter("b", 10);
  queue.end();
  queue.add("c");
  await environment.advance(100);
  assert.equal(queue.take(), undefined);
});

const operation = fc.oneof(
  fc.record({ do: fc.constantFrom("add", "fail", "delay"), key: fc.constantFrom("a", "b", "c") }),
  fc.record({ do: fc.constantFrom("take", "done", "advance"), key: fc.constant("") }),
);

void test("whatever happens, no key is out twice at once and none that was added is forgotten", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(operation, { maxLength: 60 }), fc.integer(), async (operations, seed) => {
      const { queue, environment } = open(seed);
      const out: string[] = [];
      const owed = new Set<string>();
      const take = (): string | undefined => {
        const key = queue.take();
        if (key === undefined) return undefined;
        assert.ok(!out.includes(key));
        out.push(key);
        owed.delete(key);
        return key;
      };
      const done = (): void => {
        const key = out.shift();
        if (key !== undefined) queue.done(key);
      };
      for (const { do: what, key } of operations) {
        if (what === "take") take();
        else if (what === "done") done();
        else if (what === "advance") await environment.advance(150);
        else {
          owed.add(key);
          if (what === "add") queue.add(key);
          else if (what === "delay") queue.addAfter(key, 70);
          else queue.addFailed(key);
        }
      }
      await environment.advance(120_000);
      while (take() !== undefined || out.length > 0) done();
      await environment.advance(120_000);
      while (take() !== undefined || out.length > 0) done();
      assert.deepEqual([...owed], []);
    }),
    { numRuns: 100 },
  );
});
