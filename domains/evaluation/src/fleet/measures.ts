import type { Words } from "@yunhe/kernel";
import { words } from "@yunhe/kernel";

/** What the fleet can say of a zone. */
export const measures = [
  "cpu-cores",
  "memory-gib",
  "devices",
  "device-memory-gib",
  "disk-tib",
  "bandwidth-gbps",
  "latency-ms",
  "oversubscription",
  "core-hour-price",
  "device-hour-price",
  "availability",
  "readiness",
  "utilisation",
] as const;

export type Measure = (typeof measures)[number];

/** Only ever declared by the operator in the pool. */
export const declared: ReadonlySet<Measure> = new Set(["core-hour-price", "device-hour-price"]);

/** What each is, for the note of its origin. */
export const measureWords: Readonly<Record<Measure, Words>> = {
  "cpu-cores": words("physical cores of all nodes", "全部节点的物理核数"),
  "memory-gib": words("memory of all nodes, GiB", "全部节点的内存（GiB）"),
  devices: words("accelerators", "加速器数量"),
  "device-memory-gib": words("memory of all accelerators, GiB", "全部加速器的显存（GiB）"),
  "disk-tib": words("disk capacity of all nodes, TiB", "全部节点的磁盘容量（TiB）"),
  "bandwidth-gbps": words(
    "highest throughput that a transfer of 1 MiB or more really reached in the period, Gbit/s",
    "期内不小于 1 MiB 的传输实际达到的最高吞吐（Gbit/s）",
  ),
  "latency-ms": words(
    "mean round trip of the probes that were answered in the period, ms",
    "期内有应答探测的平均往返时延（ms）",
  ),
  oversubscription: words(
    "highest committed cores over physical cores in the period",
    "期内承诺核数与物理核数之比的最大值",
  ),
  "core-hour-price": words("price of one core for an hour, by capacity", "每核每小时价格（按容量加权）"),
  "device-hour-price": words("price of one device for an hour, by count", "每设备每小时价格（按数量加权）"),
  availability: words(
    "share of the period's probes that the engine answered, %",
    "期内引擎应答的探测占比（%）",
  ),
  readiness: words("share of node time in state Ready, %", "节点处于 Ready 状态的时间占比（%）"),
  utilisation: words("share of core time that was granted, %", "已分配核时占比（%）"),
};

/** What stands in where nothing was probed or moved in the period. */
export const standInWords: Readonly<Partial<Record<Measure, Words>>> = {
  "bandwidth-gbps": words("bandwidth of the declared links, Gbit/s", "所声明链路的带宽（Gbit/s）"),
  "latency-ms": words("mean latency of the declared links, ms", "所声明链路的平均时延（ms）"),
  availability: measureWords.readiness,
};
