import assert from "node:assert/strict";
import test from "node:test";
import { z } from "zod";
import {
  type AnyKind,
  type AnyStored,
  ApiError,
  openMemoryStore,
  openObjects,
  simulatedEnvironment,
  type StatusReason,
} from "@yunhe/kernel";
import { gadgetKind, sampleKinds, widgetKind } from "./sample-kinds.ts";

const options = { actor: "system:reconciler/test" };

function open() {
  const environment = simulatedEnvironment();
  const store = openMemoryStore();
  return { environment, store, objects: openObjects(store, sampleKinds, environment) };
}

const refused = (reason: StatusReason) => (error: unknown) =>
  error instanceof ApiError && error.reason === reason;

async function widget(setup: ReturnType<typeof open>, spec: object = {}) {
  const object = { metadata: { name: "w", namespace: "shop" }, spec };
  const [created] = await setup.objects.commit([{ type: "create", kind: widgetKind, object }], options);
  assert.equal(created?.metadata.name, "w");
  return (await setup.objects.get(widgetKind, "shop", "w"))!;
}

void test("a new object gets uid, generation, time, its kind's finalizers and the schema's defaults", async () => {
  const setup = open();
  const created = await widget(setup);
  assert.match(created.metadata.uid, /^[0-9a-f]{8}-[0-9a-f]{4}-4/);
  assert.equal(created.metadata.generation, 1);
  assert.match(created.metadata.creationTimestamp, /^2026-01-01T00:00:00/);
  assert.equal(created.apiVersion, "example.dev/v1");
  assert.equal(created.spec.size, 1);
  const gadget = { metadata: { name: "g", namespace: "shop" } };
  const [stored] = await setup.objects.commit(
    [{ type: "create", kind: gadgetKind, object: gadget }],
    options,
  );
  assert.deepEqual(stored?.metadata.finalizers, ["example.dev/cleanup"]);
});

void test("what the schema forbids is refused with the field's name and writes nothing", async () => {
  const setup = open();
  await assert.rejects(widget(setup, { size: -1 }), (error: ApiError) => {
    assert.equal(error.reason, "Invalid");
    assert.equal(error.details.causes?.[0]?.field, "spec.size");
    return true;
  });
  assert.equal(setup.store.revision(), 0);
});

void test("spec changes raise the generation, status writes do not and leave the spec alone", async () => {
  const setup = open();
  const created = await widget(setup);
  const changed = { ...created, spec: { size: 2 } };
  const [second] = await setup.objects.commit(
    [{ type: "update", kind: widgetKind, object: changed }],
    options,
  );
  assert.equal(second?.metadata.generation, 2);
  const object = { ...second, spec: { size: 99 }, status: { phase: "Ready" } };
  const status = { type: "update", kind: widgetKind, object, subresource: "status" } as const;
  const [third] = await setup.objects.commit([status], options);
  assert.equal(third?.metadata.generation, 2);
  const read = await setup.objects.get(widgetKind, "shop", "w");
  assert.deepEqual([read?.spec.size, read?.status?.phase], [2, "Ready"]);
});

void test("an update without subresource takes spec and status together", async () => {
  const setup = open();
  const created = await widget(setup);
  const object = { ...created, spec: { size: 2 }, status: { phase: "Ready" } };
  const [both] = await setup.objects.commit([{ type: "update", kind: widgetKind, object }], options);
  assert.equal(both?.metadata.generation, 2);
  const statusOnly = { ...both, status: { phase: "Done" } };
  const [last] = await setup.objects.commit(
    [{ type: "update", kind: widgetKind, object: statusOnly }],
    options,
  );
  assert.equal(last?.metadata.generation, 2);
  const read = await setup.objects.get(widgetKind, "shop", "w");
  assert.deepEqual([read?.spec.size, read?.status?.phase], [2, "Done"]);
});

void test("an update that changes nothing writes nothing, but still conflicts when stale", async () => {
  const setup = open();
  const created = await widget(setup);
  const same = { type: "update", kind: widgetKind, object: created } as const;
  const [result] = await setup.objects.commit([same], options);
  assert.equal(result?.metadata.resourceVersion, created.metadata.resourceVersion);
  assert.equal(setup.store.revision(), 1);
  const changed = { ...created, spec: { size: 2 } };
  await setup.objects.commit([{ type: "update", kind: widgetKind, object: changed }], options);
  await assert.rejects(setup.objects.commit([same], options), refused("Conflict"));
});

void test("immutable fields stay", async () => {
  const setup = open();
  const created = await widget(setup, { colour: "red" });
  const object = { ...created, spec: { ...created.spec, colour: "blue" } };
  await assert.rejects(
    setup.objects.commit([{ type: "update", kind: widgetKind, object }], options),
    refused("Invalid"),
  );
});

void test("deletion waits for finalizers, and taking the last one removes the object", async () => {
  const setup = open();
  const object = { metadata: { name: "g", namespace: "shop" } };
  const [gadget] = await setup.objects.commit([{ type: "create", kind: gadgetKind, object }], options);
  const [marked] = await setup.objects.commit(
    [{ type: "delete", kind: gadgetKind, object: gadget! }],
    options,
  );
  assert.ok(marked?.metadata.deletionTimestamp);
  const added = {
    ...marked,
    metadata: { ...marked.metadata, finalizers: ["a.dev/x", "example.dev/cleanup"] },
  };
  await assert.rejects(
    setup.objects.commit([{ type: "update", kind: gadgetKind, object: added }], options),
    refused("Invalid"),
  );
  const done = { ...marked, metadata: { ...marked.metadata, finalizers: [] } };
  await setup.objects.commit([{ type: "update", kind: gadgetKind, object: done }], options);
  assert.equal(await setup.objects.get(gadgetKind, "shop", "g"), undefined);
  assert.equal((await setup.store.changes(0, 10)).at(-1)?.type, "DELETED");
});

void test("several drafts commit together or not at all, and results come in their order", async () => {
  const setup = open();
  const created = await widget(setup);
  const create = (name: string) =>
    ({ type: "create", kind: widgetKind, object: { metadata: { name, namespace: "shop" } } }) as const;
  const unchanged = { type: "update", kind: widgetKind, object: created } as const;
  const results = await setup.objects.commit([create("a"), unchanged, create("b")], options);
  assert.deepEqual(
    results.map(({ metadata }) => metadata.name),
    ["a", "w", "b"],
  );
  await assert.rejects(setup.objects.commit([create("c"), create("a")], options), refused("AlreadyExists"));
  assert.equal(await setup.objects.get(widgetKind, "shop", "c"), undefined);
});

void test("all pages of a long list are read, at one revision", async () => {
  const setup = open();
  const drafts = Array.from({ length: 1203 }, (_, index) => {
    const object = { metadata: { name: `w${index}`, namespace: "shop" } };
    return { type: "create", kind: widgetKind, object } as const;
  });
  await setup.objects.commit(drafts, options);
  const listed = await setup.objects.list(widgetKind, "shop");
  assert.equal(new Set(listed.map(({ metadata }) => metadata.name)).size, 1203);
});

void test("a kind that the server does not know is refused", async () => {
  const { store, environment } = open();
  const objects = openObjects(store, [gadgetKind], environment);
  const object = { metadata: { name: "w", namespace: "shop" } };
  await assert.rejects(
    objects.commit([{ type: "create", kind: widgetKind, object }], options),
    /not registered/,
  );
});

void test("an older version keeps what a newer one wrote, and takes no unknown field of its own", async () => {
  const setup = open();
  const { spec, status } = widgetKind.fields;
  const newer: AnyKind = {
    ...widgetKind,
    check: () => [],
    fields: {
      spec: spec.unwrap().extend({ weight: z.int().default(7) }),
      status: status.unwrap().extend({ seenBy: z.string().optional() }).optional(),
    },
  };
  await widget(setup);
  const old = (await setup.objects.get(widgetKind, "shop", "w"))!;
  const written = { ...old, status: { ...old.status, phase: "New", seenBy: "2" } } as AnyStored;
  await setup.objects.commit([{ type: "update", kind: newer, object: written }], options);
  const back = (await setup.objects.get(widgetKind, "shop", "w"))!;
  const next = { ...back, spec: { ...back.spec, size: 3 }, status: { ...back.status, phase: "Old" } };
  await setup.objects.commit([{ type: "update", kind: widgetKind, object: next as AnyStored }], options);
  const kept = (await setup.objects.get(newer, "shop", "w"))!;
  assert.deepEqual(kept["spec"], { size: 3, weight: 7 });
  assert.deepEqual(kept["status"], { phase: "Old", seenBy: "2" });
  const invented = { ...kept, status: { phase: "Old", seenBy: "3" } } as AnyStored;
  await assert.rejects(
    setup.objects.commit([{ type: "update", kind: widgetKind, object: invented }], options),
    refused("Invalid"),
  );
});
