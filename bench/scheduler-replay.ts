/**
 * Replay over the real queues: a week of 10,000 tasks on 200 nodes within seconds of one core; how it grows.
 *
 *     node tools/node.mjs bench/scheduler-replay.ts
 *
 * Processor time, so that other work on the machine does not count. "exact": every task tells exactly how long it will
 * run, so that hardly two of them are alike and buckets of equal requests do not help.
 */
import { loadavg } from "node:os";
import { exampleTrace, simulate } from "@yunhe/scheduler";

const limitS = 10;

interface Case {
  readonly nodes: number;
  readonly tasks: number;
  readonly days: number;
  readonly policy: string;
  readonly exact?: true;
}

const cases: readonly Case[] = [
  { nodes: 24, tasks: 1500, days: 3, policy: "yunhe" },
  { nodes: 200, tasks: 10_000, days: 7, policy: "yunhe" },
  { nodes: 200, tasks: 10_000, days: 7, policy: "best-fit" },
  { nodes: 200, tasks: 10_000, days: 7, policy: "yunhe", exact: true },
  { nodes: 1000, tasks: 20_000, days: 7, policy: "yunhe" },
];

/** The column of expected times gets the run times. */
function exactly(csv: string): string {
  const [head, ...lines] = csv.trimEnd().split("\n");
  const names = head!.split(",");
  const [from, to] = [names.indexOf("duration_ms"), names.indexOf("expected_ms")];
  const told = lines.map((line) => {
    const fields = line.split(",");
    fields[to] = fields[from]!;
    return fields.join(",");
  });
  return `${[head, ...told].join("\n")}\n`;
}

console.log(
  `load ${loadavg()[0]!.toFixed(1)}; limit for a week of 10,000 tasks on 200 nodes: ${limitS} s of one core`,
);
for (const { nodes, tasks, days, policy, exact } of cases) {
  const trace = exampleTrace(1, { nodes, tasks, days });
  const text = exact ? exactly(trace.tasks.text) : trace.tasks.text;
  const before = process.cpuUsage();
  const result = simulate({
    format: "trace",
    fleetJson: trace.fleetJson,
    tasks: { ...trace.tasks, text },
    policies: [policy],
  });
  const { user, system } = process.cpuUsage(before);
  const seconds = (user + system) / 1e6;
  if (result.format !== "trace") throw new Error("a trace gives a trace's result");
  const [run] = result.runs;
  const shown = `${tasks} tasks, ${nodes} nodes, ${days} days, ${policy}${exact ? ", exact" : ""}`;
  const against = nodes === 200 && !exact ? `, ${(limitS / seconds).toFixed(1)}× below the limit` : "";
  console.log(
    `${shown.padEnd(46)} ${seconds.toFixed(2).padStart(6)} s, ${Math.round(tasks / seconds)} tasks/s${against}; ` +
      `${run!.meanAllocatedDevicePercent.toFixed(1)}% allocated, ${run!.preemptions.byPriority + run!.preemptions.byReclaim} preempted`,
  );
}
