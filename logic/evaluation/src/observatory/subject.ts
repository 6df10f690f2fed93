import type { Unit } from "./unit.ts";

export type Quantity =
  | "level"
  | "growth"
  | "compoundGrowth"
  | "forecast"
  | "share"
  | "availability"
  | "other";

/** What a figure's name says: a quantity of something, perhaps of one member of a group. */
export interface Subject {
  readonly quantity: Quantity;
  /** What is measured, lower case and without the word for the quantity: "cloud market", "iaas", "market". */
  readonly topic: string;
  /** For "Share of cloud use: finance" the part before the colon; members of one group may add up. */
  readonly group: string;
  readonly member: string;
}

const patterns: readonly (readonly [Quantity, RegExp])[] = [
  ["compoundGrowth", /\bcagr\b|compound annual growth|年均复合增长率|复合增速/iu],
  ["growth", /\bgrowth(?: of)?\b|增速|增长率|同比增长/iu],
  ["forecast", /\bforecast\b|\btarget\b|预测|预计|目标/iu],
  ["availability", /\bavailability\b|可用性/iu],
  ["share", /\bshare(?: of)?\b|占比|份额/iu],
  ["level", /\bsize\b|\brevenue\b|规模|收入/iu],
];

export function parseSubject(name: string, unit: Unit): Subject {
  const lower = name.normalize("NFKC").toLowerCase();
  const [group, member] = lower.includes(":") ? lower.split(":", 2).map((part) => part.trim()) : ["", ""];
  const found = patterns.find(([, pattern]) => pattern.test(lower));
  const quantity = found?.[0] ?? (unit.kind === "money" || unit.kind === "count" ? "level" : "other");
  const topic = found ? lower.replace(found[1], " ") : lower;
  return { quantity, topic: tidy(topic), group: group ?? "", member: member ?? "" };
}

function tidy(topic: string): string {
  return topic
    .replaceAll(/\bthe\b/gu, " ")
    .replaceAll(/[\s:]+/gu, " ")
    .trim();
}

const generic = new Set(["market", "industry", "市场", "产业", "行业"]);

/**
 * The same topic; a bare "market" also speaks of the "basic cloud service market" of its publication. "Cloud market" and
 * "public cloud market" are two topics.
 */
export function sameTopic(a: Subject, b: Subject): boolean {
  if (a.topic === b.topic) return a.topic !== "";
  const [short, long] = a.topic.length < b.topic.length ? [a.topic, b.topic] : [b.topic, a.topic];
  return generic.has(short) && mentions(long, short);
}

/** Whether a topic contains a word; Chinese has no spaces between words. */
export function mentions(topic: string, word: string): boolean {
  return topic.split(" ").includes(word) || (/\p{Script=Han}/u.test(word) && topic.includes(word));
}
