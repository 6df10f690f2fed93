import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test from "node:test";
import { crash } from "./crash-harness.ts";

void test("kill -9 at any moment loses no acknowledged write and leaves no half of a transaction", async () => {
  const folder = await mkdtemp(join(tmpdir(), "yunhe-crash-"));
  const path = join(folder, "yunhe.db");
  for (let round = 0; round < 5; round += 1) {
    const { acknowledged, lost, inconsistent } = await crash(path, Math.random() * 150);
    assert.ok(acknowledged > 0);
    assert.deepEqual({ lost, inconsistent }, { lost: 0, inconsistent: 0 });
  }
  await rm(folder, { recursive: true });
});
