import type { GrantFields } from "../kinds/device.ts";
import type { AttemptUsage } from "../kinds/attempt.ts";
import type { UsageAmounts } from "../kinds/usage-record.ts";

/** How far the chain of one attempt is written. */
export interface ChainHead {
  readonly records: number;
  readonly untilMs: number;
  readonly usage: AttemptUsage;
}

/** One link: the interval [startMs, endMs) with what was held and what was used in it. */
export interface ChainLink {
  readonly sequence: number;
  readonly startMs: number;
  readonly endMs: number;
  readonly final: boolean;
  readonly grantedAmounts: UsageAmounts;
  readonly usedAmounts: UsageAmounts;
}

export const noUsage: AttemptUsage = Object.freeze({
  cpuCoreMs: 0,
  memoryByteSeconds: 0,
  peakMemoryBytes: 0,
});

/** The head of a chain that begins when the attempt began to run. */
export const chainStart = (startedAtMs: number): ChainHead => ({
  records: 0,
  untilMs: Math.floor(startedAtMs),
  usage: noUsage,
});

/**
 * The next link after `head`, up to `untilMs`. It begins where the last one ended, or where the engine started the job
 * again: the pause between is nobody's use. Times that lie before the head count as the head, and counters that
 * went back as unchanged, so no interval is negative and none overlaps (invariants M2, M3). Whole milliseconds,
 * whatever an engine counts in.
 */
export function nextLink(
  head: ChainHead,
  granted: GrantFields,
  observed: {
    readonly startedAtMs: number;
    readonly untilMs: number;
    readonly usage: AttemptUsage;
    readonly final: boolean;
  },
): { readonly link: ChainLink; readonly head: ChainHead } {
  const startMs = Math.max(head.untilMs, observed.startedAtMs);
  const endMs = Math.max(startMs, observed.untilMs);
  const usage = atLeast(observed.usage, head.usage);
  const link: ChainLink = {
    sequence: head.records,
    startMs,
    endMs,
    final: observed.final,
    grantedAmounts: held(granted, endMs - startMs),
    usedAmounts: {
      cpuCoreSeconds: (usage.cpuCoreMs - head.usage.cpuCoreMs) / 1000,
      memoryByteSeconds: usage.memoryByteSeconds - head.usage.memoryByteSeconds,
      deviceShareSeconds: ((usage.deviceShareMs ?? 0) - (head.usage.deviceShareMs ?? 0)) / 1_000_000,
    },
  };
  return { link, head: { records: head.records + 1, untilMs: endMs, usage } };
}

/** Granted resources × time; integer products first, one division last. */
export function held(granted: GrantFields, durationMs: number): UsageAmounts {
  const shareMilli = granted.devices.reduce((sum, device) => sum + device.shareMilli, 0);
  return {
    cpuCoreSeconds: (granted.cpuMilli * durationMs) / 1_000_000,
    memoryByteSeconds: Number((BigInt(granted.memoryBytes) * BigInt(durationMs) + 500n) / 1000n),
    deviceShareSeconds: (shareMilli * durationMs) / 1_000_000,
  };
}

function atLeast(usage: AttemptUsage, floor: AttemptUsage): AttemptUsage {
  return {
    cpuCoreMs: Math.max(usage.cpuCoreMs, floor.cpuCoreMs),
    memoryByteSeconds: Math.max(usage.memoryByteSeconds, floor.memoryByteSeconds),
    peakMemoryBytes: Math.max(usage.peakMemoryBytes, floor.peakMemoryBytes),
    ...(usage.deviceShareMs === undefined && floor.deviceShareMs === undefined
      ? {}
      : { deviceShareMs: Math.max(usage.deviceShareMs ?? 0, floor.deviceShareMs ?? 0) }),
  };
}
