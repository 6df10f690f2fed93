import { words } from "@yunhe/kernel";
import type { Attempt } from "../kinds/attempt.ts";
import type { UsageRecord } from "../kinds/usage-record.ts";
import { auditNode } from "./capacity.ts";
import { auditChain } from "./metering.ts";
import { type ComputeState, type Finding, isLive, ownerUid } from "./state.ts";
import { auditAttempt, auditTask } from "./tasks.ts";

export type { ComputeState, Finding } from "./state.ts";
export { auditNode } from "./capacity.ts";
export { HistoryAudit } from "./history.ts";
export { auditChain } from "./metering.ts";
export { checkedPromises } from "./promises.ts";
export { auditAttempt, auditTask } from "./tasks.ts";

/**
 * Pure: every promise of this domain that can be seen in one state of the store, whatever came before. Empty: all of
 * them hold.
 */
export function auditState(state: ComputeState): Finding[] {
  const tasks = new Map([...state.tasks].map((task) => [task.metadata.uid as string, task]));
  const attempts = [...state.attempts];
  const byTask = Map.groupBy(attempts, (attempt) => ownerUid(attempt) ?? "");
  const liveByNode = Map.groupBy(attempts.filter(isLive), ({ spec }) => spec.node);
  const byAttempt = Map.groupBy(state.records, ({ spec }) => spec.attemptUid);
  return [
    ...[...tasks.values()].flatMap((task) => auditTask(task, byTask.get(task.metadata.uid) ?? [])),
    ...attempts.flatMap((attempt) => auditAttempt(attempt, tasks.get(ownerUid(attempt) ?? ""))),
    ...attempts.flatMap((attempt) => auditChain(attempt, byAttempt.get(attempt.metadata.uid) ?? [])),
    ...[...state.nodes].flatMap((node) => auditNode(node, liveByNode.get(node.metadata.name) ?? [])),
    ...strangers(attempts, byAttempt),
  ];
}

/** A record whose attempt's name belongs to another attempt by now is fine; one that claims a wrong uid is not (C5). */
function strangers(
  attempts: readonly Attempt[],
  byAttempt: ReadonlyMap<string, readonly UsageRecord[]>,
): Finding[] {
  const known = new Map(attempts.map((attempt) => [attempt.metadata.uid as string, attempt]));
  return [...byAttempt].flatMap(([uid, records]) => {
    const attempt = known.get(uid);
    const wrong =
      attempt === undefined ? undefined : records.find(({ spec }) => spec.attempt !== attempt.metadata.name);
    if (wrong === undefined) return [];
    return [
      {
        invariant: "C5",
        object: `usage record ${wrong.metadata.name}`,
        words: words("it names another attempt than its uid says", "记录的名称与其 uid 不是同一尝试"),
      },
    ];
  });
}
