import { defineKind, field, type ResourceOf, words } from "@yunhe/kernel";
import { z } from "zod";
import { computeGroup } from "../group.ts";

const transferSpec = z.strictObject({
  volume: field(z.string(), {
    en: "What moves.",
    zh: "搬运的存储卷。",
    format: "ref:volumes.compute.yunhe.dev",
  }),
  direction: field(z.enum(["in", "out"]), {
    en: "To the pool before an attempt, or back home after it.",
    zh: "尝试之前送往资源池，或之后送回。",
  }),
  pool: field(z.string(), {
    en: "The pool at the other end; this end is home, the server's own storage.",
    zh: "另一端的资源池；此端为 home，即服务器自身的存储。",
    format: "ref:pools.compute.yunhe.dev",
  }),
  writes: field(z.boolean(), { en: "Its task may change it there.", zh: "任务可能在那里修改它。" }),
  attempt: field(z.string(), {
    en: "For whom.",
    zh: "所服务的尝试。",
    format: "ref:attempts.compute.yunhe.dev",
  }),
  attemptUid: field(z.string(), { en: "Its uid: names are used again.", zh: "其 uid：名称可能重用。" }),
  task: field(z.string(), { en: "Its task.", zh: "所属任务。", format: "ref:tasks.compute.yunhe.dev" }),
});

const transferStatus = z.strictObject({
  phase: field(z.enum(["Running", "Done", "Failed"]), { en: "Where it stands.", zh: "当前阶段。" }),
  tries: field(z.int().nonnegative(), { en: "Tries that failed so far.", zh: "已失败的次数。" }),
  totalBytes: field(z.int().nonnegative().optional(), {
    en: "Size of what is moved, with what is there already.",
    zh: "数据总大小，含已在目的地的部分。",
    format: "bytes",
  }),
  movedBytes: field(z.int().nonnegative(), {
    en: "Bytes that went over the line, all tries together.",
    zh: "实际传输的字节数，各次合计。",
    format: "bytes",
  }),
  bytesPerSecond: field(z.int().nonnegative().optional(), {
    en: "Bandwidth, bytes per second.",
    zh: "带宽（字节/秒）。",
  }),
  startedAt: field(z.string().optional(), { en: "It began.", zh: "开始时间。", format: "date" }),
  endedAt: field(z.string().optional(), { en: "It was over.", zh: "结束时间。", format: "date" }),
  version: field(z.string().optional(), { en: "The version that it moved.", zh: "所搬运的版本。" }),
  egress: field(
    z
      .strictObject({ currency: z.string(), nanoPerGib: z.int().nonnegative(), nano: z.int().nonnegative() })
      .optional(),
    {
      en: "What sending it costs by the sender's link, in 10⁻⁹ of the currency.",
      zh: "按发送方链路计的费用，以货币的 10⁻⁹ 为单位。",
    },
  ),
  message: z.string().optional(),
  messageZh: z.string().optional(),
});

export const transferKind = defineKind({
  group: computeGroup,
  kind: "Transfer",
  plural: "transfers",
  shortNames: ["xfer"],
  scope: "Namespaced",
  words: words("Transfer", "传输"),
  description: words(
    "One move of a volume between home and a pool with a storage of its own; stays as the record of what moved.",
    "存储卷在 home 与自有存储的资源池之间的一次搬运；作为传输记录保留。",
  ),
  fields: { spec: transferSpec, status: transferStatus.optional() },
  columns: [
    { name: words("Volume", "存储卷"), path: ".spec.volume", type: "string" },
    { name: words("Direction", "方向"), path: ".spec.direction", type: "string" },
    { name: words("Pool", "资源池"), path: ".spec.pool", type: "string" },
    { name: words("Phase", "阶段"), path: ".status.phase", type: "string", format: "state" },
    { name: words("Size", "大小"), path: ".status.totalBytes", type: "integer", format: "bytes" },
    { name: words("Moved", "已传输"), path: ".status.movedBytes", type: "integer", format: "bytes" },
    { name: words("Bytes/s", "字节/秒"), path: ".status.bytesPerSecond", type: "integer", format: "bytes" },
    { name: words("Task", "任务"), path: ".spec.task", type: "string" },
    { name: words("Age", "存在时长"), path: ".metadata.creationTimestamp", type: "date" },
  ],
  readOnly: true,
  immutable: ["spec"],
  example: {
    apiVersion: "compute.yunhe.dev/v1",
    kind: "Transfer",
    metadata: { name: "6a2f41a3-c54c-4b6f-8f1e-2f0d7b1e9c11-in-datasets", namespace: "default" },
    spec: {
      volume: "datasets",
      direction: "in",
      pool: "hpc",
      writes: false,
      attempt: "train-1",
      attemptUid: "6a2f41a3-c54c-4b6f-8f1e-2f0d7b1e9c11",
      task: "train",
    },
  },
});

export type Transfer = ResourceOf<typeof transferKind>;
export type TransferStatus = z.output<typeof transferStatus>;
