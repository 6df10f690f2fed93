import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { assert as check, array, integer, property, record } from "fast-check";
import { chainStart, held, nextLink, noUsage } from "../src/metering/chain.ts";

const granted = {
  cpuMilli: 1500,
  memoryBytes: 3 * 2 ** 30,
  devices: [{ id: "g0", model: "A100", shareMilli: 250, memoryBytes: 0 }],
};

describe("the usage chain of an attempt", () => {
  test("granted amounts are resources times time, a share of a device counted in part", () => {
    assert.deepEqual(held(granted, 2000), {
      cpuCoreSeconds: 3,
      memoryByteSeconds: 2 * 3 * 2 ** 30,
      deviceShareSeconds: 0.5,
    });
  });

  test("an attempt that never ran has one link of nothing", () => {
    const { link } = nextLink(chainStart(5000), granted, {
      startedAtMs: 5000,
      untilMs: 5000,
      usage: noUsage,
      final: true,
    });
    assert.deepEqual(
      [link.startMs, link.endMs, link.grantedAmounts.cpuCoreSeconds, link.final],
      [5000, 5000, 0, true],
    );
  });

  test("links join without gap or overlap, none is negative, and they add up to the whole, whatever the clock does (M2, M3)", () => {
    const reading = record({
      jumpMs: integer({ min: -100_000, max: 100_000 }),
      cpuMs: integer({ min: -500, max: 5000 }),
    });
    check(
      property(array(reading, { minLength: 1, maxLength: 30 }), (readings) => {
        let head = chainStart(1_000_000);
        let now = 1_000_000;
        let cpu = 0;
        let usedTotal = 0;
        let heldTotal = 0;
        for (const [i, { jumpMs, cpuMs }] of readings.entries()) {
          now += jumpMs;
          cpu = Math.max(0, cpu + cpuMs);
          const before = head;
          const next = nextLink(head, granted, {
            startedAtMs: 1_000_000,
            untilMs: now,
            usage: { ...noUsage, cpuCoreMs: cpu },
            final: i === readings.length - 1,
          });
          head = next.head;
          assert.equal(next.link.startMs, before.untilMs);
          assert.equal(next.link.sequence, i);
          assert.ok(next.link.endMs >= next.link.startMs && next.link.usedAmounts.cpuCoreSeconds >= 0);
          usedTotal += next.link.usedAmounts.cpuCoreSeconds;
          heldTotal += next.link.grantedAmounts.cpuCoreSeconds;
        }
        assert.ok(Math.abs(usedTotal - head.usage.cpuCoreMs / 1000) < 1e-6);
        assert.ok(Math.abs(heldTotal - held(granted, head.untilMs - 1_000_000).cpuCoreSeconds) < 1e-6);
      }),
    );
  });

  test("the pause in which an engine had the job back in its queue is charged to nobody (M3)", () => {
    const first = nextLink(chainStart(1000), granted, {
      startedAtMs: 1000,
      untilMs: 3000,
      usage: noUsage,
      final: false,
    });
    const again = nextLink(first.head, granted, {
      startedAtMs: 60_000,
      untilMs: 62_000,
      usage: noUsage,
      final: true,
    });
    assert.deepEqual([again.link.startMs, again.link.endMs], [60_000, 62_000]);
  });
});
