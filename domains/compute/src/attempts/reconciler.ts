import type {
  AnyStored,
  Draft,
  Environment,
  ObjectKey,
  Objects,
  ReconcileContext,
  Reconciler,
  Requeue,
} from "@yunhe/kernel";
import { words } from "@yunhe/kernel";
import type { AttemptId, AttemptRef, Ending, JobHandle, Observation, Outcome } from "../driver/port.ts";
import { EngineUnreachable, JobRefused } from "../driver/port.ts";
import { type Attempt, attemptKind, type AttemptStatus } from "../kinds/attempt.ts";
import { type Task, taskKind, type TaskStatus } from "../kinds/task.ts";
import { usageRecordKind } from "../kinds/usage-record.ts";
import { chainStart, nextLink, noUsage } from "../metering/chain.ts";
import { usageRecord } from "../metering/record.ts";
import type { Engines } from "../pools/engines.ts";
import { durationMsOf } from "../quantity.ts";
import { isOver, mustEnd, statusOf } from "../tasks/state.ts";
import type { Files } from "./files.ts";
import { jobOf } from "./job.ts";
import { judge, settledStatus, type Verdict } from "./settle.ts";

export interface AttemptReconcilerOptions {
  readonly objects: Objects;
  readonly engines: Engines;
  readonly files: Files;
  /** Where an attempt stands; undefined when it is unknown. */
  readonly keyOf: (attemptUid: string) => ObjectKey | undefined;
  readonly environment: Environment;
  /** How often a running attempt is looked at when its engine says nothing by itself. */
  readonly pollMs: number;
  /** Longest interval of one usage record while an attempt runs. */
  readonly meterMs: number;
  readonly logLimitBytes: number;
}

const actor = "system:reconciler/attempt";

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

class AttemptPass {
  readonly #options: AttemptReconcilerOptions;
  readonly #context: ReconcileContext;

  constructor(options: AttemptReconcilerOptions, context: ReconcileContext) {
    this.#options = options;
    this.#context = context;
  }

  async run(key: ObjectKey): Promise<Requeue | undefined> {
    const { objects } = this.#options;
    const attempt = await objects.get(attemptKind, key.namespace, key.name);
    if (!attempt) return undefined;
    const phase = attempt.status?.phase ?? "Placed";
    if (phase === "Ended") return this.#afterEnd(attempt);
    if (phase === "Placed") return this.#submit(attempt);
    return this.#watch(attempt);
  }

  async #submit(attempt: Attempt): Promise<Requeue | undefined> {
    const task = await this.#taskOf(attempt);
    const engine = this.#options.engines.of(attempt.spec.pool);
    if (!engine) return { afterMs: 1000 };
    const over = attempt.spec.end !== undefined || !task || mustEnd(task);
    if (over) {
      const seen = await engine.observer.observe(refOf(attempt));
      if (seen.state === "absent")
        return this.#ended(attempt, task, neverRan({ type: "cancelled" }, this.#nowMs()));
    }
    if (over) return this.#watch(attempt);
    try {
      const files = await this.#options.files.prepare(task);
      const job = jobOf(task, attempt, engine.engineNode(attempt.spec.node), files, this.#options);
      const handle = await engine.driver.submit(job, this.#context.signal);
      return await this.#watch(attempt, handle);
    } catch (error) {
      if (error instanceof JobRefused) {
        return this.#ended(
          attempt,
          task,
          neverRan({ type: "not-started", reason: error.words }, this.#nowMs()),
        );
      }
      if (error instanceof EngineUnreachable) return { afterMs: this.#options.pollMs };
      throw error;
    }
  }

  async #watch(attempt: Attempt, handle?: JobHandle): Promise<Requeue | undefined> {
    const engine = this.#options.engines.of(attempt.spec.pool);
    if (!engine) return { afterMs: 1000 };
    const ref = refOf(attempt, handle);
    if (attempt.spec.end !== undefined)
      await engine.driver.cancel(ref, { graceMs: 5000, why: cancelWhy(attempt.spec.end) });
    const seen = await engine.observer.observe(ref);
    switch (seen.state) {
      case "ended":
        return this.#ended(attempt, await this.#taskOf(attempt), seen);
      case "running":
        return this.#running(attempt, seen, handle);
      case "queued":
        return this.#queued(attempt, seen, handle);
      case "absent":
        return this.#absent(attempt, handle);
      case "unknown":
        return { afterMs: this.#options.pollMs };
    }
  }

  /** Submitted, or so we thought: an attempt that was never recorded as submitted is handed over again. */
  async #absent(attempt: Attempt, handle: JobHandle | undefined): Promise<Requeue | undefined> {
    if (handle !== undefined || (attempt.status?.phase ?? "Placed") === "Placed") return { afterMs: 200 };
    const reason = words("The engine no longer knows this job.", "引擎已不认识该作业。");
    return this.#ended(
      attempt,
      await this.#taskOf(attempt),
      neverRan({ type: "node-lost", reason }, this.#nowMs()),
    );
  }

  async #queued(
    attempt: Attempt,
    seen: Extract<Observation, { state: "queued" }>,
    handle: JobHandle | undefined,
  ): Promise<Requeue> {
    if (attempt.status?.phase !== "Submitted") {
      const now = new Date(this.#nowMs()).toISOString();
      await this.#commit([
        this.#status(attempt, {
          ...attempt.status,
          phase: "Submitted",
          submittedAt: now,
          ...(handle === undefined ? {} : { handle }),
          conditions: [
            {
              type: "Queued",
              status: "True",
              reason: "EngineQueue",
              message: seen.reason.en,
              messageZh: seen.reason.zh,
              lastTransitionTime: now,
            },
          ],
        }),
      ]);
    }
    return { afterMs: this.#options.pollMs };
  }

  async #running(
    attempt: Attempt,
    seen: Extract<Observation, { state: "running" }>,
    handle: JobHandle | undefined,
  ): Promise<Requeue> {
    const started = attempt.status?.phase === "Running";
    if (started && this.#meterDueMs(attempt, seen.startedAtMs) > 0)
      return this.#again(attempt, seen.startedAtMs);
    if (started) {
      await this.#commit(
        await this.#metered(attempt, attempt.status!, seen.startedAtMs, {
          untilMs: this.#nowMs(),
          usage: seen.usage,
          final: false,
        }),
      );
      return this.#again(attempt, this.#nowMs());
    }
    const startedAt = new Date(seen.startedAtMs).toISOString();
    const status: AttemptStatus = {
      ...attempt.status,
      phase: "Running",
      startedAt,
      submittedAt: attempt.status?.submittedAt ?? startedAt,
      ...(handle === undefined ? {} : { handle }),
    };
    const task = await this.#taskOf(attempt);
    const drafts: Draft[] = [this.#status(attempt, status)];
    if (
      task &&
      statusOf(task).currentAttempt === attempt.metadata.name &&
      statusOf(task).phase !== "Cancelling"
    ) {
      const before = statusOf(task);
      drafts.push(
        this.#taskStatus(task, { ...before, phase: "Running", startedAt: before.startedAt ?? startedAt }),
      );
    }
    await this.#commit(drafts);
    return this.#again(attempt, seen.startedAtMs);
  }

  /** When to look again: at the next meter reading or at the timeout, and often enough for an engine that does not call. */
  #again(attempt: Attempt, startedAtMs: number): Requeue {
    const silent = this.#options.engines.of(attempt.spec.pool)?.driver.watch === undefined;
    const due = Math.max(50, this.#meterDueMs(attempt, startedAtMs));
    return { afterMs: Math.min(due, silent || attempt.spec.end !== undefined ? this.#options.pollMs : due) };
  }

  #meterDueMs(attempt: Attempt, startedAtMs: number): number {
    return (attempt.status?.metered?.untilMs ?? startedAtMs) + this.#options.meterMs - this.#nowMs();
  }

  async #ended(attempt: Attempt, task: Task | undefined, ending: Ending): Promise<Requeue | undefined> {
    const outcome = enforced(ending.outcome, attempt, task);
    const kept = await this.#keepOutputs(attempt, task, outcome);
    const status: AttemptStatus = {
      ...attempt.status,
      phase: "Ended",
      endedAt: new Date(ending.endedAtMs).toISOString(),
      outcome,
      usage: ending.usage,
      ...(ending.startedAtMs === undefined ? {} : { startedAt: new Date(ending.startedAtMs).toISOString() }),
    };
    const startedAtMs = ending.startedAtMs ?? ending.endedAtMs;
    const drafts = await this.#metered(attempt, status, startedAtMs, {
      untilMs: ending.endedAtMs,
      usage: ending.usage,
      final: true,
    });
    if (task && statusOf(task).currentAttempt === attempt.metadata.name && !isOver(statusOf(task))) {
      const before = {
        ...statusOf(task),
        ...(ending.startedAtMs === undefined ? {} : startedAtOf(task, ending.startedAtMs)),
      };
      const verdict: Verdict =
        kept.failed ?? judge(outcome, attempt.spec.end, task.spec, before.countedFailures);
      const settled = settledStatus(before, verdict, outcome, this.#nowMs());
      drafts.push(
        this.#taskStatus(task, kept.outputs === undefined ? settled : { ...settled, outputs: kept.outputs }),
      );
    }
    await this.#commit(drafts);
    return undefined;
  }

  async #keepOutputs(attempt: Attempt, task: Task | undefined, outcome: Outcome) {
    if (!task || task.spec.outputs.length === 0 || outcome.type === "not-started") return {};
    const engine = this.#options.engines.of(attempt.spec.pool);
    if (!engine) return {};
    return this.#options.files.keep(task, engine.driver.outputs(refOf(attempt), this.#context.signal));
  }

  /** The next link of the usage chain and the attempt's status that remembers it: one transaction (M2). */
  async #metered(
    attempt: Attempt,
    status: AttemptStatus,
    startedAtMs: number,
    observed: Parameters<typeof nextLink>[2],
  ): Promise<Draft[]> {
    const { link, head } = nextLink(status.metered ?? chainStart(startedAtMs), attempt.spec.grant, observed);
    const task = await this.#taskOf(attempt);
    const place = {
      queue: task?.spec.queue ?? "",
      jurisdiction: this.#options.engines.of(attempt.spec.pool)?.jurisdiction ?? "",
    };
    return [
      this.#status(attempt, { ...status, metered: head }),
      { type: "create", kind: usageRecordKind, object: usageRecord(attempt, link, place) },
    ];
  }

  /** Deleted attempts let the engine forget them, then go. */
  async #afterEnd(attempt: Attempt): Promise<undefined> {
    if (attempt.metadata.deletionTimestamp === undefined) return undefined;
    const engine = this.#options.engines.of(attempt.spec.pool);
    if (engine) await engine.driver.forget(refOf(attempt));
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

  async #taskOf(attempt: Attempt): Promise<Task | undefined> {
    const task = await this.#options.objects.get(
      taskKind,
      attempt.metadata.namespace ?? "",
      attempt.spec.task,
    );
    const owner = attempt.metadata.ownerReferences?.[0]?.uid;
    return task && task.metadata.uid === owner ? task : undefined;
  }

  #status = (attempt: Attempt, status: AttemptStatus): Draft => ({
    type: "update",
    kind: attemptKind,
    subresource: "status",
    object: { ...attempt, status } as AnyStored,
  });

  #taskStatus = (task: Task, status: TaskStatus): Draft => ({
    type: "update",
    kind: taskKind,
    subresource: "status",
    object: { ...task, status } as AnyStored,
  });

  async #commit(drafts: readonly Draft[]): Promise<void> {
    await this.#options.objects.commit(drafts, { actor, fence: this.#context.fence });
  }

  #nowMs(): number {
    return this.#options.environment.clock.nowMs();
  }
}

const refOf = (attempt: Attempt, handle?: JobHandle): AttemptRef => ({
  id: attempt.metadata.uid as string as AttemptId,
  handle: handle ?? (attempt.status?.handle as JobHandle | undefined),
});

const neverRan = (outcome: Outcome, atMs: number): Ending => ({
  outcome,
  startedAtMs: undefined,
  endedAtMs: atMs,
  node: undefined,
  usage: noUsage,
});

const cancelWhy = (end: NonNullable<Attempt["spec"]["end"]>) => (end === "retried" ? "preempted" : end);

const startedAtOf = (task: Task, startedAtMs: number) => ({
  startedAt: statusOf(task).startedAt ?? new Date(startedAtMs).toISOString(),
});

/** An end by our own timeout is recorded as one, with the limit, even if the engine saw only a kill. */
function enforced(outcome: Outcome, attempt: Attempt, task: Task | undefined): Outcome {
  if (attempt.spec.end === "timed-out" && outcome.type !== "exited" && task?.spec.timeout !== undefined) {
    return { type: "timed-out", limitMs: durationMsOf(task.spec.timeout) };
  }
  return outcome;
}
