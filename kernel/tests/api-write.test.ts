import assert from "node:assert/strict";
import test from "node:test";
import { ApiError, words } from "@yunhe/kernel";
import { ada, causesOf, parsed, refused, regionKind, setUp, target, taskBody, tasks } from "./api-fixture.ts";

void test("a created object has defaults, identity and the creator's fields", async () => {
  const { api } = setUp();
  const created = await api.create(ada, tasks, taskBody("a"), { fieldManager: "kubectl" });
  const object = parsed(created);
  assert.equal(created.created, true);
  assert.equal(object.spec["cpus"], 1);
  assert.equal(object.metadata.namespace, "demo");
  assert.equal(object.metadata.generation, 1);
  assert.deepEqual(object.status, { phase: "Pending" });
  assert.equal(object.metadata.managedFields?.[0]?.manager, "kubectl");
  assert.equal((await api.get(ada, target("a"))).json, created.json);
});

void test("a name is generated from generateName, and found free", async () => {
  const { api } = setUp();
  const body = { ...taskBody(""), metadata: { generateName: "run-" } };
  const names = await Promise.all(Array.from({ length: 20 }, () => api.create(ada, tasks, body)));
  assert.equal(new Set(names.map((result) => parsed(result).metadata.name)).size, 20);
  assert.match(parsed(names[0]!).metadata.name, /^run-[a-z0-9]{5}$/);
});

void test("a dry run checks everything and stores nothing", async () => {
  const { api, store } = setUp();
  const result = await api.create(ada, tasks, taskBody("a"), { dryRun: true });
  assert.equal(parsed(result).metadata.name, "a");
  assert.equal(store.revision(), 0);
  await assert.rejects(
    api.create(ada, tasks, taskBody("a", { cpus: -1 }), { dryRun: true }),
    refused("Invalid", "spec.cpus"),
  );
});

void test("every wrong field is named in one answer, in both languages", async () => {
  const { api, store } = setUp();
  const body = taskBody("Not_DNS", {
    cpus: "two",
    resources: { memory: "5 apples", disk: 1 },
    nonsense: true,
  });
  const causes = await causesOf(api.create(ada, tasks, body));
  const fields = causes.map((cause) => cause.field).sort();
  assert.deepEqual(fields, [
    "metadata.name",
    "spec.cpus",
    "spec.nonsense",
    "spec.resources.disk",
    "spec.resources.memory",
  ]);
  for (const { message } of causes) assert.match(message.zh, /\p{Script=Han}/u, message.en);
  assert.equal(store.revision(), 0);
});

void test("a check between fields is a cause as well", async () => {
  const { api } = setUp();
  await assert.rejects(api.create(ada, tasks, taskBody("a", { cpus: 13 })), refused("Invalid", "spec.cpus"));
});

void test("unknown fields are dropped with a warning, or silently, where the client asks for that", async () => {
  const { api } = setUp();
  const body = taskBody("a", { nonsense: 1 });
  const warned = await api.create(ada, tasks, body, { fieldValidation: "Warn", dryRun: true });
  assert.deepEqual(
    warned.warnings.map(({ en }) => en),
    ['unknown field "spec.nonsense"'],
  );
  assert.equal(parsed(warned).spec["nonsense"], undefined);
  const ignored = await api.create(ada, tasks, body, { fieldValidation: "Ignore" });
  assert.deepEqual(ignored.warnings, []);
});

void test("an unknown field of any name is dropped alone", async () => {
  const { api } = setUp();
  for (const name of ["", "a.b", "a[0]", "]", "spec"]) {
    const body = { ...taskBody("a"), metadata: { name: "a", [name]: "x" } };
    const created = parsed(await api.create(ada, tasks, body, { fieldValidation: "Ignore", dryRun: true }));
    assert.equal(created.metadata.name, "a");
    assert.equal(Object.hasOwn(created.metadata, name), false);
  }
});

void test("people cannot write a status through the main resource", async () => {
  const { api } = setUp();
  await api.create(ada, tasks, { ...taskBody("a"), status: { phase: "Succeeded" } });
  const updated = await api.update(ada, target("a"), {
    ...taskBody("a", { cpus: 2 }),
    status: { phase: "Succeeded" },
  });
  assert.equal(parsed(updated).status.phase, "Pending");
  const status = await api.update(
    ada,
    { ...target("a"), subresource: "status" },
    { ...taskBody("a", { cpus: 9 }), status: { phase: "Running" } },
  );
  assert.equal(parsed(status).status.phase, "Running");
  assert.equal(parsed(status).spec["cpus"], 2);
  assert.equal(parsed(status).metadata.generation, 2);
});

void test("an immutable field that changes is named", async () => {
  const { api } = setUp();
  await api.create(ada, tasks, taskBody("a"));
  await assert.rejects(
    api.update(ada, target("a"), taskBody("a", { command: ["false"] })),
    refused("Invalid", "spec.command"),
  );
});

void test("a stale resourceVersion conflicts and changes nothing", async () => {
  const { api, store } = setUp();
  const first = parsed(await api.create(ada, tasks, taskBody("a")));
  await api.update(ada, target("a"), taskBody("a", { cpus: 2 }));
  const stale = {
    ...taskBody("a", { cpus: 3 }),
    metadata: { name: "a", resourceVersion: first.metadata.resourceVersion },
  };
  await assert.rejects(api.update(ada, target("a"), stale), refused("Conflict"));
  await assert.rejects(api.patch(ada, target("a"), "merge", stale), refused("Conflict"));
  assert.equal(store.revision(), 2);
});

void test("an update of another object of the same name conflicts", async () => {
  const { api } = setUp();
  const first = parsed(await api.create(ada, tasks, taskBody("a")));
  await api.delete(ada, target("a"));
  await api.create(ada, tasks, taskBody("a"));
  const body = { ...taskBody("a"), metadata: { name: "a", uid: first.metadata.uid } };
  await assert.rejects(api.update(ada, target("a"), body), refused("Conflict"));
});

void test("what began upon one object never lands upon another that took its name meanwhile", async () => {
  for (const begin of ["delete", "patch"] as const) {
    const { api, store } = setUp();
    await api.create(ada, tasks, taskBody("a"));
    const commit = store.commit.bind(store);
    store.commit = async (transaction) => {
      store.commit = commit;
      await api.delete(ada, target("a"));
      await api.create(ada, tasks, taskBody("a"));
      return commit(transaction);
    };
    const late =
      begin === "delete"
        ? api.delete(ada, target("a"))
        : api.patch(ada, target("a"), "merge", { spec: { cpus: 2 } });
    await assert.rejects(late, refused("Conflict"));
    assert.equal(parsed(await api.get(ada, target("a"))).spec["cpus"], 1);
  }
});

void test("a write that changes nothing writes nothing", async () => {
  const { api, store } = setUp();
  await api.create(ada, tasks, taskBody("a"));
  await api.update(ada, target("a"), taskBody("a"));
  await api.patch(ada, target("a"), "merge", { spec: { cpus: 1 } });
  assert.equal(store.revision(), 1);
});

void test("patches without a version win races; none is lost", async () => {
  const { api } = setUp();
  await api.create(ada, tasks, taskBody("a"));
  const options = Object.fromEntries(Array.from({ length: 4 }, (_, index) => [`k${index}`, "v"]));
  await Promise.all(
    Object.keys(options).map((key) =>
      api.patch(ada, target("a"), "merge", { spec: { options: { [key]: "v" } } }),
    ),
  );
  assert.deepEqual(parsed(await api.get(ada, target("a"))).spec["options"], options);
});

void test("the same idempotency key gives the first outcome again, with another body a conflict", async () => {
  const { api, store } = setUp();
  const body = { ...taskBody(""), metadata: { generateName: "run-" } };
  const first = await api.create(ada, tasks, body, { idempotencyKey: "k1" });
  const again = await api.create(ada, tasks, body, { idempotencyKey: "k1" });
  assert.equal(again.json, first.json);
  assert.equal(again.replayed, true);
  assert.equal(store.revision(), 1);
  await assert.rejects(
    api.create(ada, tasks, taskBody("other"), { idempotencyKey: "k1" }),
    refused("Conflict"),
  );
});

void test("an update and a deletion are repeated by their idempotency key, although the object has moved on", async () => {
  const { api } = setUp();
  const { resourceVersion } = parsed(await api.create(ada, tasks, taskBody("a"))).metadata;
  const body = { ...taskBody("a", { cpus: 2 }), metadata: { name: "a", resourceVersion } };
  const first = await api.update(ada, target("a"), body, { idempotencyKey: "u" });
  assert.equal((await api.update(ada, target("a"), body, { idempotencyKey: "u" })).json, first.json);
  await api.delete(ada, target("a"), { idempotencyKey: "d" });
  assert.equal((await api.delete(ada, target("a"), { idempotencyKey: "d" })).replayed, true);
});

void test("a namespace must exist and stay while something is created in it", async () => {
  const { api } = setUp({ namespaces: true });
  await assert.rejects(api.create(ada, tasks, taskBody("a")), refused("NotFound"));
  const regions = { kind: regionKind, namespace: "" };
  await api.create(ada, regions, { metadata: { name: "demo" } });
  await api.create(ada, tasks, taskBody("a"));
  const gone = await api.delete(ada, { ...regions, name: "demo" });
  assert.equal(gone.gone, false);
  await assert.rejects(api.create(ada, tasks, taskBody("b")), refused("Forbidden"));
});

void test("a deletion waits for finalizers, honours preconditions and takes a policy", async () => {
  const { api } = setUp();
  const region = { kind: regionKind, namespace: "", name: "north" };
  const { uid } = parsed(await api.create(ada, region, { metadata: { name: "north" } })).metadata;
  await assert.rejects(api.delete(ada, region, { preconditions: { uid: "another" } }), refused("Conflict"));
  const marked = await api.delete(ada, region, { preconditions: { uid }, propagationPolicy: "Foreground" });
  assert.equal(marked.gone, false);
  assert.deepEqual(parsed(marked).metadata.finalizers?.toSorted(), [
    "foregroundDeletion",
    "sample.yunhe.dev/cleanup",
  ]);
  await assert.rejects(
    api.patch(ada, region, "merge", { metadata: { finalizers: ["sample.yunhe.dev/cleanup", "x.dev/new"] } }),
    refused("Invalid", "metadata.finalizers"),
  );
  await api.patch(ada, region, "merge", { metadata: { finalizers: null } });
  await assert.rejects(api.get(ada, region), refused("NotFound"));
});

void test("a collection is deleted by its selection", async () => {
  const { api } = setUp();
  const { parseSelection } = await import("@yunhe/kernel");
  for (const name of ["a", "b", "c"])
    await api.create(ada, tasks, taskBody(name, {}, { keep: name === "b" ? "yes" : "no" }));
  const removed = await api.deleteCollection(ada, {
    ...tasks,
    selection: parseSelection(tasks.kind, "keep=no"),
  });
  assert.equal(removed.items.length, 2);
  assert.equal((await api.list(ada, tasks)).items.length, 1);
});

void test("an action runs with parsed input; what is wrong with it is named", async () => {
  const { api, acted } = setUp();
  await api.create(ada, tasks, taskBody("a"));
  assert.deepEqual(await api.act(ada, target("a"), "cancel", { reason: "enough" }), { cancelled: true });
  assert.equal(acted.length, 1);
  await assert.rejects(api.act(ada, target("a"), "cancel", { reason: "" }), refused("Invalid", "reason"));
  await assert.rejects(api.act(ada, target("a"), "explode", {}), refused("NotFound"));
  await assert.rejects(api.act(ada, target("b"), "cancel", { reason: "x" }), refused("NotFound"));
});

void test("the body must fit the address", async () => {
  const { api } = setUp();
  await assert.rejects(
    api.create(ada, tasks, { ...taskBody("a"), kind: "Pod" }),
    refused("BadRequest", "kind"),
  );
  await assert.rejects(
    api.create(ada, tasks, { ...taskBody("a"), apiVersion: "v2" }),
    refused("BadRequest", "apiVersion"),
  );
  await assert.rejects(
    api.create(ada, tasks, { ...taskBody("a"), metadata: { name: "a", namespace: "other" } }),
    refused("BadRequest", "metadata.namespace"),
  );
  await assert.rejects(api.update(ada, target("a"), "text"), refused("BadRequest", "body"));
});

void test("what the server's admission throws refuses a new object, however it comes, and writes nothing", async () => {
  const { api, store } = setUp({
    admit: (kind, { metadata }) => {
      if (kind.kind === "Task" && metadata.name === "never")
        throw new ApiError("Invalid", words("it can never start", "无法启动"));
    },
  });
  await assert.rejects(api.create(ada, tasks, taskBody("never")), refused("Invalid"));
  await assert.rejects(api.create(ada, tasks, taskBody("never"), { dryRun: true }), refused("Invalid"));
  const applied = taskBody("never");
  await assert.rejects(api.apply(ada, target("never"), applied, { fieldManager: "me" }), refused("Invalid"));
  assert.equal(store.revision(), 0);
  assert.equal((await api.create(ada, tasks, taskBody("soon"))).created, true);
});
