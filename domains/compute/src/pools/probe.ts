import { type Draft, type Words, words } from "@yunhe/kernel";
import type { Pool } from "../kinds/pool.ts";
import { type Pause, pauseLeftMs } from "../pause.ts";
import { durationMsOf } from "../quantity.ts";
import {
  canaryDrafts,
  canaryName,
  canaryNode,
  canaryPauseMs,
  type CanaryRecord,
  canaryVerdict,
  dismissDrafts,
} from "./canary.ts";
import type { Changes, LifecycleSnapshot, Say } from "./lifecycle-snapshot.ts";
import { isAccepted, isLeaving, isQuarantined, isReady } from "./state.ts";

/** What acceptance and quarantine come to; each part undefined or empty where nothing changes. */
export interface Probe {
  readonly record?: CanaryRecord | undefined;
  readonly changes: Changes;
  readonly drafts: readonly Draft[];
  readonly afterMs?: number | undefined;
}

/** How soon it is looked again whether there is room for a canary. */
const roomEveryMs = 15_000;

/** Pure: a canary is sent while the pool is not accepted or is in quarantine; it is judged when it is over. */
export function probe(snapshot: LifecycleSnapshot, say: Say): Probe {
  const { pool, canary } = snapshot;
  const verdict = canaryVerdict(pool, canary);
  if (isLeaving(pool) || pool.spec.drain) {
    if (verdict.type === "none") return { changes: {}, drafts: [] };
    return { record: without(recordOf(pool)), changes: {}, drafts: dismissDrafts(canary) };
  }
  const suspected = suspicion(snapshot, say);
  switch (verdict.type) {
    case "under-way":
      return { changes: suspected, drafts: [] };
    case "passed":
      return passed(snapshot, say);
    case "failed":
      return failed(snapshot, verdict.message, suspected, say);
    case "none":
      // Into quarantine first: only once it is closed in the store does the next look see all that was placed there.
      if (isAccepted(pool) && (!isQuarantined(pool) || "Quarantined" in suspected))
        return { changes: suspected, drafts: [] };
      return next(snapshot, suspected, say);
  }
}

const recordOf = (pool: Pool): CanaryRecord => pool.status?.canary ?? { number: 0, failed: 0 };

function without({ task: _over, notBefore: _past, ...record }: CanaryRecord): CanaryRecord {
  return record;
}

/** Into quarantine after so many failures of the engine without a success; a limit of 0 lifts it. */
function suspicion(
  { pool, failures, nowMs }: LifecycleSnapshot,
  say: Say,
): { Quarantined?: Changes[string] } {
  const { failures: limit, window } = pool.spec.quarantine;
  if (limit === 0) return isQuarantined(pool) ? { Quarantined: undefined } : {};
  if (isQuarantined(pool)) return {};
  const passedAt = recordOf(pool).passedAt;
  const windowMs = durationMsOf(window);
  const sinceMs = Math.max(nowMs - windowMs, passedAt === undefined ? 0 : Date.parse(passedAt));
  const count = failures(sinceMs, nowMs + windowMs);
  if (count < limit) return {};
  const message = words(
    `Its engine failed ${count} times within ${window} without a success; nothing new is placed here until a small task has run well.`,
    `引擎在 ${window} 内失败 ${count} 次且无一成功；在一个小任务顺利运行之前，不再放置新任务。`,
  );
  return { Quarantined: say("Quarantined", "True", "RepeatedFailures", message) };
}

function passed({ pool, canary, nowMs }: LifecycleSnapshot, say: Say): Probe {
  const message = words(
    "A small task ran there, with a file sent and returned.",
    "小任务已在此运行，文件往返无误。",
  );
  return {
    record: { ...without(recordOf(pool)), failed: 0, passedAt: new Date(nowMs).toISOString() },
    changes: {
      ...(pool.spec.canary ? { Accepted: say("Accepted", "True", "CanaryPassed", message) } : {}),
      Quarantined: undefined,
    },
    drafts: dismissDrafts(canary),
  };
}

function failed({ pool, nowMs }: LifecycleSnapshot, why: Words, suspected: Changes, say: Say): Probe {
  const record = recordOf(pool);
  const pauseMs = canaryPauseMs(record.failed + 1);
  const message = words(
    `The small task that was to prove it failed: ${why.en} Another one follows in ${pauseMs / 1000} s.`,
    `验证用的小任务失败：${why.zh}${pauseMs / 1000} 秒后再试。`,
  );
  return {
    record: {
      ...without(record),
      failed: record.failed + 1,
      notBefore: new Date(nowMs + pauseMs).toISOString(),
    },
    changes: {
      ...suspected,
      ...(isAccepted(pool) ? {} : { Accepted: say("Accepted", "False", "CanaryFailed", message) }),
      ...(isQuarantined(pool) ? { Quarantined: say("Quarantined", "True", "CanaryFailed", message) } : {}),
    },
    drafts: [],
    afterMs: pauseMs,
  };
}

const pauseOf = ({ notBefore, failed }: CanaryRecord): Pause => ({
  untilMs: notBefore === undefined ? 0 : Date.parse(notBefore),
  longestMs: canaryPauseMs(failed),
});

/** Sends the next canary when its time has come, the engine answers and there is room. */
function next(snapshot: LifecycleSnapshot, suspected: Changes, say: Say): Probe {
  const { pool, nodes, live, canary, nowMs, uuid } = snapshot;
  const record = recordOf(pool);
  const waitMs = pauseLeftMs(pauseOf(record), nowMs);
  if (waitMs > 0) return { changes: suspected, drafts: [], afterMs: waitMs };
  if (!isReady(pool)) return { changes: suspected, drafts: [] };
  const tell = (reason: string, message: Words): Changes =>
    isAccepted(pool) ? suspected : { ...suspected, Accepted: say("Accepted", "Unknown", reason, message) };
  const node = canaryNode(nodes, live);
  if (!node) {
    const full = words(
      "None of its nodes has room for the small task that proves it.",
      "没有节点能容纳验证用的小任务。",
    );
    return { changes: tell("NoRoom", full), drafts: [], afterMs: roomEveryMs };
  }
  const number = record.number + 1;
  const sent = words(
    `A small task proves it on ${node.metadata.name}.`,
    `正在 ${node.metadata.name} 上用小任务验证。`,
  );
  return {
    record: { ...without(record), number, task: canaryName(pool, number) },
    changes: tell("CanaryRuns", sent),
    drafts: [...dismissDrafts(canary), ...canaryDrafts(pool, node, number, [uuid(), uuid()])],
  };
}
