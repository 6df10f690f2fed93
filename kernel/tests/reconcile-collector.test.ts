import assert from "node:assert/strict";
import test from "node:test";
import {
  type AnyKind,
  apiVersionOf,
  Controller,
  emptyNamespace,
  openMemoryStore,
  openObjects,
  ownerCollector,
  type OwnerReference,
  type ResourceOf,
  simulatedEnvironment,
} from "@yunhe/kernel";
import { gadgetKind, regionKind, sampleKinds, widgetKind } from "./sample-kinds.ts";

const options = { actor: "user:ada" };
const cleanup = "example.dev/cleanup";

async function open() {
  const environment = simulatedEnvironment();
  const store = openMemoryStore();
  const objects = openObjects(store, sampleKinds, environment);
  const errors: unknown[] = [];
  const controller = new Controller({
    reconciler: ownerCollector(objects, sampleKinds),
    store,
    environment,
    fence: { lease: "leader", epoch: 1 },
    onError: ({ error }) => void errors.push(error),
  });
  await controller.start();
  const create = async <Kind extends AnyKind>(
    kind: Kind,
    name: string,
    owners: readonly OwnerReference[] = [],
  ): Promise<ResourceOf<Kind>> => {
    const namespace = kind.scope === "Cluster" ? {} : { namespace: "shop" };
    const object = { metadata: { name, ...namespace, ownerReferences: [...owners] } };
    return (await objects.commit([{ type: "create", kind, object }], options))[0] as ResourceOf<Kind>;
  };
  const remove = async (kind: AnyKind, name: string, finalizers: readonly string[] = []): Promise<void> => {
    const object = (await objects.get(kind, kind.scope === "Cluster" ? "" : "shop", name))!;
    await objects.commit([{ type: "delete", kind, object, finalizers }], options);
    await environment.settle();
  };
  const names = async (kind: AnyKind = widgetKind) =>
    (await objects.list(kind)).map(({ metadata }) => metadata.name);
  return { environment, store, objects, controller, create, remove, names, errors };
}

const ownedBy = (
  kind: AnyKind,
  owner: { metadata: { name: string; uid: OwnerReference["uid"] } },
  block = false,
) => ({
  apiVersion: apiVersionOf(kind),
  kind: kind.kind,
  name: owner.metadata.name,
  uid: owner.metadata.uid,
  ...(block ? { blockOwnerDeletion: true } : {}),
});

void test("background: what an owner leaves behind goes after it, to any depth, and nothing else", async () => {
  const { create, remove, names, environment } = await open();
  const root = await create(widgetKind, "root");
  const child = await create(widgetKind, "child", [ownedBy(widgetKind, root)]);
  await create(widgetKind, "grandchild", [ownedBy(widgetKind, child)]);
  await create(widgetKind, "stranger");
  await environment.settle();
  assert.equal((await names()).length, 4);
  await remove(widgetKind, "root");
  assert.deepEqual(await names(), ["stranger"]);
});

void test("an object stays while one of its owners does, and loses the reference to the other", async () => {
  const { create, remove, objects, names } = await open();
  const left = await create(widgetKind, "left");
  const right = await create(regionKind, "right");
  await create(widgetKind, "shared", [ownedBy(widgetKind, left), ownedBy(regionKind, right)]);
  await remove(widgetKind, "left");
  const shared = await objects.get(widgetKind, "shop", "shared");
  assert.deepEqual(
    shared?.metadata.ownerReferences?.map(({ name }) => name),
    ["right"],
  );
  await remove(regionKind, "right");
  assert.deepEqual(await names(), []);
});

void test("an object made for an owner that is gone already, or another of the same name, is collected", async () => {
  const { create, remove, names, environment } = await open();
  const first = await create(widgetKind, "owner");
  await remove(widgetKind, "owner");
  await create(widgetKind, "owner");
  await create(widgetKind, "late", [ownedBy(widgetKind, first)]);
  await environment.settle();
  assert.deepEqual(await names(), ["owner"]);
});

void test("an owner of a kind this server does not know is taken to exist", async () => {
  const { create, names, environment } = await open();
  const foreign = { apiVersion: "apps/v1", kind: "Deployment", name: "d", uid: "u" as OwnerReference["uid"] };
  await create(widgetKind, "kept", [foreign]);
  await environment.settle();
  assert.deepEqual(await names(), ["kept"]);
});

void test("foreground: the owner waits for dependents that block it, even for their finalizers", async () => {
  const { create, remove, names, objects, environment } = await open();
  const root = await create(widgetKind, "root");
  await create(gadgetKind, "slow", [ownedBy(widgetKind, root, true)]);
  await create(widgetKind, "quick", [ownedBy(widgetKind, root, true)]);
  await remove(widgetKind, "root", ["foregroundDeletion"]);
  assert.deepEqual([await names(), await names(gadgetKind)], [["root"], ["slow"]]);
  const slow = (await objects.get(gadgetKind, "shop", "slow"))!;
  assert.deepEqual(
    [slow.metadata.finalizers, slow.metadata.deletionTimestamp === undefined],
    [[cleanup], false],
  );
  const object = { ...slow, metadata: { ...slow.metadata, finalizers: [] } };
  await objects.commit([{ type: "update", kind: gadgetKind, object }], options);
  await environment.settle();
  assert.deepEqual([await names(), await names(gadgetKind)], [[], []]);
});

void test("foreground: a dependent that lets go of its owner no longer holds it up", async () => {
  const { create, remove, names, objects, environment } = await open();
  const root = await create(widgetKind, "root");
  await create(gadgetKind, "slow", [ownedBy(widgetKind, root, true)]);
  await remove(widgetKind, "root", ["foregroundDeletion"]);
  const slow = (await objects.get(gadgetKind, "shop", "slow"))!;
  const object = { ...slow, metadata: { ...slow.metadata, ownerReferences: [] } };
  await objects.commit([{ type: "update", kind: gadgetKind, object }], options);
  await environment.settle();
  assert.deepEqual([await names(), await names(gadgetKind)], [[], ["slow"]]);
});

void test("orphan: dependents are let go before the owner goes", async () => {
  const { create, remove, names, objects } = await open();
  const root = await create(widgetKind, "root");
  await create(widgetKind, "child", [ownedBy(widgetKind, root)]);
  await remove(widgetKind, "root", ["orphan"]);
  assert.deepEqual(await names(), ["child"]);
  const child = await objects.get(widgetKind, "shop", "child");
  assert.equal(child?.metadata.ownerReferences, undefined);
});

void test("a collector that starts late finds what was left behind before it", async () => {
  const { create, remove, names, controller, environment, store, objects } = await open();
  const root = await create(widgetKind, "root");
  await create(widgetKind, "child", [ownedBy(widgetKind, root)]);
  await controller.stop();
  await remove(widgetKind, "root");
  assert.deepEqual(await names(), ["child"]);
  const reconciler = ownerCollector(objects, sampleKinds);
  const next = new Controller({ reconciler, store, environment, fence: { lease: "leader", epoch: 2 } });
  await next.start();
  await environment.settle();
  assert.deepEqual(await names(), []);
});

void test("emptying a namespace deletes everything in it and counts what still has work to do", async () => {
  const { create, names, objects, errors } = await open();
  await create(widgetKind, "a");
  await create(gadgetKind, "slow");
  await create(regionKind, "r");
  assert.equal(await emptyNamespace(objects, sampleKinds, "shop", options), 1);
  assert.deepEqual([await names(), await names(gadgetKind), await names(regionKind)], [[], ["slow"], ["r"]]);
  const slow = (await objects.get(gadgetKind, "shop", "slow"))!;
  const object = { ...slow, metadata: { ...slow.metadata, finalizers: [] } };
  await objects.commit([{ type: "update", kind: gadgetKind, object }], options);
  assert.equal(await emptyNamespace(objects, sampleKinds, "shop", options), 0);
  assert.deepEqual(errors, []);
});
