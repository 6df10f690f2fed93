import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { existsSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { after, afterEach, before, describe, test } from "node:test";
import { EngineUnreachable, JobRefused } from "@yunhe/domain-compute/driver";
import type { AttemptId, AttemptRef, Driver, Job, Observation } from "@yunhe/domain-compute/driver";
import {
  endedWithin,
  jobOf,
  logOf,
  observeOne,
} from "../../../domains/compute/src/driver/conformance-steps.ts";
import { clusterMissing, startCluster } from "./cluster.ts";
import type { Cluster } from "./cluster.ts";
import { sshMissing, startSshHost } from "./ssh-host.ts";
import type { SshHost } from "./ssh-host.ts";
import { endAll, openDriver, skipBecause } from "./trial.ts";

const missing = clusterMissing() ?? sshMissing();
const patienceMs = 60_000;
const soon = (): AbortSignal => AbortSignal.timeout(patienceMs);
const shell = (script: string): Pick<Job, "command"> => ({ command: ["/bin/sh", "-c", script] });

describe("a Slurm cluster that is not always well", { timeout: 600_000, ...skipBecause(missing) }, () => {
  let cluster: Cluster;
  let host: SshHost;
  const opened: Driver[] = [];
  before(async () => {
    cluster = await startCluster({ nodes: 2, gpus: 2, minJobAge: 2 });
    host = await startSshHost();
  });
  afterEach(async () => {
    for (const driver of opened.splice(0)) {
      await endAll(driver).catch(() => undefined);
      await driver.close();
    }
  });
  after(async () => {
    await host.stop();
    await cluster.stop();
  });
  const open = (config: Record<string, unknown> = {}, owner: string = randomUUID()): Driver => {
    const driver = openDriver(
      { workDirectory: cluster.workDirectory, slurmConf: cluster.slurmConf, pollMs: 200, ...config },
      owner,
    );
    opened.push(driver);
    return driver;
  };
  const submit = async (driver: Driver, parts: Partial<Job>): Promise<AttemptRef> => {
    const job = jobOf(`t-${randomUUID().slice(0, 13)}` as AttemptId, parts);
    return { id: job.attempt, handle: await driver.submit(job, soon()) };
  };
  const seenAs = async (
    driver: Driver,
    ref: AttemptRef,
    state: Observation["state"],
  ): Promise<Observation> => {
    const deadline = performance.now() + patienceMs;
    for (;;) {
      const seen = await observeOne(driver, ref);
      if (seen.state === state) return seen;
      assert.ok(performance.now() < deadline, `still ${JSON.stringify(seen)}`);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  };
  /** The folder of a driver's attempt. */
  const folderOf = (ref: AttemptRef): string => {
    const owner = readdirSync(cluster.workDirectory).find((name) =>
      existsSync(path.join(cluster.workDirectory, name, ref.id)),
    );
    return path.join(cluster.workDirectory, owner!, ref.id);
  };

  test("GPUs become devices with known models, and a grant of them becomes GRES", async () => {
    const driver = open();
    const { nodes } = await driver.facts(soon());
    const node = nodes.find(({ name }) => name === "n1")!;
    assert.deepEqual(
      node.devices.map(({ id, model, vendor }) => [id, model, vendor]),
      [0, 1].map((index) => [`gpu-a100-${index}`, "A100-40G", "NVIDIA"]),
    );
    assert.equal(node.labels["slurm.schedmd.com/feature-gpu"], "true");
    const device = { id: "gpu-a100-1", model: "A100-40G", shareMilli: 1000, memoryBytes: 2 ** 30 };
    const grant = { node: "n1", cpuMilli: 1000, memoryBytes: 2 ** 27, devices: [device] };
    const whole = await submit(driver, { ...shell('echo "gpus=$CUDA_VISIBLE_DEVICES"'), grant });
    await endedWithin(driver, whole, patienceMs);
    assert.match(await logOf(driver, whole, patienceMs), /^gpus=\d$/m);
    const quarter = await submit(driver, {
      ...shell("sleep 30"),
      grant: { ...grant, devices: [{ ...device, shareMilli: 250 }] },
    });
    await seenAs(driver, quarter, "running");
    assert.match(await cluster.run("squeue", "-h", "-o", "%b"), /shard:1/);
    const none = await submit(driver, shell('echo "gpus=[$CUDA_VISIBLE_DEVICES]"'));
    await endedWithin(driver, none, patienceMs);
    assert.equal(await logOf(driver, none, patienceMs), "gpus=[]\n");
  });

  test("what Slurm will never run is refused with words that name it, and leaves nothing behind", async () => {
    const driver = open();
    const grant = { node: undefined, cpuMilli: 1000, memoryBytes: 2 ** 27, devices: [] };
    const unknown = { id: "gpu-h100-0", model: "H100", shareMilli: 1000, memoryBytes: 1 };
    const refused: [Partial<Job>, RegExp][] = [
      [{ grant: { ...grant, memoryBytes: 2 ** 42 } }, /large enough/],
      [{ grant: { ...grant, devices: [unknown] } }, /gpu-h100-0/],
      [{ grant: { ...grant, node: "n77" } }, /node/],
      [{ environment: { "BAD\nNAME": "x" } }, /BAD\\nNAME/],
      [{ environment: { X: "a\0b" } }, /NUL/],
      [{ image: "docker.io/library/busybox" }, /container/],
    ];
    for (const [parts, words] of refused) {
      await assert.rejects(
        submit(driver, parts),
        (error: unknown) =>
          error instanceof JobRefused && words.test(error.words.en) && error.words.zh !== "",
        String(words),
      );
    }
    assert.deepEqual(await driver.list(soon()), []);
  });

  test("a partition that does not exist, and a workDirectory that is not there, are told when facts are asked", async () => {
    await assert.rejects(open({ partition: "nope" }).facts(soon()), /nope.*main, urgent/s);
    await assert.rejects(
      open({ workDirectory: "/no/such/folder" }).facts(soon()),
      (error: unknown) => error instanceof EngineUnreachable && /workDirectory/.test(error.words.en),
    );
  });

  test("an account that is not allowed there is refused in words", async () => {
    await cluster.run("scontrol", "update", "partitionname=urgent", "disablerootjobs=yes");
    try {
      await assert.rejects(
        submit(open({ partition: "urgent" }), {}),
        (error: unknown) => error instanceof JobRefused && /account/.test(error.words.en),
      );
    } finally {
      await cluster.run("scontrol", "update", "partitionname=urgent", "disablerootjobs=no");
    }
  });

  test("an SSH host that does not resolve, that is not known, or that does not know us, is told apart", async () => {
    const cases: [Record<string, unknown>, RegExp][] = [
      [{ ...host.config, host: "no-such-host.invalid" }, /not known by that name|cannot be reached/],
      [{ ...host.config, knownHostsFile: path.join(host.folder, "empty") }, /key of the host .* not known/],
      [{ ...host.config, identityFile: host.strangerKey() }, /does not let us in/],
      [{ ...host.config, port: 1 }, /cannot be reached/],
    ];
    writeFileSync(path.join(host.folder, "empty"), "");
    for (const [ssh, words] of cases) {
      await assert.rejects(
        open({ ssh }).facts(soon()),
        (error: unknown) =>
          error instanceof EngineUnreachable && words.test(error.words.en) && error.words.zh !== "",
      );
    }
  });

  test("a result outlives the controller's memory of the job, and a waiting job that was cancelled too", async () => {
    const owner = randomUUID();
    const driver = open({}, owner);
    const done = await submit(driver, shell("exit 6"));
    const blocked = await submit(driver, {
      grant: { node: "n2", cpuMilli: 1000, memoryBytes: 2 ** 27, devices: [] },
      ...shell("sleep 1"),
    });
    await driver.cancel(blocked, { graceMs: 0, why: "cancelled" });
    const gone = async (): Promise<boolean> =>
      (await cluster.run("squeue", "-h", "-t", "all", "-o", "%i")) === "";
    for (let tries = 0; tries < 600 && !(await gone()); tries++)
      await new Promise((resolve) => setTimeout(resolve, 200));
    const later = open({}, owner);
    assert.deepEqual((await endedWithin(later, { id: done.id, handle: undefined }, patienceMs)).outcome, {
      type: "exited",
      exitCode: 6,
    });
    assert.deepEqual((await endedWithin(later, { id: blocked.id, handle: undefined }, patienceMs)).outcome, {
      type: "cancelled",
    });
  });

  test("a lost answer to sbatch is found again by name, and a second job of the attempt does nothing", async () => {
    const owner = randomUUID();
    const job = jobOf(`t-${randomUUID().slice(0, 13)}` as AttemptId, shell("echo ran; sleep 2"));
    const handle = await open({}, owner).submit(job, soon());
    const ref = { id: job.attempt, handle: undefined };
    // As after a crash between sbatch and its record.
    rmSync(path.join(folderOf(ref), "handle"));
    const again = open({}, owner);
    assert.equal(await again.submit(job, soon()), handle);
    // As when queue and accounting are both behind: the very same job handed over twice.
    const script = path.join(folderOf(ref), "twice");
    const supervisor = readdirSync(path.dirname(folderOf(ref))).find((name) =>
      name.startsWith(".supervise"),
    )!;
    writeFileSync(
      script,
      `#!/bin/sh\nexec /bin/sh '${path.join(path.dirname(folderOf(ref)), supervisor)}' '${folderOf(ref)}'\n`,
    );
    const name = (await cluster.run("squeue", "-h", "-t", "all", "-o", "%j"))
      .split("\n")
      .find((one) => one.endsWith(job.attempt))!;
    await cluster.run(
      "sbatch",
      `--job-name=${name}`,
      "--dependency=singleton",
      "--output=/dev/null",
      "--mem=64M",
      script,
    );
    await endedWithin(again, ref, patienceMs);
    while ((await cluster.run("squeue", "-h", "-o", "%i")) !== "")
      await new Promise((resolve) => setTimeout(resolve, 200));
    assert.equal(await logOf(again, ref, patienceMs), "ran\n");
  });

  test("a shared folder that cannot be seen is unknown, not absent", async () => {
    const owner = randomUUID();
    const driver = open({}, owner);
    const ref = await submit(driver, shell("exit 0"));
    await driver.list(soon());
    const root = path.dirname(folderOf(ref));
    for (let tries = 0; tries < 300 && (await cluster.run("squeue", "-h", "-o", "%i")) !== ""; tries++)
      await new Promise((resolve) => setTimeout(resolve, 100));
    renameSync(root, `${root}.away`);
    try {
      assert.equal((await observeOne(driver, ref)).state, "unknown");
    } finally {
      renameSync(`${root}.away`, root);
    }
    assert.equal((await endedWithin(driver, ref, patienceMs)).outcome.type, "exited");
  });

  test("a job that another one pushes out is preempted, and one cancelled by somebody else too", async () => {
    const driver = open();
    const whole = { node: "n2", cpuMilli: 4000, memoryBytes: 2 ** 28, devices: [] };
    const ref = await submit(driver, { ...shell("sleep 60"), grant: whole });
    await seenAs(driver, ref, "running");
    const urgent = await submit(open({ partition: "urgent" }), { ...shell("sleep 1"), grant: whole });
    assert.equal((await endedWithin(driver, ref, patienceMs)).outcome.type, "preempted");
    assert.ok(urgent.handle !== undefined);
    const other = await submit(driver, shell("sleep 60"));
    await seenAs(driver, other, "running");
    await cluster.run("scancel", other.handle!.split(":")[1]!);
    assert.equal((await endedWithin(driver, other, patienceMs)).outcome.type, "preempted");
  });

  test("a drained node says why, jobs that wait for it say what they wait for", async () => {
    const driver = open();
    await cluster.run("scontrol", "update", "nodename=n2", "state=drain", "reason=fan broken");
    try {
      const { nodes } = await driver.facts(soon());
      const node = nodes.find(({ name }) => name === "n2")!;
      assert.equal(node.ready, false);
      assert.match(node.reason!.en, /drained.*fan broken/);
      const ref = await submit(driver, {
        grant: { node: "n2", cpuMilli: 1000, memoryBytes: 2 ** 27, devices: [] },
      });
      await new Promise((resolve) => setTimeout(resolve, 3000));
      const seen = await observeOne(driver, ref);
      assert.equal(seen.state, "queued");
      if (seen.state === "queued") assert.match(seen.reason.en, /drained|down|reserved/i);
    } finally {
      await cluster.run("scontrol", "update", "nodename=n2", "state=resume");
    }
  });

  test("a node that dies takes its job with it, and the outcome says so", async () => {
    const driver = open();
    const ref = await submit(driver, {
      ...shell("sleep 300"),
      grant: { node: "n2", cpuMilli: 1000, memoryBytes: 2 ** 27, devices: [] },
    });
    await seenAs(driver, ref, "running");
    cluster.killNode("n2");
    try {
      const ending = await endedWithin(driver, ref, 120_000);
      assert.equal(ending.outcome.type, "node-lost");
    } finally {
      await cluster.startNode("n2");
    }
  });

  // Last: a controller that is killed forgets its latest jobs and gives their ids again, which confuses the nodes.
  test("a controller that is away makes everything unknown, nothing failed, and is the same afterwards", async () => {
    const driver = open();
    const ref = await submit(driver, shell("sleep 6; exit 5"));
    await seenAs(driver, ref, "running");
    await cluster.killController();
    assert.equal((await seenAs(driver, ref, "unknown")).state, "unknown");
    await assert.rejects(submit(driver, {}), EngineUnreachable);
    await cluster.startController();
    assert.deepEqual((await endedWithin(driver, ref, patienceMs)).outcome, { type: "exited", exitCode: 5 });
  });
});
