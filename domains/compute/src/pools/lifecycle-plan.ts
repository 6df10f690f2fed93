import { isDeepStrictEqual } from "node:util";
import { type AnyStored, condition, type Draft, withConditions, words } from "@yunhe/kernel";
import { poolKind } from "../kinds/pool.ts";
import type { LiveAttempt } from "./live-attempts.ts";
import type { Changes, LifecycleSnapshot, Say } from "./lifecycle-snapshot.ts";
import { statusDraft } from "./plan.ts";
import { probe } from "./probe.ts";
import { isLeaving } from "./state.ts";
import { strandedAttempts } from "./stranded.ts";

export interface LifecyclePlan {
  /** One transaction. */
  readonly drafts: readonly Draft[];
  /** Attempts to be told that they must move. */
  readonly preempt: readonly LiveAttempt[];
  /** When to look again although nothing has changed. */
  readonly afterMs: number | undefined;
}

/** Pure: acceptance, quarantine, drain and removal of one pool. */
export function planLifecycle(snapshot: LifecycleSnapshot): LifecyclePlan {
  const { pool, nodes, choosesNodes, live, nowMs } = snapshot;
  const before = pool.status?.conditions;
  const say: Say = (type, status, reason, message) =>
    condition(before, type, status, reason, message, new Date(nowMs).toISOString());
  if (isLeaving(pool) && live.length === 0)
    return { drafts: [farewell(snapshot)], preempt: [], afterMs: undefined };
  const probed = probe(snapshot, say);
  const changes = { ...leaving(snapshot, say), ...draining(snapshot, say), ...probed.changes };
  const status = {
    ...pool.status,
    ...(probed.record === undefined ? {} : { canary: probed.record }),
    conditions: withConditions(before, changes),
  };
  const drafts = isDeepStrictEqual(status, pool.status ?? { conditions: [] })
    ? []
    : [statusDraft(pool, status)];
  const stranded = strandedAttempts(choosesNodes ? [] : nodes, live, nowMs);
  return {
    drafts: [...drafts, ...probed.drafts],
    preempt: pool.spec.drain ? live.filter(({ ending }) => !ending) : stranded.attempts,
    afterMs: earlier(probed.afterMs, stranded.afterMs),
  };
}

const earlier = (one: number | undefined, other: number | undefined): number | undefined =>
  one === undefined || other === undefined ? (one ?? other) : Math.min(one, other);

function farewell({ pool }: LifecycleSnapshot): Draft {
  const finalizers = (pool.metadata.finalizers ?? []).filter((name) => name !== poolKind.finalizers[0]);
  return {
    type: "update",
    kind: poolKind,
    object: { ...pool, metadata: { ...pool.metadata, finalizers } } as AnyStored,
  };
}

function leaving({ pool, live }: LifecycleSnapshot, say: Say): Changes {
  if (!isLeaving(pool)) return {};
  const names = namesOf(live);
  const toDo = pool.spec.drain
    ? words("They are being moved.", "正在移走。")
    : words(
        `They end by themselves, or move with \`yunhe pool drain ${pool.metadata.name}\`.`,
        `它们会自行结束，或用 \`yunhe pool drain ${pool.metadata.name}\` 移走。`,
      );
  const message = words(
    `It goes when what runs here is over; attempts left: ${live.length} (${names}). ${toDo.en}`,
    `待此处的任务结束后移除；剩余尝试：${live.length}（${names}）。${toDo.zh}`,
  );
  return { Leaving: say("Leaving", "True", "AttemptsRun", message) };
}

function draining({ pool, live }: LifecycleSnapshot, say: Say): Changes {
  if (!pool.spec.drain) return { Drained: undefined };
  if (live.length === 0)
    return {
      Drained: say("Drained", "True", "Empty", words("Nothing runs here any more.", "此处已无任务运行。")),
    };
  const message = words(
    `What runs here is being moved; attempts left: ${live.length} (${namesOf(live)}).`,
    `正在移走此处的任务；剩余尝试：${live.length}（${namesOf(live)}）。`,
  );
  return { Drained: say("Drained", "False", "Draining", message) };
}

function namesOf(live: readonly LiveAttempt[]): string {
  const names = live.slice(0, 3).map(({ key }) => `${key.namespace}/${key.name}`);
  return live.length > names.length ? `${names.join(", ")} …` : names.join(", ");
}
