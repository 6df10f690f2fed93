import assert from "node:assert/strict";
import test from "node:test";
import { everything } from "@yunhe/kernel";
import { ada, plainEncoder, recordingSink, refused, setUp, target, taskBody, tasks } from "./api-fixture.ts";

void test("every verb asks for permission, and each denial is in the audit log", async () => {
  const { api, store, forbidden } = setUp();
  await api.create(ada, tasks, taskBody("a"));
  const before = store.revision();
  const all = [
    "get",
    "list",
    "watch",
    "create",
    "update",
    "patch",
    "delete",
    "deletecollection",
    "act/cancel",
  ];
  for (const verb of all) forbidden.add(verb);
  const request = { ...tasks, selection: everything, since: 0, bookmarks: false, initialEventsEnd: false };
  const watch = {
    ...request,
    encoder: plainEncoder,
    sink: recordingSink().sink,
    stillAllowed: async () => undefined,
  };
  const attempts: Promise<unknown>[] = [
    api.get(ada, target("a")),
    api.list(ada, tasks),
    api.watch(ada, watch),
    api.create(ada, tasks, taskBody("b")),
    api.update(ada, target("a"), taskBody("a")),
    api.patch(ada, target("a"), "merge", {}),
    api.apply(ada, target("a"), taskBody("a"), { fieldManager: "me" }),
    api.delete(ada, target("a")),
    api.deleteCollection(ada, tasks),
    api.act(ada, target("a"), "cancel", { reason: "x" }),
  ];
  for (const attempt of attempts) await assert.rejects(attempt, refused("Forbidden"));
  assert.equal(store.revision(), before);
  const entries = (await store.audit({ limit: 100 })).filter(({ outcome }) => outcome.startsWith("denied"));
  assert.equal(entries.length, attempts.length);
  assert.deepEqual([...new Set(entries.map((entry) => entry.actor))], ["user:ada"]);
  assert.equal(entries[0]?.requestId, "request-1");
});

void test("a permission that goes before the commit refuses the commit", async () => {
  const { api, store, forbidden } = setUp();
  await api.create(ada, tasks, taskBody("a"));
  const before = store.revision();
  const writing = api.update(ada, target("a"), taskBody("a", { cpus: 2 }));
  // The first question was answered synchronously; the guard asks again when the group is judged.
  forbidden.add("update");
  await assert.rejects(writing, refused("Forbidden"));
  assert.equal(store.revision(), before);
});

void test("the status and each action are permissions of their own", async () => {
  const { api, forbidden } = setUp();
  await api.create(ada, tasks, taskBody("a"));
  forbidden.add("update/status");
  await api.update(ada, target("a"), taskBody("a", { cpus: 2 }));
  await assert.rejects(
    api.update(
      ada,
      { ...target("a"), subresource: "status" },
      { ...taskBody("a"), status: { phase: "Running" } },
    ),
    refused("Forbidden"),
  );
});

void test("a watch ends within seconds after its permission has gone", async () => {
  const { api, environment, forbidden } = setUp();
  const { sink, state, events } = recordingSink();
  await api.watch(ada, {
    ...tasks,
    selection: everything,
    since: 0,
    bookmarks: false,
    initialEventsEnd: false,
    encoder: plainEncoder,
    sink,
    stillAllowed: async () => undefined,
  });
  await environment.advance(3000);
  assert.equal(state.ended, false);
  forbidden.add("watch");
  await environment.advance(3000);
  await environment.settle();
  assert.equal(state.ended, true);
  assert.equal(events().at(-1)?.reason, "Forbidden");
});
