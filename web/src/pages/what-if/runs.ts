import type { SimulationResult, TraceRun } from "@yunhe/scheduler";
import type { Formats } from "../../format/format.ts";
import { whatIfWords as words } from "../../words/what-if.ts";
import type { Words } from "../../words/words.ts";

export type TraceResult = Extract<SimulationResult, { format: "trace" }>;
export type OpenbResult = Extract<SimulationResult, { format: "openb" }>;

/** One line of the comparison. */
export interface Metric {
  readonly words: Words;
  readonly hint?: Words;
  readonly value: (run: TraceRun) => number | null;
  readonly write: (value: number, formats: Formats) => string;
  /** Which end is good; absent: neither. */
  readonly better?: "low" | "high";
}

const percent = (value: number, { percent: write }: Formats): string => write(value / 100);
const span = (value: number, { duration }: Formats): string => duration(Math.round(value));
const plain = (value: number, { number }: Formats): string => number(value, 3);

const common: readonly Metric[] = [
  { words: words.completed, value: (run) => run.completed, write: plain, better: "high" },
  {
    words: words.neverRan,
    value: (run) => run.refused.length + run.unstarted.length,
    write: plain,
    better: "low",
  },
  { words: words.waitP50, value: ({ wait }) => wait.p50Ms, write: span, better: "low" },
  { words: words.waitP95, value: ({ wait }) => wait.p95Ms, write: span, better: "low" },
  { words: words.waitMax, value: ({ wait }) => wait.maxMs, write: span, better: "low" },
  {
    words: words.fairness,
    hint: words.fairnessHint,
    value: ({ fairness }) => fairness.dominantShares,
    write: plain,
    better: "high",
  },
  {
    words: words.slowdownFairness,
    value: ({ fairness }) => fairness.slowdowns,
    write: plain,
    better: "high",
  },
  { words: words.allocatedDevices, value: (run) => run.meanAllocatedDevicePercent, write: percent },
  { words: words.allocatedCpu, value: (run) => run.meanAllocatedCpuPercent, write: percent },
  {
    words: words.fragments,
    value: (run) => run.meanFragmentationPercent,
    write: percent,
    better: "low",
  },
  {
    words: words.preempted,
    value: ({ preemptions }) => preemptions.byPriority + preemptions.byReclaim,
    write: plain,
    better: "low",
  },
  {
    words: words.lostWork,
    value: ({ preemptions }) => preemptions.lostDeviceHours,
    write: (value, { number }) => number(value, 1),
    better: "low",
  },
  {
    words: words.carbon,
    value: ({ carbonGrams }) => carbonGrams / 1000,
    write: (value, { number }) => number(value, 1),
    better: "low",
  },
  { words: words.span, value: (run) => run.endedAtMs - run.startedAtMs, write: span, better: "low" },
];

/** All lines of the comparison; one for the cost in each currency. */
export function metricsOf(runs: readonly TraceRun[]): readonly Metric[] {
  const currencies = [...new Set(runs.flatMap(({ costNano }) => Object.keys(costNano)))];
  const costs = currencies.map((currency): Metric => ({
    words: { en: `${words.cost.en}, ${currency}`, zh: `${words.cost.zh} ${currency}` },
    value: ({ costNano }) => (costNano[currency] ?? 0) / 1e9,
    write: (value, { number }) => number(value, 2),
    better: "low",
  }));
  return [...common.slice(0, -2), ...costs, ...common.slice(-2)];
}

/** Which runs are best in a line, as it is written; none when all are alike. */
export function bestOf(
  { value, better, write }: Metric,
  runs: readonly TraceRun[],
  formats: Formats,
): ReadonlySet<TraceRun> {
  const values = runs.map(value).filter((each) => each !== null);
  const text = (each: number | null): string => (each === null ? "" : write(each, formats));
  if (better === undefined || new Set(values.map(text)).size < 2) return new Set();
  const best = text(better === "low" ? Math.min(...values) : Math.max(...values));
  return new Set(runs.filter((run) => text(value(run)) === best));
}

const HOUR_MS = 3_600_000;

/** The samples of several runs over one line of hours since the start; null where a run has none. */
export function overTime<
  Run extends { readonly startedAtMs: number; readonly samples: readonly { readonly atMs: number }[] },
>(
  runs: readonly Run[],
  value: (sample: Run["samples"][number]) => number,
): { readonly hours: readonly number[]; readonly values: readonly (readonly (number | null)[])[] } {
  const startMs = Math.min(...runs.map(({ startedAtMs }) => startedAtMs));
  const times = [...new Set(runs.flatMap(({ samples }) => samples.map(({ atMs }) => atMs)))].sort(
    (a, b) => a - b,
  );
  return {
    hours: times.map((ms) => (ms - startMs) / HOUR_MS),
    values: runs.map(({ samples }) => {
      const known = new Map(samples.map((sample) => [sample.atMs, value(sample)]));
      return times.map((ms) => known.get(ms) ?? null);
    }),
  };
}
