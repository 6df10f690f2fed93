import { type Cause, conditions, defineKind, field, type ResourceOf, words } from "@yunhe/kernel";
import { z } from "zod";
import { evaluationGroup } from "../group.ts";
import { content, findings } from "./shared.ts";

const seed = z.int().min(0).max(0xffffffff);

const robustness = z.strictObject({
  index: field(z.string().min(1), { en: "Index whose ranking is examined.", zh: "考察其排名的指数。" }),
  period: field(z.string().optional(), { en: "The last period when absent.", zh: "缺省为最后一个时期。" }),
  seed: field(seed.optional(), { en: "The specification's when absent.", zh: "缺省用规范中的种子。" }),
  replications: field(z.int().min(1).max(10_000_000).optional(), {
    en: "Monte Carlo replications; the specification's when absent.",
    zh: "蒙特卡洛重复次数；缺省用规范中的次数。",
  }),
  sobolPoints: field(
    z
      .int()
      .min(2)
      .max(1 << 16)
      .optional(),
    {
      en: "Base points of the Sobol indices; absent: none are computed. A power of two is best.",
      zh: "Sobol 指数的基点数；缺省不计算。宜取 2 的幂。",
    },
  ),
  removal: field(z.boolean().default(true), {
    en: "Leave out each indicator in turn.",
    zh: "逐一剔除指标。",
  }),
});

const spec = z.strictObject({
  specification: field(z.string().min(1), {
    en: "The specification.",
    zh: "指数规范。",
    format: "ref:indexspecifications.evaluation.yunhe.dev",
  }),
  dataSet: field(z.string().min(1), {
    en: "The data.",
    zh: "数据集。",
    format: "ref:datasets.evaluation.yunhe.dev",
  }),
  indices: field(z.array(z.string()).default([]), {
    en: "Only these; empty: all.",
    zh: "仅这些指数；空为全部。",
  }),
  periods: field(z.array(z.string()).default([]), {
    en: "Only these; empty: all.",
    zh: "仅这些时期；空为全部。",
  }),
  extensions: field(z.boolean().default(false), {
    en: "Also scores that the source does not define; labelled on every output.",
    zh: "同时计算来源未定义的得分；在所有输出中标明。",
  }),
  robustness: field(robustness.optional(), {
    en: "How sure the ranks are: Monte Carlo, Sobol indices, leaving out.",
    zh: "名次的把握：蒙特卡洛、Sobol 指数、逐一剔除。",
  }),
  cancelled: field(z.boolean().default(false), { en: "Stop it; final.", zh: "停止；不可撤回。" }),
});

const rank = z.strictObject({
  entity: z.string(),
  label: z.strictObject({ en: z.string(), zh: z.string() }),
  rank: z.int(),
  score: z.number(),
  lowerRank: z.int().optional(),
  upperRank: z.int().optional(),
});

const status = z.strictObject({
  phase: z.enum(["Pending", "Running", "Succeeded", "Failed", "Cancelled"]),
  step: field(z.enum(["scores", "uncertainty", "sensitivity", "removal", "bundle"]).optional(), {
    en: "What is being computed.",
    zh: "正在计算的步骤。",
  }),
  progress: field(z.number().min(0).max(1).optional(), {
    en: "Of the whole, 0 to 1.",
    zh: "总进度，0 到 1。",
    format: "percent",
  }),
  startTime: z.string().optional(),
  endTime: z.string().optional(),
  engine: z.strictObject({ name: z.string(), version: z.string() }).optional(),
  seed: field(seed.optional(), { en: "The seed that was used.", zh: "所用种子。" }),
  synthetic: field(z.boolean().optional(), { en: "Rests on generated values.", zh: "含合成数值。" }),
  ranking: field(
    z.strictObject({ index: z.string(), period: z.string(), entities: z.array(rank) }).optional(),
    { en: "The first fifty of the index in question.", zh: "所考察指数的前五十名。" },
  ),
  result: field(content.optional(), { en: "The whole result as JSON.", zh: "完整结果（JSON）。" }),
  bundle: field(content.optional(), {
    en: "Data, specification, seed, version and results: recomputes to the same bytes.",
    zh: "数据、规范、种子、版本与结果：可逐字节重算。",
  }),
  findings,
  conditions,
});

export const evaluationKind = defineKind({
  group: evaluationGroup,
  kind: "Evaluation",
  plural: "evaluations",
  shortNames: ["ev"],
  categories: ["evaluation"],
  scope: "Namespaced",
  words: words("Evaluation", "评价"),
  description: words(
    "One computation of an index from one data set, with how sure its ranks are.",
    "用一个数据集对指数的一次计算，及其名次的把握。",
  ),
  fields: { spec, status: status.optional() },
  columns: [
    { name: words("Specification", "规范"), path: ".spec.specification", type: "string" },
    { name: words("Data", "数据"), path: ".spec.dataSet", type: "string" },
    { name: words("Phase", "阶段"), path: ".status.phase", type: "string", format: "state" },
    { name: words("Progress", "进度"), path: ".status.progress", type: "number", format: "percent" },
    { name: words("Synthetic", "合成"), path: ".status.synthetic", type: "boolean" },
    { name: words("Age", "存在时长"), path: ".metadata.creationTimestamp", type: "date" },
  ],
  actions: {
    cancel: {
      words: words("Cancel", "取消"),
      description: words("Stop the computation.", "停止计算。"),
      input: z.strictObject({}),
      destructive: true,
    },
  },
  immutable: [
    "spec.specification",
    "spec.dataSet",
    "spec.indices",
    "spec.periods",
    "spec.extensions",
    "spec.robustness",
  ],
  check: (next, previous): Cause[] =>
    previous?.spec.cancelled === true && !next.spec.cancelled
      ? [
          {
            field: "spec.cancelled",
            reason: "FieldValueForbidden",
            message: words("Cancel is final; create the evaluation again.", "取消不可撤回；请重新创建评价。"),
          },
        ]
      : [],
  example: {
    apiVersion: "evaluation.yunhe.dev/v1",
    kind: "Evaluation",
    metadata: { name: "trial-2023", namespace: "default" },
    spec: {
      specification: "trial",
      dataSet: "trial-2023",
      robustness: { index: "total", replications: 10000 },
    },
  },
});

export type EvaluationResource = ResourceOf<typeof evaluationKind>;
export type EvaluationSpec = EvaluationResource["spec"];
export type EvaluationStatus = NonNullable<EvaluationResource["status"]>;
