import {
  type AnyStored,
  type Change,
  type Environment,
  keyOfKind,
  type ObjectKey,
  type Objects,
  type ReconcileContext,
  type Reconciler,
  type Requeue,
} from "@yunhe/kernel";
import { isConflict } from "../attempts/conflict.ts";
import { attemptKind } from "../kinds/attempt.ts";
import { nodeKind } from "../kinds/node.ts";
import { type Pool, poolKind } from "../kinds/pool.ts";
import { type Task, taskKind } from "../kinds/task.ts";
import { canaryLabel, canaryName, systemProject } from "./canary.ts";
import type { PoolHealth } from "./health.ts";
import { planLifecycle } from "./lifecycle-plan.ts";
import type { LiveAttempt, LiveAttempts } from "./live-attempts.ts";
import type { EngineRegistry } from "./registry.ts";
import { isLeaving } from "./state.ts";

export interface LifecycleOptions {
  readonly objects: Objects;
  readonly live: LiveAttempts;
  readonly health: PoolHealth;
  readonly engines: Pick<EngineRegistry, "of">;
  /** The pool as of the same change as `live`. */
  readonly pool: (name: string) => Pool | undefined;
  readonly environment: Environment;
}

const actor = "system:reconciler/pool-lifecycle";
const keyOf = (name: string): ObjectKey => ({ kind: keyOfKind(poolKind), namespace: "", name });
/** How soon it is looked again whether the view has caught up with the store. */
const seenEveryMs = 50;
/** Attempts told to move in one pass; the others follow in the next one. */
const preemptLimit = 200;

/** Accepts pools, takes them in and out of quarantine, drains them, frees what waits for a closed node, and lets them go. */
export function lifecycleReconciler(options: LifecycleOptions): Reconciler {
  return {
    name: "pool-lifecycle",
    sources: [
      { kind: poolKind },
      { kind: nodeKind, keys: poolOf },
      { kind: taskKind, keys: canaryOf },
      { kind: attemptKind, keys: (change) => emptying(options, change) },
    ],
    concurrency: 8,
    signals(wake) {
      options.health.onFailure((pool) => wake(keyOf(pool)));
      return () => options.health.onFailure(() => undefined);
    },
    reconcile: (key, context) => reconcile(options, key.name, context),
  };
}

const labelPattern = new RegExp(`"${canaryLabel.replaceAll(".", "\\.")}":"([^"]+)"`);

/** Read from the text: most tasks are no canaries. */
function canaryOf(change: Change): ObjectKey[] {
  const pool = labelPattern.exec(change.json)?.[1];
  return pool === undefined ? [] : [keyOf(pool)];
}

function poolOf(change: Change): ObjectKey[] {
  const name = poolNameIn(change);
  return name === undefined ? [] : [keyOf(name)];
}

const poolNameIn = ({ json }: Change): string | undefined => /"pool":"([^"]+)"/.exec(json)?.[1];

/** The pool that an attempt runs in, when it waits for its attempts to end. */
function emptying({ pool }: LifecycleOptions, change: Change): ObjectKey[] {
  const name = poolNameIn(change);
  const found = name === undefined ? undefined : pool(name);
  return found && (found.spec.drain || isLeaving(found)) ? [keyOf(found.metadata.name)] : [];
}

async function reconcile(
  options: LifecycleOptions,
  name: string,
  { fence }: ReconcileContext,
): Promise<Requeue | undefined> {
  const { objects, live, health, environment } = options;
  const pool = await objects.get(poolKind, "", name);
  if (!pool) return undefined;
  // What is live is known as of the pool seen: after it was closed, that is all there will ever be (R1).
  if (options.pool(name)?.metadata.resourceVersion !== pool.metadata.resourceVersion)
    return { afterMs: seenEveryMs };
  const plan = planLifecycle({
    pool,
    nodes: (await objects.list(nodeKind)).filter((node) => node.spec.pool === name),
    choosesNodes: options.engines.of(name)?.driver.choosesNodes === true,
    live: live.of(name),
    canary: await canaryTask(objects, pool),
    failures: (sinceMs, untilMs) => health.failures(name, sinceMs, untilMs),
    nowMs: environment.clock.nowMs(),
    uuid: () => environment.random.uuid(),
  });
  if (plan.drafts.length > 0) await objects.commit(plan.drafts, { actor, fence });
  const now = plan.preempt.slice(0, preemptLimit);
  await Promise.all(now.map((attempt) => preempt(objects, attempt, fence)));
  if (plan.preempt.length > now.length) return { afterMs: 0 };
  return plan.afterMs === undefined ? undefined : { afterMs: plan.afterMs };
}

async function canaryTask(objects: Objects, pool: Pool): Promise<Task | undefined> {
  const { canary } = pool.status ?? {};
  if (!canary || canary.number === 0) return undefined;
  const task = await objects.get(taskKind, systemProject, canary.task ?? canaryName(pool, canary.number));
  return task?.metadata.labels?.[canaryLabel] === pool.metadata.name ? task : undefined;
}

/** Its task goes on elsewhere, and that costs no retry. What changed meanwhile wakes us again. */
async function preempt(
  objects: Objects,
  { key }: LiveAttempt,
  fence: ReconcileContext["fence"],
): Promise<void> {
  const attempt = await objects.get(attemptKind, key.namespace, key.name);
  if (!attempt || attempt.status?.phase === "Ended" || attempt.spec.end !== undefined) return;
  const object = { ...attempt, spec: { ...attempt.spec, end: "preempted" } } as AnyStored;
  try {
    await objects.commit([{ type: "update", kind: attemptKind, object }], { actor, verb: "drain", fence });
  } catch (error) {
    if (!isConflict(error)) throw error;
  }
}
