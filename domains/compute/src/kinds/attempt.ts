import { conditions, defineKind, field, type ResourceOf, words } from "@yunhe/kernel";
import { z } from "zod";
import { isolationLevels } from "../driver/port.ts";
import { computeGroup } from "../group.ts";
import { grant } from "./device.ts";

const attemptSpec = z.strictObject({
  task: field(z.string(), {
    en: "The task this is a try of.",
    zh: "所属任务。",
    format: "ref:tasks.compute.yunhe.dev",
  }),
  number: field(z.int().min(1), { en: "Counts from 1.", zh: "自 1 起计。" }),
  pool: field(z.string(), {
    en: "Where it was placed.",
    zh: "所在资源池。",
    format: "ref:pools.compute.yunhe.dev",
  }),
  node: field(z.string(), {
    en: "The node that it was granted.",
    zh: "所获节点。",
    format: "ref:nodes.compute.yunhe.dev",
  }),
  grant: field(grant, { en: "What it may use.", zh: "获准使用的资源。" }),
  scheduling: field(
    z
      .strictObject({
        priority: z.int(),
        preemptible: z.boolean(),
        expectedMs: field(z.int().nonnegative().optional(), {
          en: "Expected or longest run.",
          zh: "预计或最长运行时间。",
          format: "ms",
        }),
        gang: field(z.string().optional(), { en: "The array it starts and ends with.", zh: "所属任务组。" }),
        spread: field(z.enum(["node", "rack", "zone", "pool"]).optional(), {
          en: "Its array is kept apart over these.",
          zh: "所属数组的分散范围。",
        }),
      })
      .optional(),
    { en: "What later placements must know of it.", zh: "后续放置所需的信息。" },
  ),
  /** People and reconcilers end an attempt by setting this. */
  end: field(z.enum(["cancelled", "timed-out", "preempted", "orphan", "retried"]).optional(), {
    en: "Set when it must end, and why.",
    zh: "要求其结束及原因。",
  }),
});

/** Placed → Submitted → Running → Ended; `Ended` carries what happened. */
export const attemptPhases = ["Placed", "Submitted", "Running", "Ended"] as const;

const outcome = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("exited"), exitCode: z.int() }),
  z.strictObject({ type: z.literal("signaled"), signal: z.string() }),
  z.strictObject({ type: z.literal("out-of-memory"), limitBytes: z.int() }),
  z.strictObject({ type: z.literal("timed-out"), limitMs: z.int() }),
  z.strictObject({ type: z.literal("cancelled") }),
  z.strictObject({
    type: z.literal("not-started"),
    reason: z.strictObject({ en: z.string(), zh: z.string() }),
    elsewhere: z.boolean().optional(),
  }),
  z.strictObject({
    type: z.literal("preempted"),
    reason: z.strictObject({ en: z.string(), zh: z.string() }),
  }),
  z.strictObject({
    type: z.literal("node-lost"),
    reason: z.strictObject({ en: z.string(), zh: z.string() }),
  }),
]);

const usage = z.strictObject({
  cpuCoreMs: field(z.number().nonnegative(), {
    en: "CPU time really used, core-milliseconds.",
    zh: "实际使用的 CPU 时间（核·毫秒）。",
  }),
  memoryByteSeconds: field(z.number().nonnegative(), {
    en: "Memory really used over time.",
    zh: "实际使用的内存（字节·秒）。",
  }),
  peakMemoryBytes: field(z.number().nonnegative(), {
    en: "Highest memory use.",
    zh: "内存峰值。",
    format: "bytes",
  }),
  deviceShareMs: field(z.number().nonnegative().optional(), {
    en: "Device time really used, thousandths × ms.",
    zh: "实际使用的设备时间（千分份额·毫秒）。",
  }),
});

const attemptStatus = z.strictObject({
  phase: field(z.enum(attemptPhases), { en: "Where it stands.", zh: "当前阶段。" }),
  handle: field(z.string().optional(), { en: "The engine's own name for the job.", zh: "引擎内的作业名。" }),
  submittedAt: field(z.string().optional(), { en: "The engine has it.", zh: "引擎已接收。", format: "date" }),
  startedAt: field(z.string().optional(), { en: "It began to run.", zh: "开始运行。", format: "date" }),
  endedAt: field(z.string().optional(), { en: "It was over.", zh: "结束。", format: "date" }),
  outcome: field(outcome.optional(), { en: "What became of it.", zh: "结果。" }),
  usage: field(usage.optional(), { en: "What it really used.", zh: "实际用量。" }),
  metered: field(
    z
      .strictObject({
        records: field(z.int().nonnegative(), { en: "Usage records written.", zh: "已写入的用量记录数。" }),
        untilMs: field(z.int().nonnegative(), { en: "The chain reaches up to here.", zh: "用量链的终点。" }),
        usage: field(usage, { en: "Usage counted in them.", zh: "其中已计的用量。" }),
      })
      .optional(),
    { en: "How far the usage chain is written.", zh: "用量链的进度。" },
  ),
  isolation: field(z.enum(isolationLevels).optional(), {
    en: "The isolation it really got.",
    zh: "实际隔离级别。",
  }),
  abandoned: field(z.boolean().optional(), {
    en: "Given up because its pool was lost; whatever its job did later counts for nothing.",
    zh: "因资源池失联而放弃；其作业此后的一切均不作数。",
  }),
  forgotten: field(z.boolean().optional(), {
    en: "The engine keeps nothing of it any more.",
    zh: "引擎已清除其痕迹。",
  }),
  conditions,
});

export const attemptKind = defineKind({
  group: computeGroup,
  kind: "Attempt",
  plural: "attempts",
  shortNames: ["att"],
  scope: "Namespaced",
  words: words("Attempt", "尝试"),
  description: words("One try of a task on one pool.", "任务在某一资源池上的一次尝试。"),
  fields: { spec: attemptSpec, status: attemptStatus.optional() },
  columns: [
    { name: words("Task", "任务"), path: ".spec.task", type: "string" },
    { name: words("Number", "序号"), path: ".spec.number", type: "integer" },
    { name: words("Phase", "阶段"), path: ".status.phase", type: "string", format: "state" },
    { name: words("Outcome", "结果"), path: ".status.outcome.type", type: "string" },
    { name: words("Node", "节点"), path: ".spec.node", type: "string" },
    { name: words("Started", "开始"), path: ".status.startedAt", type: "date" },
    { name: words("Age", "存在时长"), path: ".metadata.creationTimestamp", type: "date" },
  ],
  readOnly: true,
  finalizers: ["compute.yunhe.dev/attempt"],
  example: {
    apiVersion: "compute.yunhe.dev/v1",
    kind: "Attempt",
    metadata: { name: "hello-1", namespace: "default" },
    spec: {
      task: "hello",
      number: 1,
      pool: "local",
      node: "local-a1",
      grant: { cpuMilli: 1000, memoryBytes: 67108864, devices: [] },
    },
  },
});

export type Attempt = ResourceOf<typeof attemptKind>;
export type AttemptSpec = z.output<typeof attemptSpec>;
export type AttemptStatus = z.output<typeof attemptStatus>;
export type AttemptUsage = z.output<typeof usage>;
