import { defineKind, words } from "@yunhe/kernel";
import { z } from "zod";

const base = {
  group: "example.dev",
  words: words("Widget", "部件"),
  description: words("a thing for tests", "测试用对象"),
  example: {},
} as const;

export const widgetKind = defineKind({
  ...base,
  kind: "Widget",
  plural: "widgets",
  scope: "Namespaced",
  immutable: ["spec.colour"],
  fields: {
    spec: z.strictObject({ size: z.int().min(0).default(1), colour: z.string().optional() }).prefault({}),
    status: z.strictObject({ phase: z.string() }).optional(),
  },
});

export const gadgetKind = defineKind({
  ...base,
  kind: "Gadget",
  plural: "gadgets",
  scope: "Namespaced",
  finalizers: ["example.dev/cleanup"],
  fields: { spec: z.strictObject({}).prefault({}) },
});

export const regionKind = defineKind({
  ...base,
  kind: "Region",
  plural: "regions",
  scope: "Cluster",
  fields: { spec: z.strictObject({}).prefault({}) },
});

export const sampleKinds = [widgetKind, gadgetKind, regionKind];
