import { type Words, words } from "@yunhe/client";
import type { SimulationResult } from "@yunhe/scheduler";
import type { Context } from "../command/context.ts";
import { alignedRows } from "./aligned.ts";

type OpenbRun = Extract<SimulationResult, { format: "openb" }>["runs"][number];
type TraceRun = Extract<SimulationResult, { format: "trace" }>["runs"][number];

/** A result as tables: one line per policy and seed, then the means per policy; or one line per policy and queue. */
export function printTables(context: Context, result: SimulationResult): void {
  context.print(
    context.say(
      words(
        `${result.nodes} nodes, ${result.devices} devices`,
        `${result.nodes} 个节点，${result.devices} 个设备`,
      ),
    ),
  );
  if (result.format === "openb") printOpenb(context, result.runs);
  else printTrace(context, result.runs);
}

const arrived = [90, 95, 100, 110, 130];
const allocatedTitle = words(
  "Allocated devices in percent, by percent arrived",
  "已分配设备占比（%），按到达比例（%）",
);

function printOpenb(context: Context, runs: readonly OpenbRun[]): void {
  const head = [
    words("POLICY", "策略"),
    words("SEED", "种子"),
    words("ORDER", "顺序"),
    words("PLACED", "已放置"),
    words("DROPPED", "已丢弃"),
  ].map(context.say);
  const rows = runs.map((run) => [
    run.policy,
    String(run.seed),
    run.order,
    String(run.placed),
    String(run.dropped),
    ...arrived.map((percent) => percentText(allocatedAt(run, percent))),
  ]);
  const means = [...Map.groupBy(runs, ({ policy }) => policy)].map(([policy, of]) => [
    policy,
    context.say(words("mean", "均值")),
    "",
    "",
    "",
    ...arrived.map((percent) => percentText(meanAt(of, percent))),
  ]);
  context.print(context.say(allocatedTitle));
  const all = [[...head, ...arrived.map(String)], ...rows, ...(runs.length > means.length ? means : [])];
  for (const line of alignedRows(all)) context.print(line);
}

const allocatedAt = ({ points }: OpenbRun, percent: number): number | undefined =>
  points.find(({ arrivedPercent }) => arrivedPercent === percent)?.allocatedPercent;

function meanAt(runs: readonly OpenbRun[], percent: number): number | undefined {
  const values = runs.map((run) => allocatedAt(run, percent)).filter((value) => value !== undefined);
  return values.length === 0 ? undefined : values.reduce((sum, value) => sum + value, 0) / values.length;
}

const percentText = (value: number | undefined): string => (value === undefined ? "–" : value.toFixed(2));

function printTrace(context: Context, runs: readonly TraceRun[]): void {
  const head: Words[] = [
    words("POLICY", "策略"),
    words("STARTED", "已启动"),
    words("REFUSED", "已拒绝"),
    words("WAIT MEAN", "平均等待"),
    words("P95", "P95"),
    words("MAX", "最长"),
    words("FAIRNESS", "公平性"),
    words("DEVICES %", "设备 %"),
    words("CPU %", "CPU %"),
    words("FRAGMENTS %", "碎片 %"),
    words("COST", "费用"),
    words("CO2 KG", "碳排放 kg"),
  ];
  const rows = runs.map((run) => [
    run.policy,
    String(run.started),
    String(run.refused.length),
    ...[run.wait.meanMs, run.wait.p95Ms, run.wait.maxMs].map(spanText),
    (run.fairness.dominantShares ?? 1).toFixed(3),
    run.meanAllocatedDevicePercent.toFixed(2),
    run.meanAllocatedCpuPercent.toFixed(2),
    run.meanFragmentationPercent.toFixed(2),
    costText(run.costNano),
    (run.carbonGrams / 1000).toFixed(2),
  ]);
  for (const line of alignedRows([head.map(context.say), ...rows])) context.print(line);
  const queues = runs.flatMap(({ policy, queues: each }) => each.map((queue) => ({ policy, ...queue })));
  if (new Set(queues.map(({ queue }) => queue)).size < 2) return;
  const queueHead = [
    words("POLICY", "策略"),
    words("QUEUE", "队列"),
    words("TASKS", "任务"),
    words("WAIT MEAN", "平均等待"),
    words("P95", "P95"),
    words("DEVICE HOURS", "设备小时"),
    words("CORE HOURS", "核小时"),
  ].map(context.say);
  const queueRows = queues.map(({ policy, queue, wait, deviceHours, coreHours }) => [
    policy,
    queue,
    String(wait.tasks),
    spanText(wait.meanMs),
    spanText(wait.p95Ms),
    deviceHours.toFixed(2),
    coreHours.toFixed(2),
  ]);
  context.print("");
  for (const line of alignedRows([queueHead, ...queueRows])) context.print(line);
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
