import assert from "node:assert/strict";
import { test } from "node:test";
import { type AnyStored, openMemoryStore, openObjects, systemEnvironment } from "@yunhe/kernel";
import { transferKind } from "@yunhe/domain-compute";
import { finishedTransfers } from "../src/evaluation/finished-transfers.ts";

const spec = {
  volume: "data",
  direction: "in",
  pool: "hpc",
  writes: false,
  attempt: "a-1",
  attemptUid: "6a2f41a3-c54c-4b6f-8f1e-2f0d7b1e9c11",
  task: "a",
};
const done = {
  phase: "Done",
  tries: 0,
  movedBytes: 5,
  bytesPerSecond: 7,
  endedAt: "2026-11-01T00:00:00.000Z",
};

test("moves that ended well are told by pool since a moment, also those from before the start", async () => {
  const store = openMemoryStore();
  const objects = openObjects(store, [transferKind], systemEnvironment());
  const settle = async (name: string, status: object): Promise<void> => {
    const actor = { actor: "system:test" };
    const object = { metadata: { name, namespace: "default" }, spec };
    const [stored] = await objects.commit([{ type: "create", kind: transferKind, object }], actor);
    const changed = { ...stored, status } as AnyStored;
    await objects.commit(
      [{ type: "update", kind: transferKind, subresource: "status", object: changed }],
      actor,
    );
  };
  await settle("before", done);
  const transfers = await finishedTransfers(store);
  try {
    await settle("later", { ...done, endedAt: "2026-11-01T00:01:00.000Z", bytesPerSecond: 9 });
    await settle("running", { ...done, phase: "Running" });
    await settle("failed", { ...done, phase: "Failed" });
    const rates = (sinceMs: number): number[] =>
      transfers.since("hpc", sinceMs).map(({ bytesPerSecond }) => bytesPerSecond);
    assert.deepEqual(rates(0), [7, 9]);
    assert.deepEqual(rates(Date.UTC(2026, 10, 1)), [9]);
    assert.deepEqual(transfers.since("elsewhere", 0), []);
  } finally {
    transfers.stop();
    await store.close();
  }
});
