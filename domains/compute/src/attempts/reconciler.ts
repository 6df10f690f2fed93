import {
  type Change,
  type CommitOptions,
  type Draft,
  type Environment,
  eventDraft,
  keyOfKind,
  type ObjectKey,
  type Objects,
  type ReconcileContext,
  type Reconciler,
  type Requeue,
  sharedObject,
  type Words,
  words,
} from "@yunhe/kernel";
import {
  type AttemptId,
  type AttemptRef,
  type Ending,
  EngineUnreachable,
  type JobHandle,
  JobRefused,
  type Outcome,
} from "../driver/port.ts";
import { type Attempt, attemptKind } from "../kinds/attempt.ts";
import type { Node } from "../kinds/node.ts";
import { type Pool, poolKind } from "../kinds/pool.ts";
import { taskKind } from "../kinds/task.ts";
import { transferKind } from "../kinds/transfer.ts";
import { Stopwatch } from "../metering/stopwatch.ts";
import type { Engine, Engines } from "../pools/engines.ts";
import { couldMove } from "../pools/state.ts";
import { Tolerance } from "../pools/tolerance.ts";
import { mustEnd } from "../tasks/state.ts";
import type { Files, Kept } from "./files.ts";
import { jobOf } from "./job.ts";
import { Lanes } from "./lanes.ts";
import {
  type AttemptSnapshot,
  countedToMs,
  endedPlan,
  lostEnding,
  meterDueMs,
  meteredDrafts,
  neverRan,
  queuedDrafts,
  stagingDraft,
  startedDrafts,
} from "./plan.ts";
import { deviceSharing } from "./shares.ts";

export interface AttemptReconcilerOptions {
  readonly objects: Objects;
  readonly engines: Engines;
  readonly files: Files;
  readonly pools: KnownPools;
  /** Where an attempt stands; undefined when it is unknown. */
  readonly keyOf: (attemptUid: string) => ObjectKey | undefined;
  readonly environment: Environment;
  /** How often an attempt is looked at when its engine says nothing by itself. */
  readonly pollMs: number;
  /** Longest interval of one usage record while an attempt runs. */
  readonly meterMs: number;
  readonly logLimitBytes: number;
}

/** The pools as they are now. */
export interface KnownPools {
  get(name: string): Pool | undefined;
  all(): Iterable<Pool>;
  node(name: string): Node | undefined;
}

const actor = "system:reconciler/attempt";
/** An engine that reports by itself gets this long to start a job before "queued" is worth a record. */
const startingMs = 300;
const graceMs = 5000;
/** Attempts of one pool that are looked at together. */
const laneWidth = 32;
/** How often an attempt is looked at whose pool is lost, at most. */
const lostPollMs = 5000;

/**
 * Brings one attempt from Placed to Ended: hands it to its engine, watches it, writes its usage chain, and settles its
 * task in the same transaction that records the outcome, so that no crash can part the two.
 */
export function attemptReconciler(options: AttemptReconcilerOptions): Reconciler {
  const lanes = new Lanes(laneWidth);
  const { clock } = options.environment;
  const memory = { stopwatch: new Stopwatch(clock), tolerance: new Tolerance(clock) };
  return {
    name: "attempt",
    sources: [{ kind: attemptKind }, { kind: transferKind, keys: attemptOf }],
    concurrency: 1024,
    signals(wake) {
      lanes.onRoom(wake);
      return options.engines.onAttempt((uid) => {
        const key = options.keyOf(uid);
        if (key) wake(key);
      });
    },
    async reconcile(key, context) {
      const attempt = await options.objects.get(attemptKind, key.namespace, key.name);
      const together = attempt && options.engines.of(attempt.spec.pool)?.driver.together;
      const leave = attempt && lanes.enter(attempt.spec.pool, key, together);
      if (!leave) return undefined;
      try {
        return await new AttemptPass(options, context, memory).run(attempt);
      } finally {
        leave();
      }
    },
  };
}

/** The attempt that waits for a transfer. */
function attemptOf(change: Change): ObjectKey[] {
  const { spec } = sharedObject<typeof transferKind>(change);
  return [{ kind: keyOfKind(attemptKind), namespace: change.key.namespace, name: spec.attempt }];
}

/** What one process remembers from look to look; losing it costs time, never truth. */
interface Memory {
  readonly stopwatch: Stopwatch;
  readonly tolerance: Tolerance;
}

/** One look at one attempt. */
class AttemptPass {
  readonly #options: AttemptReconcilerOptions;
  readonly #context: ReconcileContext;
  readonly #memory: Memory;

  constructor(options: AttemptReconcilerOptions, context: ReconcileContext, memory: Memory) {
    this.#options = options;
    this.#context = context;
    this.#memory = memory;
  }

  async run(attempt: Attempt): Promise<Requeue | undefined> {
    const engine = this.#options.engines.of(attempt.spec.pool);
    const phase = attempt.status?.phase ?? "Placed";
    if (phase === "Ended") {
      this.#memory.stopwatch.forget(attempt.metadata.uid);
      return this.#release(attempt, engine);
    }
    const snapshot = await this.#snapshot(attempt);
    try {
      if (!engine) return await this.#silent(snapshot);
      return await (phase === "Placed" ? this.#submit(snapshot, engine) : this.#watch(snapshot, engine));
    } catch (error) {
      if (error instanceof EngineUnreachable) return this.#silent(snapshot);
      throw error;
    }
  }

  /** Nothing can be known about it now (E2): wait, and move only when the pool is lost for longer than it tolerates. */
  async #silent(snapshot: AttemptSnapshot): Promise<Requeue | undefined> {
    const { attempt, task } = snapshot;
    const { pollMs, pools } = this.#options;
    const pool = pools.get(attempt.spec.pool);
    const leftMs = pool === undefined ? 0 : this.#memory.tolerance.leftMs(pool);
    if (leftMs === undefined) return { afterMs: pollMs };
    if (leftMs > 0) return { afterMs: Math.min(leftMs, lostPollMs) };
    const mayMove = task?.spec.retries.whenLost === "move" && couldMove(task, attempt.spec.pool, pools.all());
    if (pool !== undefined && task && !mustEnd(task) && !mayMove) return { afterMs: lostPollMs };
    const lastSeenMs = pool?.status?.lastSeen === undefined ? undefined : Date.parse(pool.status.lastSeen);
    const ending = lostEnding(snapshot, lastSeenMs, givenUp(attempt.spec.pool));
    // Only while the pool still counts as lost: whoever brings it back sees first what was given up, and ends it.
    const check = { key: poolKey(attempt.spec.pool), expected: Number(pool?.metadata.resourceVersion ?? 0) };
    await this.#settle(snapshot, ending, { abandoned: true }, [check]);
    return undefined;
  }

  async #submit(snapshot: AttemptSnapshot, engine: Engine): Promise<Requeue | undefined> {
    const { attempt, task } = snapshot;
    if (!task || mustEnd(task) || attempt.spec.end !== undefined) return this.#withdraw(snapshot, engine);
    try {
      const files = await this.#options.files.prepare(task, attempt, this.#context);
      if (files.type === "waiting") return await this.#staging(snapshot, files.why);
      const job = jobOf(task, attempt, engine.engineNode(attempt.spec.node), files, this.#options);
      const handle = await engine.driver.submit(job, this.#context.signal);
      return await this.#watch(snapshot, engine, handle);
    } catch (error) {
      if (!(error instanceof JobRefused)) throw error;
      const elsewhere = error.elsewhere ? { elsewhere: true } : {};
      return this.#never(snapshot, { type: "not-started", reason: error.words, ...elsewhere });
    }
  }

  /** Its data are not there yet: a transfer that ends wakes it. */
  async #staging(snapshot: AttemptSnapshot, why: Words): Promise<Requeue | undefined> {
    const { pool } = snapshot.attempt.spec;
    if (this.#options.pools.get(pool)?.status?.lostSince !== undefined) return this.#silent(snapshot);
    const draft = stagingDraft(snapshot, why);
    if (draft) await this.#commit([draft]);
    return { afterMs: this.#options.pollMs };
  }

  /** It must end before it was handed over, as far as we know: the engine may have it all the same. */
  async #withdraw(snapshot: AttemptSnapshot, engine: Engine): Promise<Requeue | undefined> {
    const ref = refOf(snapshot.attempt);
    // An order of a former process may still be on its way: it must find that it is to end, whatever is seen now (T5).
    this.#context.signal.throwIfAborted();
    await engine.driver.cancel(ref, { graceMs, why: endOf(snapshot) ?? "cancelled" });
    const seen = await engine.observer.observe(ref);
    if (seen.state === "absent") return this.#never(snapshot, { type: "cancelled" });
    return this.#watch(snapshot, engine);
  }

  async #watch(snapshot: AttemptSnapshot, engine: Engine, handle?: JobHandle): Promise<Requeue | undefined> {
    const { attempt } = snapshot;
    const ref = refOf(attempt, handle);
    const why = endOf(snapshot);
    // Who no longer leads asks nothing of an engine: what was true when this look began may not be now (C1).
    this.#context.signal.throwIfAborted();
    if (why !== undefined) await engine.driver.cancel(ref, { graceMs, why });
    const askedMs = this.#options.environment.clock.monotonicMs();
    const seen = await engine.observer.observe(ref);
    switch (seen.state) {
      case "unknown":
        return this.#silent(snapshot);
      case "absent":
        return this.#absent(snapshot, handle);
      case "queued":
        if (engine.driver.watch && this.#ageMs(attempt) < startingMs) return { afterMs: startingMs };
        if (attempt.status?.phase !== "Submitted") await this.#commit(queuedDrafts(snapshot, seen, handle));
        return { afterMs: this.#options.pollMs };
      case "running":
        return this.#running(snapshot, engine, seen, handle, askedMs);
      case "ended":
        return this.#ended(snapshot, engine, seen);
    }
  }

  /** An attempt that was never recorded as submitted is handed over again; one that was is lost. */
  async #absent(snapshot: AttemptSnapshot, handle: JobHandle | undefined): Promise<Requeue | undefined> {
    if (handle !== undefined || (snapshot.attempt.status?.phase ?? "Placed") === "Placed")
      return { afterMs: 200 };
    return this.#never(snapshot, {
      type: "node-lost",
      reason: words("The engine no longer knows this job.", "引擎已不认识该作业。"),
    });
  }

  async #running(
    snapshot: AttemptSnapshot,
    engine: Engine,
    seen: Parameters<typeof startedDrafts>[1],
    handle: JobHandle | undefined,
    askedMs: number,
  ): Promise<Requeue> {
    const { attempt } = snapshot;
    const { meterMs, pollMs } = this.#options;
    const countedMs = countedToMs(attempt, seen.startedAtMs);
    const ranUntilMs = this.#memory.stopwatch.ranUntilMs(
      attempt.metadata.uid,
      seen.startedAtMs,
      countedMs,
      askedMs,
    );
    const dueMs = meterDueMs(countedMs, meterMs, ranUntilMs);
    if (attempt.status?.phase !== "Running") await this.#commit(startedDrafts(snapshot, seen, handle));
    else if (dueMs <= 0) await this.#commit(meteredDrafts(snapshot, seen, ranUntilMs));
    const nextMs = dueMs > 0 ? dueMs : meterMs;
    const mustPoll = engine.driver.watch === undefined || endOf(snapshot) !== undefined;
    return { afterMs: mustPoll ? Math.min(pollMs, nextMs) : nextMs };
  }

  async #ended(snapshot: AttemptSnapshot, engine: Engine, ending: Ending): Promise<Requeue | undefined> {
    const { attempt, task } = snapshot;
    const home = task && (await this.#options.files.bringHome(task, attempt, this.#context));
    if (task && !home) {
      const isLost = this.#options.pools.get(attempt.spec.pool)?.status?.lostSince !== undefined;
      return isLost ? this.#silent(snapshot) : { afterMs: this.#options.pollMs };
    }
    const kept = await this.#keep(snapshot, engine, ending.outcome);
    await this.#settle(snapshot, ending, { ...home, ...kept });
    return undefined;
  }

  async #never(snapshot: AttemptSnapshot, outcome: Outcome): Promise<undefined> {
    await this.#settle(snapshot, neverRan(outcome, snapshot.nowMs), {});
  }

  async #settle(
    snapshot: AttemptSnapshot,
    ending: Ending,
    kept: Kept & { readonly abandoned?: boolean },
    checks: CommitOptions["checks"] = [],
  ): Promise<void> {
    const { drafts, event, verdict } = endedPlan(snapshot, ending, kept);
    const told = event ? [eventDraft(event, this.#options.environment)] : [];
    const { task } = snapshot;
    const over = task && verdict?.type === "succeeded" ? await this.#options.files.letGo(task) : [];
    await this.#commit([...drafts, ...told, ...over], checks);
  }

  async #keep({ attempt, task }: AttemptSnapshot, engine: Engine, outcome: Outcome): Promise<Kept> {
    if (!task || task.spec.outputs.length === 0 || outcome.type === "not-started") return {};
    return this.#options.files.keep(task, engine.driver.outputs(refOf(attempt), this.#context.signal));
  }

  /** A deleted attempt goes when the engine has forgotten it; with the engine gone there is nothing to forget. */
  async #release(attempt: Attempt, engine: Engine | undefined): Promise<Requeue | undefined> {
    if (attempt.metadata.deletionTimestamp === undefined) return undefined;
    // A pool whose engine is not open yet will be asked; one that is gone takes what it kept along.
    if (!engine && this.#options.pools.get(attempt.spec.pool)) return { afterMs: this.#options.pollMs };
    try {
      await engine?.driver.forget(refOf(attempt));
    } catch (error) {
      if (error instanceof EngineUnreachable) return { afterMs: lostPollMs };
      throw error;
    }
    const finalizers = (attempt.metadata.finalizers ?? []).filter(
      (name) => name !== attemptKind.finalizers[0],
    );
    await this.#commit([
      {
        type: "update",
        kind: attemptKind,
        object: { ...attempt, metadata: { ...attempt.metadata, finalizers } },
      },
    ]);
    return undefined;
  }

  async #snapshot(attempt: Attempt): Promise<AttemptSnapshot> {
    const task = await this.#options.objects.get(
      taskKind,
      attempt.metadata.namespace ?? "",
      attempt.spec.task,
    );
    const owner = attempt.metadata.ownerReferences?.[0]?.uid;
    const { pools } = this.#options;
    const pool = pools.get(attempt.spec.pool);
    return {
      attempt,
      task: task?.metadata.uid === owner ? task : undefined,
      jurisdiction: pool?.spec.jurisdiction ?? "",
      sharing: deviceSharing(attempt, pools.node(attempt.spec.node), pool),
      nowMs: this.#options.environment.clock.nowMs(),
    };
  }

  #ageMs = (attempt: Attempt): number =>
    this.#options.environment.clock.nowMs() - Date.parse(attempt.metadata.creationTimestamp);

  async #commit(drafts: readonly Draft[], checks: CommitOptions["checks"] = []): Promise<void> {
    await this.#options.objects.commit(drafts, { actor, fence: this.#context.fence, checks });
  }
}

const refOf = (attempt: Attempt, handle?: JobHandle): AttemptRef => ({
  id: attempt.metadata.uid as string as AttemptId,
  handle: handle ?? (attempt.status?.handle as JobHandle | undefined),
});

/** Why the engine must end it now; undefined: it may run on. A task that is gone makes its attempt an orphan. */
function endOf({
  attempt,
  task,
}: AttemptSnapshot): "cancelled" | "timed-out" | "preempted" | "orphan" | undefined {
  if (!task) return "orphan";
  return attempt.spec.end === "retried" ? "preempted" : attempt.spec.end;
}

const poolKey = (name: string): ObjectKey => ({ kind: keyOfKind(poolKind), namespace: "", name });

const givenUp = (pool: string) =>
  words(
    `Pool ${pool} was out of reach for longer than it tolerates; the task moves on, and what is left of it there ends when the pool is back.`,
    `资源池 ${pool} 失联超过其容忍时间；任务改往他处，原处残留的作业将在其恢复后终止。`,
  );
