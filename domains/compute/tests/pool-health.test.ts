import assert from "node:assert/strict";
import { test } from "node:test";
import { PoolHealth } from "../src/pools/health.ts";

const minuteMs = 60_000;

test("failures count within their window, and no more once the clock was set back to long before them", () => {
  const health = new PoolHealth();
  const thenMs = 300 * minuteMs;
  for (let i = 0; i < 5; i += 1) health.callFailed("lab", thenMs + i);
  const within = (nowMs: number): number =>
    health.failures("lab", nowMs - 10 * minuteMs, nowMs + 10 * minuteMs);
  assert.equal(within(thenMs + minuteMs), 5);
  assert.equal(within(thenMs - minuteMs), 5, "clocks that differ a little");
  assert.equal(within(thenMs + 11 * minuteMs), 0);
  assert.equal(within(minuteMs), 0);
});
