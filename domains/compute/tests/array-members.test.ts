import assert from "node:assert/strict";
import { test } from "node:test";
import {
  type AnyStored,
  follow,
  keyOfKind,
  openMemoryStore,
  openObjects,
  simulatedEnvironment,
} from "@yunhe/kernel";
import { computeKinds, taskKind } from "../src/index.ts";
import { taskIndex } from "../src/tasks/index-of-tasks.ts";
import { taskReconciler } from "../src/tasks/reconciler.ts";

test("an array that is cancelled while its members are being made gets none that nobody would end (T1)", async () => {
  const store = openMemoryStore();
  const environment = simulatedEnvironment();
  const objects = openObjects(store, computeKinds, environment);
  const index = taskIndex();
  await follow(store, [keyOfKind(taskKind)], (change) => index.apply(change));
  const read = async () => (await objects.get(taskKind, "default", "a"))!;
  const object = {
    metadata: { name: "a", namespace: "default" },
    spec: { command: ["true"], array: { count: 2 } },
  };
  await objects.commit([{ type: "create", kind: taskKind, object }], { actor: "test" });
  let isFirst = true;
  const interrupted = {
    ...objects,
    commit: async (...args: Parameters<typeof objects.commit>) => {
      if (isFirst) {
        isFirst = false;
        const array = await read();
        const cancelled = { ...array, spec: { ...array.spec, cancelled: true } } as AnyStored;
        await objects.commit([{ type: "update", kind: taskKind, object: cancelled }], { actor: "test" });
      }
      return objects.commit(...args);
    },
  };
  const reconciler = taskReconciler({ objects: interrupted, index, environment });
  const key = { kind: keyOfKind(taskKind), namespace: "default", name: "a" };
  const context = { signal: new AbortController().signal, fence: { lease: "control-plane", epoch: 0 } };
  await assert.rejects(reconciler.reconcile(key, context), { reason: "Conflict" });
  await reconciler.reconcile(key, context);
  assert.equal((await read()).status?.phase, "Cancelled");
  assert.deepEqual(
    (await objects.list(taskKind)).map(({ metadata }) => metadata.name),
    ["a"],
  );
});
