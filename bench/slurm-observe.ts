/**
 * What one look at all live jobs costs: the driver observes every job of a real controller that holds them waiting
 * (nodes are drained, so that all of them stay live). CPU of this process and of the `squeue` that it starts are both
 * counted. Promise: 10,000 live jobs, one pass ≤ 2 s of CPU. A second figure is the same with every job answered by
 * its own `observe` call, as reconcilers ask: they share the look.
 *   node bench/slurm-observe.ts [JOBS]     (needs root and the Slurm packages, see drivers/slurm/tests/cluster.ts)
 */
import { readFileSync } from "node:fs";
import { spawn } from "node:child_process";
import { createHash, randomUUID } from "node:crypto";
import { systemEnvironment } from "@yunhe/kernel";
import type { AttemptId, AttemptRef } from "@yunhe/domain-compute/driver";
import { openSlurmDriver, parseSlurmConfig } from "../drivers/slurm/src/index.ts";
import { clusterMissing, startCluster } from "../drivers/slurm/tests/cluster.ts";
import type { Cluster } from "../drivers/slurm/tests/cluster.ts";

const jobs = Number(process.argv[2] ?? 10_000);

/** CPU of this process and its ended children so far, ms (proc(5): utime, stime, cutime, cstime). */
function cpuMs(): number {
  const fields = readFileSync("/proc/self/stat", "utf8")
    .replace(/^.*\) /, "")
    .split(" ");
  return [11, 12, 13, 14].reduce((sum, at) => sum + Number(fields[at]) * 10, 0);
}

/** By plain sbatch under the driver's own names: how they came into the queue is not what is measured. */
async function fill(cluster: Cluster, prefix: string, ids: readonly string[]): Promise<void> {
  const lines = ids.map(
    (id) =>
      `printf '#!/bin/sh\\ntrue\\n' | sbatch -n 1 --mem=64M -t 5 -o /dev/null -J ${prefix}${id} > /dev/null`,
  );
  const quarter = Math.ceil(lines.length / 4);
  await Promise.all(
    [0, 1, 2, 3].map(
      (part) =>
        new Promise<void>((resolve) => {
          const child = spawn("sh", {
            stdio: ["pipe", "inherit", "inherit"],
            env: { PATH: process.env["PATH"], SLURM_CONF: cluster.slurmConf },
          });
          child.once("exit", () => resolve());
          child.stdin.end(lines.slice(part * quarter, (part + 1) * quarter).join("\n"));
        }),
    ),
  );
}

const missing = clusterMissing();
if (missing !== undefined) {
  console.log(`not measured: ${missing}`);
  process.exit(0);
}
const cluster = await startCluster({ nodes: 1 });
const owner = randomUUID();
const pollMs = 1000;
const driver = openSlurmDriver({
  config: parseSlurmConfig({ workDirectory: cluster.workDirectory, slurmConf: cluster.slurmConf, pollMs }),
  owner,
  environment: systemEnvironment(),
});
const never = new AbortController().signal;
try {
  await cluster.run("scontrol", "update", "nodename=n1", "state=drain", "reason=bench");
  const ids = Array.from({ length: jobs }, () => randomUUID());
  const filling = performance.now();
  await fill(cluster, `yunhe.${createHash("sha256").update(owner).digest("hex").slice(0, 12)}.`, ids);
  console.log(`${jobs} jobs put into the queue in ${((performance.now() - filling) / 1000).toFixed(0)} s`);
  const refs: AttemptRef[] = ids.map((id) => ({ id: id as AttemptId, handle: undefined }));
  const measure = async (
    name: string,
    pass: () => Promise<readonly { readonly state: string }[]>,
  ): Promise<void> => {
    const costs: number[] = [];
    for (let round = 0; round < 5; round++) {
      await new Promise((resolve) => setTimeout(resolve, pollMs + 50));
      const [cpu, wall] = [cpuMs(), performance.now()];
      const seen = await pass();
      costs.push(cpuMs() - cpu);
      const queued = seen.filter(({ state }) => state === "queued").length;
      if (queued !== jobs) throw new Error(`${queued} of ${jobs} are seen waiting`);
      if (round === 4) console.log(`${name.padEnd(28)} wall ${(performance.now() - wall).toFixed(0)} ms`);
    }
    const median = costs.sort((a, b) => a - b)[2]!;
    console.log(
      `${name.padEnd(28)} CPU ${median} ms, squeue included  (${(median / 2000).toFixed(3)} of the promised 2 s)`,
    );
  };
  await measure("one call for all", () => driver.observe(refs, never));
  await measure("one call for each", async () =>
    (await Promise.all(refs.map((ref) => driver.observe([ref], never)))).flat(),
  );
} finally {
  await driver.close();
  await cluster.stop();
}
