/** A control plane as people run it, this machine's pool, and a real Slurm cluster behind a line that can break. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Cluster, clusterMissing, startCluster } from "../../drivers/slurm/tests/cluster.ts";
import { type SshHost, sshMissing, startSshHost } from "../../drivers/slurm/tests/ssh-host.ts";
import { object, poolReady, poolsOf, volumesOf } from "../objects.ts";
import { startYunhe, type Yunhe } from "../yunhe.ts";
import type { Chance } from "./chance.ts";
import { type Commands, wrapCommands } from "./commands.ts";
import { EvidenceFolder } from "./evidence.ts";
import { type Line, openLine } from "./line.ts";

export const chaosMissing = (): string | undefined => clusterMissing() ?? sshMissing();

export const nodes = ["n1", "n2", "n3"] as const;
export const volumes = ["vol-0", "vol-1", "vol-2"] as const;

export interface World {
  readonly yunhe: Yunhe;
  readonly cluster: Cluster;
  readonly line: Line;
  readonly commands: Commands;
  /** Of tasks on the cluster, and of those on this machine. */
  readonly evidence: readonly [EvidenceFolder, EvidenceFolder];
  close(): Promise<void>;
}

export async function openWorld(chance: Chance): Promise<World> {
  const folder = mkdtempSync(join(tmpdir(), "yunhe-chaos-"));
  // A controller that forgets soon leaves only the attempts' own folders to tell what became of them.
  const minJobAge = chance.whole(0, 1) === 0 ? 5 : 300;
  const [cluster, host, yunhe] = await Promise.all([
    startCluster({ nodes: nodes.length, minJobAge }),
    startSshHost(),
    startYunhe(),
  ]);
  const line = await openLine(host.config.port);
  const commands = wrapCommands(folder);
  await addPool(yunhe, cluster, host, { line, commands, folder });
  for (const name of ["tally", ...volumes])
    await volumesOf(yunhe.client).create("default", object("Volume", name));
  return {
    yunhe,
    cluster,
    line,
    commands,
    evidence: [
      new EvidenceFolder(join(folder, "evidence")),
      new EvidenceFolder(join(yunhe.directory, "volumes/default/tally")),
    ],
    close: async () => {
      await yunhe.close();
      await line.close();
      await cluster.stop();
      await host.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

interface Way {
  readonly line: Line;
  readonly commands: Commands;
  readonly folder: string;
}

async function addPool(yunhe: Yunhe, cluster: Cluster, host: SshHost, way: Way): Promise<void> {
  const knownHostsFile = join(way.folder, "known");
  const known = readFileSync(host.config.knownHostsFile, "utf8");
  writeFileSync(knownHostsFile, known.replace(`:${host.config.port}`, `:${way.line.port}`));
  await poolsOf(yunhe.client).create(undefined, {
    apiVersion: "compute.yunhe.dev/v1",
    kind: "Pool",
    metadata: { name: "hpc" },
    spec: {
      driver: "slurm",
      // Out of use after failures is a promise of its own, and would only make every round longer.
      quarantine: { failures: 0 },
      config: {
        workDirectory: cluster.workDirectory,
        slurmConf: cluster.slurmConf,
        ssh: { ...host.config, port: way.line.port, knownHostsFile },
        commands: way.commands.folder,
        pollMs: 500,
        // One host's own file system: nothing on it comes late.
        fileDelaySeconds: 10,
      },
    },
  });
  await poolReady(yunhe.client, "hpc");
}
