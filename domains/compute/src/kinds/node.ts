import { conditions, defineKind, field, type ResourceOf, words } from "@yunhe/kernel";
import { z } from "zod";
import { computeGroup } from "../group.ts";

const device = z.strictObject({
  id: field(z.string(), { en: "Unique on its node.", zh: "节点内唯一。" }),
  identifier: field(z.string(), { en: "Compute identifier.", zh: "算力标识。" }),
  vendor: z.string(),
  model: z.string(),
  memoryBytes: field(z.int().nonnegative(), { en: "Device memory.", zh: "显存。", format: "bytes" }),
  healthy: z.boolean(),
  simulated: field(z.boolean(), { en: "Declared for trials, not real.", zh: "为试用而声明，并非真实设备。" }),
  driverVersion: z.string().optional(),
  enforcesShares: field(z.boolean().optional(), {
    en: "Whether a share of it is a bound, or only counted.",
    zh: "其份额是硬性上限，还是仅记账。",
  }),
});

const nodeSpec = z.strictObject({
  pool: field(z.string(), {
    en: "The pool it belongs to.",
    zh: "所属资源池。",
    format: "ref:pools.compute.yunhe.dev",
  }),
  unschedulable: field(z.boolean().default(false), { en: "Place nothing new here.", zh: "不再放置新任务。" }),
});

const nodeStatus = z.strictObject({
  identifier: field(z.string(), { en: "Compute identifier.", zh: "算力标识。" }),
  engineName: field(z.string(), { en: "The engine's own name of it.", zh: "引擎内的名称。" }),
  architecture: z.string(),
  operatingSystem: z.string(),
  capacity: z.strictObject({
    cpuMilli: z.int().nonnegative(),
    memoryBytes: z.int().nonnegative(),
    diskBytes: z.int().nonnegative(),
  }),
  devices: z.array(device),
  labels: z.record(z.string(), z.string()).optional(),
  conditions,
});

export const nodeKind = defineKind({
  group: computeGroup,
  kind: "Node",
  plural: "nodes",
  scope: "Cluster",
  words: words("Node", "节点"),
  description: words(
    "One machine of a pool with its devices; registers itself.",
    "资源池中的一台机器及其设备；自动注册。",
  ),
  fields: { spec: nodeSpec, status: nodeStatus.optional() },
  columns: [
    { name: words("Pool", "资源池"), path: ".spec.pool", type: "string" },
    {
      name: words("Ready", "就绪"),
      path: '.status.conditions[?(@.type=="Ready")].status',
      type: "string",
      format: "state",
    },
    { name: words("CPU (m)", "CPU（千分核）"), path: ".status.capacity.cpuMilli", type: "integer" },
    { name: words("Memory", "内存"), path: ".status.capacity.memoryBytes", type: "integer", format: "bytes" },
    { name: words("Architecture", "架构"), path: ".status.architecture", type: "string" },
    { name: words("Identifier", "标识"), path: ".status.identifier", type: "string", priority: 1 },
    { name: words("Age", "存在时长"), path: ".metadata.creationTimestamp", type: "date" },
  ],
  immutable: ["spec.pool"],
  example: {
    apiVersion: "compute.yunhe.dev/v1",
    kind: "Node",
    metadata: { name: "local-a1" },
    spec: { pool: "local" },
  },
});

export type Node = ResourceOf<typeof nodeKind>;
