import assert from "node:assert/strict";
import test from "node:test";
import * as fc from "fast-check";
import { jsonPatch } from "../src/api/json-patch.ts";
import { mergePatch } from "../src/api/merge-patch.ts";
import { ada, parsed, refused, setUp, target, taskBody, tasks } from "./api-fixture.ts";

void test("merge patch follows the examples of RFC 7386, appendix A", () => {
  const examples: [unknown, unknown, unknown][] = [
    [{ a: "b" }, { a: "c" }, { a: "c" }],
    [{ a: "b" }, { b: "c" }, { a: "b", b: "c" }],
    [{ a: "b" }, { a: null }, {}],
    [{ a: ["b"] }, { a: "c" }, { a: "c" }],
    [{ a: "c" }, { a: ["b"] }, { a: ["b"] }],
    [{ a: { b: "c" } }, { a: { b: "d", c: null } }, { a: { b: "d" } }],
    [{ a: [{ b: "c" }] }, { a: [1] }, { a: [1] }],
    [
      ["a", "b"],
      ["c", "d"],
      ["c", "d"],
    ],
    [{ e: null }, { a: 1 }, { e: null, a: 1 }],
    [[1, 2], { a: "b", c: null }, { a: "b" }],
    [{}, { a: { bb: { ccc: null } } }, { a: { bb: {} } }],
  ];
  for (const [before, patch, after] of examples) assert.deepEqual(mergePatch(before, patch), after);
});

void test("JSON patch follows the examples of RFC 6902, appendix A", () => {
  const applied = (document: unknown, ...patch: unknown[]): unknown => jsonPatch(document, patch);
  assert.deepEqual(applied({ foo: "bar" }, { op: "add", path: "/baz", value: "qux" }), {
    baz: "qux",
    foo: "bar",
  });
  assert.deepEqual(applied({ foo: ["bar", "baz"] }, { op: "add", path: "/foo/1", value: "qux" }), {
    foo: ["bar", "qux", "baz"],
  });
  assert.deepEqual(applied({ foo: ["bar", "qux", "baz"] }, { op: "remove", path: "/foo/1" }), {
    foo: ["bar", "baz"],
  });
  assert.deepEqual(
    applied({ foo: { bar: 1, waldo: 2 }, qux: {} }, { op: "move", from: "/foo/waldo", path: "/qux/thud" }),
    { foo: { bar: 1 }, qux: { thud: 2 } },
  );
  assert.deepEqual(
    applied({ foo: ["all", "grass", "cows", "eat"] }, { op: "move", from: "/foo/1", path: "/foo/3" }),
    { foo: ["all", "cows", "eat", "grass"] },
  );
  assert.deepEqual(
    applied({ foo: "bar" }, { op: "add", path: "/child", value: { grandchild: {} }, extra: 1 }),
    { foo: "bar", child: { grandchild: {} } },
  );
  assert.deepEqual(applied({ "/": 9, "~1": 10 }, { op: "test", path: "/~01", value: 10 }), {
    "/": 9,
    "~1": 10,
  });
  assert.deepEqual(applied({ foo: ["bar"] }, { op: "add", path: "/foo/-", value: ["abc", "def"] }), {
    foo: ["bar", ["abc", "def"]],
  });
  assert.deepEqual(
    applied({ a: 1 }, { op: "copy", from: "/a", path: "/b" }, { op: "replace", path: "", value: [1] }),
    [1],
  );
  assert.throws(
    () => applied({ baz: "qux" }, { op: "test", path: "/baz", value: "bar" }),
    refused("Invalid", "patch[0].path"),
  );
  assert.throws(() => applied({ foo: "bar" }, { op: "add", path: "/baz/bat", value: 1 }), refused("Invalid"));
  assert.throws(() => applied({ a: [] }, { op: "add", path: "/a/1", value: 1 }), refused("Invalid"));
  assert.throws(() => applied({ a: [1] }, { op: "remove", path: "/a/01" }), refused("Invalid"));
  assert.throws(() => applied({ a: {} }, { op: "move", from: "/a", path: "/a/b" }), refused("Invalid"));
});

void test("what is no JSON patch is refused with its place", () => {
  for (const patch of [
    {},
    [1],
    [{ op: "add", path: "/a" }],
    [{ op: "jump", path: "/a" }],
    [{ op: "remove", path: "a" }],
    [{ op: "move", path: "/a" }],
  ]) {
    assert.throws(() => jsonPatch({}, patch), refused("BadRequest"), JSON.stringify(patch));
  }
});

void test("patching is closed under JSON and leaves its input alone", () => {
  const value = fc.jsonValue({ maxDepth: 3 });
  fc.assert(
    fc.property(value, value, (before, patch) => {
      const copy = structuredClone(before);
      const after = mergePatch(before, patch);
      assert.deepEqual(before, copy);
      assert.deepEqual(JSON.parse(JSON.stringify(after)), JSON.parse(JSON.stringify(after)));
      // A patch says all that it says the first time.
      assert.deepEqual(mergePatch(after, patch), after);
      assert.deepEqual(jsonPatch(before, [{ op: "replace", path: "", value: after }]), after);
    }),
  );
});

void test("a JSON patch of an object is validated like every write", async () => {
  const { api, store } = setUp();
  await api.create(ada, tasks, taskBody("a", { mounts: [{ name: "m", path: "/m" }] }));
  const patched = await api.patch(ada, target("a"), "json", [
    { op: "test", path: "/spec/cpus", value: 1 },
    { op: "replace", path: "/spec/cpus", value: 4 },
    { op: "add", path: "/spec/mounts/0", value: { name: "n", path: "/n" } },
    { op: "add", path: "/metadata/labels", value: { "a.b/c": "d" } },
    { op: "remove", path: "/spec/mounts/1" },
  ]);
  assert.deepEqual(parsed(patched).spec["mounts"], [{ name: "n", path: "/n" }]);
  assert.deepEqual(parsed(patched).metadata.labels, { "a.b/c": "d" });
  const before = store.revision();
  await assert.rejects(
    api.patch(ada, target("a"), "json", [{ op: "add", path: "/spec/cpus", value: 0 }]),
    refused("Invalid", "spec.cpus"),
  );
  await assert.rejects(
    api.patch(ada, target("a"), "json", [{ op: "replace", path: "/metadata/name", value: "b" }]),
    refused("Invalid", "metadata.name"),
  );
  await assert.rejects(api.patch(ada, target("a"), "merge", { spec: null }), refused("Invalid", "spec"));
  await assert.rejects(api.patch(ada, target("a"), "merge", [1]), refused("BadRequest"));
  assert.equal(store.revision(), before);
});
