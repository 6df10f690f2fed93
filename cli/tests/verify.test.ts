import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
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
  await store.close();
  const broken = await yunhe("verify", "--data", folder, "--lang", "zh");
  assert.equal(broken.exitCode, 6);
  assert.match(broken.out, /E1\s+attempt default\/gone-1\s+尝试未结束，其任务已不存在/);
  const asJson = await yunhe("verify", "--data", folder, "-o", "json");
  assert.equal((JSON.parse(asJson.out) as { findings: unknown[] }).findings.length, 1);
});
