/**
 * How soon a control plane that was killed knows again how its Slurm jobs stand: 1,000 live jobs (some run, the others
 * wait), SIGKILL, start; time until it is ready and the engine has answered for every attempt. Promise: ≤ 5 s. Beside it
 * plain `squeue` over the same jobs.
 *   node bench/slurm-recovery.ts [JOBS]     (needs root and the Slurm packages, see drivers/slurm/tests/cluster.ts)
 */
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { type Cluster, clusterMissing, startCluster } from "../drivers/slurm/tests/cluster.ts";
import { attemptsOf, submit } from "../tests/objects.ts";
import { startYunhe, until, type Yunhe } from "../tests/yunhe.ts";

const jobs = Number(process.argv[2] ?? 1000);
const runningJobs = Math.min(16, jobs);
const rounds = 3;
const promisedMs = 5000;

const missing = clusterMissing();
if (missing !== undefined) {
  console.log(`not measured: ${missing}`);
  process.exit(0);
}
const folder = mkdtempSync(join(tmpdir(), "yunhe-recovery-"));
const probe = join(folder, "answered");
process.env["YUNHE_RECOVERY_PROBE"] = `${probe}|${jobs}`;
process.env["NODE_OPTIONS"] = `--import=${join(import.meta.dirname, "slurm-recovery-probe.ts")}`;
const cluster = await startCluster({ nodes: 2, cpus: Math.ceil(jobs / 2) + 8, memoryMiB: 64 * jobs });
const yunhe = await startYunhe();
try {
  await addPool();
  await fill();
  await measure();
} finally {
  await cluster.run("scancel", "--user=root");
  await yunhe.kill();
  await cluster.stop();
  rmSync(yunhe.folder, { recursive: true, force: true });
  rmSync(folder, { recursive: true, force: true });
}

async function addPool(): Promise<void> {
  const { code, error } = await yunhe.run([
    "pool",
    "add",
    "slurm",
    "hpc",
    "--work-directory",
    cluster.workDirectory,
    "--set",
    `slurmConf=${cluster.slurmConf}`,
  ]);
  if (code !== 0) throw new Error(error);
}

/** A few really run; the partition then starts no more, since a thousand supervisors are more than this host bears. */
async function fill(): Promise<void> {
  const sleepers = (name: string, count: number): Promise<unknown> =>
    submit(yunhe.client, name, {
      command: ["sleep", "100000"],
      array: { count },
      resources: { cpus: 1, memory: "16Mi" },
      placement: { pools: ["hpc"] },
    });
  await sleepers("run", runningJobs);
  await livePhases("Running", runningJobs);
  await cluster.run("scontrol", "update", "partitionname=main", "state=down");
  await sleepers("wait", jobs - runningJobs);
  await livePhases("Submitted", jobs - runningJobs);
}

function livePhases(phase: string, count: number): Promise<true> {
  return until(`${count} attempts are ${phase}`, async () => {
    const { items } = await attemptsOf(yunhe.client).list({ namespace: "default" });
    return items.filter(({ status }) => status?.phase === phase).length === count;
  });
}

async function measure(): Promise<void> {
  console.log(`${jobs} live jobs, ${runningJobs} of them running; load ${loadavg()[0]!.toFixed(1)}`);
  const listed: number[] = [];
  const found: Recovery[] = [];
  const bare = await bareStartMs();
  for (let round = 1; round <= rounds; round++) {
    listed.push(await squeueMs(cluster));
    await yunhe.kill();
    const recovery = await recover(yunhe);
    found.push(recovery);
    const { readyMs, knownMs, cpuMs } = recovery;
    console.log(
      `round ${round}: ready after ${readyMs.toFixed(0)} ms, all attempts answered after ${knownMs.toFixed(0)} ms; CPU of the server so far ${cpuMs} ms`,
    );
  }
  const [worst, plain] = [Math.max(...found.map(({ knownMs }) => knownMs)), median(listed)];
  const after = median(found.map(({ readyMs, knownMs }) => knownMs - readyMs));
  console.log(`plain squeue of the same jobs       ${plain.toFixed(0)} ms (median)`);
  console.log(`a new control plane without jobs    ready after ${bare.toFixed(0)} ms`);
  console.log(
    `ready → all reconciled              ${after.toFixed(0)} ms (median; ${(after / plain).toFixed(1)} squeues)`,
  );
  console.log(
    `killed → ready and all reconciled   ${worst.toFixed(0)} ms at worst  (${(worst / promisedMs).toFixed(2)} of the promised ${promisedMs / 1000} s; load now ${loadavg()[0]!.toFixed(1)})`,
  );
}

function median(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[numbers.length >> 1]!;
}

async function squeueMs(of: Cluster): Promise<number> {
  const start = performance.now();
  await of.run("squeue", "--me", "-h", "-t", "all", "-o", "%i|%T|%r|%N|%S|%e|%j");
  return performance.now() - start;
}

/** What a start costs on this host now, whatever there is to come back to. */
async function bareStartMs(): Promise<number> {
  const other = await startYunhe();
  await other.kill();
  const start = performance.now();
  await other.restart();
  const ms = performance.now() - start;
  await other.close();
  return ms;
}

interface Recovery {
  readonly readyMs: number;
  readonly knownMs: number;
  readonly cpuMs: number;
}

async function recover(killed: Yunhe): Promise<Recovery> {
  rmSync(probe, { force: true });
  const start = Date.now();
  await killed.restart();
  const readyMs = Date.now() - start;
  await until("every attempt is answered", () => existsSync(probe));
  const [atMs = 0, cpuMs = 0] = readFileSync(probe, "utf8").trim().split(" ").map(Number);
  return { readyMs, knownMs: Math.max(readyMs, atMs - start), cpuMs };
}
