import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { simulatedEnvironment } from "@yunhe/kernel";
import { Stopwatch } from "../src/metering/stopwatch.ts";

const startedAtMs = 5000;

describe("how far an attempt has surely run", () => {
  test("a jump of the wall clock changes no bill (M3)", async () => {
    const world = simulatedEnvironment();
    const stopwatch = new Stopwatch(world.clock);
    stopwatch.ranUntilMs("a", startedAtMs, startedAtMs, world.clock.monotonicMs());
    world.jumpWallClock(3_600_000);
    await world.advance(2000);
    assert.equal(stopwatch.ranUntilMs("a", startedAtMs, startedAtMs, world.clock.monotonicMs()), 7000);
  });

  test("time for which an answer was on its way does not count: the job may have ended meanwhile", async () => {
    const world = simulatedEnvironment();
    const stopwatch = new Stopwatch(world.clock);
    stopwatch.ranUntilMs("a", startedAtMs, startedAtMs, 0);
    await world.advance(1000);
    const askedMs = world.clock.monotonicMs();
    await world.advance(9000);
    assert.equal(stopwatch.ranUntilMs("a", startedAtMs, startedAtMs, askedMs), 6000);
  });

  test("another process goes on where the chain ends, and a job started again begins anew", async () => {
    const world = simulatedEnvironment();
    const stopwatch = new Stopwatch(world.clock);
    assert.equal(stopwatch.ranUntilMs("a", startedAtMs, 9000, 0), 9000);
    await world.advance(500);
    assert.equal(stopwatch.ranUntilMs("a", 20_000, 9000, world.clock.monotonicMs()), 20_000);
  });
});
