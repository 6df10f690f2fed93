import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import {
  allocationBound,
  simulate,
  worthOfShares,
  type ArrivedTasks,
  type SourceText,
} from "@yunhe/scheduler";

/**
 * How much of the openb fleet the default policy allocates, beside FGD (the best published, USENIX ATC 2023) under the
 * same arrivals, and how far the default trace is from an upper bound. Run with
 * `node bench/scheduler-allocation.ts [seed …]`: without seeds the published arrival orders, with seeds orders of our
 * own generator, on every pod list there is. Needs the traces beside the project, in `../shared/data`.
 */

const root = join(import.meta.dirname, "../../shared/data");
if (!existsSync(join(root, "openb"))) {
  console.log("the openb traces are not beside the project (../shared/data/openb): nothing measured");
  process.exit(0);
}

const source = (file: string): SourceText => ({ file, text: readFileSync(join(root, file), "utf8") });
const nodesCsv = source("openb/openb_node_list_gpu_node.csv");
const prefix = "openb_pod_list_";
const seeds = process.argv.slice(2).map(Number);

const tasksOf = (trace: string): SourceText => source(`openb/${prefix}${trace}.csv`);
/** The gpuspec traces arrive in the order of the default one. */
const orderFile = (trace: string): string =>
  `openb-orders/${trace.startsWith("gpuspec") ? "default" : trace}.jsonl.gz`;
const ordersOf = (trace: string): SourceText => ({
  file: orderFile(trace),
  text: gunzipSync(readFileSync(join(root, orderFile(trace)))).toString(),
});

interface Allocation {
  readonly at100: number;
  readonly at130: number;
}
const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

/** Mean over the seeds, in percent of the fleet's devices. */
function allocations(trace: string): ReadonlyMap<string, Allocation> {
  const order = seeds.length > 0 ? { seeds } : { orderJsonl: ordersOf(trace) };
  const result = simulate({
    format: "openb",
    nodesCsv,
    tasksCsv: tasksOf(trace),
    policies: ["fgd", "yunhe"],
    ...order,
  });
  if (result.format !== "openb") throw new Error("not an openb result");
  const of = (name: string): Allocation => {
    const runs = result.runs.filter(({ policy }) => policy === name);
    return {
      at100: mean(runs.map((run) => run.allocatedPercentAt100!)),
      at130: mean(runs.map((run) => run.allocatedPercentAt130!)),
    };
  };
  return new Map(["fgd", "yunhe"].map((name) => [name, of(name)]));
}

const traces = readdirSync(join(root, "openb"))
  .filter((file) => file.startsWith(prefix))
  .map((file) => file.slice(prefix.length, -".csv".length))
  .filter((trace) => seeds.length > 0 || existsSync(join(root, orderFile(trace))));

const kind = seeds.length > 0 ? `own orders, seeds ${seeds.join(", ")}` : "published orders";
console.log(
  `allocated devices in percent of 6,212, mean over ${kind}; unallocated: yunhe's as a part of FGD's`,
);
console.log("trace          FGD@100  yunhe@100  FGD@130  yunhe@130   unallocated@100  @130");
const unallocated = { fgd: [] as number[], yunhe: [] as number[], ratios: [] as number[] };
const found = new Map<string, Allocation>();
for (const trace of traces) {
  const byPolicy = allocations(trace);
  const [fgd, yunhe] = [byPolicy.get("fgd")!, byPolicy.get("yunhe")!];
  found.set(trace, yunhe);
  const left = (["at100", "at130"] as const).map((at) => (100 - yunhe[at]) / (100 - fgd[at]));
  unallocated.fgd.push(200 - fgd.at100 - fgd.at130);
  unallocated.yunhe.push(200 - yunhe.at100 - yunhe.at130);
  unallocated.ratios.push(...left);
  const cells = [fgd.at100, yunhe.at100, fgd.at130, yunhe.at130].map((value) => value.toFixed(2).padStart(7));
  console.log(
    `${trace.padEnd(13)}  ${cells.join("   ")}        ${left.map((ratio) => ratio.toFixed(3)).join("       ")}`,
  );
}
const part = mean(unallocated.yunhe) / mean(unallocated.fgd);
console.log(
  `all ${traces.length} traces: unallocated ${(mean(unallocated.yunhe) / 2).toFixed(3)}% instead of ${(mean(unallocated.fgd) / 2).toFixed(3)}%, ` +
    `${(100 * (1 - part)).toFixed(1)}% less (promise: 15% less); mean of the ratios ${mean(unallocated.ratios).toFixed(3)}`,
);

/** The tasks that arrived, as a mean over the arrivals at which their requests round to `percent` of the fleet. */
function arrivedTasks(order: readonly number[], percent: number): ArrivedTasks[] {
  const [header, ...rows] = tasksOf("default").text.trim().split("\n");
  const columns = header!.split(",");
  const cell = (row: readonly string[], name: string): string => row[columns.indexOf(name)]!;
  const tasks = rows
    .map((row) => row.split(","))
    .toSorted((a, b) => (cell(a, "name") < cell(b, "name") ? -1 : 1))
    .map((row) => [
      Number(cell(row, "cpu_milli")),
      Number(cell(row, "num_gpu")),
      Number(cell(row, "gpu_milli")),
    ]);
  const seen = new Map<string, number>();
  const summed = new Map<string, number>();
  let arrivedMilli = 0;
  let points = 0;
  for (const index of order) {
    const [, deviceCount, shareMilli] = tasks[index]!;
    arrivedMilli += deviceCount! * shareMilli!;
    const key = tasks[index]!.join();
    seen.set(key, (seen.get(key) ?? 0) + 1);
    if (Math.round(arrivedMilli / 62_120) !== percent) continue;
    points += 1;
    for (const [shape, count] of seen) summed.set(shape, (summed.get(shape) ?? 0) + count);
  }
  return [...summed].map(([shape, count]) => {
    const [cpuMilli, deviceCount, shareMilli] = shape.split(",").map(Number) as [number, number, number];
    return { cpuMilli, deviceCount, shareMilli, count: count / points };
  });
}

/**
 * Devices asked for relative to the fewest that could hold them: how full perfect packing fills the fleet when it places
 * everything that comes. A policy that never turns away what fits can exceed it only by what still trickles in later.
 */
function perfectFilling(arrived: readonly ArrivedTasks[]): number {
  const bySize = new Map<number, number>();
  let whole = 0;
  for (const { count, deviceCount, shareMilli } of arrived) {
    if (shareMilli < 1000 && deviceCount > 0) bySize.set(shareMilli, (bySize.get(shareMilli) ?? 0) + count);
    else whole += count * deviceCount;
  }
  const worth = worthOfShares(bySize);
  const [asked, needed] = [[], []] as [number[], number[]];
  for (const [size, count] of bySize) {
    asked.push((count * size) / 1000);
    needed.push(count * worth[size]!);
  }
  const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, whole);
  return (100 * sum(asked)) / sum(needed);
}

if (seeds.length === 0) {
  const orders = ordersOf("default")
    .text.trim()
    .split("\n")
    .map((line) => (JSON.parse(line) as { order: number[] }).order);
  const perfect = mean(orders.map((order) => perfectFilling(arrivedTasks(order, 100))));
  console.log(`default trace: perfect packing of all that comes fills ${perfect.toFixed(2)}% of the devices`);
  for (const percent of [100, 130] as const) {
    const fleet = { devices: 6212, cpuMilli: 107_018_000 };
    const bound = mean(orders.map((order) => allocationBound(arrivedTasks(order, percent), fleet) / 62.12));
    const ours = found.get("default")![percent === 100 ? "at100" : "at130"];
    console.log(
      `default trace at ${percent}% arrived: upper bound ${bound.toFixed(2)}% (may turn tasks away at will), yunhe ${ours.toFixed(2)}%, ` +
        `distance ${(bound - ours).toFixed(2)} points, ratio ${(ours / bound).toFixed(4)}`,
    );
  }
}
