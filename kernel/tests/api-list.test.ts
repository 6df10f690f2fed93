import assert from "node:assert/strict";
import test from "node:test";
import { type ListQuery, type ListResult, parseSelection } from "@yunhe/kernel";
import { ada, parsed, refused, type Setup, setUp, target, taskBody, taskKind, tasks } from "./api-fixture.ts";

const names = (result: ListResult): string[] => result.items.map((item) => parsed(item).metadata.name);

async function withTasks(): Promise<Setup> {
  const setup = setUp();
  for (const [name, tier, cpus] of [
    ["a", "web", 1],
    ["b", "web", 2],
    ["c", "db", 2],
    ["d", undefined, 4],
  ] as const) {
    await setup.api.create(ada, tasks, taskBody(name, { cpus }, tier === undefined ? undefined : { tier }));
  }
  return setup;
}

const selecting = async (
  { api }: Setup,
  labels: string,
  fields = "",
  more: Partial<ListQuery> = {},
): Promise<string[]> =>
  names(await api.list(ada, { ...tasks, selection: parseSelection(taskKind, labels, fields), ...more }));

void test("label selectors: equality, sets, existence", async () => {
  const setup = await withTasks();
  assert.deepEqual(await selecting(setup, "tier=web"), ["a", "b"]);
  assert.deepEqual(await selecting(setup, "tier==web"), ["a", "b"]);
  assert.deepEqual(await selecting(setup, "tier!=web"), ["c", "d"]);
  assert.deepEqual(await selecting(setup, "tier in (web, db)"), ["a", "b", "c"]);
  assert.deepEqual(await selecting(setup, "tier notin (web)"), ["c", "d"]);
  assert.deepEqual(await selecting(setup, "tier"), ["a", "b", "c"]);
  assert.deepEqual(await selecting(setup, "!tier"), ["d"]);
  assert.deepEqual(await selecting(setup, "tier in (web,db),tier!=db"), ["a", "b"]);
});

void test("field selectors reach into spec, status and metadata", async () => {
  const setup = await withTasks();
  assert.deepEqual(await selecting(setup, "", "spec.cpus=2"), ["b", "c"]);
  assert.deepEqual(await selecting(setup, "", "metadata.name=c"), ["c"]);
  assert.deepEqual(await selecting(setup, "tier=web", "metadata.name=c"), []);
  assert.deepEqual(await selecting(setup, "", "status.phase!=Pending"), []);
  assert.deepEqual(await selecting(setup, "tier=web", "spec.cpus!=1"), ["b"]);
});

void test("a selector that cannot be read is refused by name", () => {
  for (const labels of ["a b", "tier in web", "tier=$$", "-x=1", "=", "a=b=c"]) {
    assert.throws(() => parseSelection(taskKind, labels), refused("BadRequest", "labelSelector"), labels);
  }
  for (const fields of ["spec.cpus", "nothing.here=1"]) {
    assert.throws(() => parseSelection(taskKind, "", fields), refused("BadRequest", "fieldSelector"), fields);
  }
});

void test("pages show one snapshot, whatever is written between them", async () => {
  const { api } = await withTasks();
  const first = await api.list(ada, { ...tasks, limit: 2 });
  assert.deepEqual(names(first), ["a", "b"]);
  await api.delete(ada, target("c"));
  await api.create(ada, tasks, taskBody("bb"));
  const second = await api.list(ada, { ...tasks, limit: 2, continue: first.continue! });
  assert.deepEqual(names(second), ["c", "d"]);
  assert.equal(second.revision, first.revision);
  assert.equal(second.continue, undefined);
});

void test("pages through a selection are full and end", async () => {
  const { api } = await withTasks();
  const selection = parseSelection(taskKind, "tier=web");
  const first = await api.list(ada, { ...tasks, selection, limit: 1 });
  const second = await api.list(ada, { ...tasks, selection, limit: 1, continue: first.continue! });
  assert.deepEqual([names(first), names(second)], [["a"], ["b"]]);
});

void test("a list at an exact revision shows that revision; an impossible one is refused", async () => {
  const { api, store } = await withTasks();
  const at = await api.list(ada, { ...tasks, resourceVersion: "2", resourceVersionMatch: "Exact" });
  assert.deepEqual(names(at), ["a", "b"]);
  await assert.rejects(api.list(ada, { ...tasks, resourceVersion: "999" }), refused("Timeout"));
  await assert.rejects(
    api.list(ada, { ...tasks, resourceVersion: "x" }),
    refused("BadRequest", "resourceVersion"),
  );
  await assert.rejects(api.list(ada, { ...tasks, continue: "garbage" }), refused("BadRequest", "continue"));
  await store.compact(3);
  await assert.rejects(
    api.list(ada, { ...tasks, resourceVersion: "2", resourceVersionMatch: "Exact" }),
    refused("Expired"),
  );
});

void test("a list over all namespaces holds those of each", async () => {
  const { api } = await withTasks();
  await api.create(ada, { ...tasks, namespace: "other" }, taskBody("z"));
  assert.equal((await api.list(ada, { ...tasks, namespace: "" })).items.length, 5);
  assert.equal((await api.list(ada, tasks)).items.length, 4);
});
