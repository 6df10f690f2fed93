import { type Words, words } from "@yunhe/client";
import type { TraceRun } from "@yunhe/scheduler";
import type { Context } from "../command/context.ts";
import { alignedRows } from "./aligned.ts";

interface Column<Of> {
  readonly title: Words;
  readonly text: (of: Of) => string;
}

const fleetNames = { given: words("as is", "现状"), changed: words("what if", "假设") };

/** One line per run, then one per run and queue. */
export function printTraceRuns(context: Context, runs: readonly TraceRun[]): void {
  const isChanged = runs.some(({ fleet }) => fleet === "changed");
  print(context, [...named(context, isChanged), ...runColumns], runs);
  const queues = runs.flatMap((run) => run.queues.map((queue) => ({ ...run, ...queue })));
  if (new Set(queues.map(({ queue }) => queue)).size >= 2) {
    context.print("");
    print(context, [...named(context, isChanged), ...queueColumns], queues);
  }
  printUnserved(context, runs[0]!);
}

function print<Of>(context: Context, columns: readonly Column<Of>[], rows: readonly Of[]): void {
  const lines = [
    columns.map(({ title }) => context.say(title)),
    ...rows.map((row) => columns.map(({ text }) => text(row))),
  ];
  for (const line of alignedRows(lines)) context.print(line);
}

const named = (context: Context, isChanged: boolean): Column<TraceRun>[] => [
  { title: words("POLICY", "策略"), text: ({ policy }) => policy },
  ...(isChanged
    ? [
        {
          title: words("FLEET", "资源池"),
          text: ({ fleet }: TraceRun) => context.say(fleetNames[fleet]),
        },
      ]
    : []),
];

const runColumns: readonly Column<TraceRun>[] = [
  { title: words("ENDED", "完成"), text: ({ completed }) => String(completed) },
  { title: words("REFUSED", "已拒绝"), text: ({ refused }) => String(refused.length) },
  { title: words("WAIT P50", "等待 P50"), text: ({ wait }) => spanText(wait.p50Ms) },
  { title: words("P95", "P95"), text: ({ wait }) => spanText(wait.p95Ms) },
  { title: words("MAX", "最长"), text: ({ wait }) => spanText(wait.maxMs) },
  {
    title: words("FAIRNESS", "公平性"),
    text: ({ fairness }) => (fairness.dominantShares === null ? "–" : fairness.dominantShares.toFixed(3)),
  },
  { title: words("PREEMPTED", "抢占"), text: ({ preemptions: p }) => String(p.byPriority + p.byReclaim) },
  { title: words("LOST DEV·H", "损失设备时"), text: ({ preemptions: p }) => p.lostDeviceHours.toFixed(2) },
  { title: words("DEVICES %", "设备 %"), text: (run) => run.meanAllocatedDevicePercent.toFixed(2) },
  { title: words("CPU %", "CPU %"), text: (run) => run.meanAllocatedCpuPercent.toFixed(2) },
  { title: words("FRAGMENTS %", "碎片 %"), text: (run) => run.meanFragmentationPercent.toFixed(2) },
  { title: words("COST", "费用"), text: ({ costNano }) => costText(costNano) },
  { title: words("CO2 KG", "碳排放 kg"), text: ({ carbonGrams }) => (carbonGrams / 1000).toFixed(2) },
];

const queueColumns: readonly Column<TraceRun & TraceRun["queues"][number]>[] = [
  { title: words("QUEUE", "队列"), text: ({ queue }) => queue },
  { title: words("TASKS", "任务"), text: ({ wait }) => String(wait.tasks) },
  { title: words("WAIT P50", "等待 P50"), text: ({ wait }) => spanText(wait.p50Ms) },
  { title: words("P95", "P95"), text: ({ wait }) => spanText(wait.p95Ms) },
  { title: words("MAX", "最长"), text: ({ wait }) => spanText(wait.maxMs) },
  { title: words("SHARE %", "占比 %"), text: (queue) => queue.meanDominantSharePercent.toFixed(2) },
  { title: words("DEVICE HOURS", "设备小时"), text: ({ deviceHours }) => deviceHours.toFixed(2) },
  { title: words("CORE HOURS", "核小时"), text: ({ coreHours }) => coreHours.toFixed(2) },
  { title: words("PREEMPTED", "抢占"), text: ({ preemptions: p }) => String(p.byPriority + p.byReclaim) },
];

/** The first few that never ran, with their reason; all of them are in the JSON. */
function printUnserved(context: Context, { refused, unstarted }: TraceRun): void {
  const all = [...refused, ...unstarted];
  if (all.length === 0) return;
  context.print("");
  context.print(context.say(words(`${all.length} tasks never ran:`, `${all.length} 个任务从未运行：`)));
  for (const { id, why } of all.slice(0, 3)) context.print(`  ${id}: ${context.say(why)}`);
  if (all.length > 3) context.print("  …");
}

const costText = (cost: Readonly<Record<string, number>>): string =>
  Object.entries(cost)
    .map(([currency, nano]) => `${(nano / 1e9).toFixed(2)} ${currency}`)
    .join(", ") || "–";

function spanText(ms: number): string {
  const seconds = ms / 1000;
  if (seconds < 60) return `${seconds.toFixed(1)} s`;
  return seconds < 3600 ? `${(seconds / 60).toFixed(1)} min` : `${(seconds / 3600).toFixed(1)} h`;
}
