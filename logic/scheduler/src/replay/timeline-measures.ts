import type { Allocation } from "../engine/decision.ts";
import type { FleetState } from "../engine/state.ts";
import { carbonGramsPerHour } from "../model/carbon.ts";
import { hourlyPriceNano } from "../model/price.ts";
import { type Fragmentation, fragmentation } from "../policies/fragmentation.ts";
import type { TracedTask } from "./trace.ts";

const HOUR_MS = 3_600_000;

export interface TimelineSample {
  readonly atMs: number;
  readonly running: number;
  readonly waiting: number;
  readonly allocatedDevicePercent: number;
  readonly allocatedCpuPercent: number;
  readonly fragmentationPercent: number;
}

export interface WaitSummary {
  readonly tasks: number;
  readonly meanMs: number;
  readonly p50Ms: number;
  readonly p95Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
}

export interface QueueSummary {
  readonly queue: string;
  readonly wait: WaitSummary;
  readonly deviceHours: number;
  readonly coreHours: number;
}

export interface TimelineResult {
  readonly started: number;
  /** Ids of tasks that could never run on this fleet. */
  readonly refused: readonly string[];
  readonly endedAtMs: number;
  readonly wait: WaitSummary;
  readonly queues: readonly QueueSummary[];
  /** Jain's index over the mean slowdown of the queues: 1 when all wait alike, 1 ÷ queues when one has all the delay. */
  readonly fairness: number;
  /** Time-weighted means over the whole replay. */
  readonly meanAllocatedDevicePercent: number;
  readonly meanAllocatedCpuPercent: number;
  readonly meanFragmentationPercent: number;
  /** What was run at the pools' prices, in nano-units by currency; tasks on devices without a price are left out. */
  readonly costNano: Readonly<Record<string, number>>;
  /** At nominal power; pools of unknown intensity are left out. */
  readonly carbonGrams: number;
  readonly samples: readonly TimelineSample[];
}

interface Started {
  readonly queue: string;
  readonly waitMs: number;
  readonly durationMs: number;
  readonly deviceMilli: number;
  readonly cpuMilli: number;
}

/** Collects what a replay reports. */
export class TimelineMeasures {
  readonly #state: FleetState;
  readonly #fragmentation: Fragmentation;
  readonly #fragmentedOn: Float64Array;
  readonly #startMs: number;
  readonly #stepMs: number;
  readonly #samples: TimelineSample[] = [];
  readonly #started: Started[] = [];
  readonly #refused: string[] = [];
  readonly #cost = new Map<string, number>();
  readonly #totals: { cpu: number; share: number };
  readonly #area = { device: 0, cpu: 0, fragments: 0 };
  #cpuFree: number;
  #shareFree: number;
  #fragmented: number;
  #carbonGrams = 0;
  #running = 0;
  #nowMs: number;

  constructor(state: FleetState, arrivals: readonly TracedTask[], samples: number) {
    this.#state = state;
    this.#fragmentation = fragmentation(state);
    this.#startMs = this.#nowMs = arrivals[0]?.task.submittedAtMs ?? 0;
    const lastMs = arrivals.reduce(
      (last, { task, durationMs }) => Math.max(last, task.submittedAtMs + durationMs),
      0,
    );
    this.#stepMs = Math.max(1, Math.ceil((lastMs - this.#startMs) / Math.max(1, samples)));
    this.#cpuFree = state.cpuFree.reduce((sum, free) => sum + free, 0);
    this.#shareFree = state.freeShare.reduce((sum, free) => sum + free, 0);
    this.#totals = { cpu: this.#cpuFree, share: this.#shareFree };
    this.#fragmentedOn = Float64Array.from({ length: state.nodeCount }, (_, node) =>
      this.#fragmentation.of(node),
    );
    this.#fragmented = this.#fragmentedOn.reduce((sum, milli) => sum + milli, 0);
  }

  /** Time passes to `nowMs` with everything as it is. */
  advance(nowMs: number, waiting: number): void {
    while (this.#startMs + this.#samples.length * this.#stepMs < nowMs) {
      this.#samples.push(this.#sample(this.#startMs + this.#samples.length * this.#stepMs, waiting));
    }
    const spanMs = nowMs - this.#nowMs;
    this.#area.device += spanMs * (this.#totals.share - this.#shareFree);
    this.#area.cpu += spanMs * (this.#totals.cpu - this.#cpuFree);
    this.#area.fragments += spanMs * this.#fragmented;
    this.#nowMs = nowMs;
  }

  refused({ task }: TracedTask): void {
    this.#refused.push(task.id);
  }

  started({ task, durationMs }: TracedTask, allocation: Allocation, nowMs: number): void {
    const { members } = allocation;
    const deviceMilli = members.reduce(
      (sum, { devices }) => sum + devices.reduce((s, d) => s + d.shareMilli, 0),
      0,
    );
    const cpuMilli = members.length * task.cpuMilli;
    this.#started.push({
      queue: task.queue,
      waitMs: nowMs - task.submittedAtMs,
      durationMs,
      deviceMilli,
      cpuMilli,
    });
    this.#running += 1;
    this.#account(allocation, -1);
    for (const { pool, devices } of members) {
      const place = this.#state.fleet.pools[pool]!;
      const model = devices[0] && this.#state.models[this.#state.deviceModel[devices[0].device]!]!;
      const price = hourlyPriceNano(task, place, model?.name);
      const currency = place.prices?.currency;
      if (currency && price !== undefined) {
        this.#cost.set(
          currency,
          (this.#cost.get(currency) ?? 0) + Math.round((price * durationMs) / HOUR_MS),
        );
      }
      this.#carbonGrams += ((carbonGramsPerHour(task, place, model?.facts) ?? 0) * durationMs) / HOUR_MS;
    }
  }

  ended(allocation: Allocation): void {
    this.#running -= 1;
    this.#account(allocation, 1);
  }

  result(): TimelineResult {
    const spanMs = Math.max(1, this.#nowMs - this.#startMs);
    const queues = [...Map.groupBy(this.#started, ({ queue }) => queue)]
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([queue, started]) => summariseQueue(queue, started));
    return {
      started: this.#started.length,
      refused: this.#refused,
      endedAtMs: this.#nowMs,
      wait: summariseWaits(this.#started),
      queues,
      fairness: jain([...Map.groupBy(this.#started, ({ queue }) => queue).values()].map(meanSlowdown)),
      meanAllocatedDevicePercent: percent(this.#area.device / spanMs, this.#totals.share),
      meanAllocatedCpuPercent: percent(this.#area.cpu / spanMs, this.#totals.cpu),
      meanFragmentationPercent: percent(this.#area.fragments / spanMs, this.#totals.share),
      costNano: Object.fromEntries(this.#cost),
      carbonGrams: this.#carbonGrams,
      samples: this.#samples,
    };
  }

  /** Nodes are as they are after the allocation was taken (sign −1) or given back (sign 1). */
  #account({ members, shape }: Allocation, sign: 1 | -1): void {
    for (const { devices } of members) {
      this.#cpuFree += sign * shape.cpuMilli;
      for (const { shareMilli } of devices) this.#shareFree += sign * shareMilli;
    }
    for (const node of new Set(members.map((member) => member.node))) {
      const after = this.#fragmentation.of(node);
      this.#fragmented += after - this.#fragmentedOn[node]!;
      this.#fragmentedOn[node] = after;
    }
  }

  #sample(atMs: number, waiting: number): TimelineSample {
    return {
      atMs,
      running: this.#running,
      waiting,
      allocatedDevicePercent: percent(this.#totals.share - this.#shareFree, this.#totals.share),
      allocatedCpuPercent: percent(this.#totals.cpu - this.#cpuFree, this.#totals.cpu),
      fragmentationPercent: percent(this.#fragmented, this.#totals.share),
    };
  }
}

const percent = (part: number, whole: number): number => (whole === 0 ? 0 : (100 * part) / whole);

function summariseQueue(queue: string, started: readonly Started[]): QueueSummary {
  const hours = (of: (task: Started) => number): number =>
    started.reduce((sum, task) => sum + ((of(task) / 1000) * task.durationMs) / HOUR_MS, 0);
  return {
    queue,
    wait: summariseWaits(started),
    deviceHours: hours(({ deviceMilli }) => deviceMilli),
    coreHours: hours(({ cpuMilli }) => cpuMilli),
  };
}

function summariseWaits(started: readonly Started[]): WaitSummary {
  const waits = Float64Array.from(started, ({ waitMs }) => waitMs).sort();
  const at = (part: number): number => waits[Math.max(0, Math.ceil(waits.length * part) - 1)] ?? 0;
  const meanMs = waits.length === 0 ? 0 : waits.reduce((sum, wait) => sum + wait, 0) / waits.length;
  return { tasks: waits.length, meanMs, p50Ms: at(0.5), p95Ms: at(0.95), p99Ms: at(0.99), maxMs: at(1) };
}

/** (wait + run) ÷ run, with runs of at least ten seconds so that tiny tasks do not decide (bounded slowdown). */
function meanSlowdown(started: readonly Started[]): number {
  const slowdown = ({ waitMs, durationMs }: Started): number =>
    Math.max(1, (waitMs + durationMs) / Math.max(durationMs, 10_000));
  return started.reduce((sum, task) => sum + slowdown(task), 0) / started.length;
}

function jain(values: readonly number[]): number {
  if (values.length === 0) return 1;
  const sum = values.reduce((total, value) => total + value, 0);
  const squares = values.reduce((total, value) => total + value * value, 0);
  return (sum * sum) / (values.length * squares);
}
