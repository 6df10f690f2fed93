import assert from "node:assert/strict";
import { test } from "node:test";
import { simulatedEnvironment } from "@yunhe/kernel";
import type { Pool } from "../src/index.ts";
import { Tolerance } from "../src/pools/tolerance.ts";

const lost = (since: number | undefined) =>
  ({
    metadata: { name: "far" },
    spec: { toleration: "5m" },
    status: since === undefined ? {} : { lostSince: new Date(since).toISOString() },
  }) as unknown as Pool;

test("a clock that jumps during a short outage gives up no attempt (E2)", async () => {
  const world = simulatedEnvironment();
  const tolerance = new Tolerance(world.clock);
  const since = world.clock.nowMs();
  assert.equal(tolerance.leftMs(lost(undefined)), undefined);
  assert.equal(tolerance.leftMs(lost(since)), 300_000);
  world.jumpWallClock(3_600_000);
  await world.advance(10_000);
  assert.equal(tolerance.leftMs(lost(since)), 290_000);
  await world.advance(290_000);
  assert.equal(tolerance.leftMs(lost(since)), 0);
});

test("a clock set back after a pool was lost keeps its tasks there no longer than the pool tolerates", async () => {
  const world = simulatedEnvironment();
  const tolerance = new Tolerance(world.clock);
  const since = world.clock.nowMs();
  world.jumpWallClock(-3_600_000);
  assert.equal(tolerance.leftMs(lost(since)), 300_000);
  await world.advance(300_000);
  assert.equal(tolerance.leftMs(lost(since)), 0);
});
