import assert from "node:assert/strict";
import { test } from "node:test";
import type { Clock } from "@yunhe/kernel";
import { type Driver, EngineUnreachable } from "../src/driver/port.ts";
import { withDeadlines } from "../src/pools/deadlines.ts";
import { type PoolProbe, PoolProbes } from "../src/pools/probes.ts";

/** A clock that only the test moves. */
function standingClock(): Clock & { nowAtMs: number } {
  const clock = {
    nowAtMs: 1000,
    nowMs: () => clock.nowAtMs,
    monotonicMs: () => clock.nowAtMs,
    after: () => () => undefined,
  };
  return clock;
}

const silence = new EngineUnreachable({ en: "no answer", zh: "无应答" });
const never = new AbortController().signal;

test("every question what exists is a probe: answered or not, and how long it took", async () => {
  const clock = standingClock();
  const told: PoolProbe[] = [];
  let answers = true;
  const engine = {
    engine: "fake",
    facts: async () => {
      clock.nowAtMs += 40;
      if (!answers) throw silence;
      return {};
    },
  } as unknown as Driver;
  const driver = withDeadlines(engine, {
    clock,
    onFailure: () => undefined,
    onProbe: (probe) => told.push(probe),
  });
  await driver.facts(never);
  answers = false;
  await assert.rejects(driver.facts(never), EngineUnreachable);
  assert.deepEqual(told, [
    { atMs: 1040, answered: true, roundTripMs: 40 },
    { atMs: 1080, answered: false, roundTripMs: 40 },
  ]);
});

test("a question that was ended from our side is no probe", async () => {
  const clock = standingClock();
  const told: PoolProbe[] = [];
  const ours = new AbortController();
  const engine = { engine: "fake", facts: () => new Promise(() => ours.abort()) } as unknown as Driver;
  const driver = withDeadlines(engine, {
    clock,
    onFailure: () => undefined,
    onProbe: (probe) => told.push(probe),
  });
  await assert.rejects(driver.facts(ours.signal));
  assert.deepEqual(told, []);
});

test("probes are told by pool since a moment, and the oldest go", () => {
  const probes = new PoolProbes();
  for (let at = 1; at <= 1000; at += 1) probes.record("a", { atMs: at, answered: true, roundTripMs: at });
  assert.deepEqual(
    probes.since("a", 998).map(({ atMs }) => atMs),
    [999, 1000],
  );
  assert.equal(probes.since("a", 0).length, 480);
  assert.deepEqual(probes.since("b", 0), []);
});
