import type { AnyStored, Draft, Objects } from "@yunhe/kernel";
import {
  describeWait,
  estimateStarts,
  type QueuePlan,
  type QueuePlanInput,
  type Refusal,
  standingsOf,
  type StartEstimate,
  type WaitReason,
} from "@yunhe/scheduler";
import { queueKind } from "../kinds/queue.ts";
import { type Task, taskKind, type TaskStatus } from "../kinds/task.ts";
import { statusDraft } from "../tasks/drafts.ts";
import { isRunnable } from "../tasks/plan.ts";
import { statusOf } from "../tasks/state.ts";
import { refusedEverywhere } from "./elsewhere.ts";
import { queueStatus, sameQueueStatus } from "./queue-status.ts";
import type { PlacementView } from "./view.ts";

/** Reports are written at most this often, so that a busy queue spends its time on starting tasks. */
const everyMs = 1000;
/** Tasks of each queue, from its head, that are told where they stand. */
const toldPerQueue = 100;
/** Statuses written in one report; those at the heads of the queues first. */
const writesPerReport = 25;
/** A task is told again of a new position or estimate after this long, of a new reason at once. */
const positionEveryMs = 10_000;

interface Told {
  readonly reason: string;
  readonly position: number;
  /** The start it was told to expect. */
  readonly startsAtMs: number | undefined;
  readonly atMs: number;
  /** The same on the clock that never goes back. */
  readonly uptimeMs: number;
}

/**
 * What people see of the queues, in statuses of tasks and queues. Lives as long as the reconciler. How often it speaks
 * is counted in `uptimeMs`, the clock that never goes back: one that is set back by hours must not keep it silent so long.
 */
export class Report {
  readonly #objects: Objects;
  /** The version of the view that the last plan was made of, and when. */
  planned = -1;
  plannedAtMs = -Infinity;
  #told = new Map<string, Told>();
  #lastMs = -Infinity;
  /** Something was left out or changed since the last report. */
  #pending = true;
  #reported = -1;

  constructor(objects: Objects) {
    this.#objects = objects;
  }

  /** 0: a report is due now; undefined: nothing to tell. */
  dueMs(view: PlacementView, uptimeMs: number): number | undefined {
    if (!this.#pending && view.news === this.#reported) return undefined;
    return Math.max(0, this.#lastMs + everyMs - uptimeMs);
  }

  /** Reads what it writes about only when it is called, so that nothing is written upon an old version. */
  drafts(
    input: QueuePlanInput,
    plan: QueuePlan,
    view: PlacementView,
    uptimeMs: number,
  ): (() => Promise<readonly Draft[]>)[] {
    this.#lastMs = uptimeMs;
    this.#reported = view.news;
    const lines = this.#lines(input, plan, view);
    const news = lines.filter((line) => this.#isNews(line, uptimeMs));
    this.#pending = news.length > writesPerReport;
    const written = news.slice(0, writesPerReport);
    for (const { id, reason, position, estimate } of written)
      this.#told.set(id, {
        reason: reason.kind,
        position,
        startsAtMs: estimate?.startsAtMs,
        atMs: input.nowMs,
        uptimeMs,
      });
    return [
      ...written.map((line) => () => this.#taskDrafts(line, view, input)),
      ...[...view.queues.keys()].map((name) => () => this.#queueDrafts(name, input, plan, view)),
    ];
  }

  #lines(input: QueuePlanInput, plan: QueuePlan, view: PlacementView): Line[] {
    const placed = new Set<string>(plan.placements.map(({ task }) => task.id));
    const reasons = new Map(
      plan.refusals.map((each) => [bucketOf(each.task, each.project, each.bucket), each.reason]),
    );
    const lines = [...input.queues].flatMap((rules) => {
      const standing = standingsOf(input, rules, toldPerQueue).filter(
        ({ waiting }) => !placed.has(waiting.task.id),
      );
      const estimates = estimateStarts({
        nowMs: input.nowMs,
        endsMs: [...input.running.ofQueue(rules.name)].map(({ expectedEndMs }) => expectedEndMs),
        waiting: standing.map(({ waiting: { task } }) => ({
          runMs: task.expectedDurationMs,
          size: task.gang?.size,
          reserved: plan.reservations.find((each) => each.task === task.id),
        })),
      });
      return standing.map(({ waiting: { task, project }, bucket, position }, i): Line => {
        const reason = reasons.get(bucketOf(task, project, bucket)) ?? { kind: "turn" };
        return { id: task.id, queue: rules.name, reason, position, estimate: estimates[i] };
      });
    });
    lines.push(...orphans(plan, view));
    this.#told = new Map(lines.flatMap(({ id }) => (this.#told.has(id) ? [[id, this.#told.get(id)!]] : [])));
    return lines;
  }

  #isNews({ id, reason, position, estimate }: Line, uptimeMs: number): boolean {
    const told = this.#told.get(id);
    if (!told || told.reason !== reason.kind) return true;
    if (uptimeMs - told.uptimeMs < positionEveryMs) return false;
    return told.position !== position || isOtherStart(told, estimate?.startsAtMs);
  }

  async #taskDrafts(line: Line, view: PlacementView, { nowMs }: QueuePlanInput): Promise<readonly Draft[]> {
    const keys = view.keysOf(line.id);
    const tasks = await Promise.all(keys.map((key) => this.#objects.get(taskKind, key.namespace, key.name)));
    return tasks
      .filter((task): task is Task => task !== undefined && isRunnable(task, nowMs))
      .map((task) => statusDraft(task, waitingStatus(task, line, view, nowMs)));
  }

  async #queueDrafts(
    name: string,
    input: QueuePlanInput,
    plan: QueuePlan,
    view: PlacementView,
  ): Promise<readonly Draft[]> {
    const next = queueStatus(name, input, plan, view);
    const seen = view.queues.get(name)?.status;
    if (next === undefined || sameQueueStatus(seen, next)) return [];
    const queue = await this.#objects.get(queueKind, "", name);
    if (!queue) return [];
    const conditions = queue.status?.conditions;
    const status = { ...next, ...(conditions === undefined ? {} : { conditions }) };
    return [
      { type: "update", kind: queueKind, subresource: "status", object: { ...queue, status } as AnyStored },
    ];
  }
}

interface Line {
  readonly id: string;
  readonly queue: string;
  readonly reason: WaitReason;
  /** 0: it stands in no queue. */
  readonly position: number;
  readonly estimate: StartEstimate | undefined;
}

/** A start that moves by less than a tenth of the wait is no news; one that nobody knows any more is. */
function isOtherStart({ startsAtMs: before, atMs }: Told, startsAtMs: number | undefined): boolean {
  if (before === undefined || startsAtMs === undefined) return before !== startsAtMs;
  return Math.abs(startsAtMs - before) > Math.max(positionEveryMs, (before - atMs) / 10);
}

const bucketOf = ({ queue, priority }: Refusal["task"], project: string, bucket: string): string =>
  [queue, project, priority, bucket].join("\0");

/** Tasks that wait in a queue that is not there. */
const orphans = (plan: QueuePlan, view: PlacementView): Line[] =>
  [
    ...new Set(plan.refusals.filter(({ reason }) => reason.kind === "no-queue").map(({ queue }) => queue)),
  ].flatMap((queue) =>
    view.waiting
      .groups(queue)
      .flatMap(({ buckets }) => [...buckets.values()].flatMap(({ tasks }) => tasks))
      .slice(0, toldPerQueue)
      .map(({ task }) => ({
        id: task.id,
        queue,
        reason: { kind: "no-queue" },
        position: 0,
        estimate: undefined,
      })),
  );

const reasonNames: Readonly<Record<WaitReason["kind"], string>> = {
  "no-queue": "NoSuchQueue",
  "queue-stopped": "QueueStopped",
  "project-not-served": "QueueNotAllowed",
  "larger-than-quota": "LargerThanQuota",
  quota: "QuotaExceeded",
  impossible: "NoPlaceEver",
  "no-place": "NoPlace",
  reserved: "BehindReservation",
  preempting: "Preempting",
  turn: "NotYetItsTurn",
};

function waitingStatus(task: Task, line: Line, view: PlacementView, nowMs: number): TaskStatus {
  const status = statusOf(task);
  const { reason, queue, position, estimate } = line;
  if (reason.kind === "impossible" && status.refusedBy && status.refusedBy.length > 0)
    return refusedEverywhere(status, nowMs);
  const unknownYet = reason.kind === "impossible" && !view.isFleetKnown();
  const message = unknownYet ? notRegistered : describeWait(queue, reason);
  const why = "explanation" in reason ? view.books.why(reason.explanation) : { help: [] };
  return {
    ...status,
    reason: unknownYet ? "NoPlace" : reasonNames[reason.kind],
    message: message.en,
    messageZh: message.zh,
    explanation: {
      ...why,
      waitsFor: reason.kind,
      queue,
      ...(position === 0 ? {} : { position, ahead: position - 1, waiting: view.waiting.countOf(queue) }),
      ...(estimate === undefined
        ? {}
        : { estimate: { startsAt: new Date(estimate.startsAtMs).toISOString(), from: estimate.from } }),
      at: new Date(nowMs).toISOString(),
    },
  };
}

const notRegistered = {
  en: "It waits for machines: not every pool has told what it has yet.",
  zh: "等待机器：尚有资源池未上报其资源。",
};
