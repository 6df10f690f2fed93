import { field } from "@yunhe/kernel";
import { z } from "zod";

/** Wishes; 0 or absent: no say, 1: as much as the policy of the queue. */
const wish = z.number().min(0).max(100);
const preferSpec = z.strictObject({
  cheap: field(wish.optional(), { en: "Weight of a low price.", zh: "低价的权重。" }),
  fastStart: field(wish.optional(), { en: "Weight of an early start.", zh: "尽早启动的权重。" }),
  lowCarbon: field(wish.optional(), { en: "Weight of low emissions.", zh: "低碳的权重。" }),
  near: field(z.strictObject({ to: z.string().min(1), weight: wish.default(1) }).optional(), {
    en: "Weight of a low latency to a pool or named place.",
    zh: "靠近某资源池或地点的权重。",
  }),
  spread: field(z.enum(["node", "rack", "zone", "pool"]).optional(), {
    en: "Keep the members of an array apart over these.",
    zh: "使数组成员分散到不同的节点、机架、可用区或资源池。",
  }),
});

export const placementSpec = z.strictObject({
  pools: field(z.array(z.string()).default([]), {
    en: "Only these pools; empty: any.",
    zh: "仅限这些资源池；为空表示任意。",
  }),
  providers: field(z.array(z.string()).default([]), { en: "Only these providers.", zh: "仅限这些提供商。" }),
  regions: field(z.array(z.string()).default([]), { en: "Only these regions.", zh: "仅限这些地域。" }),
  jurisdictions: field(z.array(z.string()).default([]), {
    en: "Only where these laws hold; never placed, copied or logged elsewhere.",
    zh: "仅限这些法域；绝不在其外放置、复制或记录。",
  }),
  maxPricePerHour: field(
    z
      .string()
      .regex(/^\d+(\.\d{1,9})?$/, "A price is a decimal number such as 1.25. / 价格写作小数，如 1.25。")
      .optional(),
    {
      en: "Price ceiling per hour; pools with another currency are left out.",
      zh: "每小时价格上限；货币不同的资源池不予考虑。",
    },
  ),
  currency: field(
    z
      .string()
      .regex(/^[A-Z]{3}$/, "A currency is its ISO 4217 code, such as CNY. / 货币为 ISO 4217 代码，如 CNY。")
      .default("CNY"),
    {
      en: "Currency of the price ceiling, ISO 4217.",
      zh: "价格上限的货币，ISO 4217 代码。",
    },
  ),
  maxLatencyMs: field(z.strictObject({ to: z.string(), ms: z.number().positive() }).optional(), {
    en: "Latency ceiling to a named place.",
    zh: "到指定地点的时延上限。",
  }),
  capacity: field(z.enum(["on-demand", "spot"]).default("on-demand"), {
    en: "spot: only where capacity that may be taken back is offered, at its price.",
    zh: "spot：仅限提供可回收容量之处，按其价格计费。",
  }),
  prefer: field(preferSpec.prefault({}), {
    en: "Wishes among the places that are allowed.",
    zh: "在允许的位置中的偏好。",
  }),
});

export const gangSpec = field(
  z
    .strictObject({
      topology: field(z.enum(["node", "rack", "fabric", "pool", "any"]).default("any"), {
        en: "All members within one of these.",
        zh: "全部成员位于同一范围内。",
      }),
    })
    .optional(),
  {
    en: "The members of the array start together or not at all; when one of them must be tried again, all are.",
    zh: "数组成员同时启动，否则都不启动；其中一个需要重试时，全部重试。",
  },
);
