/**
 * The standard terms of market figures and of units in Chinese. Records keep what was printed; where all of a text is
 * made of terms that are known here, it can be read in Chinese beside it. Without the rest of the library:
 * `@yunhe/evaluation/terms`.
 */

const topics = new Map(
  Object.entries({
    "cloud market": "云市场",
    "number of smes": "中小企业数量",
    "public cloud": "公有云",
    "private cloud": "私有云",
    iaas: "IaaS",
    paas: "PaaS",
    saas: "SaaS",
  }),
);

const quantities = new Map(
  Object.entries({
    size: "规模",
    growth: "增速",
    forecast: "规模预测",
    revenue: "收入",
    cagr: "年均复合增速",
  }),
);

/** "Public cloud growth" as "公有云增速"; "cloud market" as "云市场"; any other name as it is. */
export function nameInChinese(name: string): string {
  const lower = name.toLowerCase();
  const [, topic = "", quantity = ""] = /^(.+) (\w+)$/.exec(lower) ?? [];
  const [of, what] = [topics.get(topic), quantities.get(quantity)];
  return topics.get(lower) ?? (of !== undefined && what !== undefined ? of + what : name);
}

const places = new Map(
  Object.entries({
    china: "中国",
    global: "全球",
    public: "公有云",
    private: "私有云",
    caict: "中国信通院",
  }),
);

/** "China, public+private (CAICT)" as "中国，公有云+私有云（中国信通院）"; words that are not known stay. */
export const scopeInChinese = (scope: string): string =>
  scope
    .replaceAll(/[a-z]+/giu, (word) => places.get(word.toLowerCase()) ?? word)
    .replaceAll(/,\s*/gu, "，")
    .replaceAll(/\s*\(([^)]*)\)/gu, "（$1）");

const magnitudes = new Map(
  Object.entries({
    "100 million": "亿",
    "10 thousand": "万",
    "10000": "万",
    thousand: "千",
    million: "百万",
    billion: "十亿",
    trillion: "万亿",
  }),
);

const things = new Map(
  Object.entries({
    "": "",
    cny: "元",
    usd: "美元",
    eur: "欧元",
    firms: "家",
    cores: "核",
    devices: "张",
    score: "分",
    points: "分",
    index: "指数",
    ratio: "比值",
    times: "倍",
    "percentage points": "百分点",
    "composite units": "综合单位",
    "currency per core-hour": "货币/核时",
  }),
);

/** "100 million CNY" as "亿元"; a unit that is not known, or is the same in Chinese ("GiB", "%"), as it is. */
export function unitInChinese(unit: string): string {
  const lower = unit.trim().toLowerCase();
  const magnitude = [...magnitudes.keys()].find((each) => lower === each || lower.startsWith(`${each} `));
  const thing = things.get(lower.slice(magnitude?.length ?? 0).trim());
  return thing === undefined || lower === "" ? unit : (magnitudes.get(magnitude ?? "") ?? "") + thing;
}

export const unitIn = (language: "en" | "zh", unit: string): string =>
  language === "zh" ? unitInChinese(unit) : unit;

/** A number with its unit: "5,610 × 100 million USD", "5,610 亿美元", "3 ms". */
export function withUnit(number: string, unit: string, language: "en" | "zh"): string {
  if (language === "zh") return `${number} ${unitInChinese(unit)}`.trim();
  return /^\d/.test(unit) ? `${number} × ${unit}` : `${number} ${unit}`.trim();
}
