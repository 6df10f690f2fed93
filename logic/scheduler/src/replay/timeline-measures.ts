import type { FleetState } from "../engine/state.ts";
import { carbonGramsPerHour } from "../model/carbon.ts";
import { hourlyPriceNano } from "../model/price.ts";
import { type Fragmentation, fragmentation } from "../policies/fragmentation.ts";
import type { QueueRules, QueueUses } from "../queue/quota.ts";
import { QueueMeasures } from "./queue-measures.ts";
import type { TimelineResult, TimelineSample, Unserved } from "./timeline-result.ts";
import type { TracedTask } from "./trace.ts";
import type { Run } from "./work.ts";

const HOUR_MS = 3_600_000;

export interface MeasuredReplay {
  readonly state: FleetState;
  readonly rules: readonly QueueRules[];
  readonly uses: QueueUses;
  readonly tasks: readonly TracedTask[];
  readonly samples: number;
}

/** Collects what a replay reports. */
export class TimelineMeasures {
  readonly #state: FleetState;
  readonly #fragmentation: Fragmentation;
  readonly #fragmentedOn: Float64Array;
  readonly #queues: QueueMeasures;
  readonly #startMs: number;
  readonly #wanted: number;
  /** Doubles, and every second sample goes, whenever there are twice as many as wanted. */
  #stepMs: number;
  #samples: TimelineSample[] = [];
  readonly #refused: Unserved[] = [];
  readonly #cost = new Map<string, number>();
  readonly #totals: { readonly cpu: number; readonly share: number };
  readonly #area = { device: 0, cpu: 0, fragments: 0 };
  #cpuFree: number;
  #shareFree: number;
  #fragmented: number;
  #carbonGrams = 0;
  #running = 0;
  #nowMs: number;

  constructor({ state, rules, uses, tasks, samples }: MeasuredReplay) {
    this.#state = state;
    this.#fragmentation = fragmentation(state);
    this.#queues = new QueueMeasures(rules, uses, state);
    const arrivals = tasks.map(({ task }) => task.submittedAtMs);
    this.#startMs = this.#nowMs = arrivals.reduce((first, ms) => Math.min(first, ms), arrivals[0] ?? 0);
    const lastMs = tasks.reduce(
      (last, { task, durationMs }) => Math.max(last, task.submittedAtMs + durationMs),
      0,
    );
    this.#wanted = Math.max(1, samples);
    this.#stepMs = Math.max(1, Math.ceil((lastMs - this.#startMs) / this.#wanted));
    this.#cpuFree = state.cpuFree.reduce((sum, free) => sum + free, 0);
    this.#shareFree = state.freeShare.reduce((sum, free) => sum + free, 0);
    this.#totals = { cpu: this.#cpuFree, share: this.#shareFree };
    this.#fragmentedOn = Float64Array.from({ length: state.nodeCount }, (_, node) =>
      this.#fragmentation.of(node),
    );
    this.#fragmented = this.#fragmentedOn.reduce((sum, milli) => sum + milli, 0);
  }

  get completed(): number {
    return this.#queues.completed + this.#refused.length;
  }

  /** Time passes to `nowMs` with everything as it is. */
  advance(nowMs: number): void {
    for (;;) {
      const atMs = this.#startMs + this.#samples.length * this.#stepMs;
      if (atMs >= nowMs) break;
      this.#samples.push(this.#sample(atMs));
      if (this.#samples.length <= 2 * this.#wanted) continue;
      this.#samples = this.#samples.filter((_, at) => at % 2 === 0);
      this.#stepMs *= 2;
    }
    const spanMs = nowMs - this.#nowMs;
    this.#area.device += spanMs * (this.#totals.share - this.#shareFree);
    this.#area.cpu += spanMs * (this.#totals.cpu - this.#cpuFree);
    this.#area.fragments += spanMs * this.#fragmented;
    this.#queues.advance(spanMs);
    this.#nowMs = nowMs;
  }

  refused(task: Unserved): void {
    this.#refused.push(task);
  }

  waits(queue: string, change: 1 | -1): void {
    this.#queues.waits(queue, change);
  }

  started(run: Run): void {
    this.#running += 1;
    this.#account(run, -1);
    this.#queues.started(run);
  }

  preempted(run: Run, kind: "priority" | "reclaim"): void {
    this.#queues.preempted(run, kind);
  }

  /** Time that was run costs the same whether its work was lost or not. */
  ended(run: Run, ranMs: number, lostMs: number, isDone: boolean): void {
    this.#running -= 1;
    this.#account(run, 1);
    this.#queues.ended(run, { ranMs, lostMs, nowMs: this.#nowMs, isDone });
    this.#charge(run, ranMs);
  }

  result(unstarted: readonly Unserved[]): TimelineResult {
    const spanMs = Math.max(1, this.#nowMs - this.#startMs);
    return {
      refused: this.#refused,
      unstarted,
      startedAtMs: this.#startMs,
      endedAtMs: this.#nowMs,
      ...this.#queues.result(spanMs),
      meanAllocatedDevicePercent: percent(this.#area.device / spanMs, this.#totals.share),
      meanAllocatedCpuPercent: percent(this.#area.cpu / spanMs, this.#totals.cpu),
      meanFragmentationPercent: percent(this.#area.fragments / spanMs, this.#totals.share),
      costNano: Object.fromEntries([...this.#cost].sort(([a], [b]) => (a < b ? -1 : 1))),
      carbonGrams: this.#carbonGrams,
      samples: this.#samples,
    };
  }

  #charge({ work, members }: Run, ranMs: number): void {
    const { task } = work.traced;
    for (const { pool, devices } of members) {
      const place = this.#state.fleet.pools[pool]!;
      const model = devices[0] && this.#state.models[this.#state.deviceModel[devices[0].device]!]!;
      const price = hourlyPriceNano(task, place, model?.name);
      const currency = place.prices?.currency;
      if (currency && price !== undefined) {
        const nano = Math.round((price * ranMs) / HOUR_MS);
        this.#cost.set(currency, (this.#cost.get(currency) ?? 0) + nano);
      }
      this.#carbonGrams += ((carbonGramsPerHour(task, place, model?.facts) ?? 0) * ranMs) / HOUR_MS;
    }
  }

  /** Nodes are as they are after the run's places were taken (sign −1) or given back (sign 1). */
  #account({ members, running }: Run, sign: 1 | -1): void {
    for (const { devices } of members) {
      this.#cpuFree += sign * running.shape.cpuMilli;
      for (const { shareMilli } of devices) this.#shareFree += sign * shareMilli;
    }
    for (const node of new Set(members.map((member) => member.node))) {
      const after = this.#fragmentation.of(node);
      this.#fragmented += after - this.#fragmentedOn[node]!;
      this.#fragmentedOn[node] = after;
    }
  }

  #sample(atMs: number): TimelineSample {
    return {
      atMs,
      running: this.#running,
      waiting: this.#queues.waiting,
      allocatedDevicePercent: percent(this.#totals.share - this.#shareFree, this.#totals.share),
      allocatedCpuPercent: percent(this.#totals.cpu - this.#cpuFree, this.#totals.cpu),
      // The sum of many differences: what is left at zero is rounding.
      fragmentationPercent: Math.max(0, percent(this.#fragmented, this.#totals.share)),
      queues: this.#queues.sample(),
    };
  }
}

const percent = (part: number, whole: number): number => (whole === 0 ? 0 : (100 * part) / whole);
