import {
  type Draft,
  type Environment,
  type ObjectKey,
  type Objects,
  type ReconcileContext,
  type Reconciler,
  type Requeue,
  words,
} from "@yunhe/kernel";
import type { EngineFacts } from "../driver/port.ts";
import { nodeKind } from "../kinds/node.ts";
import { type Pool, poolKind } from "../kinds/pool.ts";
import type { Engine } from "./engines.ts";
import { type Census, sweepOrphans } from "./orphans.ts";
import { factsDrafts, nodeName, returningDrafts, unreachableDrafts } from "./plan.ts";
import { NoSuchDriver, type Problem, problemOf } from "./problem.ts";
import type { EngineRegistry } from "./registry.ts";
import { isReady } from "./state.ts";

export interface PoolReconcilerOptions extends Census {
  readonly objects: Objects;
  readonly registry: EngineRegistry;
  readonly environment: Environment;
  /** How often an engine is asked what exists. */
  readonly factsEveryMs: number;
}

const actor = "system:reconciler/pool";

/** Keeps a pool's engine open, its nodes registered and its orphans ended. */
export function poolReconciler(options: PoolReconcilerOptions): Reconciler {
  return {
    name: "pool",
    sources: [{ kind: poolKind }],
    // Each of them may wait for an engine that does not answer.
    concurrency: 64,
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
  if (!pool) {
    await registry.close(key.name);
    return undefined;
  }
  const nodes = (await objects.list(nodeKind)).filter((node) => node.spec.pool === key.name);
  const commit = async (drafts: readonly Draft[]): Promise<void> => {
    // A call that was ended from our side says nothing about the engine.
    context.signal.throwIfAborted();
    if (drafts.length > 0) await objects.commit(drafts, { actor, fence: context.fence });
  };
  const asked = await ask(registry, pool, context.signal);
  const nowMs = environment.clock.nowMs();
  if (asked.type === "silent") {
    const { answeredAtMs } = registry.of(key.name)?.driver ?? {};
    await commit(unreachableDrafts(pool, nodes, asked.problem, { nowMs, answeredAtMs }));
    return { afterMs: factsEveryMs };
  }
  if (pool.status?.lostSince !== undefined) {
    // Its own commit, before the sweep: an attempt can be given up only while the pool counts as lost.
    await commit(returningDrafts(pool, back, nowMs));
    return { afterMs: 0 };
  }
  const orphans = await sweepOrphans(asked.engine.driver, options, context.signal);
  if (!isReady(pool) && orphans !== undefined) {
    await commit(returningDrafts(pool, orphans, nowMs));
    return { afterMs: orphansEveryMs };
  }
  const storage = asked.engine.driver.storage === undefined ? "home" : "own";
  await commit(factsDrafts({ pool, nodes, facts: asked.facts, storage, orphans, nowMs }));
  return { afterMs: factsEveryMs };
}

type Asked =
  | { readonly type: "answered"; readonly engine: Engine; readonly facts: EngineFacts }
  | { readonly type: "silent"; readonly problem: Problem };

/** Opens the engine where it is not open and asks what exists. */
async function ask(registry: EngineRegistry, pool: Pool, signal: AbortSignal): Promise<Asked> {
  try {
    const engine = await registry.ensure(pool);
    if (!engine) throw new NoSuchDriver(pool.spec.driver, registry.engines());
    const facts = await engine.driver.facts(signal);
    for (const { name } of facts.nodes) registry.nameNode(nodeName(pool.metadata.name, name), name);
    return { type: "answered", engine, facts };
  } catch (error) {
    return { type: "silent", problem: problemOf(error) };
  }
}

/** How soon it is asked again whether what must end has ended. */
const orphansEveryMs = 1000;

const back: Problem = {
  reason: "Returning",
  message: words(
    "The engine answers again; what was given up meanwhile ends first.",
    "引擎恢复应答；先终止失联期间已放弃的作业。",
  ),
};
