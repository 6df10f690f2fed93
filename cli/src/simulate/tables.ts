import { words } from "@yunhe/client";
import type { SimulationResult } from "@yunhe/scheduler";
import type { Context } from "../command/context.ts";
import { alignedRows } from "./aligned.ts";
import { printTraceRuns } from "./trace-table.ts";

type OpenbRun = Extract<SimulationResult, { format: "openb" }>["runs"][number];

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
  else printTraceRuns(context, result.runs);
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
