import assert from "node:assert/strict";
import { rmdirSync } from "node:fs";
import { test } from "node:test";
import { findCgroupRoot } from "../src/cgroups.ts";
import { CgroupPool } from "../src/cgroup-pool.ts";

const root = findCgroupRoot(`cgroups-test-${process.pid}`);
const skip = root === undefined ? { skip: "needs a writable cgroup" } : {};
const limits = { cpuMilli: 1000, memoryBytes: 2 ** 26, pids: 100 };

test("a group that someone removed while it was idle is made anew", skip, () => {
  const pool = new CgroupPool(root!);
  const group = pool.acquire("first", limits);
  assert.ok(pool.release(group, limits));
  for (const folder of new Set(Object.values(group.folders))) if (pool.root.version === 1) rmdirSync(folder);
  const again = pool.acquire("second", { ...limits, memoryBytes: 2 ** 25 });
  assert.ok(Object.keys(again.folders).length > 0);
  assert.ok(pool.release(again, undefined));
  pool.close();
});
