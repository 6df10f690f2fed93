/**
 * How fast trivial jobs get to Slurm through a real `yunhe up`, beside plain `sbatch` in a shell loop and beside one
 * `sbatch --array`, all on one real cluster in one run. Promises: sustained rate ≥ 0.8 of plain sbatch; accepted by the
 * API → Slurm has it, one task at a time, p50 ≤ 150 ms. When Slurm had a job is the moment at which its id was written
 * down beside it (`handle` in the attempt's folder), which is right after sbatch has answered.
 *   node bench/slurm-through-yunhe.ts [JOBS]      (needs root and the Slurm packages, see drivers/slurm/tests/cluster.ts)
 */
import { spawn } from "node:child_process";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { loadavg } from "node:os";
import path from "node:path";
import { clusterMissing, startCluster } from "../drivers/slurm/tests/cluster.ts";
import type { Cluster } from "../drivers/slurm/tests/cluster.ts";
import { type ServerProcess, startServerProcess } from "./server-process.ts";

const jobs = Number(process.argv[2] ?? 500);
const singles = 40;
const rounds = 2;
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

interface Task {
  readonly metadata: { readonly name: string; readonly uid: string };
  readonly status?: { readonly phase: string; readonly message?: string };
}
interface Attempt {
  readonly metadata: { readonly uid: string };
  readonly spec: { readonly task: string };
}
const address = (plural: string, namespaced = true) =>
  ({ group: "compute.yunhe.dev", version: "v1", plural, namespaced }) as const;

async function shellSeconds(cluster: Cluster, script: string): Promise<number> {
  const start = performance.now();
  await new Promise<void>((resolve, reject) => {
    const child = spawn("sh", ["-c", script], {
      stdio: ["ignore", "inherit", "inherit"],
      env: { PATH: process.env["PATH"], SLURM_CONF: cluster.slurmConf },
    });
    child.once("exit", (code) => (code === 0 ? resolve() : reject(new Error(`${script}: ${code}`))));
  });
  return (performance.now() - start) / 1000;
}

const sbatch = `printf '#!/bin/sh\\ntrue\\n' | sbatch -n 1 --mem=8M -t 5 -o /dev/null`;
const plainSeconds = (cluster: Cluster): Promise<number> =>
  shellSeconds(
    cluster,
    `i=0; while [ $i -lt ${jobs} ]; do ${sbatch} -J "plain$i" > /dev/null || exit 1; i=$((i + 1)); done`,
  );
const arraySeconds = (cluster: Cluster): Promise<number> =>
  shellSeconds(cluster, `${sbatch} -J plain --array=0-${jobs - 1} > /dev/null`);

async function emptied(cluster: Cluster): Promise<void> {
  await cluster.run("scancel", "--user=root");
  while ((await cluster.run("squeue", "-h", "-o", "%i")) !== "") await pause(200);
}

/** When Slurm had each attempt, wall clock. */
function handedOver(cluster: Cluster): Map<string, number> {
  const found = new Map<string, number>();
  for (const owner of readdirSync(cluster.workDirectory)) {
    const root = path.join(cluster.workDirectory, owner);
    for (const folder of readdirSync(root)) {
      const handle = statSync(path.join(root, folder, "handle"), { throwIfNoEntry: false });
      if (handle === undefined) continue;
      // An array writes it down once for all its members.
      const members = folder.startsWith(".array-")
        ? membersOf(path.join(root, folder, "attempts"))
        : [folder];
      for (const attempt of members) found.set(attempt, handle.mtimeMs);
    }
  }
  return found;
}

const membersOf = (table: string): string[] =>
  readFileSync(table, "utf8")
    .trim()
    .split("\n")
    .map((line) => line.split(" ")[1]!);

async function until(what: string, look: () => Promise<boolean> | boolean): Promise<void> {
  const giveUp = performance.now() + 300_000;
  while (!(await look())) {
    if (performance.now() > giveUp) throw new Error(`waited in vain: ${what}`);
    await pause(100);
  }
}

const resources = { cpus: 1, memory: "8Mi" };
const object = (kind: string, name: string, spec: unknown) => ({
  apiVersion: "compute.yunhe.dev/v1",
  kind,
  metadata: { name },
  spec,
});
const tasksOf = ({ client }: ServerProcess) => client.resources<Task>(address("tasks"));
const trivial = { command: ["/bin/true"], resources, placement: { pools: ["hpc"] } };

/** Names of tasks → when Slurm had them. */
async function hadByTask(server: ServerProcess, cluster: Cluster): Promise<Map<string, number>> {
  const had = handedOver(cluster);
  const attempts = await server.client.resources<Attempt>(address("attempts")).list({ namespace: "default" });
  return new Map(
    attempts.items.flatMap(({ metadata, spec }) =>
      had.has(metadata.uid) ? [[spec.task, had.get(metadata.uid)!] as const] : [],
    ),
  );
}

/** They are trivial: once they may run they end by themselves. */
async function ended(server: ServerProcess): Promise<void> {
  await until("all tasks are over", async () => {
    const open = ["Succeeded", "Failed"].map((phase) => `status.phase!=${phase}`).join(",");
    return (await tasksOf(server).list({ namespace: "default", fieldSelector: open })).items.length === 0;
  });
  const { items } = await tasksOf(server).list({
    namespace: "default",
    fieldSelector: "status.phase=Failed",
  });
  if (items.length > 0) throw new Error(`${items.length} tasks failed: ${items[0]!.status?.message}`);
}

interface Burst {
  readonly seconds: number;
  readonly acceptedSeconds: number;
}

/** As many tasks as the client can send, eight requests at a time; or one array. */
async function burst(
  server: ServerProcess,
  cluster: Cluster,
  name: string,
  form: "tasks" | "array",
): Promise<Burst> {
  const before = handedOver(cluster).size;
  const start = Date.now();
  if (form === "array")
    await tasksOf(server).create("default", object("Task", name, { ...trivial, array: { count: jobs } }));
  else {
    let next = 0;
    await Promise.all(
      Array.from({ length: 8 }, async () => {
        while (next < jobs)
          await tasksOf(server).create("default", object("Task", `${name}-${next++}`, trivial));
      }),
    );
  }
  const accepted = Date.now();
  await until("Slurm has all jobs", () => handedOver(cluster).size - before >= jobs);
  const last = Math.max(...handedOver(cluster).values());
  return { seconds: (last - start) / 1000, acceptedSeconds: (accepted - start) / 1000 };
}

/** One task after the other, each with time of its own. */
async function latencies(server: ServerProcess, cluster: Cluster): Promise<number[]> {
  const accepted = new Map<string, number>();
  for (let at = 0; at < singles; at++) {
    await tasksOf(server).create("default", object("Task", `single-${at}`, trivial));
    accepted.set(`single-${at}`, Date.now());
    await pause(250);
  }
  await until("Slurm has all jobs", async () => {
    const had = await hadByTask(server, cluster);
    return [...accepted.keys()].every((name) => had.has(name));
  });
  const had = await hadByTask(server, cluster);
  return [...accepted].map(([name, at]) => had.get(name)! - at).sort((a, b) => a - b);
}

const missing = clusterMissing();
if (missing !== undefined) {
  console.log(`not measured: ${missing}`);
  process.exit(0);
}
// Room for all at once, so that neither way waits for room; the nodes are this host's own processes.
const cluster = await startCluster({ nodes: 4, cpus: 256, memoryMiB: 65_536, minJobAge: 2 });
const server = await startServerProcess();
const held = async (state: "DOWN" | "UP"): Promise<void> =>
  void (await cluster.run("scontrol", "update", "partitionname=main", `state=${state}`));
try {
  const spec = {
    driver: "slurm",
    config: { workDirectory: cluster.workDirectory, slurmConf: cluster.slurmConf, partition: "main" },
  };
  await server.client.resources(address("pools", false)).create(undefined, object("Pool", "hpc", spec));
  await until("the pool is ready", async () => {
    const pool = await server.client
      .resources<{ readonly status?: { readonly nodes?: number } }>(address("pools", false))
      .get(undefined, "hpc");
    return (pool.status?.nodes ?? 0) > 0;
  });
  const [load] = loadavg();
  console.log(`${rounds} × ${jobs} trivial jobs, each way in turn; load before ${load!.toFixed(1)}`);
  // Jobs wait while they are handed over: on one host the work of the nodes would be measured too.
  const seconds = { plain: 0, array: 0, tasks: 0, sweep: 0, accepted: 0 };
  for (let round = 0; round < rounds; round++) {
    await held("DOWN");
    seconds.plain += await plainSeconds(cluster);
    await emptied(cluster);
    const tasks = await burst(server, cluster, `burst-${round}`, "tasks");
    seconds.tasks += tasks.seconds;
    seconds.accepted += tasks.acceptedSeconds;
    await held("UP");
    await ended(server);
    await held("DOWN");
    seconds.array += await arraySeconds(cluster);
    await emptied(cluster);
    seconds.sweep += (await burst(server, cluster, `sweep-${round}`, "array")).seconds;
    await held("UP");
    await ended(server);
  }
  const rate = (of: number): string => `${((jobs * rounds) / of).toFixed(0)}/s`;
  const ratio = (of: number): string => (seconds.plain / of).toFixed(2);
  console.log(`plain sbatch in a loop       ${rate(seconds.plain)}`);
  console.log(`one sbatch --array           ${rate(seconds.array)}`);
  console.log(
    `yunhe, ${jobs} tasks             ${rate(seconds.tasks)}  (${ratio(seconds.tasks)} of plain; promise ≥ 0.80; the API took them at ${rate(seconds.accepted)})`,
  );
  console.log(`yunhe, one task with array   ${rate(seconds.sweep)}  (${ratio(seconds.sweep)} of plain)`);
  const alone = await latencies(server, cluster);
  const p50 = alone[alone.length >> 1]!;
  console.log(
    `accepted → Slurm has it, one at a time: p50 ${p50.toFixed(0)} ms, p95 ${alone[Math.floor(alone.length * 0.95)]!.toFixed(0)} ms  (${(p50 / 150).toFixed(2)} of the promised 150 ms)`,
  );
} finally {
  await server.stop();
  await cluster.stop();
}
