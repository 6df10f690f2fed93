import type { FleetState } from "../engine/state.ts";
import { ALL_DEVICES, type Amounts, capacityOf, dominantShare } from "../queue/amounts.ts";
import type { QueueRules, QueueUses } from "../queue/quota.ts";
import { jain, ShareFairness } from "./fairness.ts";
import type {
  PreemptionSummary,
  QueueSample,
  QueueSummary,
  TimelineResult,
  WaitSummary,
} from "./timeline-result.ts";
import type { Run } from "./work.ts";

const HOUR_MS = 3_600_000;
/** Shorter runs count as this long in a slowdown, so that tiny tasks do not decide (bounded slowdown). */
const SHORTEST_RUN_MS = 10_000;

const hours = (milliMs: number): number => milliMs / 1000 / HOUR_MS;

interface Ended {
  readonly ranMs: number;
  readonly lostMs: number;
  readonly nowMs: number;
  readonly isDone: boolean;
}

/** What one queue saw. */
class QueueMeasure {
  readonly rules: QueueRules;
  readonly waitsMs: number[] = [];
  /** Thousandths × milliseconds, as integers. */
  readonly held = { device: 0, core: 0 };
  readonly lost = { device: 0, core: 0 };
  readonly preempted = { priority: 0, reclaim: 0 };
  slowdowns = 0;
  completed = 0;
  waiting = 0;
  share = 0;
  shareArea = 0;

  constructor(rules: QueueRules) {
    this.rules = rules;
  }

  preemptions(): PreemptionSummary {
    const { preempted, lost } = this;
    return {
      byPriority: preempted.priority,
      byReclaim: preempted.reclaim,
      lostDeviceHours: hours(lost.device),
      lostCoreHours: hours(lost.core),
    };
  }

  summary(spanMs: number): QueueSummary {
    return {
      queue: this.rules.name,
      weight: this.rules.weight,
      wait: summariseWaits(this.waitsMs),
      deviceHours: hours(this.held.device),
      coreHours: hours(this.held.core),
      meanDominantSharePercent: (100 * this.shareArea) / spanMs,
      preemptions: this.preemptions(),
    };
  }
}

/** What each queue held, waited and lost, and how fair that was. */
export class QueueMeasures {
  readonly #uses: QueueUses;
  readonly #capacity: Amounts;
  readonly #queues: ReadonlyMap<string, QueueMeasure>;
  readonly #fairness = new ShareFairness();
  completed = 0;
  waiting = 0;

  constructor(rules: readonly QueueRules[], uses: QueueUses, state: FleetState) {
    this.#uses = uses;
    this.#capacity = capacityOf(state);
    const sorted = rules.toSorted((a, b) => (a.name < b.name ? -1 : 1));
    this.#queues = new Map(sorted.map((each) => [each.name, new QueueMeasure(each)]));
  }

  advance(spanMs: number): void {
    if (spanMs === 0) return;
    const competing: number[] = [];
    for (const queue of this.#queues.values()) {
      queue.share = dominantShare(this.#uses.ofQueue(queue.rules.name), this.#capacity);
      queue.shareArea += spanMs * queue.share;
      if (queue.waiting > 0) competing.push(queue.share / queue.rules.weight);
    }
    this.#fairness.advance(spanMs, competing);
  }

  waits(queue: string, change: 1 | -1): void {
    this.#queues.get(queue)!.waiting += change;
    this.waiting += change;
  }

  started({ work, startedAtMs }: Run): void {
    const { task } = work.traced;
    if (work.firstStartMs === undefined)
      this.#queues.get(task.queue)!.waitsMs.push(startedAtMs - task.submittedAtMs);
  }

  preempted({ running }: Run, kind: "priority" | "reclaim"): void {
    this.#queues.get(running.queue)!.preempted[kind] += 1;
  }

  ended({ work, running }: Run, { ranMs, lostMs, nowMs, isDone }: Ended): void {
    const queue = this.#queues.get(running.queue)!;
    const devices = running.amounts.get(ALL_DEVICES) ?? 0;
    const cores = running.amounts.get("cpuMilli") ?? 0;
    queue.held.device += ranMs * devices;
    queue.held.core += ranMs * cores;
    queue.lost.device += lostMs * devices;
    queue.lost.core += lostMs * cores;
    if (!isDone) return;
    const { task, durationMs } = work.traced;
    const turnaroundMs = nowMs - task.submittedAtMs;
    queue.slowdowns += Math.max(1, turnaroundMs / Math.max(durationMs, SHORTEST_RUN_MS));
    queue.completed += 1;
    this.completed += 1;
  }

  sample(): QueueSample[] {
    return [...this.#queues.values()].map(({ rules, waiting }) => ({
      waiting,
      dominantSharePercent: 100 * dominantShare(this.#uses.ofQueue(rules.name), this.#capacity),
    }));
  }

  result(
    spanMs: number,
  ): Pick<TimelineResult, "started" | "completed" | "wait" | "queues" | "fairness" | "preemptions"> {
    const all = [...this.#queues.values()];
    const waits = all.flatMap(({ waitsMs }) => waitsMs);
    const ended = all.filter(({ completed }) => completed > 0);
    const summaries = all.map((queue) => queue.summary(spanMs));
    const sum = (of: (each: PreemptionSummary) => number): number =>
      summaries.reduce((total, { preemptions }) => total + of(preemptions), 0);
    return {
      started: waits.length,
      completed: this.completed,
      wait: summariseWaits(waits),
      queues: summaries,
      fairness: {
        dominantShares: this.#fairness.result(),
        slowdowns: jain(ended.map(({ slowdowns, completed }) => slowdowns / completed)),
      },
      preemptions: {
        byPriority: sum(({ byPriority }) => byPriority),
        byReclaim: sum(({ byReclaim }) => byReclaim),
        lostDeviceHours: sum(({ lostDeviceHours }) => lostDeviceHours),
        lostCoreHours: sum(({ lostCoreHours }) => lostCoreHours),
      },
    };
  }
}

function summariseWaits(given: readonly number[]): WaitSummary {
  const waits = Float64Array.from(given).sort();
  const at = (part: number): number => waits[Math.max(0, Math.ceil(waits.length * part) - 1)] ?? 0;
  const meanMs = waits.length === 0 ? 0 : waits.reduce((sum, wait) => sum + wait, 0) / waits.length;
  return { tasks: waits.length, meanMs, p50Ms: at(0.5), p95Ms: at(0.95), p99Ms: at(0.99), maxMs: at(1) };
}
