import { type Cause, conditions, defineKind, field, type ResourceOf, words } from "@yunhe/kernel";
import { policies } from "@yunhe/scheduler";
import { z } from "zod";
import { computeGroup } from "../group.ts";
import { bytesQuantity, cpuQuantity } from "../quantity.ts";

const amounts = z.strictObject({
  cpus: field(cpuQuantity.optional(), { en: "Cores; absent: no bound.", zh: "核数；缺省为不限。" }),
  memory: field(bytesQuantity.optional(), { en: "Memory; absent: no bound.", zh: "内存；缺省为不限。" }),
  devices: field(z.record(z.string(), z.number().nonnegative()).default({}), {
    en: "Devices by model; `*` counts all models together.",
    zh: "设备数量，按型号；`*` 表示所有型号合计。",
  }),
  tasks: field(z.int().nonnegative().optional(), {
    en: "Attempts at once; absent: no bound.",
    zh: "同时运行的尝试数；缺省为不限。",
  }),
});

const queueSpec = z.strictObject({
  projects: field(z.array(z.string()).default([]), {
    en: "Who may use it; empty: every project.",
    zh: "可使用的项目；为空表示全部。",
  }),
  weight: field(z.int().min(1).max(1000).default(1), {
    en: "Share when queues compete.",
    zh: "竞争时的权重。",
  }),
  quota: field(amounts.prefault({}), {
    en: "What its attempts may hold together.",
    zh: "其尝试合计可占用的资源。",
  }),
  cohort: field(z.string().default(""), {
    en: "Queues of a cohort lend each other what they do not use.",
    zh: "同组队列互相借用闲置配额。",
  }),
  borrowing: field(amounts.optional(), {
    en: "How much it may borrow beyond its quota; absent: nothing.",
    zh: "可超出配额借用的量；缺省为不借用。",
  }),
  policy: field(z.string().default("yunhe"), {
    en: `Placement policy: ${[...policies.keys()].join(", ")}.`,
    zh: `放置策略：${[...policies.keys()].join("、")}。`,
  }),
  stopped: field(z.boolean().default(false), {
    en: "Start nothing from this queue.",
    zh: "不再启动此队列的任务。",
  }),
});

const held = z.strictObject({
  cpuMilli: field(z.int(), { en: "Cores.", zh: "CPU。", format: "milli" }),
  memoryBytes: field(z.int(), { en: "Memory.", zh: "内存。", format: "bytes" }),
  devicesMilli: field(z.int(), { en: "Devices of all models.", zh: "所有型号的设备。", format: "milli" }),
  tasks: field(z.int().optional(), { en: "Attempts.", zh: "尝试数。" }),
  devicesMilliByModel: field(z.record(z.string(), z.int()).optional(), {
    en: "Devices by model.",
    zh: "各型号设备。",
  }),
});

const queueStatus = z.strictObject({
  waiting: field(z.int().nonnegative(), {
    en: "Tasks that wait for a place; a gang counts once.",
    zh: "等待资源的任务数；任务组计为一个。",
  }),
  running: field(z.int().nonnegative(), { en: "Attempts that hold places.", zh: "占用资源的尝试数。" }),
  used: field(held, { en: "What its attempts hold.", zh: "其尝试占用的资源。" }),
  borrowed: field(held.optional(), { en: "What of it is beyond its quota.", zh: "其中超出配额的部分。" }),
  reservation: field(
    z
      .strictObject({
        task: field(z.string(), {
          en: "For this task, as PROJECT/NAME.",
          zh: "为该任务预留，格式为 项目/名称。",
        }),
        at: field(z.string().optional(), {
          en: "It can start then if nothing ends early; absent: nobody knows.",
          zh: "若无任务提前结束，届时可启动；缺省为未知。",
          format: "date",
        }),
        nodes: field(z.array(z.string()), { en: "On these nodes.", zh: "所在节点。" }),
      })
      .optional(),
    { en: "Places kept for the first task that cannot start.", zh: "为首个无法启动的任务预留的资源。" },
  ),
  conditions,
});

export const queueKind = defineKind({
  group: computeGroup,
  kind: "Queue",
  plural: "queues",
  scope: "Cluster",
  words: words("Queue", "队列"),
  description: words(
    "Where tasks wait: quota, borrowing, weight and placement policy.",
    "任务等待之处：配额、借用、权重与放置策略。",
  ),
  fields: { spec: queueSpec, status: queueStatus.optional() },
  columns: [
    { name: words("Weight", "权重"), path: ".spec.weight", type: "integer" },
    { name: words("Policy", "策略"), path: ".spec.policy", type: "string" },
    { name: words("Waiting", "等待"), path: ".status.waiting", type: "integer" },
    { name: words("Running", "运行"), path: ".status.running", type: "integer" },
    { name: words("CPU (m)", "CPU（千分核）"), path: ".status.used.cpuMilli", type: "integer" },
    { name: words("Devices (m)", "设备（千分）"), path: ".status.used.devicesMilli", type: "integer" },
    {
      name: words("Borrowed CPU (m)", "借用 CPU"),
      path: ".status.borrowed.cpuMilli",
      type: "integer",
      priority: 1,
    },
    {
      name: words("Borrowed devices (m)", "借用设备"),
      path: ".status.borrowed.devicesMilli",
      type: "integer",
      priority: 1,
    },
    { name: words("Cohort", "队列组"), path: ".spec.cohort", type: "string", priority: 1 },
    { name: words("Age", "存在时长"), path: ".metadata.creationTimestamp", type: "date" },
  ],
  check: (next): readonly Cause[] => unknownPolicy(next.spec.policy),
  example: {
    apiVersion: "compute.yunhe.dev/v1",
    kind: "Queue",
    metadata: { name: "research" },
    spec: { weight: 2, quota: { cpus: 64, devices: { "*": 8 } } },
  },
});

function unknownPolicy(name: string): readonly Cause[] {
  if (policies.has(name)) return [];
  const known = [...policies.keys()].join(", ");
  return [
    {
      field: "spec.policy",
      reason: "FieldValueNotSupported",
      message: words(`There is no policy ${name}; there are ${known}.`, `没有策略 ${name}；可用：${known}。`),
    },
  ];
}

export type Queue = ResourceOf<typeof queueKind>;
