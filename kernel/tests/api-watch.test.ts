import assert from "node:assert/strict";
import test from "node:test";
import * as fc from "fast-check";
import { everything, parseSelection, type WatchRequest } from "@yunhe/kernel";
import {
  ada,
  plainEncoder,
  recordingSink,
  type Setup,
  setUp,
  target,
  taskBody,
  taskKind,
  tasks,
} from "./api-fixture.ts";

async function watch(setup: Setup, more: Partial<WatchRequest> = {}, taken = true) {
  const recorded = recordingSink(taken);
  const close = await setup.api.watch(ada, {
    ...tasks,
    selection: everything,
    since: setup.store.revision(),
    bookmarks: false,
    initialEventsEnd: false,
    encoder: plainEncoder,
    sink: recorded.sink,
    stillAllowed: async () => undefined,
    ...more,
  });
  await setup.environment.settle();
  const seen = (): string[] =>
    recorded.events().map((event) => `${event.type} ${event.name}${event.reason}`.trim());
  return { ...recorded, seen, close };
}

/** Lets a tick of the hub pass. */
async function tick(setup: Setup): Promise<void> {
  await setup.environment.advance(50);
  await setup.environment.settle();
}

const labelled = (name: string, on: boolean) => taskBody(name, {}, { on: on ? "yes" : "no" });

void test("a watch tells of each change once, in order, in its namespace", async () => {
  const setup = setUp();
  const { seen } = await watch(setup);
  await setup.api.create(ada, tasks, taskBody("a"));
  await setup.api.create(ada, { ...tasks, namespace: "other" }, taskBody("z"));
  await setup.api.update(ada, target("a"), taskBody("a", { cpus: 2 }));
  await tick(setup);
  await setup.api.delete(ada, target("a"));
  await tick(setup);
  assert.deepEqual(seen(), ["ADDED a", "MODIFIED a", "DELETED a"]);
});

void test("an object that enters the selection is added, one that leaves it deleted", async () => {
  const setup = setUp();
  const { seen, events } = await watch(setup, { selection: parseSelection(taskKind, "on=yes") });
  await setup.api.create(ada, tasks, labelled("a", false));
  await setup.api.update(ada, target("a"), labelled("a", true));
  await setup.api.patch(ada, target("a"), "merge", { spec: { cpus: 2 } });
  await setup.api.update(ada, target("a"), labelled("a", false));
  await setup.api.delete(ada, target("a"));
  await tick(setup);
  assert.deepEqual(seen(), ["ADDED a", "MODIFIED a", "DELETED a"]);
  assert.equal(events().at(-1)?.revision, 4);
});

void test("a watch from an old revision catches up, then goes on without a gap", async () => {
  const setup = setUp();
  await setup.api.create(ada, tasks, taskBody("a"));
  await setup.api.create(ada, tasks, taskBody("b"));
  const { seen } = await watch(setup, { since: 1 });
  await setup.api.create(ada, tasks, taskBody("c"));
  await tick(setup);
  assert.deepEqual(seen(), ["ADDED b", "ADDED c"]);
});

void test("a watch without a revision begins with what is there, and a bookmark ends that when asked for", async () => {
  const setup = setUp();
  await setup.api.create(ada, tasks, taskBody("a"));
  await setup.api.create(ada, tasks, taskBody("b"));
  const { seen } = await watch(setup, { since: undefined, initialEventsEnd: true });
  await setup.api.delete(ada, target("a"));
  await tick(setup);
  assert.deepEqual(seen(), ["ADDED a", "ADDED b", "BOOKMARK end", "DELETED a"]);
});

void test("a revision that was compacted away, or is not there yet, ends the watch as too old", async () => {
  const setup = setUp();
  for (const name of ["a", "b", "c"]) await setup.api.create(ada, tasks, taskBody(name));
  await setup.store.compact(2);
  for (const since of [1, 99]) {
    const { seen, state } = await watch(setup, { since });
    assert.deepEqual(seen(), ["ERROR Expired"]);
    assert.equal(state.ended, true);
  }
});

void test("bookmarks tell how far an idle watch is", async () => {
  const setup = setUp();
  const { events } = await watch(setup, { bookmarks: true });
  await setup.api.create(ada, { ...tasks, namespace: "other" }, taskBody("z"));
  await setup.environment.advance(31_000);
  await setup.environment.settle();
  assert.deepEqual(events().at(-1), { type: "BOOKMARK", name: "", revision: 1, reason: "" });
});

void test("a watcher that does not read is sent away; others are not held up", async () => {
  const setup = setUp();
  const slow = await watch(setup, {}, false);
  const quick = await watch(setup);
  // The sink counts what it was given; the hub's bound is 8 MiB.
  slow.state.pending = 9 * 1024 * 1024;
  await setup.api.create(ada, tasks, taskBody("a"));
  await tick(setup);
  assert.equal(slow.state.ended && slow.state.abrupt, true);
  assert.equal(slow.seen().at(-1), "ERROR Expired");
  await setup.api.create(ada, tasks, taskBody("b"));
  await tick(setup);
  assert.deepEqual(quick.seen(), ["ADDED a", "ADDED b"]);
  assert.equal(setup.api.watches.watchers, 1);
});

void test("watchers of one selection share one encoding", async () => {
  const setup = setUp();
  let encoded = 0;
  const encoder = {
    ...plainEncoder,
    encode: (event: Parameters<typeof plainEncoder.encode>[0]) => (
      (encoded += 1),
      plainEncoder.encode(event)
    ),
  };
  for (let count = 0; count < 50; count += 1) await watch(setup, { encoder });
  await setup.api.create(ada, tasks, taskBody("a"));
  await tick(setup);
  assert.equal(encoded, 1);
});

void test("a closed watch costs nothing any more", async () => {
  const setup = setUp();
  const { close, seen } = await watch(setup);
  close();
  await setup.api.create(ada, tasks, taskBody("a"));
  await tick(setup);
  assert.deepEqual(seen(), []);
  assert.equal(setup.api.watches.watchers, 0);
});

void test("list then watch, begun at any moment through any selection, ends at what is there (C3)", async () => {
  const step = fc.record({
    name: fc.constantFrom("a", "b", "c"),
    does: fc.constantFrom("on", "off", "delete", "tick", "watch"),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 25 }), fc.boolean(), async (steps, selective) => {
      const setup = setUp();
      const selection = selective ? parseSelection(taskKind, "on=yes") : everything;
      const watches: { list: string[]; events: () => { type: string; name: string; revision: number }[] }[] =
        [];
      for (const { name, does } of steps) {
        if (does === "tick") await tick(setup);
        else if (does === "delete") await setup.api.delete(ada, target(name)).catch(() => {});
        else if (does === "watch") {
          const { items, revision } = await setup.api.list(ada, { ...tasks, selection });
          const { events } = await watch(setup, { selection, since: revision });
          watches.push({ list: items.map(({ key }) => key.name), events });
        } else
          await setup.api.apply(ada, target(name), labelled(name, does === "on"), { fieldManager: "me" });
      }
      await tick(setup);
      const expected = (await setup.api.list(ada, { ...tasks, selection })).items.map(({ key }) => key.name);
      for (const { list, events } of watches) assert.deepEqual(replayed(list, events()), expected);
    }),
    { numRuns: 60 },
  );
});

/** What a client knows after its list and the events; asserts that the events made sense one after the other. */
function replayed(
  list: readonly string[],
  events: readonly { type: string; name: string; revision: number }[],
): string[] {
  const known = new Set(list);
  let last = 0;
  for (const { type, name, revision } of events) {
    assert(revision > last, "revisions rise");
    last = revision;
    assert.equal(known.has(name), type !== "ADDED", `${type} ${name}`);
    if (type === "DELETED") known.delete(name);
    else known.add(name);
  }
  return [...known].sort();
}
