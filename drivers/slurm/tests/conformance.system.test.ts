import { after, before, describe } from "node:test";
import { driverConformance } from "@yunhe/domain-compute/driver/conformance";
import { clusterMissing, startCluster } from "./cluster.ts";
import type { Cluster } from "./cluster.ts";
import { driverUnderTest, skipBecause } from "./trial.ts";

describe("on a real cluster", { timeout: 600_000, ...skipBecause(clusterMissing()) }, () => {
  let cluster: Cluster;
  before(async () => {
    cluster = await startCluster({ nodes: 2 });
  });
  after(() => cluster.stop());
  const config = (): Record<string, unknown> => ({
    workDirectory: cluster.workDirectory,
    slurmConf: cluster.slurmConf,
    pollMs: 200,
  });
  driverConformance("the Slurm driver over the command line", () =>
    Promise.resolve(driverUnderTest(config())),
  );
});
