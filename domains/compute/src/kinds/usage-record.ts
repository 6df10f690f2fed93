import { defineKind, field, type ResourceOf, words } from "@yunhe/kernel";
import { z } from "zod";
import { computeGroup } from "../group.ts";
import { grant } from "./device.ts";

const amounts = z.strictObject({
  cpuCoreSeconds: field(z.number().nonnegative(), { en: "CPU core-seconds.", zh: "CPU 核秒。" }),
  memoryByteSeconds: field(z.number().nonnegative(), { en: "Memory byte-seconds.", zh: "内存字节秒。" }),
  deviceShareSeconds: field(z.number().nonnegative(), {
    en: "Device-seconds, a share counted in part.",
    zh: "设备秒，份额按比例计。",
  }),
});

const usageRecordSpec = z.strictObject({
  attempt: field(z.string(), {
    en: "Whose usage.",
    zh: "所属尝试。",
    format: "ref:attempts.compute.yunhe.dev",
  }),
  attemptUid: field(z.string(), { en: "Its uid: names are used again.", zh: "其 uid：名称可能重用。" }),
  task: field(z.string(), { en: "Its task.", zh: "所属任务。", format: "ref:tasks.compute.yunhe.dev" }),
  pool: z.string(),
  node: z.string(),
  queue: z.string(),
  sequence: field(z.int().nonnegative(), {
    en: "Position in the attempt's chain, from 0.",
    zh: "在用量链中的序号，自 0 起。",
  }),
  startMs: field(z.int().nonnegative(), {
    en: "Start, ms since 1970 UTC; equals the end of the one before, unless the engine started the job again since.",
    zh: "起点（1970 年起毫秒，UTC）；等于前一条的终点，除非引擎其间重新启动了作业。",
  }),
  endMs: field(z.int().nonnegative(), { en: "End, ms since 1970 UTC.", zh: "终点（1970 年起毫秒，UTC）。" }),
  final: field(z.boolean(), { en: "The last of its chain.", zh: "链上最后一条。" }),
  granted: field(grant, { en: "What was held during the interval.", zh: "区间内占用的资源。" }),
  grantedAmounts: field(amounts, { en: "Granted resources × time.", zh: "占用资源 × 时间。" }),
  usedAmounts: field(amounts, { en: "What was really used.", zh: "实际用量。" }),
  jurisdiction: z.string(),
});

export const usageRecordKind = defineKind({
  group: computeGroup,
  kind: "UsageRecord",
  plural: "usagerecords",
  shortNames: ["usage"],
  scope: "Namespaced",
  words: words("Usage record", "用量记录"),
  description: words(
    "One interval of one attempt's usage; the intervals of an attempt never overlap, and leave out only times in which the engine had it back in its queue.",
    "一次尝试的一段用量；同一尝试的各段互不重叠，仅略去引擎将其退回队列的时间。",
  ),
  fields: { spec: usageRecordSpec },
  columns: [
    { name: words("Task", "任务"), path: ".spec.task", type: "string" },
    { name: words("Sequence", "序号"), path: ".spec.sequence", type: "integer" },
    {
      name: words("CPU granted (s)", "占用 CPU（核秒）"),
      path: ".spec.grantedAmounts.cpuCoreSeconds",
      type: "number",
    },
    {
      name: words("CPU used (s)", "实际 CPU（核秒）"),
      path: ".spec.usedAmounts.cpuCoreSeconds",
      type: "number",
    },
    {
      name: words("Device granted (s)", "占用设备（秒）"),
      path: ".spec.grantedAmounts.deviceShareSeconds",
      type: "number",
    },
    { name: words("Age", "存在时长"), path: ".metadata.creationTimestamp", type: "date" },
  ],
  readOnly: true,
  immutable: ["spec"],
  example: {
    apiVersion: "compute.yunhe.dev/v1",
    kind: "UsageRecord",
    metadata: { name: "hello-1-0", namespace: "default" },
    spec: {
      attempt: "hello-1",
      attemptUid: "6a2f41a3-c54c-4b6f-8f1e-2f0d7b1e9c11",
      task: "hello",
      pool: "local",
      node: "local-a1",
      queue: "default",
      sequence: 0,
      startMs: 1767225600000,
      endMs: 1767225601000,
      final: true,
      granted: { cpuMilli: 1000, memoryBytes: 67108864, devices: [] },
      grantedAmounts: { cpuCoreSeconds: 1, memoryByteSeconds: 67108864, deviceShareSeconds: 0 },
      usedAmounts: { cpuCoreSeconds: 0.2, memoryByteSeconds: 4194304, deviceShareSeconds: 0 },
      jurisdiction: "",
    },
  },
});

export type UsageRecord = ResourceOf<typeof usageRecordKind>;
export type UsageAmounts = z.output<typeof amounts>;
