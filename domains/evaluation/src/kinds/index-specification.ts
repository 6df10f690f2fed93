import { type Cause, conditions, defineKind, field, type ResourceOf, words } from "@yunhe/kernel";
import { z } from "zod";
import { evaluationGroup } from "../group.ts";
import { findings } from "./shared.ts";
import { library } from "../library.ts";

const spec = z.strictObject({
  description: field(z.string().max(2000).default(""), { en: "What it is for.", zh: "用途说明。" }),
  definition: field(z.record(z.string(), z.unknown()), {
    en: "The specification of the index (format yunhe.dev/index/v1): kinds, indicators, tree, steps, uncertainty.",
    zh: "指数规范（格式 yunhe.dev/index/v1）：主体类型、指标、指标树、处理步骤与不确定性。",
  }),
});

const status = z.strictObject({
  title: z.strictObject({ en: z.string(), zh: z.string() }).optional(),
  version: z.string().optional(),
  kinds: field(z.array(z.string()).optional(), { en: "Kinds of entities.", zh: "主体类型。" }),
  indicators: z.int().optional(),
  indices: z.int().optional(),
  computable: field(z.boolean().optional(), {
    en: "False while something is missing, such as judgements of the AHP.",
    zh: "缺少内容（如 AHP 判断矩阵）时为 false。",
  }),
  findings,
  conditions,
});

/** Its form must hold; what is only incomplete, such as a comparison matrix, may be filled in later. */
function formCauses(definition: Record<string, unknown>): Cause[] {
  try {
    library().readSpecification(definition);
    return [];
  } catch (error) {
    if (!(error instanceof library().EvaluationError)) throw error;
    return error.findings.map(({ place, message }) => ({
      field: ["spec.definition", place.path].filter(Boolean).join("."),
      reason: "FieldValueInvalid",
      message,
    }));
  }
}

export const indexSpecificationKind = defineKind({
  group: evaluationGroup,
  kind: "IndexSpecification",
  plural: "indexspecifications",
  shortNames: ["ispec"],
  categories: ["evaluation"],
  scope: "Namespaced",
  words: words("Index specification", "指数规范"),
  description: words(
    "A composite indicator: what is measured of whom, how it is treated, weighted and put together.",
    "综合指数的定义：测什么、测谁、如何处理、赋权与合成。",
  ),
  fields: { spec, status: status.optional() },
  columns: [
    { name: words("Title", "标题"), path: ".spec.definition.title.en", type: "string" },
    { name: words("Indicators", "指标"), path: ".status.indicators", type: "integer" },
    { name: words("Indices", "指数"), path: ".status.indices", type: "integer" },
    { name: words("Computable", "可计算"), path: ".status.computable", type: "boolean" },
    { name: words("Age", "存在时长"), path: ".metadata.creationTimestamp", type: "date" },
  ],
  check: (next) => formCauses(next.spec.definition),
  example: {
    apiVersion: "evaluation.yunhe.dev/v1",
    kind: "IndexSpecification",
    metadata: { name: "trial", namespace: "default" },
    spec: {
      definition: {
        format: "yunhe.dev/index/v1",
        id: "trial",
        title: { en: "Trial", zh: "试算" },
        kinds: [{ id: "region", label: { en: "Region", zh: "地区" } }],
        indicators: [
          { id: "cores", label: { en: "Cores", zh: "核数" }, unit: "1", direction: "up", kind: "region" },
          {
            id: "latency",
            label: { en: "Latency", zh: "时延" },
            unit: "ms",
            direction: "down",
            kind: "region",
          },
        ],
        indices: [{ id: "total", label: { en: "Total", zh: "总分" }, members: ["cores", "latency"] }],
      },
    },
  },
});

export type IndexSpecification = ResourceOf<typeof indexSpecificationKind>;
