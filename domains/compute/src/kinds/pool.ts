import { conditions, defineKind, field, type ResourceOf, words } from "@yunhe/kernel";
import { z } from "zod";
import { isolationLevels } from "../driver/port.ts";
import { computeGroup } from "../group.ts";
import { duration } from "../quantity.ts";

const price = z
  .string()
  .regex(
    /^\d+(\.\d{1,9})?$/,
    "A price is a decimal number with at most nine places, such as 0.045. / 价格写作小数，至多九位，如 0.045。",
  );

const priceList = z.strictObject({
  cpuCoreHour: field(price.default("0"), { en: "One core for an hour.", zh: "每核每小时。" }),
  memoryGibHour: field(price.default("0"), {
    en: "One GiB of memory for an hour.",
    zh: "每 GiB 内存每小时。",
  }),
  deviceHour: field(z.record(z.string(), price).default({}), {
    en: "One device for an hour, by model.",
    zh: "每设备每小时，按型号。",
  }),
});

const prices = z.strictObject({
  currency: field(
    z
      .string()
      .regex(/^[A-Z]{3}$/, "A currency is its ISO 4217 code, such as CNY. / 货币为 ISO 4217 代码，如 CNY。")
      .default("CNY"),
    {
      en: "ISO 4217 code.",
      zh: "ISO 4217 货币代码。",
    },
  ),
  onDemand: field(priceList.prefault({}), { en: "Prices on demand.", zh: "按需价格。" }),
  spot: field(priceList.optional(), {
    en: "Prices of capacity that may be taken back.",
    zh: "可被回收容量的价格。",
  }),
});

const link = z.strictObject({
  to: field(z.string().min(1), { en: "Another pool, or a named place.", zh: "另一资源池或指定地点。" }),
  latencyMs: field(z.number().nonnegative().optional(), {
    en: "Round trip.",
    zh: "往返时延。",
    format: "ms",
  }),
  bandwidthMbps: field(z.number().nonnegative().optional(), {
    en: "Bandwidth in Mbit/s.",
    zh: "带宽（Mbit/s）。",
  }),
  egressPricePerGib: field(price.optional(), {
    en: "Price of sending one GiB there.",
    zh: "发送每 GiB 的价格。",
  }),
});

const quarantine = z.strictObject({
  failures: field(z.int().min(0).max(1000).default(5), {
    en: "Failures without a success between them that take it out of use; 0: never.",
    zh: "其间无一成功的失败次数，达到后停用；0 表示从不。",
  }),
  window: field(duration.default("10m"), {
    en: "Only failures of this last while count.",
    zh: "只计最近这段时间内的失败。",
    format: "duration",
  }),
});

const poolSpec = z.strictObject({
  driver: field(z.string().min(1), {
    en: "The engine that runs it: process, slurm, kubernetes, simulated.",
    zh: "运行它的引擎：process、slurm、kubernetes、simulated。",
  }),
  config: field(z.record(z.string(), z.unknown()).default({}), {
    en: "Settings of the driver.",
    zh: "驱动的设置。",
  }),
  provider: field(z.string().min(1).default("local"), { en: "Who owns the machines.", zh: "机器的提供者。" }),
  region: field(z.string().min(1).default("local"), { en: "Region.", zh: "地域。" }),
  zone: field(z.string().min(1).default("a"), { en: "Zone within the region.", zh: "可用区。" }),
  jurisdiction: field(z.string().default(""), {
    en: "Whose law holds there, such as CN or EU.",
    zh: "适用法域，如 CN 或 EU。",
  }),
  prices: field(prices.prefault({}), { en: "What it costs.", zh: "价格。" }),
  carbonGramsPerKwh: field(z.number().nonnegative().optional(), {
    en: "Carbon intensity of its electricity.",
    zh: "用电碳强度。",
  }),
  links: field(z.array(link).default([]), {
    en: "Ways to other pools and places.",
    zh: "到其他资源池与地点的链路。",
  }),
  cordoned: field(z.boolean().default(false), { en: "Place nothing new here.", zh: "不再放置新任务。" }),
  drain: field(z.boolean().default(false), {
    en: "Also move what runs here elsewhere.",
    zh: "并将运行中的任务移走。",
  }),
  canary: field(z.boolean().default(false), {
    en: "Prove it with a small task before anything else is placed here.",
    zh: "放置其他任务之前，先用一个小任务验证。",
  }),
  quarantine: field(quarantine.prefault({}), {
    en: "When it is taken out of use after repeated failures of the engine.",
    zh: "引擎连续失败多少次后停用。",
  }),
  toleration: field(duration.default("5m"), {
    en: "How long it may be out of reach before tasks move away.",
    zh: "失联多久后任务改往他处。",
    format: "duration",
  }),
});

const canary = z.strictObject({
  number: field(z.int().nonnegative(), { en: "Canaries sent so far.", zh: "已发出的验证任务数。" }),
  failed: field(z.int().nonnegative(), {
    en: "How many failed since one last succeeded.",
    zh: "自上次成功以来失败的次数。",
  }),
  task: field(z.string().optional(), { en: "The one under way.", zh: "进行中的验证任务。" }),
  notBefore: field(z.string().optional(), {
    en: "The next one waits until then.",
    zh: "下一次不早于此时。",
    format: "date",
  }),
  passedAt: field(z.string().optional(), { en: "One last succeeded.", zh: "上次成功时间。", format: "date" }),
});

const poolStatus = z.strictObject({
  identifier: field(z.string().optional(), { en: "Compute identifier.", zh: "算力标识。" }),
  version: z.string().optional(),
  nodes: z.int().nonnegative().optional(),
  isolation: field(z.array(z.enum(isolationLevels)).optional(), {
    en: "Isolation levels that really work there.",
    zh: "实际可用的隔离级别。",
  }),
  enforces: z.array(z.string()).optional(),
  capacity: z
    .strictObject({
      cpuMilli: z.int(),
      memoryBytes: z.int(),
      devices: z.int(),
      deviceModels: z.record(z.string(), z.int()),
    })
    .optional(),
  lastSeen: field(z.string().optional(), {
    en: "The engine last answered.",
    zh: "引擎上次应答时间。",
    format: "date",
  }),
  storage: field(z.enum(["home", "own"]).optional(), {
    en: "Whether its nodes see the server's own folders, or volumes are copied there and back.",
    zh: "其节点可直接看到服务器的目录（home），还是存储卷需往返复制（own）。",
  }),
  lostSince: field(z.string().optional(), {
    en: "The engine has not answered since then.",
    zh: "引擎自此未应答。",
    format: "date",
  }),
  canary: field(canary.optional(), { en: "The small task that proves it.", zh: "验证用的小任务。" }),
  conditions,
});

export const poolKind = defineKind({
  group: computeGroup,
  kind: "Pool",
  plural: "pools",
  scope: "Cluster",
  words: words("Pool", "资源池"),
  description: words(
    "One engine in one place: this machine, a Slurm cluster, a cloud region.",
    "一地的一个引擎：本机、Slurm 集群或云地域。",
  ),
  fields: { spec: poolSpec, status: poolStatus.optional() },
  columns: [
    { name: words("Driver", "驱动"), path: ".spec.driver", type: "string" },
    { name: words("Provider", "提供商"), path: ".spec.provider", type: "string" },
    { name: words("Region", "地域"), path: ".spec.region", type: "string" },
    { name: words("Nodes", "节点"), path: ".status.nodes", type: "integer" },
    { name: words("Devices", "设备"), path: ".status.capacity.devices", type: "integer" },
    {
      name: words("Ready", "就绪"),
      path: '.status.conditions[?(@.type=="Ready")].status',
      type: "string",
      format: "state",
    },
    { name: words("Identifier", "标识"), path: ".status.identifier", type: "string", priority: 1 },
    { name: words("Age", "存在时长"), path: ".metadata.creationTimestamp", type: "date" },
  ],
  immutable: ["spec.driver"],
  finalizers: ["compute.yunhe.dev/pool"],
  mapLists: { "spec.links": ["to"] },
  example: {
    apiVersion: "compute.yunhe.dev/v1",
    kind: "Pool",
    metadata: { name: "local" },
    spec: { driver: "process", provider: "local", region: "local" },
  },
});

export type Pool = ResourceOf<typeof poolKind>;
export type PoolStatus = z.output<typeof poolStatus>;
