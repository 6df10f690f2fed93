/**
 * How fast jobs get to Slurm: plain `sbatch` in a shell loop beside the driver (folder, launch file, sbatch, handle),
 * alternating on one real cluster. Promise: sustained rate ≥ 0.8 of plain sbatch, accepted → Slurm has it p50 ≤ 150 ms.
 *   node bench/slurm-submit.ts [JOBS]      (needs root and the Slurm packages, see drivers/slurm/tests/cluster.ts)
 */
import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { systemEnvironment } from "@yunhe/kernel";
import type { AttemptId, Driver } from "@yunhe/domain-compute/driver";
import { jobOf } from "../domains/compute/src/driver/conformance-steps.ts";
import { openSlurmDriver, parseSlurmConfig } from "../drivers/slurm/src/index.ts";
import { clusterMissing, startCluster } from "../drivers/slurm/tests/cluster.ts";
import type { Cluster } from "../drivers/slurm/tests/cluster.ts";

const jobs = Number(process.argv[2] ?? 500);
const rounds = 2;
/** As many as the attempt reconciler has in flight. */
const inFlight = 32;

async function plainSeconds(cluster: Cluster): Promise<number> {
  const script = `i=0; while [ $i -lt ${jobs} ]; do printf '#!/bin/sh\\ntrue\\n' | sbatch -n 1 --mem=64M -t 5 -o /dev/null -J "plain$i" > /dev/null || exit 1; i=$((i + 1)); done`;
  const start = performance.now();
  await new Promise<void>((resolve, reject) => {
    const child = spawn("sh", ["-c", script], {
      stdio: ["ignore", "inherit", "inherit"],
      env: { PATH: process.env["PATH"], SLURM_CONF: cluster.slurmConf },
    });
    child.once("exit", (code) => (code === 0 ? resolve() : reject(new Error(`sbatch loop: ${code}`))));
  });
  return (performance.now() - start) / 1000;
}

const never = new AbortController().signal;
const trivial = (): Parameters<Driver["submit"]>[0] =>
  jobOf(randomUUID() as AttemptId, {
    timeLimitMs: 60_000,
    grant: { node: undefined, cpuMilli: 1000, memoryBytes: 64 * 2 ** 20, devices: [] },
  });

async function driverSeconds(driver: Driver): Promise<number> {
  let left = jobs;
  const start = performance.now();
  await Promise.all(
    Array.from({ length: inFlight }, async () => {
      while (left-- > 0) await driver.submit(trivial(), never);
    }),
  );
  return (performance.now() - start) / 1000;
}

async function latencies(driver: Driver, count: number): Promise<number[]> {
  const found: number[] = [];
  for (let at = 0; at < count; at++) {
    const start = performance.now();
    await driver.submit(trivial(), never);
    found.push(performance.now() - start);
  }
  return found.sort((a, b) => a - b);
}

async function emptied(cluster: Cluster): Promise<void> {
  await cluster.run("scancel", "--user=root");
  while ((await cluster.run("squeue", "-h", "-o", "%i")) !== "")
    await new Promise((resolve) => setTimeout(resolve, 200));
}

const missing = clusterMissing();
if (missing !== undefined) {
  console.log(`not measured: ${missing}`);
  process.exit(0);
}
const cluster = await startCluster({ nodes: 2, minJobAge: 2 });
const driver = openSlurmDriver({
  config: parseSlurmConfig({ workDirectory: cluster.workDirectory, slurmConf: cluster.slurmConf }),
  owner: randomUUID(),
  environment: systemEnvironment(),
});
try {
  let [plain, ours, ownCpu] = [0, 0, 0];
  await driver.facts(never);
  for (let round = 0; round < rounds; round++) {
    plain += await plainSeconds(cluster);
    await emptied(cluster);
    const cpu = process.cpuUsage();
    ours += await driverSeconds(driver);
    const { user, system } = process.cpuUsage(cpu);
    ownCpu += (user + system) / 1000;
    await emptied(cluster);
  }
  const alone = await latencies(driver, 60);
  const [plainRate, rate] = [(jobs * rounds) / plain, (jobs * rounds) / ours];
  const p50 = alone[alone.length >> 1]!;
  console.log(`${rounds} × ${jobs} trivial jobs, the two ways in turn`);
  console.log(`plain sbatch in a loop      ${plainRate.toFixed(0)}/s`);
  console.log(
    `driver, ${inFlight} in flight        ${rate.toFixed(0)}/s  (${(rate / plainRate).toFixed(2)} of plain; promise ≥ 0.80; CPU of this process ${(ownCpu / jobs / rounds).toFixed(1)} ms a job)`,
  );
  console.log(
    `driver, one at a time       submit → Slurm has it p50 ${p50.toFixed(0)} ms, p95 ${alone[Math.floor(alone.length * 0.95)]!.toFixed(0)} ms  (${(p50 / 150).toFixed(2)} of the promised 150 ms)`,
  );
} finally {
  await driver.close();
  await cluster.stop();
}
