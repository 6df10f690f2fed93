import {
  type Draft,
  type Environment,
  eventDraft,
  type ObjectKey,
  type Objects,
  type ReconcileContext,
  type Reconciler,
  type Requeue,
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
import { type Task, taskKind } from "../kinds/task.ts";
import type { Engine, Engines } from "../pools/engines.ts";
import { mustEnd } from "../tasks/state.ts";
import type { Files, Kept } from "./files.ts";
import { jobOf } from "./job.ts";
import {
  type AttemptSnapshot,
  endedPlan,
  meterDueMs,
  meteredDrafts,
  neverRan,
  queuedDrafts,
  startedDrafts,
} from "./plan.ts";

export interface AttemptReconcilerOptions {
  readonly objects: Objects;
  readonly engines: Engines;
  readonly files: Files;
  /** Where an attempt stands; undefined when it is unknown. */
  readonly keyOf: (attemptUid: string) => ObjectKey | undefined;
  readonly environment: Environment;
  /** How often an attempt is looked at when its engine says nothing by itself. */
  readonly pollMs: number;
  /** Longest interval of one usage record while an attempt runs. */
  readonly meterMs: number;
  readonly logLimitBytes: number;
}

const actor = "system:reconciler/attempt";
/** An engine that reports by itself gets this long to start a job before "queued" is worth a record. */
const startingMs = 300;
const graceMs = 5000;

/**
 * Brings one attempt from Placed to Ended: hands it to its engine, watches it, writes its usage chain, and settles its
 * task in the same transaction that records the outcome, so that no crash can part the two.
 */
export function attemptReconciler(options: AttemptReconcilerOptions): Reconciler {
  return {
    name: "attempt",
    sources: [{ kind: attemptKind }],
    concurrency: 32,
    signals: (wake) =>
      options.engines.onAttempt((uid) => {
        const key = options.keyOf(uid);
        if (key) wake(key);
      }),
    reconcile: (key, context) => new AttemptPass(options, context).run(key),
  };
}

/** One look at one attempt. */
class AttemptPass {
  readonly #options: AttemptReconcilerOptions;
  readonly #context: ReconcileContext;

  constructor(options: AttemptReconcilerOptions, context: ReconcileContext) {
    this.#options = options;
    this.#context = context;
  }

  async run({ namespace, name }: ObjectKey): Promise<Requeue | undefined> {
    const attempt = await this.#options.objects.get(attemptKind, namespace, name);
    if (!attempt) return undefined;
    const engine = this.#options.engines.of(attempt.spec.pool);
    const phase = attempt.status?.phase ?? "Placed";
    if (phase === "Ended") return this.#release(attempt, engine);
    if (!engine) return { afterMs: this.#options.pollMs };
    const snapshot = await this.#snapshot(attempt, engine);
    return phase === "Placed" ? this.#submit(snapshot, engine) : this.#watch(snapshot, engine);
  }

  async #submit(snapshot: AttemptSnapshot, engine: Engine): Promise<Requeue | undefined> {
    const { attempt, task } = snapshot;
    if (!task || mustEnd(task) || attempt.spec.end !== undefined) return this.#withdraw(snapshot, engine);
    try {
      const files = await this.#options.files.prepare(task);
      const job = jobOf(task, attempt, engine.engineNode(attempt.spec.node), files, this.#options);
      const handle = await engine.driver.submit(job, this.#context.signal);
      return await this.#watch(snapshot, engine, handle);
    } catch (error) {
      if (error instanceof EngineUnreachable) return { afterMs: this.#options.pollMs };
      if (!(error instanceof JobRefused)) throw error;
      const elsewhere = error.elsewhere ? { elsewhere: true } : {};
      return this.#never(snapshot, { type: "not-started", reason: error.words, ...elsewhere });
    }
  }

  /** It must end before it was handed over, as far as we know: the engine may have it all the same. */
  async #withdraw(snapshot: AttemptSnapshot, engine: Engine): Promise<Requeue | undefined> {
    const seen = await engine.observer.observe(refOf(snapshot.attempt));
    if (seen.state === "absent") return this.#never(snapshot, { type: "cancelled" });
    return this.#watch(snapshot, engine);
  }

  async #watch(snapshot: AttemptSnapshot, engine: Engine, handle?: JobHandle): Promise<Requeue | undefined> {
    const { attempt } = snapshot;
    const ref = refOf(attempt, handle);
    const why = endOf(snapshot);
    if (why !== undefined) await engine.driver.cancel(ref, { graceMs, why });
    const seen = await engine.observer.observe(ref);
    switch (seen.state) {
      case "unknown":
        return { afterMs: this.#options.pollMs };
      case "absent":
        return this.#absent(snapshot, handle);
      case "queued":
        if (engine.driver.watch && this.#ageMs(attempt) < startingMs) return { afterMs: startingMs };
        if (attempt.status?.phase !== "Submitted") await this.#commit(queuedDrafts(snapshot, seen, handle));
        return { afterMs: this.#options.pollMs };
      case "running":
        return this.#running(snapshot, engine, seen, handle);
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
  ): Promise<Requeue> {
    const { attempt, nowMs } = snapshot;
    const { meterMs, pollMs } = this.#options;
    const dueMs = meterDueMs(attempt, seen.startedAtMs, meterMs, nowMs);
    if (attempt.status?.phase !== "Running") await this.#commit(startedDrafts(snapshot, seen, handle));
    else if (dueMs <= 0) await this.#commit(meteredDrafts(snapshot, seen));
    const nextMs = dueMs > 0 ? dueMs : meterMs;
    const mustPoll = engine.driver.watch === undefined || endOf(snapshot) !== undefined;
    return { afterMs: mustPoll ? Math.min(pollMs, nextMs) : nextMs };
  }

  async #ended(snapshot: AttemptSnapshot, engine: Engine, ending: Ending): Promise<undefined> {
    await this.#settle(snapshot, ending, await this.#keep(snapshot, engine, ending.outcome));
  }

  async #never(snapshot: AttemptSnapshot, outcome: Outcome): Promise<undefined> {
    await this.#settle(snapshot, neverRan(outcome, snapshot.nowMs), {});
  }

  async #settle(snapshot: AttemptSnapshot, ending: Ending, kept: Kept): Promise<void> {
    const { drafts, event } = endedPlan(snapshot, ending, kept);
    await this.#commit(event ? [...drafts, eventDraft(event, this.#options.environment)] : drafts);
  }

  async #keep({ attempt, task }: AttemptSnapshot, engine: Engine, outcome: Outcome): Promise<Kept> {
    if (!task || task.spec.outputs.length === 0 || outcome.type === "not-started") return {};
    return this.#options.files.keep(task, engine.driver.outputs(refOf(attempt), this.#context.signal));
  }

  /** A deleted attempt goes when the engine has forgotten it; with the engine gone there is nothing to forget. */
  async #release(attempt: Attempt, engine: Engine | undefined): Promise<undefined> {
    if (attempt.metadata.deletionTimestamp === undefined) return;
    await engine?.driver.forget(refOf(attempt));
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
  }

  async #snapshot(attempt: Attempt, engine: Engine): Promise<AttemptSnapshot> {
    const task = await this.#options.objects.get(
      taskKind,
      attempt.metadata.namespace ?? "",
      attempt.spec.task,
    );
    const owner = attempt.metadata.ownerReferences?.[0]?.uid;
    return {
      attempt,
      task: task?.metadata.uid === owner ? task : undefined,
      jurisdiction: engine.jurisdiction,
      nowMs: this.#options.environment.clock.nowMs(),
    };
  }

  #ageMs = (attempt: Attempt): number =>
    this.#options.environment.clock.nowMs() - Date.parse(attempt.metadata.creationTimestamp);

  async #commit(drafts: readonly Draft[]): Promise<void> {
    await this.#options.objects.commit(drafts, { actor, fence: this.#context.fence });
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
