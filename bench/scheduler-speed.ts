import { availableParallelism } from "node:os";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import {
  createFleetState,
  fleetSchema,
  policies,
  type Policy,
  Scheduler,
  taskRequestSchema,
  type TaskRequest,
  typicalMix,
} from "@yunhe/scheduler";

/**
 * How many placements per second the scheduler decides, on one core, with explanations of failures on. Run with
 * `node bench/scheduler-speed.ts [policy]`.
 */

const GIB = 2 ** 30;
const policy = policies.get(process.argv[2] ?? (policies.has("yunhe") ? "yunhe" : "fgd"));
if (!policy) throw new Error(`no such policy: ${process.argv[2]}`);

/** Park and Miller's generator: the bench places the same tasks each time. */
function numbers(seed: number): () => number {
  let state = seed;
  return () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
}

/** Node sizes and models in about the proportions of Alibaba's openb trace. */
function fleetOf(nodes: number, devicesPerNode: (n: number) => number) {
  const models = ["T4", "A100-80GB", "V100M32", "H800", "Ascend910B"];
  return fleetSchema.parse({
    pools: [{ id: "north" }, { id: "south" }],
    nodes: Array.from({ length: nodes }, (_, n) => ({
      id: `n${n}`,
      pool: n % 2 ? "north" : "south",
      rack: `r${Math.floor(n / 32)}`,
      cpuMilli: [96_000, 104_000, 128_000][n % 3]!,
      memoryBytes: [384, 512, 768][n % 3]! * GIB,
      devices: [{ model: models[n % models.length]!, count: devicesPerNode(n) }],
    })),
  });
}

/** Shares, whole devices, several devices and none, as openb mixes them (13% none, 38% shares, 48% one, 1% several). */
function shapesOf(count: number): TaskRequest[] {
  const next = numbers(7);
  return Array.from({ length: count }, (_, i) => {
    const kind = next();
    const size = kind < 0.62 ? 1 : [2, 4, 8][i % 3]!;
    const shareMilli = kind < 0.38 ? 50 + Math.floor(next() * 90) * 10 : 1000;
    const devices = kind > 0.995 || (kind >= 0.62 && kind < 0.63) ? size : 1;
    return taskRequestSchema.parse({
      id: `t${i}`,
      cpuMilli: 1000 * (1 + Math.floor(next() * 12)),
      memoryBytes: GIB * (1 + Math.floor(next() * 40)),
      ...(kind < 0.87 || kind > 0.995 ? { devices: { count: devices, shareMilli } } : {}),
      ...(i % 11 === 3 && kind < 0.87 ? { constraints: { pools: ["north"] } } : {}),
    });
  });
}

setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc") as () => void;

interface Measured {
  /** By the clock, and by the processor time this process got: they differ where others use the cores too. */
  readonly perSecond: number;
  readonly perCpuSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
  readonly placed: number;
  readonly tried: number;
  readonly bytesPerNode: number;
}

function measure(
  nodes: number,
  devices: (n: number) => number,
  shapes: TaskRequest[],
  tries: number,
  by: Policy,
): Measured {
  collectGarbage();
  const before = process.memoryUsage();
  const state = createFleetState(fleetOf(nodes, devices), { mix: typicalMix(shapes) });
  const scheduler = new Scheduler(state, { explain: "failures" });
  const next = numbers(42);
  const latencies = new Float64Array(tries);
  let placed = 0;
  const cpu = process.cpuUsage();
  const start = performance.now();
  for (let i = 0; i < tries; i += 1) {
    const task = shapes[Math.floor(next() * next() * shapes.length)]!;
    const from = performance.now();
    if (scheduler.place(task, by).kind === "placed") placed += 1;
    latencies[i] = performance.now() - from;
  }
  const totalMs = performance.now() - start;
  const { user, system } = process.cpuUsage(cpu);
  collectGarbage();
  const after = process.memoryUsage();
  latencies.sort();
  return {
    perSecond: (1000 * tries) / totalMs,
    perCpuSecond: (1e6 * tries) / (user + system),
    p50Ms: latencies[Math.floor(tries * 0.5)]!,
    p99Ms: latencies[Math.floor(tries * 0.99)]!,
    maxMs: latencies[tries - 1]!,
    placed,
    tried: tries,
    // The state and rankings must still be held here; the latencies are the bench's own.
    bytesPerNode:
      (after.arrayBuffers - before.arrayBuffers - latencies.byteLength) / scheduler.state.nodeCount,
  };
}

function row(label: string, result: Measured, promise?: number): void {
  const ratio = promise === undefined ? "" : `  ${(result.perSecond / promise).toFixed(1)}× of ${promise}/s`;
  const { p50Ms, p99Ms, maxMs, placed, tried, bytesPerNode } = result;
  console.log(
    `${label.padEnd(44)} ${Math.round(result.perSecond).toString().padStart(7)}/s (${Math.round(result.perCpuSecond)}/CPU-s)  p50 ${p50Ms.toFixed(3)}  p99 ${p99Ms.toFixed(3)}` +
      `  max ${maxMs.toFixed(1)} ms  placed ${placed}/${tried}  ${Math.round(bytesPerNode)} B/node of arrays${ratio}`,
  );
}

const five = (): number => 5;
const shapes = shapesOf(91);
console.log(
  `scheduler, one of ${availableParallelism()} cores, policy ${policy.name}, explanations of failures on`,
);
// Once unmeasured, so that the code is compiled.
measure(1213, five, shapes, 12_000, policy);
row("1,213 nodes, 6,065 devices, 91 shapes", measure(1213, five, shapes, 12_000, policy), 20_000);
row("5,000 nodes, 25,000 devices, 91 shapes", measure(5000, five, shapes, 45_000, policy), 8000);
row("50,000 nodes, 250,000 devices, 91 shapes", measure(50_000, five, shapes, 360_000, policy), 2000);
console.log("growth with nodes (91 shapes, from empty to beyond full):");
for (const nodes of [500, 2000, 8000, 32_000])
  row(`  ${nodes} nodes`, measure(nodes, five, shapes, nodes * 7, policy));
console.log("growth with shapes (5,000 nodes; 256 rankings are kept):");
for (const count of [10, 100, 256, 1000])
  row(`  ${count} shapes`, measure(5000, five, shapesOf(count), 20_000, policy));
growthWithQueue(policy);
console.log("published by others, not measured here (whole systems, so not like for like):");
for (const [system, rate] of [
  ["kube-scheduler, CI floor at 5,000 nodes", "680–810 pods/s"],
  ["kube-scheduler, with extended resources", "180 pods/s"],
  ["Gödel (SoCC 2023)", "1,300 pods/s a scheduler"],
  ["Nomad, C1M challenge", "3,750 containers/s"],
  ["Slurm, high throughput guide", "500 jobs/s"],
] as const) {
  console.log(`  ${system.padEnd(42)} ${rate}`);
}

/** A full fleet on which one device comes free at a time: each release tries the whole queue again. */
function growthWithQueue(by: Policy): void {
  console.log(
    "growth with the queue (1,213 full nodes; each task that leaves lets the whole queue be tried):",
  );
  for (const waiting of [100, 1000, 10_000]) {
    const state = createFleetState(fleetOf(1213, five), { mix: typicalMix(shapes) });
    const scheduler = new Scheduler(state);
    const next = numbers(3);
    const pickTask = (): TaskRequest => shapes[Math.floor(next() * next() * shapes.length)]!;
    for (let i = 0; i < 12_000; i += 1) scheduler.place(pickTask(), by);
    const queue = Array.from({ length: waiting }, pickTask);
    const releases = [...scheduler.allocations.keys()].slice(0, Math.ceil(20_000 / waiting));
    const start = performance.now();
    for (const id of releases) {
      scheduler.release(id);
      for (const task of queue) scheduler.place(task, by);
    }
    const decisions = releases.length * waiting;
    const totalMs = performance.now() - start;
    console.log(
      `  ${waiting} waiting: ${Math.round((1000 * decisions) / totalMs)} decisions/s, ${(totalMs / releases.length).toFixed(2)} ms a pass`,
    );
  }
}
