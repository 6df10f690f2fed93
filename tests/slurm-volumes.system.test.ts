import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { type Cluster, clusterMissing, startCluster } from "../drivers/slurm/tests/cluster.ts";
import { type SshHost, sshMissing, startSshHost } from "../drivers/slurm/tests/ssh-host.ts";
import { ended, logOf, object, sh, submit, tasksOf, taskWhen, volumesOf } from "./objects.ts";
import { startYunhe, until } from "./yunhe.ts";

const missing = clusterMissing() ?? sshMissing();
if (missing !== undefined && process.env["YUNHE_CI"] === "1")
  throw new Error(`continuous integration must have it: ${missing}`);

describe("this machine and a Slurm cluster over SSH", missing === undefined ? {} : { skip: missing }, () => {
  let yunhe: Awaited<ReturnType<typeof startYunhe>>;
  let cluster: Cluster;
  let host: SshHost;
  before(async () => {
    [cluster, host, yunhe] = await Promise.all([startCluster({ nodes: 2 }), startSshHost(), startYunhe()]);
  });
  after(async () => {
    await yunhe.close();
    await cluster.stop();
    await host.stop();
  });
  const data = { name: "data", mountPath: "data" };

  test("the cluster becomes a pool when a small task has run there", async () => {
    const { user, port, identityFile, knownHostsFile } = host.config;
    const { code, error } = await yunhe.run([
      "pool",
      "add",
      "slurm",
      "hpc",
      "--ssh",
      `${user}@${host.config.host}:${port}`,
      "--identity-file",
      identityFile,
      "--known-hosts",
      knownHostsFile,
      "--work-directory",
      cluster.workDirectory,
      "--set",
      `slurmConf=${cluster.slurmConf}`,
      "--link",
      "home,egress=0.8",
      "--currency",
      "EUR",
    ]);
    assert.equal(code, 0, error);
    assert.match(
      error,
      /A small task ran there, with a file sent and returned\.\n(?:.+\n)*Pool hpc takes tasks\./,
    );
    const stranger = await yunhe.run([
      "pool",
      "add",
      "slurm",
      "wrong",
      "--ssh",
      `${user}@${host.config.host}:${port}`,
      "--identity-file",
      host.strangerKey(),
      "--known-hosts",
      knownHostsFile,
      "--work-directory",
      cluster.workDirectory,
    ]);
    assert.equal(stranger.code, 1);
    assert.match(stranger.error, /Pool wrong was not accepted\.\n.*key/);
  });

  test("a volume goes to the cluster and comes back with what was written there", async () => {
    await volumesOf(yunhe.client).create("default", object("Volume", "data"));
    await submit(yunhe.client, "fill", {
      command: sh("head -c 2000000 /dev/urandom > data/large; echo from here > data/note"),
      volumes: [data],
      placement: { pools: ["local"] },
    });
    assert.equal((await ended(yunhe.client, "fill")).status?.phase, "Succeeded");
    await submit(yunhe.client, "there", {
      command: sh("cat data/note; hostname > data/where; wc -c < data/large"),
      volumes: [data],
      placement: { pools: ["hpc"] },
    });
    assert.equal((await ended(yunhe.client, "there")).status?.phase, "Succeeded");
    assert.equal(await logOf(yunhe.client, "there"), "from here\n2000000\n");
    assert.notEqual(readFileSync(join(yunhe.directory, "volumes/default/data/where"), "utf8"), "");
    const transfers = yunhe.client.resources<{
      spec: { direction: string };
      status: { phase: string; movedBytes: number; egress?: { currency: string; nano: number } };
    }>({ group: "compute.yunhe.dev", version: "v1", plural: "transfers", namespaced: true });
    const { items } = await transfers.list({ namespace: "default" });
    const into = items.find(({ spec }) => spec.direction === "in")!.status;
    const out = items.find(({ spec }) => spec.direction === "out")!.status;
    assert.ok(into.phase === "Done" && into.movedBytes > 1_900_000, JSON.stringify(into));
    assert.ok(out.phase === "Done" && out.movedBytes < 100_000, JSON.stringify(out));
    assert.equal(out.egress?.currency, "EUR");
  });

  test("a checkpoint goes on elsewhere when its pool is drained", async () => {
    const script = [
      'if [ -f "$YUNHE_CHECKPOINT/step" ]; then echo goes on from $(cat "$YUNHE_CHECKPOINT/step"); exit 0; fi',
      'echo 41 > "$YUNHE_CHECKPOINT/step"; echo noted; sleep 600',
    ].join("\n");
    await submit(yunhe.client, "long", {
      command: sh(script),
      checkpoint: {},
      placement: { pools: ["hpc", "local"], prefer: {} },
    });
    const task = await taskWhen(yunhe.client, "long", "runs", ({ status }) => status?.phase === "Running");
    const from = (task.status as { pool?: string }).pool!;
    await until("it has noted its step", async () => (await logOf(yunhe.client, "long")).includes("noted"));
    const drained = await yunhe.run(["pool", "drain", from]);
    assert.equal(drained.code, 0, drained.error);
    const { status } = await ended(yunhe.client, "long");
    assert.equal(status?.phase, "Succeeded");
    assert.equal(await logOf(yunhe.client, "long"), "goes on from 41\n");
    assert.notEqual((status as { pool?: string }).pool, from);
    const volumes = (await volumesOf(yunhe.client).list({ namespace: "default" })).items as {
      metadata: { name: string };
    }[];
    assert.deepEqual(
      volumes.map(({ metadata }) => metadata.name),
      ["data"],
    );
    assert.equal((await tasksOf(yunhe.client).get("default", "long")).status?.countedFailures, 0);
  });
});
