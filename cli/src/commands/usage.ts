import { words } from "@yunhe/client";
import type { Context } from "../command/context.ts";
import { defineCommand } from "../command/define.ts";
import { exitCodes } from "../command/errors.ts";
import { alignedLine, columnWidths } from "../output/table.ts";

interface Amounts {
  readonly cpuCoreSeconds: number;
  readonly memoryByteSeconds: number;
  readonly deviceShareSeconds: number;
}

interface UsageRecord {
  readonly spec: {
    readonly task: string;
    readonly attemptUid: string;
    readonly grantedAmounts: Amounts;
    readonly usedAmounts: Amounts;
  };
}

interface Member {
  readonly metadata: { readonly name: string; readonly labels?: Readonly<Record<string, string>> };
}

interface Row {
  task: string;
  attempts: Set<string>;
  granted: Amounts;
  used: Amounts;
}

const arrayLabel = "compute.yunhe.dev/array";
const group = { group: "compute.yunhe.dev", version: "v1", namespaced: true } as const;

const usage = defineCommand({
  name: "usage",
  usage: "[TASK …]",
  words: words(
    "What tasks were granted and really used; arrays as one.",
    "任务占用与实际使用的资源；数组合并显示。",
  ),
  details: words(
    "Amounts are what a price is multiplied with: core-seconds, GiB-seconds, device-seconds. A running task grows.",
    "各数量即计价依据：核·秒、GiB·秒、设备·秒。运行中的任务会继续增长。",
  ),
  options: {
    members: { type: "flag", words: words("Members of arrays one by one.", "逐个显示数组成员。") },
  },
  completes: "tasks",
  examples: ["yunhe usage", "yunhe usage sweep"],
  async run(context, options, names) {
    const client = await context.client();
    const namespace = context.allProjects ? undefined : context.project;
    const [{ items: records }, { items: tasks }] = await Promise.all([
      client.resources<UsageRecord>({ ...group, plural: "usagerecords" }).list({ namespace }),
      client.resources<Member>({ ...group, plural: "tasks" }).list({ namespace }),
    ]);
    const arrays = new Map(tasks.map(({ metadata }) => [metadata.name, metadata.labels?.[arrayLabel]]));
    const rowOf = (task: string): string => (options.members ? task : (arrays.get(task) ?? task));
    const wanted = records.filter(
      ({ spec }) =>
        names.length === 0 || names.includes(spec.task) || names.includes(arrays.get(spec.task) ?? ""),
    );
    const rows = sumUp(wanted, rowOf);
    if (context.output === "json") context.print(JSON.stringify(rows.map(plain), null, 2));
    else show(context, rows);
    return exitCodes.ok;
  },
});

function show(context: Context, rows: readonly Row[]): void {
  const sum = rows.length > 1 ? [total(rows, context.say(all))] : [];
  const lines = [head.map((each) => context.say(each)), ...[...rows, ...sum].map(cells)];
  const widths = columnWidths(lines);
  for (const line of lines) context.print(alignedLine(line, widths));
}

const all = words("TOTAL", "合计");
const head = [
  words("TASK", "任务"),
  words("ATTEMPTS", "尝试"),
  words("CPU GRANTED (core·s)", "CPU 占用（核·秒）"),
  words("CPU USED", "CPU 实用"),
  words("MEMORY GRANTED (GiB·s)", "内存占用（GiB·秒）"),
  words("MEMORY USED", "内存实用"),
  words("DEVICES GRANTED (s)", "设备占用（秒）"),
];

const none: Amounts = { cpuCoreSeconds: 0, memoryByteSeconds: 0, deviceShareSeconds: 0 };
const plus = (a: Amounts, b: Amounts): Amounts => ({
  cpuCoreSeconds: a.cpuCoreSeconds + b.cpuCoreSeconds,
  memoryByteSeconds: a.memoryByteSeconds + b.memoryByteSeconds,
  deviceShareSeconds: a.deviceShareSeconds + b.deviceShareSeconds,
});

function sumUp(records: readonly UsageRecord[], rowOf: (task: string) => string): Row[] {
  const rows = new Map<string, Row>();
  for (const { spec } of records) {
    const task = rowOf(spec.task);
    const row = rows.get(task) ?? { task, attempts: new Set(), granted: none, used: none };
    row.attempts.add(spec.attemptUid);
    row.granted = plus(row.granted, spec.grantedAmounts);
    row.used = plus(row.used, spec.usedAmounts);
    rows.set(task, row);
  }
  return [...rows.values()].toSorted((a, b) => (a.task < b.task ? -1 : 1));
}

const total = (rows: readonly Row[], task: string): Row => ({
  task,
  attempts: new Set(rows.flatMap(({ attempts }) => [...attempts])),
  granted: rows.map(({ granted }) => granted).reduce(plus, none),
  used: rows.map(({ used }) => used).reduce(plus, none),
});

const plain = ({ task, attempts, granted, used }: Row) => ({ task, attempts: attempts.size, granted, used });

function cells({ task, attempts, granted, used }: Row): string[] {
  const gib = (bytes: number): string => (bytes / 2 ** 30).toFixed(2);
  return [
    task,
    String(attempts.size),
    granted.cpuCoreSeconds.toFixed(2),
    used.cpuCoreSeconds.toFixed(2),
    gib(granted.memoryByteSeconds),
    gib(used.memoryByteSeconds),
    granted.deviceShareSeconds.toFixed(2),
  ];
}

export const commands = [usage];
