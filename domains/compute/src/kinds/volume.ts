import { conditions, defineKind, field, type ResourceOf, words } from "@yunhe/kernel";
import { z } from "zod";
import { computeGroup } from "../group.ts";

const volumeSpec = z.strictObject({
  description: field(z.string().max(1000).default(""), { en: "What lies in it.", zh: "存放的内容。" }),
  jurisdictions: field(z.array(z.string()).default([]), {
    en: "Where its data may be; empty: anywhere.",
    zh: "数据可存放的法域；为空表示不限。",
  }),
});

const copy = z.strictObject({
  pool: z.string(),
  version: field(z.string(), { en: "Empty while it is being changed there.", zh: "正在那里修改时为空。" }),
});

const volumeStatus = z.strictObject({
  bytes: field(z.int().nonnegative().optional(), {
    en: "Size when last measured.",
    zh: "上次测得的大小。",
    format: "bytes",
  }),
  changedAt: field(z.string().optional(), {
    en: "A file in it last changed; looked at once a minute.",
    zh: "其中文件的最近修改时间；每分钟查看一次。",
    format: "date",
  }),
  version: field(z.string().optional(), {
    en: "What it held when it last moved: SHA-256 of the list of its files, kept as a blob of the project.",
    zh: "上次搬运时的内容：其文件清单的 SHA-256，清单存为本项目的内容。",
  }),
  files: field(z.int().nonnegative().optional(), {
    en: "Files when it last moved.",
    zh: "上次搬运时的文件数。",
  }),
  pools: field(z.array(copy).optional(), {
    en: "Pools with a storage of their own that hold a copy, and of which version.",
    zh: "自有存储且持有副本的资源池，以及副本的版本。",
  }),
  conditions,
});

export const volumeKind = defineKind({
  group: computeGroup,
  kind: "Volume",
  plural: "volumes",
  shortNames: ["vol"],
  scope: "Namespaced",
  words: words("Volume", "存储卷"),
  description: words(
    "A folder that outlives tasks and can be mounted into them.",
    "独立于任务存在、可挂载到任务的目录。",
  ),
  fields: { spec: volumeSpec.prefault({}), status: volumeStatus.optional() },
  columns: [
    { name: words("Size", "大小"), path: ".status.bytes", type: "integer", format: "bytes" },
    {
      name: words("Ready", "就绪"),
      path: '.status.conditions[?(@.type=="Ready")].status',
      type: "string",
      format: "state",
    },
    { name: words("Age", "存在时长"), path: ".metadata.creationTimestamp", type: "date" },
  ],
  finalizers: ["compute.yunhe.dev/volume"],
  example: {
    apiVersion: "compute.yunhe.dev/v1",
    kind: "Volume",
    metadata: { name: "datasets", namespace: "default" },
    spec: { description: "shared data sets" },
  },
});

export type Volume = ResourceOf<typeof volumeKind>;
