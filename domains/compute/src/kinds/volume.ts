import { defineKind, field, type ResourceOf, words } from "@yunhe/kernel";
import { z } from "zod";
import { computeGroup } from "../group.ts";
import { conditions } from "./condition.ts";

const volumeSpec = z.strictObject({
  description: field(z.string().max(1000).default(""), { en: "What lies in it.", zh: "存放的内容。" }),
  jurisdictions: field(z.array(z.string()).default([]), {
    en: "Where its data may be; empty: anywhere.",
    zh: "数据可存放的法域；为空表示不限。",
  }),
});

const volumeStatus = z.strictObject({
  bytes: field(z.int().nonnegative().optional(), {
    en: "Size when last measured.",
    zh: "上次测得的大小。",
    format: "bytes",
  }),
  pools: field(z.array(z.string()).optional(), { en: "Pools that hold a copy.", zh: "持有副本的资源池。" }),
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
