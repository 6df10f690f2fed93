/**
 * How fast the process driver starts tasks: plain `spawn` of the same command beside bubblewrap alone beside the whole
 * path (submit → sandbox, cgroup, log, recorded ending). Promise: submit → running p50 ≤ 20 ms, ≥ 140 tasks/s with 16
 * in flight on 2 cores.
 *   node bench/process-launch.ts [TASKS]
 */
import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { AttemptId, Driver, Job } from "@yunhe/domain-compute/driver";
import { openProcessDriver } from "../drivers/process/src/index.ts";

const tasks = Number(process.argv[2] ?? 400);
const inFlight = 16;
const singles = 30;

interface Figures {
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly perSecond: number;
  readonly nodeCpuMs: number;
  readonly machineCpuMs: number;
}

/** Busy time of all cores, other programs included, in ms. */
function machineCpuMs(): number {
  const [, user = 0, nice = 0, system = 0, , , irq = 0, softirq = 0] = readFileSync("/proc/stat", "utf8")
    .split("\n")[0]!
    .split(/\s+/)
    .map(Number);
  return (user + nice + system + irq + softirq) * 10;
}

async function measure(one: () => Promise<number>): Promise<Figures> {
  for (let warm = 0; warm < 5; warm++) await one();
  const latencies: number[] = [];
  for (let count = 0; count < singles; count++) latencies.push(await one());
  latencies.sort((a, b) => a - b);
  const [machineBefore, cpuBefore, before] = [machineCpuMs(), process.cpuUsage(), performance.now()];
  let left = tasks;
  await Promise.all(
    Array.from({ length: inFlight }, async () => {
      while (left-- > 0) await one();
    }),
  );
  const elapsedMs = performance.now() - before;
  const cpu = process.cpuUsage(cpuBefore);
  return {
    p50Ms: latencies[singles >> 1]!,
    p99Ms: latencies.at(-1)!,
    perSecond: (tasks / elapsedMs) * 1000,
    nodeCpuMs: (cpu.user + cpu.system) / 1000 / tasks,
    machineCpuMs: (machineCpuMs() - machineBefore) / tasks,
  };
}

/** Latency: until the process has ended. */
function spawned(command: readonly [string, ...string[]]): () => Promise<number> {
  return () =>
    new Promise((resolve, reject) => {
      const start = performance.now();
      const child = spawn(command[0], command.slice(1), { stdio: "ignore", detached: true });
      child.once("error", reject);
      child.once("exit", () => resolve(performance.now() - start));
    });
}

/** Latency: submit → running. One task counts when its ending is recorded. */
function throughDriver(driver: Driver): () => Promise<number> {
  const waiting = new Map<AttemptId, () => void>();
  driver.watch?.((attempt) => waiting.get(attempt)?.());
  const never = new AbortController().signal;
  const isEnded = async (id: AttemptId): Promise<boolean> => {
    const [seen] = await driver.observe([{ id, handle: undefined }], never);
    return seen?.state === "ended";
  };
  return async () => {
    const id = randomUUID() as AttemptId;
    const start = performance.now();
    let runningMs = 0;
    const ended = new Promise<void>((resolve) => {
      waiting.set(id, () => {
        runningMs ||= performance.now() - start;
        void isEnded(id).then((over) => (over ? resolve() : undefined));
      });
    });
    await driver.submit(trivialJob(id), never);
    await ended;
    waiting.delete(id);
    return runningMs;
  };
}

function trivialJob(attempt: AttemptId): Job {
  return {
    attempt,
    title: "bench/true",
    project: "bench",
    task: "true",
    index: undefined,
    command: ["true"],
    environment: {},
    workingDirectory: "",
    inputs: [],
    outputs: [],
    volumes: [],
    grant: { node: undefined, cpuMilli: 1000, memoryBytes: 256 * 2 ** 20, devices: [] },
    network: false,
    isolation: "process",
    timeLimitMs: 60_000,
    logLimitBytes: 2 ** 20,
    image: undefined,
  };
}

const root = mkdtempSync(path.join(tmpdir(), "yunhe-bench-"));
const driver = await openProcessDriver({
  directory: path.join(root, "data", "process"),
  environment: {
    clock: {
      nowMs: () => Date.now(),
      monotonicMs: () => performance.now(),
      after: (delayMs, run) => {
        const timer = setTimeout(run, delayMs);
        return () => clearTimeout(timer);
      },
    },
    random: { next: Math.random, uuid: randomUUID },
  },
});
const system = [
  "--ro-bind",
  "/usr",
  "/usr",
  "--symlink",
  "usr/bin",
  "/bin",
  "--symlink",
  "usr/lib",
  "/lib",
  "--symlink",
  "usr/lib64",
  "/lib64",
];
const bwrap = [
  "bwrap",
  ...system,
  "--proc",
  "/proc",
  "--dev",
  "/dev",
  "--tmpfs",
  "/tmp",
  "--unshare-all",
  "--",
  "/usr/bin/true",
] as const;
const rows: [string, Figures][] = [];
try {
  rows.push(["plain spawn", await measure(spawned(["/usr/bin/true"]))]);
  rows.push(["bubblewrap alone", await measure(spawned([bwrap[0], ...bwrap.slice(1)]))]);
  rows.push([
    (await driver.facts(AbortSignal.timeout(10_000))).version,
    await measure(throughDriver(driver)),
  ]);
} finally {
  await driver.close();
  rmSync(root, { recursive: true, force: true });
}
const plain = rows[0]![1];
console.log(`${tasks} × true, ${inFlight} in flight; latency one at a time (driver: submit → running)`);
for (const [name, figures] of rows) {
  const ratio = (plain.perSecond / figures.perSecond).toFixed(1);
  console.log(
    `${name.padEnd(28)} p50 ${figures.p50Ms.toFixed(1)} ms, max ${figures.p99Ms.toFixed(1)} ms; ${figures.perSecond.toFixed(0)}/s` +
      ` (plain is ${ratio}×); CPU per task: this process ${figures.nodeCpuMs.toFixed(2)} ms, machine ${figures.machineCpuMs.toFixed(1)} ms`,
  );
}
const mine = rows.at(-1)![1];
console.log(
  `promise: p50 ≤ 20 ms (${(mine.p50Ms / 20).toFixed(2)}×), ≥ 140 tasks/s (${(mine.perSecond / 140).toFixed(2)}×)`,
);
