import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { after, before, describe, test } from "node:test";
import type { AttemptId, AttemptRef, Driver, Ending, Job, Observation } from "@yunhe/domain-compute/driver";
import {
  endedWithin,
  jobOf,
  logOf,
  observeOne,
} from "../../../domains/compute/src/driver/conformance-steps.ts";
import { accountingMissing } from "./accounting.ts";
import { clusterMissing, killTree, startCluster } from "./cluster.ts";
import type { Cluster } from "./cluster.ts";
import { endAll, openDriver, skipBecause } from "./trial.ts";

const missing = clusterMissing() ?? accountingMissing();
const patienceMs = 120_000;

describe("a cluster that keeps accounting", { timeout: 600_000, ...skipBecause(missing) }, () => {
  let cluster: Cluster;
  const owner = randomUUID();
  const opened: Driver[] = [];
  before(async () => {
    cluster = await startCluster({ nodes: 2, cpus: 4, minJobAge: 2, accounting: true });
  });
  after(async () => {
    for (const driver of opened) {
      await endAll(driver).catch(() => undefined);
      await driver.close();
    }
    await cluster.stop();
  });
  const open = (config: Record<string, unknown> = {}, who = owner): Driver => {
    const { workDirectory, slurmConf } = cluster;
    const driver = openDriver({ workDirectory, slurmConf, pollMs: 200, partition: "main", ...config }, who);
    opened.push(driver);
    return driver;
  };
  const submit = async (driver: Driver, script: string, parts: Partial<Job> = {}): Promise<AttemptRef> => {
    const job = jobOf(`t-${randomUUID().slice(0, 13)}` as AttemptId, {
      command: ["/bin/sh", "-c", script],
      grant: { node: "n1", cpuMilli: 1000, memoryBytes: 2 ** 28, devices: [] },
      ...parts,
    });
    return { id: job.attempt, handle: await driver.submit(job, AbortSignal.timeout(patienceMs)) };
  };
  const idOf = ({ handle }: AttemptRef): string => handle!.split(":")[1]!;
  const until = async (what: string, look: () => Promise<boolean>): Promise<void> => {
    const giveUp = performance.now() + patienceMs;
    while (!(await look())) {
      assert.ok(performance.now() < giveUp, `waited in vain: ${what}`);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  };
  const seenRunning = (driver: Driver, ref: AttemptRef): Promise<void> =>
    until("it runs", async () => (await observeOne(driver, ref)).state === "running");
  /** Its program runs for sure; gives what it has used, ms. */
  const seenUsing = async (driver: Driver, ref: AttemptRef): Promise<number> => {
    let usedMs = 0;
    await until("it has used something", async () => {
      const seen = await observeOne(driver, ref);
      usedMs = seen.state === "running" ? seen.usage.cpuCoreMs : 0;
      return usedMs > 0;
    });
    return usedMs;
  };
  const forgottenByController = async (): Promise<void> => {
    let left = "";
    const isGone = async (): Promise<boolean> =>
      (left = await cluster.run("squeue", "-h", "-t", "all")) === "";
    await until("the controller forgets", isGone).catch((error: unknown) => {
      throw new Error(`${String(error)}\n${left}`);
    });
  };
  /** Whoever writes down how the attempt ends. */
  const supervisorsOf = ({ id }: AttemptRef): number[] =>
    readdirSync("/proc")
      .filter((name) => /^\d+$/.test(name))
      .filter((pid) => {
        const words = commandOf(pid).split("\0");
        return words.some((word) => word.endsWith(`/${id}`)) && words[0]?.endsWith("sh");
      })
      .map(Number);
  /** With the program, which nobody else would end. */
  const killSupervisor = (ref: AttemptRef): void => supervisorsOf(ref).forEach(killTree);
  const burn = "while :; do :; done";

  test("tells how jobs ended that the controller has forgotten and whose supervisors were killed, and what they used", async () => {
    const driver = open();
    const other = { node: "n2", cpuMilli: 4000, memoryBytes: 2 ** 28, devices: [] };
    const [killed, preempted, member] = await Promise.all([
      submit(driver, burn),
      submit(driver, "sleep 300", { grant: other }),
      submit(driver, burn, { array: "sweep", index: 3 }),
    ]);
    const second = await submit(driver, "sleep 300", { array: "sweep", index: 4 });
    for (const ref of [preempted, second]) await seenRunning(driver, ref);
    for (const ref of [killed, member]) await seenUsing(driver, ref);
    await driver.close();
    // From here on nobody looks.
    for (const ref of [killed, member]) killSupervisor(ref);
    await cluster.run("scancel", idOf(second));
    const urgent = ["-p", "urgent", "-w", "n2", "-n", "1", "-c", "4", "--mem=64M", "-o", "/dev/null"];
    await cluster.run("sbatch", ...urgent, "--wrap=true");
    await forgottenByController();
    const later = open();
    const ending = (ref: AttemptRef): Promise<Ending> =>
      endedWithin(later, { id: ref.id, handle: undefined }, patienceMs);
    for (const ref of [killed, member]) {
      const { outcome, usage, node, startedAtMs, endedAtMs } = await ending(ref);
      assert.deepEqual(outcome, { type: "signaled", signal: "SIGKILL" });
      assert.equal(node, "n1");
      assert.ok(usage.cpuCoreMs > 0 && usage.cpuCoreMs <= (endedAtMs - startedAtMs!) * 1.5 + 1000);
    }
    assert.equal((await ending(preempted)).outcome.type, "preempted");
    assert.equal((await ending(second)).outcome.type, "preempted");
  });

  test("a node that dies while nobody looks is told from it", async () => {
    const driver = open();
    const ref = await submit(driver, "sleep 300", {
      grant: { node: "n2", cpuMilli: 1000, memoryBytes: 2 ** 28, devices: [] },
    });
    await seenRunning(driver, ref);
    await driver.close();
    cluster.killNode("n2");
    try {
      await forgottenByController();
      const { outcome } = await endedWithin(open(), { id: ref.id, handle: undefined }, patienceMs);
      assert.equal(outcome.type, "node-lost");
      assert.match(outcome.type === "node-lost" ? outcome.reason.en : "", /NODE_FAIL/);
    } finally {
      await cluster.startNode("n2");
    }
  });

  test("a job that Slurm puts back under its own id is one attempt, whose use is that of both runs", async () => {
    const driver = open({ requeue: true }, randomUUID());
    const script = `echo "run $SLURM_RESTART_COUNT"; [ "\${SLURM_RESTART_COUNT:-0}" != 0 ] || ${burn}; exit 4`;
    const ref = await submit(driver, script);
    const before = await seenUsing(driver, ref);
    await cluster.run("scontrol", "requeue", idOf(ref));
    // What is put back waits for two minutes, in which its first run is cleaned up; then it is told to begin.
    await until("its first run is over", async () => Promise.resolve(supervisorsOf(ref).length === 0));
    let last: Observation | undefined;
    await until("its second run ends", async () => {
      await cluster.run("scontrol", "update", `jobid=${idOf(ref)}`, "starttime=now").catch(() => undefined);
      last = await observeOne(driver, ref);
      return last.state === "ended";
    });
    const { outcome, usage } = last as Observation & { readonly state: "ended" };
    assert.deepEqual(outcome, { type: "exited", exitCode: 4 });
    assert.match(await logOf(driver, ref, patienceMs), /^run \d*\nrun 1\n$/);
    assert.ok(usage.cpuCoreMs >= before);
    const runs = await cluster.run("sacct", "-D", "-X", "-n", "-P", "-j", idOf(ref), "-o", "JobID,State");
    assert.equal(runs.trim().split("\n").length, 2, runs);
  });
});

function commandOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8");
  } catch {
    return "";
  }
}
