/** A phrase in both languages; `{name}` stands for a value. */
export interface Words {
  readonly en: string;
  readonly zh: string;
}

export type Level = "pool" | "node" | "device";

interface ReasonEntry {
  readonly level: Level;
  readonly words: Words;
}

/**
 * Why a candidate was left out, each with its level. The order is the order of checking: a node is counted under
 * the first reason that applies to it.
 */
export const reasons = {
  "pool-not-listed": {
    level: "pool",
    words: { en: "pool is not among those allowed", zh: "资源池不在允许列表内" },
  },
  jurisdiction: { level: "pool", words: { en: "jurisdiction is not allowed", zh: "所在法域不被允许" } },
  provider: { level: "pool", words: { en: "provider is not allowed", zh: "供应商不被允许" } },
  region: { level: "pool", words: { en: "region is not allowed", zh: "地域不被允许" } },
  isolation: { level: "pool", words: { en: "isolation is too weak", zh: "隔离级别不足" } },
  "spot-not-offered": { level: "pool", words: { en: "no spot capacity is offered", zh: "不提供竞价容量" } },
  latency: { level: "pool", words: { en: "too far from the given point", zh: "到指定地点的时延过高" } },
  data: { level: "pool", words: { en: "the data is not there", zh: "所需数据不在该资源池" } },
  price: { level: "pool", words: { en: "price is above the ceiling", zh: "价格超过上限" } },
  labels: { level: "node", words: { en: "labels do not match", zh: "标签不匹配" } },
  "no-device": { level: "node", words: { en: "the node has no devices", zh: "节点没有加速设备" } },
  model: { level: "device", words: { en: "no device of an allowed model", zh: "没有允许型号的设备" } },
  "too-few-devices": {
    level: "device",
    words: { en: "the node has too few devices", zh: "节点设备总数不足" },
  },
  "device-memory-size": {
    level: "device",
    words: { en: "device memory is too small", zh: "设备显存容量不足" },
  },
  "node-cpu-size": { level: "node", words: { en: "the node has too few cores", zh: "节点 CPU 总量不足" } },
  "node-memory-size": {
    level: "node",
    words: { en: "the node has too little memory", zh: "节点内存总量不足" },
  },
  cordoned: { level: "node", words: { en: "the node is cordoned", zh: "节点已停止调度" } },
  affinity: { level: "node", words: { en: "affinity rule forbids it", zh: "亲和规则不允许" } },
  "cpu-busy": { level: "node", words: { en: "too few cores are free", zh: "空闲 CPU 不足" } },
  "memory-busy": { level: "node", words: { en: "too little memory is free", zh: "空闲内存不足" } },
  "devices-busy": { level: "device", words: { en: "too few devices are free", zh: "空闲设备不足" } },
  "device-memory-busy": {
    level: "device",
    words: { en: "too little device memory is free", zh: "空闲显存不足" },
  },
  "gang-domain": {
    level: "node",
    words: { en: "its domain cannot hold the whole gang", zh: "所在拓扑域容不下整个任务组" },
  },
} as const satisfies Record<string, ReasonEntry>;

export type Reason = keyof typeof reasons;
export const reasonNames = Object.keys(reasons) as Reason[];

/** Reasons as small integers from 1; 0 means "no reason, it fits". */
export const reasonCode = Object.fromEntries(reasonNames.map((name, index) => [name, index + 1])) as Readonly<
  Record<Reason, number>
>;
export const reasonOfCode = (code: number): Reason => reasonNames[code - 1]!;
