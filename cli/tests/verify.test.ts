import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { after, test } from "node:test";
import { openObjects, openSqliteStore, systemEnvironment } from "@yunhe/kernel";
import { attemptKind, computeKinds, taskKind } from "@yunhe/domain-compute";
import { yunhe } from "./in-process.ts";

const folder = mkdtempSync(join(tmpdir(), "yunhe-verify-"));
after(() => rmSync(folder, { recursive: true }));

test("verify says that every promise holds, and with an attempt whose task is gone, which one does not", async () => {
  const environment = systemEnvironment();
  const store = await openSqliteStore({ path: join(folder, "yunhe.db") });
  const objects = openObjects(store, computeKinds, environment);
  const by = { actor: "system:test" };
  const metadata = { name: "t", namespace: "default" };
  await objects.commit(
    [{ type: "create", kind: taskKind, object: { metadata, spec: { command: ["true"] } } }],
    by,
  );
  // The file is read beside the server that writes it.
  const sound = await yunhe("verify", "--data", folder);
  assert.equal(sound.exitCode, 0, sound.out + sound.err);
  assert.match(sound.out, /Every promise holds at revision 1: 1 objects and 1 audit entries/);
  const grant = { cpuMilli: 1000, memoryBytes: 1, devices: [] };
  const spec = { task: "gone", number: 1, pool: "p", node: "n", grant };
  await objects.commit(
    [{ type: "create", kind: attemptKind, object: { metadata: { ...metadata, name: "gone-1" }, spec } }],
    by,
  );
  const stored = (await objects.get(taskKind, "default", "t"))!;
  const cancelled = { ...stored, spec: { ...stored.spec, cancelled: true } };
  await objects.commit([{ type: "update", kind: taskKind, object: cancelled }], { ...by, verb: "cancel" });
  const ownerReferences = [
    { apiVersion: stored.apiVersion, kind: stored.kind, name: "t", uid: stored.metadata.uid },
  ];
  const late = {
    metadata: { ...metadata, name: "t-1", ownerReferences },
    spec: { ...spec, task: "t" },
    status: { phase: "Ended", outcome: { type: "cancelled" } },
  };
  await objects.commit([{ type: "create", kind: attemptKind, object: late }], by);
  await store.compact(3);
  await store.close();
  const broken = await yunhe("verify", "--data", folder, "--lang", "zh");
  assert.equal(broken.exitCode, 6);
  assert.match(broken.out, /E1\s+attempt default\/gone-1\s+尝试未结束，其任务已不存在/);
  assert.match(broken.out, /T5\s+attempt default\/t-1\s+于修订 4 创建，而其任务早在修订 3 已取消/);
  assert.match(broken.out, /✔ R2 .*修订 3 及以前的历史已压缩，无从得知/);
  const asJson = await yunhe("verify", "--data", folder, "-o", "json");
  const { findings } = JSON.parse(asJson.out) as { findings: { invariant: string; revision?: number }[] };
  assert.deepEqual(
    findings.filter(({ invariant }) => invariant === "T5").map(({ revision }) => revision),
    [4],
  );
  const database = new DatabaseSync(join(folder, "yunhe.db"));
  database.exec("DELETE FROM audit WHERE after = 4");
  database.close();
  const cut = await yunhe("verify", "--data", folder);
  assert.match(cut.out, /S4\s+revision 4\s+changes 4 to 4 have no entry in the audit log/);
});
