import {
  ApiError,
  type AnyStored,
  type Condition,
  type Environment,
  type ObjectKey,
  type Objects,
  type ReconcileContext,
  type Reconciler,
  type Requeue,
  type Words,
  words,
} from "@yunhe/kernel";
import type { Contents } from "../contents/port.ts";
import type { DataSetReader } from "../data-sets/read.ts";
import { dataSetKind } from "../kinds/data-set.ts";
import { type EvaluationResource, type EvaluationStatus, evaluationKind } from "../kinds/evaluation.ts";
import { ready, statusFindings } from "../kinds/shared.ts";
import type { Outcome } from "./messages.ts";
import type { Run, Runner } from "./runner.ts";
import { doneStatus } from "./status.ts";
import { library } from "../library.ts";

export interface EvaluationReconcilerOptions {
  readonly objects: Objects;
  readonly contents: Contents;
  readonly reader: DataSetReader;
  readonly runner: Runner;
  readonly environment: Environment;
  /** Computations at once: each takes one core. */
  readonly atOnce: number;
  /** How often a running one's progress is written. */
  readonly progressEveryMs: number;
}

const actor = "system:reconciler/evaluation";
const over: readonly string[] = ["Succeeded", "Failed", "Cancelled"];

/** Starts, follows and ends the computations. A server that starts again computes again what had not ended. */
export function evaluationReconciler(options: EvaluationReconcilerOptions): Reconciler {
  return {
    name: "evaluation",
    sources: [{ kind: evaluationKind }],
    concurrency: 4,
    signals: (wake) => options.runner.onEnd(wake),
    reconcile: (key, context) => new EvaluationStep(options, key, context).take(),
  };
}

class EvaluationStep {
  readonly #options: EvaluationReconcilerOptions;
  readonly #key: ObjectKey;
  readonly #context: ReconcileContext;

  constructor(options: EvaluationReconcilerOptions, key: ObjectKey, context: ReconcileContext) {
    this.#options = options;
    this.#key = key;
    this.#context = context;
  }

  async take(): Promise<Requeue | undefined> {
    const { objects, runner, atOnce, progressEveryMs } = this.#options;
    const found = await objects.get(evaluationKind, this.#key.namespace, this.#key.name);
    const uid = found?.metadata.uid;
    for (const run of runner.of(this.#key)) if (run.uid !== uid) await runner.stop(run.uid);
    if (!found || uid === undefined || found.metadata.deletionTimestamp !== undefined) return this.#stop(uid);
    if (found.status && over.includes(found.status.phase)) return this.#stop(uid);
    if (found.spec.cancelled) {
      await this.#stop(uid);
      await this.#write(found, { phase: "Cancelled", endTime: this.#now() }, [
        "False",
        "Cancelled",
        cancelledWords,
      ]);
      return undefined;
    }
    const run = runner.get(uid);
    if (run?.outcome) return this.#end(found, run.outcome);
    if (run) await this.#follow(found, run);
    else if (runner.running >= atOnce)
      await this.#write(found, { phase: "Pending" }, ["Unknown", "Waiting", waitingWords]);
    else await this.#start(found);
    return { afterMs: progressEveryMs };
  }

  async #stop(uid: string | undefined): Promise<undefined> {
    if (uid !== undefined) await this.#options.runner.stop(uid);
    return undefined;
  }

  async #start(found: EvaluationResource): Promise<void> {
    const { reader, runner, objects } = this.#options;
    try {
      const dataSet = await objects.get(dataSetKind, this.#key.namespace, found.spec.dataSet);
      if (!dataSet) throw noDataSet(this.#key.namespace, found.spec.dataSet);
      const { definition, file } = await reader.read(dataSet, found.spec.specification);
      const run = runner.start(found.metadata.uid, this.#key, { definition, data: file, spec: found.spec });
      await this.#follow(found, run);
    } catch (error) {
      if (error instanceof library().EvaluationError)
        return this.#fail(found, { type: "refused", findings: error.findings });
      if (!(error instanceof ApiError) || error.reason !== "NotFound") throw error;
      await this.#write(found, { phase: "Failed", endTime: this.#now() }, ["False", "NotFound", error.words]);
    }
  }

  async #follow(found: EvaluationResource, { step, progress }: Run): Promise<void> {
    const startTime = found.status?.startTime ?? this.#now();
    await this.#write(found, { phase: "Running", startTime, step, progress }, [
      "Unknown",
      "Running",
      runningWords,
    ]);
  }

  async #end(found: EvaluationResource, outcome: Outcome): Promise<undefined> {
    const { contents, runner } = this.#options;
    if (outcome.type === "done") {
      const project = this.#key.namespace;
      const result = await contents.put(project, outcome.result);
      const bundle = await contents.put(project, outcome.bundle);
      const { step: _, ...before } = found.status ?? { phase: "Running" };
      await this.#write(
        { ...found, status: before },
        {
          ...doneStatus(found.spec, outcome.summary, result, bundle),
          phase: "Succeeded",
          endTime: this.#now(),
        },
        ["True", "Computed", computedWords],
      );
    } else await this.#fail(found, outcome);
    await runner.stop(found.metadata.uid);
    return undefined;
  }

  async #fail(found: EvaluationResource, outcome: Exclude<Outcome, { type: "done" }>): Promise<void> {
    const refused = outcome.type === "refused";
    const findings = refused ? { findings: statusFindings(outcome.findings) } : {};
    const message = refused
      ? words("Nothing was computed; see the findings.", "未进行任何计算；见 findings。")
      : words(`The computation broke off: ${outcome.message}`, `计算中断：${outcome.message}`);
    await this.#write(found, { phase: "Failed", endTime: this.#now(), ...findings }, [
      "False",
      refused ? "Refused" : "Broken",
      message,
    ]);
  }

  async #write(
    found: EvaluationResource,
    change: Partial<EvaluationStatus> & Pick<EvaluationStatus, "phase">,
    [state, reason, message]: readonly [Condition["status"], string, Words],
  ): Promise<void> {
    const before = found.status?.conditions;
    const status = {
      ...found.status,
      ...change,
      conditions: ready(before, state, reason, message, this.#now()),
    };
    await this.#options.objects.commit(
      [
        {
          type: "update",
          kind: evaluationKind,
          subresource: "status",
          object: { ...found, status } as AnyStored,
        },
      ],
      { actor, fence: this.#context.fence },
    );
  }

  #now(): string {
    return new Date(this.#options.environment.clock.nowMs()).toISOString();
  }
}

const cancelledWords = words("It was cancelled.", "已取消。");
const waitingWords = words("Others are computed first.", "等待其他评价先完成。");
const runningWords = words("It is being computed.", "正在计算。");
const computedWords = words("The result is there.", "结果已生成。");

const noDataSet = (project: string, name: string): ApiError =>
  new ApiError(
    "NotFound",
    words(`Project ${project} has no data set ${name}.`, `项目 ${project} 中没有数据集 ${name}。`),
  );
