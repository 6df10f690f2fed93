import type { LiveAttempt } from "./attempt.ts";
import { cgroupUsage } from "./cgroups.ts";
import { saveMeters, uptimeS } from "./engine.ts";
import type { Engine } from "./engine.ts";
import { attemptFamily } from "./killing.ts";
import { inspect } from "./lifecycle.ts";
import type { Reading } from "./meter.ts";
import { processTable } from "./process-table.ts";
import type { ProcessEntry } from "./process-table.ts";
import { orderStop } from "./stop.ts";

export const samplePeriodMs = 1000;
/** nvidia-smi costs tens of milliseconds. */
const devicePeriods = 5;

/** Once a period: finds what no hint told, measures, and ends what outgrew its memory where no cgroup does. */
export function startSampler(engine: Engine): () => void {
  let round = 0;
  let stop = engine.environment.clock.after(samplePeriodMs, tick);
  function tick(): void {
    if (engine.closed) return;
    if (round++ % devicePeriods === 0 && usesRealDevices(engine)) void engine.devices.measure();
    sampleAll(engine);
    stop = engine.environment.clock.after(samplePeriodMs, tick);
  }
  return () => stop();
}

export function sampleAll(engine: Engine): void {
  let table: readonly ProcessEntry[] | undefined;
  for (const attempt of engine.live.values()) {
    inspect(engine, attempt);
    if (attempt.supervisor === undefined || attempt.settling) continue;
    const reading =
      attempt.job?.cgroup === undefined
        ? treeReading(attempt, (table ??= processTable()))
        : cgroupUsage(attempt.job.cgroup);
    attempt.meter.sample(uptimeS(), { ...reading, ...deviceReading(engine, attempt) });
    if (attempt.job?.cgroup?.folders.memory === undefined) endWhenTooLarge(engine, attempt, reading);
  }
  saveMeters(engine);
}

/** Sum over the attempt's processes; shared pages count in each, so this errs towards too much. */
function treeReading(attempt: LiveAttempt, table: readonly ProcessEntry[]): Reading {
  const family = attemptFamily(attempt, table);
  const memoryBytes = family.reduce((sum, entry) => sum + entry.residentBytes, 0);
  return { cpuMs: family.reduce((sum, entry) => sum + entry.cpuMs, 0), memoryBytes, peakBytes: memoryBytes };
}

function endWhenTooLarge(engine: Engine, attempt: LiveAttempt, reading: Reading): void {
  const limit = attempt.job?.memoryBytes ?? 0;
  if (limit === 0 || (reading.memoryBytes ?? 0) <= limit) return;
  void orderStop(engine, attempt, { why: "out-of-memory", graceMs: 0 });
}

function usesRealDevices(engine: Engine): boolean {
  return (
    engine.devices.hasNvidia &&
    [...engine.live.values()].some((attempt) => (attempt.job?.devices.length ?? 0) > 0)
  );
}

/** What a device does is shared out among those who hold it by their shares. */
function deviceReading(engine: Engine, attempt: LiveAttempt): Pick<Reading, "deviceMilli"> {
  const held = (attempt.job?.devices ?? []).filter((device) => engine.devices.utilisation.has(device.id));
  if (held.length === 0) return {};
  let milli = 0;
  for (const device of held) {
    const all = [...engine.live.values()]
      .flatMap((other) => other.job?.devices ?? [])
      .filter((other) => other.id === device.id);
    const shares = all.reduce((sum, other) => sum + other.shareMilli, 0);
    milli +=
      ((engine.devices.utilisation.get(device.id) ?? 0) * 10 * device.shareMilli) / Math.max(1, shares);
  }
  return { deviceMilli: milli };
}
