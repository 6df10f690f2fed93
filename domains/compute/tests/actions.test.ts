import assert from "node:assert/strict";
import { describe, test } from "node:test";
import {
  type ActionContext,
  type AnyStored,
  keyOfKind,
  openMemoryStore,
  openObjects,
  simulatedEnvironment,
} from "@yunhe/kernel";
import { computeActions, computeKinds, type Task, taskKind } from "../src/index.ts";
import { task } from "./fixtures.ts";

/** A stored task, and the context in which the API would ask for an action upon it. */
async function stored() {
  const store = openMemoryStore();
  const environment = simulatedEnvironment(1);
  const objects = openObjects(store, computeKinds, environment);
  const { metadata, spec } = task();
  const object = { metadata: { name: metadata.name, namespace: "default" }, spec };
  await objects.commit([{ type: "create", kind: taskKind, object }], { actor: "test" });
  const read = async (): Promise<Task> => (await objects.get(taskKind, "default", metadata.name))!;
  const change = async (): Promise<void> => {
    const now = await read();
    const status = { phase: "Waiting", attempts: (now.status?.attempts ?? 0) + 1, countedFailures: 0 };
    const next = { ...now, status } as AnyStored;
    await objects.commit([{ type: "update", kind: taskKind, subresource: "status", object: next }], {
      actor: "test",
    });
  };
  const context = {
    principal: { id: "user:test" },
    store,
    environment,
    target: { kind: keyOfKind(taskKind), namespace: "default", name: metadata.name },
    guard: () => undefined,
  } as unknown as ActionContext;
  return { context, read, change };
}

const actions = computeActions[keyOfKind(taskKind)]!;

describe("actions upon a task that reconcilers are changing", () => {
  test("cancel counts although the task was changed after it was read", async () => {
    const { context, read, change } = await stored();
    const before = await read();
    await change();
    await actions["cancel"]!(context, before, {});
    assert.equal((await read()).spec.cancelled, true);
    assert.equal((await read()).status!.attempts, 1);
  });

  test("cancelling twice is no error and changes nothing more", async () => {
    const { context, read } = await stored();
    await actions["cancel"]!(context, await read(), {});
    const { resourceVersion } = (await read()).metadata;
    await actions["cancel"]!(context, await read(), {});
    assert.equal((await read()).metadata.resourceVersion, resourceVersion);
  });

  test("retry of a task of which nothing runs says so", async () => {
    const { context, read } = await stored();
    await assert.rejects(
      async () => actions["retry"]!(context, await read(), {}),
      /no running attempt to end; it is Waiting/,
    );
  });
});
