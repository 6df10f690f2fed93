import assert from "node:assert/strict";
import test from "node:test";
import {
  Controller,
  keyOfKind,
  type ObjectKey,
  openMemoryStore,
  openObjects,
  type ReconcileFailure,
  type Reconciler,
  simulatedEnvironment,
} from "@yunhe/kernel";
import { sampleKinds, widgetKind } from "./sample-kinds.ts";

const options = { actor: "user:ada" };

function open(reconcile: Reconciler["reconcile"], concurrency = 2) {
  const environment = simulatedEnvironment();
  const store = openMemoryStore();
  const objects = openObjects(store, sampleKinds, environment);
  const failures: ReconcileFailure[] = [];
  const reconciler: Reconciler = { name: "widgets", sources: [{ kind: widgetKind }], concurrency, reconcile };
  const controller = new Controller({
    reconciler,
    store,
    environment,
    fence: { lease: "leader", epoch: 1 },
    onError: (failure) => void failures.push(failure),
  });
  const create = (name: string) =>
    objects.commit(
      [{ type: "create", kind: widgetKind, object: { metadata: { name, namespace: "shop" } } }],
      options,
    );
  return { environment, store, objects, controller, failures, create };
}

void test("every present object is looked at first, then every change", async () => {
  const seen: string[] = [];
  const { controller, create, environment } = open(async ({ name }) => void seen.push(name));
  await create("a");
  await create("b");
  await controller.start();
  await environment.settle();
  assert.deepEqual(seen, ["a", "b"]);
  await create("c");
  await environment.settle();
  assert.deepEqual(seen, ["a", "b", "c"]);
  await controller.stop();
});

void test("a reconciler always reads its own last write", async () => {
  const sizes: number[] = [];
  const setup = open(async ({ namespace, name }) => {
    const widget = (await setup.objects.get(widgetKind, namespace, name))!;
    sizes.push(widget.spec.size);
    if (widget.spec.size === 5) return;
    const object = { ...widget, spec: { size: widget.spec.size + 1 } };
    await setup.objects.commit([{ type: "update", kind: widgetKind, object }], options);
  });
  await setup.controller.start();
  await setup.create("a");
  await setup.environment.settle();
  assert.deepEqual(sizes, [1, 2, 3, 4, 5]);
  await setup.controller.stop();
});

void test("no key is worked on twice at once, and no more keys than allowed", async () => {
  const active = new Set<string>();
  let most = 0;
  const setup = open(async ({ name }) => {
    assert.ok(!active.has(name));
    active.add(name);
    most = Math.max(most, active.size);
    await new Promise<void>((resolve) => void setup.environment.clock.after(10, resolve));
    active.delete(name);
  }, 3);
  await setup.controller.start();
  for (const name of ["a", "b", "c", "d", "e"]) await setup.create(name);
  await setup.environment.advance(100);
  assert.equal(most, 3);
  assert.deepEqual(setup.failures, []);
  assert.equal(setup.controller.metrics().reconciles, 5);
  await setup.controller.stop();
});

void test("a failure is told and tried again later; a requeue comes at its time", async () => {
  let calls = 0;
  const { controller, create, environment, failures } = open(async () => {
    calls += 1;
    if (calls === 1) throw new Error("engine away");
    return calls === 2 ? { afterMs: 5000 } : undefined;
  });
  await controller.start();
  await create("a");
  await environment.settle();
  assert.equal(calls, 1);
  assert.match(String(failures[0]?.error), /engine away/);
  await environment.advance(failures[0]!.retryInMs);
  assert.equal(calls, 2);
  await environment.advance(4999);
  assert.equal(calls, 2);
  await environment.advance(1);
  assert.equal(calls, 3);
  assert.equal(controller.metrics().failures, 1);
  await controller.stop();
});

void test("keys of other objects can be woken by a change", async () => {
  const seen: ObjectKey[] = [];
  const target = { kind: keyOfKind(widgetKind), namespace: "shop", name: "parent" };
  const { environment, store, create } = open(async () => {});
  const reconciler: Reconciler = {
    name: "parents",
    concurrency: 1,
    sources: [{ kind: widgetKind, keys: () => [target] }],
    reconcile: async (key) => void seen.push(key),
  };
  const controller = new Controller({ reconciler, store, environment, fence: { lease: "l", epoch: 1 } });
  await controller.start();
  await Promise.all([create("a"), create("b")]);
  await environment.settle();
  assert.deepEqual(seen, [target]);
  await controller.stop();
});

void test("stopping ends the signal at once, waits for what runs, and starts nothing more", async () => {
  const log: string[] = [];
  const setup = open(async ({ name }, { signal }) => {
    log.push(`start ${name}`);
    await new Promise<void>((resolve) => void setup.environment.clock.after(50, resolve));
    log.push(`end ${name} ${signal.aborted}`);
  }, 1);
  await setup.controller.start();
  await setup.create("a");
  await setup.create("b");
  await setup.environment.settle();
  const stopped = setup.controller.stop().then(() => void log.push("stopped"));
  await setup.environment.advance(100);
  await stopped;
  assert.deepEqual(log, ["start a", "end a true", "stopped"]);
});
