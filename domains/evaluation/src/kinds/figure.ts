import { defineKind, field, type ResourceOf, words } from "@yunhe/kernel";
import { z } from "zod";
import { evaluationGroup } from "../group.ts";

const text = (en: string, zh: string) => field(z.string().max(2000).default(""), { en, zh });

const revision = z.strictObject({
  value: z.string(),
  edition: z.string().default(""),
  replacedOn: z.string().optional(),
  reason: z.string().default(""),
});

const spec = z.strictObject({
  figure: field(z.string().min(1).max(500), {
    en: "Its name as published: Public cloud growth.",
    zh: "发布时的名称：公有云增速。",
  }),
  value: field(z.string().min(1).max(200), {
    en: "As printed: 5864, >10000, ~60, 10-20, ~1/3; never rounded further.",
    zh: "按原文：5864、>10000、~60、10-20、~1/3；不再取整。",
  }),
  unit: text("100 million CNY, 亿元, %; empty counts as missing.", "亿元、%、100 million CNY；空视为缺失。"),
  period: text(
    "2023, 2023-2027, 2021 Q2, 2019 target, undated.",
    "2023、2023-2027、2021 Q2、2019 target、undated。",
  ),
  scope: text(
    "China, public; global, IaaS+PaaS+SaaS (Gartner).",
    "China, public；global, IaaS+PaaS+SaaS (Gartner)。",
  ),
  definition: text("What is counted.", "统计口径。"),
  publisher: field(z.string().min(1).max(500), { en: "Who published it.", zh: "发布者。" }),
  edition: text("Which edition.", "版次。"),
  page: text("Page, figure or address.", "页码、图号或网址。"),
  status: field(z.enum(["stated", "derived", "revised"]).default("stated"), {
    en: "Printed, computed from printed ones, or replaced by a later edition.",
    zh: "原文、由原文推算，或已被后续版次替代。",
  }),
  licence: text("Terms under which it may be shown.", "使用许可。"),
  note: text("Shown wherever the value is.", "随数值显示的说明。"),
  revisions: field(z.array(revision).max(100).default([]), { en: "Former values.", zh: "历次取值。" }),
});

export const figureKind = defineKind({
  group: evaluationGroup,
  kind: "Figure",
  plural: "figures",
  shortNames: ["fig"],
  categories: ["evaluation"],
  scope: "Namespaced",
  words: words("Figure", "市场数据"),
  description: words(
    "One published figure of the cloud market, as printed, with where it comes from.",
    "一条已发布的云市场数据，按原文记录并注明出处。",
  ),
  fields: { spec },
  columns: [
    { name: words("Figure", "名称"), path: ".spec.figure", type: "string" },
    { name: words("Value", "数值"), path: ".spec.value", type: "string" },
    { name: words("Unit", "单位"), path: ".spec.unit", type: "string" },
    { name: words("Period", "时期"), path: ".spec.period", type: "string" },
    { name: words("Publisher", "发布者"), path: ".spec.publisher", type: "string" },
    { name: words("Edition", "版次"), path: ".spec.edition", type: "string", priority: 1 },
  ],
  example: {
    apiVersion: "evaluation.yunhe.dev/v1",
    kind: "Figure",
    metadata: { name: "cloud-market-2023", namespace: "default" },
    spec: {
      figure: "Cloud market size",
      value: "6165",
      unit: "100 million CNY",
      period: "2023",
      scope: "China, public+private (CAICT)",
      publisher: "CAICT",
      edition: "Cloud Computing White Paper 2024",
    },
  },
});

export type FigureResource = ResourceOf<typeof figureKind>;
