import { defineKind, field, type ResourceOf, words } from "@yunhe/kernel";
import { z } from "zod";
import { computeGroup } from "../group.ts";
import { bytesQuantity, cpuQuantity } from "../quantity.ts";
import { conditions } from "./condition.ts";

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
  policy: field(z.string().default("yunhe"), { en: "Placement policy.", zh: "放置策略。" }),
  stopped: field(z.boolean().default(false), {
    en: "Start nothing from this queue.",
    zh: "不再启动此队列的任务。",
  }),
});

const queueStatus = z.strictObject({
  waiting: z.int().nonnegative(),
  running: z.int().nonnegative(),
  used: z.strictObject({ cpuMilli: z.int(), memoryBytes: z.int(), devicesMilli: z.int() }),
  borrowed: z.strictObject({ cpuMilli: z.int(), memoryBytes: z.int(), devicesMilli: z.int() }).optional(),
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
    { name: words("Age", "存在时长"), path: ".metadata.creationTimestamp", type: "date" },
  ],
  example: {
    apiVersion: "compute.yunhe.dev/v1",
    kind: "Queue",
    metadata: { name: "research" },
    spec: { weight: 2, quota: { cpus: 64, devices: { "*": 8 } } },
  },
});

export type Queue = ResourceOf<typeof queueKind>;
