import { type Cause, conditions, defineKind, field, type ResourceOf, words } from "@yunhe/kernel";
import { z } from "zod";
import { measures } from "../fleet/measures.ts";
import { evaluationGroup } from "../group.ts";
import { content, findings } from "./shared.ts";

/** An object of the API is no place for more. */
export const inlineLimitBytes = 256 * 1024;

const seed = z.int().min(0).max(0xffffffff);

const source = z.discriminatedUnion("type", [
  z.strictObject({
    type: z.literal("file"),
    content: field(content, { en: "The uploaded data file.", zh: "已上传的数据文件。" }),
  }),
  z.strictObject({
    type: z.literal("inline"),
    data: field(z.record(z.string(), z.unknown()), {
      en: "The data file itself (format yunhe.dev/index-data/v1), up to 256 KiB.",
      zh: "数据文件本身（格式 yunhe.dev/index-data/v1），至多 256 KiB。",
    }),
  }),
  z.strictObject({
    type: z.literal("demonstration"),
    seed: field(seed.default(1), { en: "Same seed, same data.", zh: "种子相同则数据相同。" }),
    periods: field(z.array(z.string()).min(1).max(20).default(["2022", "2023"]), {
      en: "Periods.",
      zh: "时期。",
    }),
  }),
  z.strictObject({
    type: z.literal("fleet"),
    measures: field(
      z
        .record(
          z.string(),
          z.strictObject({
            measure: z.enum(measures),
            scale: field(z.number().default(1), { en: "Multiplied by this.", zh: "乘以该系数。" }),
          }),
        )
        .default({}),
      {
        en: "Which indicator is which measure; empty: every indicator whose id ends in a measure's name.",
        zh: "指标与测量量的对应；为空时按指标 id 以测量量名结尾匹配。",
      },
    ),
    base: field(z.string().optional(), {
      en: "Another data set for what the fleet does not measure.",
      zh: "资源池不测量的内容取自另一数据集。",
      format: "ref:datasets.evaluation.yunhe.dev",
    }),
  }),
]);

const spec = z.strictObject({
  description: field(z.string().max(2000).default(""), { en: "What it holds.", zh: "内容说明。" }),
  specification: field(z.string().min(1), {
    en: "Whose indicators it has values for.",
    zh: "所依据的指数规范。",
    format: "ref:indexspecifications.evaluation.yunhe.dev",
  }),
  source: field(source, {
    en: "Where the values come from: an uploaded file, inline, a seed (synthetic), or this fleet.",
    zh: "数值来源：上传文件、内联、种子（合成）或本资源池。",
  }),
});

/** What the fleet did in one period, in one zone; sums over time, so that a restart loses nothing. */
const fleetZone = z.strictObject({
  provider: z.string(),
  region: z.string(),
  zone: z.string(),
  observedMs: z.number().nonnegative(),
  nodeMs: z.number().nonnegative(),
  readyNodeMs: z.number().nonnegative(),
  coreMs: z.number().nonnegative(),
  heldCoreMs: z.number().nonnegative(),
  peakCommitment: z.number().nonnegative(),
  /** Questions to the zone's engines; how many were answered, and how long those took together. */
  probes: z
    .strictObject({
      sent: z.int().nonnegative(),
      answered: z.int().nonnegative(),
      roundTripMs: z.number().nonnegative(),
    })
    .optional(),
  /** Of the transfers to and from its pools. */
  peakBytesPerSecond: z.number().nonnegative().optional(),
  /** The last of each, null where nobody says. */
  latest: z.record(z.string(), z.number().nullable()),
  /** True when any of its devices or nodes is simulated. */
  simulated: z.boolean(),
});

const status = z.strictObject({
  periods: z.array(z.string()).optional(),
  entities: field(z.record(z.string(), z.int()).optional(), {
    en: "How many, by kind.",
    zh: "各类主体数量。",
  }),
  cells: field(z.int().optional(), { en: "Cells with a value.", zh: "有值的单元格数。" }),
  missing: field(z.int().optional(), { en: "Cells without a value.", zh: "缺失的单元格数。" }),
  revised: field(z.int().optional(), { en: "Cells that were revised.", zh: "修订过的单元格数。" }),
  synthetic: field(z.boolean().optional(), { en: "Holds generated values.", zh: "含合成数值。" }),
  fleet: field(
    z
      .strictObject({
        sampledMs: z.int().nonnegative(),
        periods: z.record(z.string(), z.record(z.string(), fleetZone)),
      })
      .optional(),
    { en: "What was measured so far.", zh: "迄今的测量结果。" },
  ),
  findings,
  conditions,
});

function sizeCauses(source: z.output<typeof spec>["source"]): Cause[] {
  if (source.type !== "inline") return [];
  const bytes = Buffer.byteLength(JSON.stringify(source.data));
  if (bytes <= inlineLimitBytes) return [];
  return [
    {
      field: "spec.source.data",
      reason: "FieldValueInvalid",
      message: words(
        `Inline data may have ${inlineLimitBytes} bytes, these have ${bytes}; upload them as a file.`,
        `内联数据至多 ${inlineLimitBytes} 字节，现有 ${bytes} 字节；请作为文件上传。`,
      ),
    },
  ];
}

export const dataSetKind = defineKind({
  group: evaluationGroup,
  kind: "DataSet",
  plural: "datasets",
  shortNames: ["ds"],
  categories: ["evaluation"],
  scope: "Namespaced",
  words: words("Data set", "数据集"),
  description: words(
    "Values of an index's indicators; every cell with its origin, status and revisions.",
    "指数各指标的数值；每个单元格均附来源、状态与修订记录。",
  ),
  fields: { spec, status: status.optional() },
  columns: [
    { name: words("Specification", "规范"), path: ".spec.specification", type: "string" },
    { name: words("Source", "来源"), path: ".spec.source.type", type: "string" },
    { name: words("Cells", "单元格"), path: ".status.cells", type: "integer" },
    { name: words("Missing", "缺失"), path: ".status.missing", type: "integer" },
    { name: words("Synthetic", "合成"), path: ".status.synthetic", type: "boolean" },
    {
      name: words("Ready", "就绪"),
      path: '.status.conditions[?(@.type=="Ready")].status',
      type: "string",
      format: "state",
    },
    { name: words("Age", "存在时长"), path: ".metadata.creationTimestamp", type: "date" },
  ],
  actions: {
    edit: {
      words: words("Edit cells", "修订单元格"),
      description: words(
        "Give cells new values; the former ones stay as revisions.",
        "修改单元格取值；原值保留为修订记录。",
      ),
      input: z.strictObject({
        edits: z
          .array(
            z.strictObject({
              indicator: z.string(),
              entity: z.string(),
              period: z.string(),
              value: z.number().nullable(),
            }),
          )
          .min(1)
          .max(1000),
        publisher: field(z.string().min(1), { en: "Who says so.", zh: "发布者。" }),
        edition: z.string().optional(),
        page: z.string().optional(),
        reason: field(z.string().min(1), { en: "Why it was changed.", zh: "修订原因。" }),
      }),
    },
  },
  check: (next) => sizeCauses(next.spec.source),
  example: {
    apiVersion: "evaluation.yunhe.dev/v1",
    kind: "DataSet",
    metadata: { name: "trial-2023", namespace: "default" },
    spec: { specification: "trial", source: { type: "demonstration", seed: 7, periods: ["2022", "2023"] } },
  },
});

export type DataSetResource = ResourceOf<typeof dataSetKind>;
export type DataSource = DataSetResource["spec"]["source"];
export type FleetZone = z.output<typeof fleetZone>;
export type FleetRecord = NonNullable<NonNullable<DataSetResource["status"]>["fleet"]>;
