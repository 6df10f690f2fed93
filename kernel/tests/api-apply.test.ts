import assert from "node:assert/strict";
import test from "node:test";
import * as fc from "fast-check";
import { ApiError, type WriteResult } from "@yunhe/kernel";
import { decodeFields, encodeFields, pathKey } from "../src/fields/field-set.ts";
import { ada, parsed, refused, type Setup, setUp, target, taskBody, tasks } from "./api-fixture.ts";

const apply = (
  { api }: Setup,
  manager: string,
  spec: object,
  force = false,
  labels?: Record<string, string>,
): Promise<WriteResult> =>
  api.apply(ada, target("a"), { ...taskBody("a", {}, labels), spec }, { fieldManager: manager, force });

const base = { command: ["true"] };

void test("apply creates, then changes only what it says", async () => {
  const setup = setUp();
  assert.equal((await apply(setup, "me", { ...base, cpus: 2, options: { a: "1" } })).created, true);
  await setup.api.patch(ada, target("a"), "merge", { spec: { options: { b: "2" } } });
  const object = parsed(await apply(setup, "me", { ...base, cpus: 3, options: { a: "1" } }));
  assert.equal(object.spec["cpus"], 3);
  assert.deepEqual(object.spec["options"], { a: "1", b: "2" });
});

void test("a field that its manager no longer applies is unset, or falls back to its default", async () => {
  const setup = setUp();
  await apply(
    setup,
    "me",
    { ...base, cpus: 2, resources: { memory: "1Gi" }, options: { a: "1", b: "2" } },
    false,
    { x: "y" },
  );
  const object = parsed(await apply(setup, "me", { ...base, options: { a: "1" } }));
  assert.equal(object.spec["cpus"], 1);
  assert.equal(object.spec["resources"], undefined);
  assert.deepEqual(object.spec["options"], { a: "1" });
  assert.equal(object.metadata.labels, undefined);
});

void test("a conflict names each field and its manager, and changes nothing", async () => {
  const setup = setUp();
  await apply(setup, "first", { ...base, cpus: 2, options: { a: "1" } });
  const before = setup.store.revision();
  const error = await apply(setup, "second", { ...base, cpus: 3, options: { a: "2" } }).catch(
    (cause: unknown) => cause,
  );
  assert(error instanceof ApiError && error.reason === "Conflict");
  const causes = error.details.causes ?? [];
  assert.deepEqual(
    causes.map(({ field }) => field),
    [".spec.cpus", ".spec.options.a"],
  );
  assert(
    causes.every(
      ({ reason, message }) => reason === "FieldManagerConflict" && message.en.includes('"first"'),
    ),
  );
  assert.equal(setup.store.revision(), before);
});

void test("force takes the fields over; the loser no longer owns them", async () => {
  const setup = setUp();
  await apply(setup, "first", { ...base, cpus: 2 });
  await apply(setup, "second", { ...base, cpus: 3 }, true);
  await assert.rejects(apply(setup, "first", { ...base, cpus: 2 }), refused("Conflict", ".spec.cpus"));
  // Once the first leaves the field out, nothing of the second's is undone.
  assert.equal(parsed(await apply(setup, "first", base)).spec["cpus"], 3);
});

void test("managers that apply the same value own it together: it stays until the last lets go", async () => {
  const setup = setUp();
  await apply(setup, "first", { ...base, cpus: 2 });
  await apply(setup, "second", { ...base, cpus: 2 });
  assert.equal(parsed(await apply(setup, "first", base)).spec["cpus"], 2);
  assert.equal(parsed(await apply(setup, "second", base)).spec["cpus"], 1);
});

void test("lists with keys merge item by item; other lists are replaced whole", async () => {
  const setup = setUp();
  await apply(setup, "first", { ...base, mounts: [{ name: "a", path: "/a" }], tags: ["x"] });
  const both = parsed(
    await apply(setup, "second", { ...base, mounts: [{ name: "b", path: "/b", readOnly: true }] }),
  );
  assert.deepEqual(both.spec["mounts"], [
    { name: "a", path: "/a" },
    { name: "b", path: "/b", readOnly: true },
  ]);
  await assert.rejects(
    apply(setup, "second", { ...base, mounts: [{ name: "a", path: "/other" }] }),
    refused("Conflict", '.spec.mounts[name="a"].path'),
  );
  const left = parsed(await apply(setup, "second", base));
  assert.deepEqual(left.spec["mounts"], [{ name: "a", path: "/a" }]);
  await assert.rejects(
    apply(setup, "second", { ...base, tags: ["x", "y"] }),
    refused("Conflict", ".spec.tags"),
  );
});

void test("a plain update makes its writer the owner, and applying against it a conflict", async () => {
  const setup = setUp();
  await apply(setup, "me", { ...base, cpus: 2 });
  await setup.api.patch(ada, target("a"), "merge", { spec: { cpus: 8 } }, { fieldManager: "kubectl-edit" });
  await assert.rejects(apply(setup, "me", { ...base, cpus: 2 }), refused("Conflict", ".spec.cpus"));
  assert.equal(parsed(await apply(setup, "me", base)).spec["cpus"], 8);
});

void test("an object that was created plainly belongs to its creator", async () => {
  const setup = setUp();
  await setup.api.create(ada, tasks, taskBody("a", { cpus: 2 }), { fieldManager: "kubectl-create" });
  await assert.rejects(apply(setup, "me", { ...base, cpus: 3 }), refused("Conflict", ".spec.cpus"));
  assert.equal(parsed(await apply(setup, "me", { ...base, cpus: 2 })).spec["cpus"], 2);
});

void test("applying the same twice writes once", async () => {
  const setup = setUp();
  await apply(setup, "me", { ...base, cpus: 2 });
  const before = setup.store.revision();
  await setup.environment.advance(5000);
  await apply(setup, "me", { ...base, cpus: 2 });
  assert.equal(setup.store.revision(), before);
});

void test("apply needs a manager, the envelope and a valid result", async () => {
  const setup = setUp();
  await assert.rejects(
    setup.api.apply(ada, target("a"), taskBody("a"), {}),
    refused("BadRequest", "fieldManager"),
  );
  await assert.rejects(
    setup.api.apply(ada, target("a"), { metadata: { name: "a" }, spec: base }, { fieldManager: "me" }),
    refused("BadRequest", "apiVersion"),
  );
  await assert.rejects(apply(setup, "me", { ...base, cpus: "many" }), refused("Invalid", "spec.cpus"));
  await assert.rejects(
    apply(setup, "me", { ...base, mounts: [{ nme: "a" }] }),
    refused("Invalid", "spec.mounts[0].nme"),
  );
  assert.equal(setup.store.revision(), 0);
});

void test("the status is applied through its subresource, with owners of its own", async () => {
  const setup = setUp();
  await apply(setup, "me", base);
  const status = { ...target("a"), subresource: "status" as const };
  const applied = await setup.api.apply(
    ada,
    status,
    { ...taskBody("a"), status: { phase: "Running" } },
    { fieldManager: "agent" },
  );
  assert.equal(parsed(applied).status.phase, "Running");
  assert(
    parsed(applied).metadata.managedFields?.some(
      (entry) => entry.manager === "agent" && entry.subresource === "status",
    ),
  );
});

void test("field sets survive their notation", () => {
  const step = fc.oneof(
    fc.string().map((name) => `f:${name}`),
    fc.string().map((name) => `k:${JSON.stringify({ name })}`),
  );
  const paths = fc.array(fc.array(step, { minLength: 1, maxLength: 4 }), { maxLength: 12 });
  fc.assert(
    fc.property(paths, (list) => {
      const set = new Map(list.map((path) => [pathKey(path), path]));
      const again = decodeFields(JSON.parse(JSON.stringify(encodeFields(set))));
      assert.deepEqual([...again.keys()].sort(), [...set.keys()].sort());
    }),
  );
});

void test("whatever is applied and let go by one manager leaves what the other applied", async () => {
  const option = fc.dictionary(fc.constantFrom("a", "b", "c"), fc.constantFrom("1", "2"), {
    noNullPrototype: true,
  });
  await fc.assert(
    fc.asyncProperty(option, option, async (mine, theirs) => {
      const setup = setUp();
      await apply(setup, "theirs", { ...base, options: theirs });
      const agreed = Object.fromEntries(
        Object.entries(mine).filter(([key, value]) => theirs[key] === undefined || theirs[key] === value),
      );
      await apply(setup, "mine", { ...base, options: agreed });
      const object = parsed(await apply(setup, "mine", base));
      assert.deepEqual(object.spec["options"] ?? {}, theirs);
    }),
    { numRuns: 50 },
  );
});
