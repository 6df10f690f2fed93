import type { Words } from "@yunhe/kernel";
import { words } from "@yunhe/kernel";
import { EngineUnreachable } from "@yunhe/domain-compute/driver";
import type { EngineFacts, NodeFacts } from "@yunhe/domain-compute/driver";
import type { Cluster, SlurmNode, SlurmPartition } from "./access/port.ts";
import type { SlurmConfig } from "./config.ts";
import type { Engine } from "./engine.ts";
import { devicesOfGres } from "./gres.ts";
import { obstacleOf } from "./node-states.ts";

const mib = 2 ** 20;
/** munge refuses credentials that are older or younger by 5 minutes; long before that records and bills are off. */
const clockToleranceMs = 5000;
/** Versions that the driver's tests run against, and what the notes of the releases between them promise. */
const oldest = [20, 11] as const;

export async function facts(engine: Engine, signal: AbortSignal): Promise<EngineFacts> {
  await engine.ready();
  const { clock } = engine.environment;
  const beganMs = clock.nowMs();
  const cluster = await engine.access.cluster(signal);
  const askedMs = (beganMs + clock.nowMs()) / 2;
  const [nodes, partitions] = await Promise.all([
    engine.access.nodes(signal),
    engine.access.partitions(signal),
  ]);
  const partition = choosePartition(partitions, engine.config);
  const own = nodes
    .filter((node) => node.partitions.includes(partition.name))
    .map((node) => nodeFacts(node, engine.config));
  const constrains = (what: string): boolean => cluster.settings.get(what)?.toLowerCase() === "yes";
  const cgroups = constrains("ConstrainRAMSpace") && constrains("ConstrainCores");
  const polled = cluster.settings.get("JobAcctGatherParams")?.includes("OverMemoryKill") === true;
  return {
    version: `Slurm ${cluster.version}, ${cluster.name === "" ? "" : `${cluster.name}/`}${partition.name}`,
    nodes: own,
    isolation: cgroups ? ["process", "limits"] : ["process"],
    enforces: [
      ...(constrains("ConstrainCores") ? (["cpu"] as const) : []),
      ...(constrains("ConstrainRAMSpace") || polled ? (["memory"] as const) : []),
      ...(constrains("ConstrainDevices") ? (["device-visibility"] as const) : []),
      "time-limit",
    ],
    warnings: warnings(engine, cluster, partition, askedMs),
  };
}

/** The configured one, or the cluster's default. */
export function choosePartition(partitions: readonly SlurmPartition[], config: SlurmConfig): SlurmPartition {
  const wanted = config.partition;
  const only = partitions.length === 1 ? partitions[0] : undefined;
  const found =
    wanted === undefined
      ? (partitions.find((one) => one.isDefault) ?? only)
      : partitions.find((one) => one.name === wanted);
  if (found !== undefined) return found;
  const names = partitions.map(({ name }) => name).join(", ") || "none";
  throw new EngineUnreachable(
    wanted === undefined
      ? words(
          `The cluster names no default partition: name one in the pool's "partition" (there are ${names}).`,
          `集群未给出默认分区：请在资源池的 “partition” 中指定（现有 ${names}）。`,
        )
      : words(
          `The cluster has no partition "${wanted}" that this account can see: correct "partition" in the pool's configuration (there are ${names}).`,
          `集群中没有该账户可见的分区“${wanted}”：请更正资源池配置中的 “partition”（现有 ${names}）。`,
        ),
  );
}

function nodeFacts(node: SlurmNode, config: SlurmConfig): NodeFacts {
  const obstacle = obstacleOf(node);
  return {
    name: node.name,
    architecture:
      node.architecture === "x86_64"
        ? "amd64"
        : node.architecture === "aarch64"
          ? "arm64"
          : node.architecture,
    operatingSystem: node.operatingSystem,
    cpuMilli: node.cpus * 1000,
    memoryBytes: node.memoryMiB * mib,
    diskBytes: node.diskMiB * mib,
    devices: devicesOfGres(node.gres, obstacle === undefined, config.devices).devices,
    ready: obstacle === undefined,
    ...(obstacle === undefined ? {} : { reason: obstacle }),
    labels: {
      ...Object.fromEntries(node.features.map((feature) => [`slurm.schedmd.com/feature-${feature}`, "true"])),
      ...Object.fromEntries(node.partitions.map((name) => [`slurm.schedmd.com/partition-${name}`, "true"])),
    },
  };
}

function warnings(engine: Engine, cluster: Cluster, partition: SlurmPartition, askedMs: number): Words[] {
  const found: Words[] = [];
  const [major = 0, minor = 0] = cluster.version.split(".").map(Number);
  if (major < oldest[0] || (major === oldest[0] && minor < oldest[1])) {
    found.push(
      words(
        `Slurm ${cluster.version} is older than 20.11, with which nothing was tried: update it.`,
        `Slurm ${cluster.version} 早于 20.11，未经验证：请升级。`,
      ),
    );
  }
  if (!partition.up)
    found.push(
      words(
        `The partition ${partition.name} is not up: jobs wait in it.`,
        `分区 ${partition.name} 未启用：作业会一直等待。`,
      ),
    );
  const offMs = cluster.nowMs === undefined ? 0 : cluster.nowMs - askedMs;
  if (Math.abs(offMs) > clockToleranceMs) {
    const seconds = Math.round(Math.abs(offMs) / 1000);
    found.push(
      words(
        `The clock of the Slurm controller is ${seconds} s ${offMs > 0 ? "ahead of" : "behind"} this host's: set both by NTP.`,
        `Slurm 控制器的时钟比本机${offMs > 0 ? "快" : "慢"} ${seconds} 秒：请用 NTP 对时。`,
      ),
    );
  }
  if (cluster.settings.size > 0 && (cluster.settings.get("AccountingStorageType") ?? "").endsWith("/none")) {
    found.push(
      words(
        "The cluster keeps no accounting: what ended is known from the attempts' own folders only.",
        "集群未启用计账：作业结束后的信息仅来自各次尝试自己的目录。",
      ),
    );
  }
  return found;
}
