import {
  type Draft,
  type Environment,
  keyOfKind,
  type ObjectKey,
  type Objects,
  type ReconcileContext,
  type Reconciler,
  type Requeue,
  type Words,
  words,
} from "@yunhe/kernel";
import { type AttemptId, EngineUnreachable } from "../driver/port.ts";
import { nodeKind } from "../kinds/node.ts";
import { type Pool, poolKind } from "../kinds/pool.ts";
import type { Engine } from "./engines.ts";
import { factsDrafts, nodeName, unreachableDrafts } from "./plan.ts";
import type { EngineRegistry } from "./registry.ts";

export interface PoolReconcilerOptions {
  readonly objects: Objects;
  readonly registry: EngineRegistry;
  readonly environment: Environment;
  /** How often an engine is asked what exists. */
  readonly factsEveryMs: number;
  /** True while an attempt of this uid is not over; other jobs with our label are orphans. */
  readonly isLive: (attemptUid: string) => boolean;
}

const actor = "system:reconciler/pool";

/** Keeps a pool's engine open, its nodes registered and its orphans ended. */
export function poolReconciler(options: PoolReconcilerOptions): Reconciler {
  return {
    name: "pool",
    sources: [{ kind: poolKind }],
    concurrency: 8,
    reconcile: (key, context) => reconcile(options, key, context),
  };
}

async function reconcile(
  options: PoolReconcilerOptions,
  key: ObjectKey,
  context: ReconcileContext,
): Promise<Requeue | undefined> {
  const { objects, registry, environment, factsEveryMs } = options;
  const pool = await objects.get(poolKind, "", key.name);
  if (!pool || pool.metadata.deletionTimestamp !== undefined) {
    await registry.close(key.name);
    return undefined;
  }
  const nodes = (await objects.list(nodeKind)).filter((node) => node.spec.pool === key.name);
  const commit = async (drafts: readonly Draft[]): Promise<void> => {
    if (drafts.length > 0) await objects.commit(drafts, { actor, fence: context.fence });
  };
  try {
    const engine = await registry.ensure(pool);
    if (!engine) throw new NoSuchDriver(pool, registry.engines());
    const facts = await engine.driver.facts(context.signal);
    const drafts = factsDrafts(pool, nodes, facts, environment.clock.nowMs());
    for (const { name } of facts.nodes) registry.nameNode(nodeNameOf(pool, name), name);
    await commit(drafts);
    await endOrphans(engine, options, context);
  } catch (error) {
    const { reason, message } = problem(error);
    await commit(unreachableDrafts(pool, nodes, message, reason, environment.clock.nowMs()));
  }
  return { afterMs: factsEveryMs };
}

/** Jobs that carry our label but belong to no live attempt end here (E1). */
async function endOrphans(
  engine: Engine,
  { isLive }: PoolReconcilerOptions,
  context: ReconcileContext,
): Promise<void> {
  const jobs = await engine.driver.list(context.signal);
  const orphans = jobs.filter(({ live, attempt }) => live && !isLive(attempt));
  await Promise.all(
    orphans.map(({ attempt, handle }) =>
      engine.driver.cancel({ id: attempt as AttemptId, handle }, { graceMs: 5000, why: "orphan" }),
    ),
  );
}

class NoSuchDriver extends Error {
  readonly words: Words;
  constructor(pool: Pool, known: readonly string[]) {
    const list = known.join(", ");
    super(`no driver ${pool.spec.driver}`);
    this.words = words(
      `There is no driver ${pool.spec.driver}; known are ${list}. Delete the pool and create it with one of them.`,
      `没有驱动 ${pool.spec.driver}；已知的有 ${list}。请删除该资源池并改用其中之一。`,
    );
  }
}

function problem(error: unknown): { reason: string; message: Words } {
  if (error instanceof NoSuchDriver) return { reason: "NoSuchDriver", message: error.words };
  if (error instanceof EngineUnreachable) return { reason: "Unreachable", message: error.words };
  if (error instanceof Error && "words" in error)
    return { reason: "EngineFailed", message: error.words as Words };
  const text = error instanceof Error ? error.message : String(error);
  return { reason: "EngineFailed", message: words(`The engine failed: ${text}`, `引擎出错：${text}`) };
}

export const poolKey = (name: string): ObjectKey => ({ kind: keyOfKind(poolKind), namespace: "", name });

const nodeNameOf = (pool: Pool, engineName: string): string => nodeName(pool.metadata.name, engineName);
