import { words } from "@yunhe/kernel";
import type { Attempt } from "../kinds/attempt.ts";
import type { UsageRecord } from "../kinds/usage-record.ts";
import { held } from "../metering/chain.ts";
import { type Finding, isLive, placeOf } from "./state.ts";

/** Pure: the usage records of one attempt form one chain, which ends with it (M1, M2, M3). */
export function auditChain(attempt: Attempt, records: readonly UsageRecord[]): Finding[] {
  const object = placeOf("attempt", attempt);
  const findings: Finding[] = [];
  const say = (invariant: string, en: string, zh: string): void => {
    findings.push({ invariant, object, words: words(en, zh) });
  };
  const chain = records.toSorted((left, right) => left.spec.sequence - right.spec.sequence);
  chain.forEach(({ spec }, index) => {
    const previous = chain[index - 1]?.spec;
    if (spec.sequence !== index)
      say("M2", `record ${index} is missing or double`, `第 ${index} 条用量缺失或重复`);
    if (previous !== undefined && spec.startMs < previous.endMs)
      say("M2", `records ${index - 1} and ${index} overlap`, `第 ${index - 1} 与 ${index} 条用量重叠`);
    if (previous?.final === true)
      say("M2", `record ${index} follows the final one`, `第 ${index} 条在终结记录之后`);
    if (spec.endMs < spec.startMs) say("M3", `record ${index} has negative time`, `第 ${index} 条时长为负`);
    const wanted = held(spec.granted, spec.endMs - spec.startMs);
    if (JSON.stringify(wanted) !== JSON.stringify(spec.grantedAmounts))
      say("M1", `record ${index} is not grant × time`, `第 ${index} 条不等于授予资源 × 时间`);
  });
  const isClosed = chain.at(-1)?.spec.final === true;
  if (isClosed === isLive(attempt))
    say(
      "M2",
      isClosed ? "its usage is closed and it is not over" : "it is over and its usage is not closed",
      isClosed ? "用量已终结，尝试却未结束" : "尝试已结束，用量却未终结",
    );
  if ((attempt.status?.metered?.records ?? 0) !== chain.length)
    say("M2", "its count of usage records is wrong", "用量记录数不符");
  return [...findings, ...overcharged(attempt, chain, object)];
}

/** What is charged is never more than the time between start and end that the engine gave. */
function overcharged(attempt: Attempt, chain: readonly UsageRecord[], object: string): Finding[] {
  const { startedAt, endedAt, phase } = attempt.status ?? {};
  if (phase !== "Ended" || startedAt === undefined || endedAt === undefined) return [];
  const first = chain[0];
  const chargedMs = chain.reduce((sum, { spec }) => sum + spec.endMs - spec.startMs, 0);
  const fromMs = Math.min(first?.spec.startMs ?? Infinity, Date.parse(startedAt));
  const engineMs = Math.max(0, Date.parse(endedAt) - fromMs);
  if (chargedMs <= engineMs) return [];
  return [
    {
      invariant: "M3",
      object,
      words: words(
        `${chargedMs} ms are charged, the engine ran it for ${engineMs} ms`,
        `计费 ${chargedMs} 毫秒，引擎仅运行 ${engineMs} 毫秒`,
      ),
    },
  ];
}
