import { writeFile } from "node:fs/promises";
import path from "node:path";
import { after, before, describe } from "node:test";
import { driverConformance } from "@yunhe/domain-compute/driver/conformance";
import { clusterMissing, restMissing, startCluster } from "./cluster.ts";
import type { Cluster } from "./cluster.ts";
import { sshMissing, startSshHost } from "./ssh-host.ts";
import type { SshHost } from "./ssh-host.ts";
import { driverUnderTest, skipBecause } from "./trial.ts";

const missing = clusterMissing() ?? sshMissing() ?? restMissing();

describe("on a real cluster", { timeout: 900_000, ...skipBecause(missing) }, () => {
  let cluster: Cluster;
  let host: SshHost;
  before(async () => {
    cluster = await startCluster({ nodes: 2 });
    host = await startSshHost();
  });
  after(async () => {
    await host.stop();
    await cluster.stop();
  });
  const config = (): Record<string, unknown> => ({
    workDirectory: cluster.workDirectory,
    slurmConf: cluster.slurmConf,
    pollMs: 200,
  });
  driverConformance("the Slurm driver over the command line", () =>
    Promise.resolve(driverUnderTest(config())),
  );
  driverConformance("the Slurm driver over SSH", () =>
    Promise.resolve(driverUnderTest({ ...config(), ssh: host.config })),
  );
  driverConformance("the Slurm driver over slurmrestd", async () => {
    const rest = await cluster.startRest();
    const tokenFile = path.join(cluster.folder, "token");
    await writeFile(tokenFile, await rest.token(), { mode: 0o600 });
    return driverUnderTest({ ...config(), rest: { url: rest.url, user: "root", tokenFile } });
  });
});
