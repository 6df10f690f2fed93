import type {
  AnyStored,
  Draft,
  Environment,
  ObjectKey,
  Objects,
  ReconcileContext,
  Requeue,
} from "@yunhe/kernel";
import { type Placement, planQueues, policies, type QueuePlanInput, yunhe } from "@yunhe/scheduler";
import { isConflict, isRefusal } from "../attempts/conflict.ts";
import { attemptKind } from "../kinds/attempt.ts";
import { type Task, taskKind } from "../kinds/task.ts";
import { isRunnable } from "../tasks/plan.ts";
import { modelName } from "./books.ts";
import type { Doubts, Sent } from "./doubts.ts";
import { grantedTo, holdingsOf, nodeKey, placementDrafts, poolKey, queueKey } from "./place.ts";
import type { Report } from "./report.ts";
import { rulesOf } from "./rules.ts";
import type { PlacementView } from "./view.ts";

export interface PlacementOptions {
  readonly objects: Objects;
  readonly view: PlacementView;
  readonly environment: Environment;
}

const actor = "system:reconciler/placement";
/** Placements of one pass; the rest have their turn in the next one, so that others are served in between. */
const passLimit = 500;
/** While a placement is in doubt the view is looked at this often, should its change wake nobody. */
const doubtEveryMs = 1000;
/** While tasks wait a plan is made this often though nothing has changed: ages and expected ends move with time. */
const planEveryMs = 5000;

/** One walk over the queues: plans, commits what starts, ends what must make room, and tells the others why they wait. */
export class PlacementPass {
  readonly #options: PlacementOptions;
  readonly #context: ReconcileContext;
  readonly #report: Report;
  readonly #doubts: Doubts;
  /** The wall clock, for what is written down; it may jump. */
  readonly #nowMs: number;
  /** The clock that never goes back, for how often something is done. */
  readonly #uptimeMs: number;

  constructor(options: PlacementOptions, context: ReconcileContext, report: Report, doubts: Doubts) {
    this.#options = options;
    this.#context = context;
    this.#report = report;
    this.#doubts = doubts;
    this.#nowMs = options.environment.clock.nowMs();
    this.#uptimeMs = options.environment.clock.monotonicMs();
  }

  async run(): Promise<Requeue | undefined> {
    const { view } = this.#options;
    if (!(await this.#doubts.settle(this.#context))) return { afterMs: doubtEveryMs };
    // From here until all is held nothing is awaited: the books, the plan and its revisions are of one moment.
    view.settle();
    const nextDueMs = view.wakeDue(this.#nowMs);
    const reportMs = this.#report.dueMs(view, this.#uptimeMs);
    const agedMs = this.#report.plannedAtMs + planEveryMs - this.#uptimeMs;
    const isAged = view.waiting.size > 0 && agedMs <= 0;
    if (view.version === this.#report.planned && reportMs !== 0 && !isAged)
      return this.#again(nextDueMs, reportMs, agedMs);
    this.#report.planned = view.version;
    this.#report.plannedAtMs = this.#uptimeMs;
    const input = this.#input(reportMs === 0);
    const plan = planQueues(input);
    const starts = plan.placements.map((placement) => this.#hold(placement));
    await Promise.all([
      ...starts.map((start) => this.#start(start)),
      ...plan.preemptions.flatMap(({ victims }) => victims.map((uid) => this.#end(uid))),
      ...[...view.gangs.broken()].flatMap((gang) => this.#liveOf(gang).map((uid) => this.#end(uid))),
    ]);
    // Afterwards: what starts was checked against the queue as it was, and a report writes its status.
    const told = reportMs === 0 ? this.#report.drafts(input, plan, view, this.#uptimeMs) : [];
    await Promise.all(told.map((write) => this.#tell(write)));
    if (plan.placements.length === passLimit) return { afterMs: 0 };
    return this.#again(nextDueMs, this.#report.dueMs(view, this.#uptimeMs), planEveryMs);
  }

  #again(dueMs: number | undefined, reportMs: number | undefined, agedMs: number): Requeue | undefined {
    const waits = [
      dueMs === undefined ? undefined : dueMs - this.#nowMs,
      reportMs,
      this.#options.view.waiting.size > 0 ? agedMs : undefined,
    ].filter((ms) => ms !== undefined);
    return waits.length === 0 ? undefined : { afterMs: Math.max(0, Math.min(...waits)) };
  }

  #input(withEstimates: boolean): QueuePlanInput {
    const { view } = this.#options;
    return {
      scheduler: view.books.scheduler,
      queues: [...view.queues.values()].map((queue) => rulesOf(queue, modelName)),
      running: view.books.running,
      waiting: view.waiting,
      nowMs: this.#nowMs,
      policyOf: (queue) => policies.get(view.queues.get(queue)?.spec.policy ?? "") ?? yunhe,
      limit: passLimit,
      reserve: withEstimates ? "always" : "needed",
    };
  }

  /** Assumes the placement: it is in the books before anybody else is planned for. */
  #hold(placement: Placement): Start {
    const { view, environment } = this.#options;
    const keys = view.keysOf(placement.task.id);
    const uids = placement.members.map(() => environment.random.uuid());
    const holdings = holdingsOf(view.books, placement, keys, uids, this.#nowMs);
    for (const holding of holdings) view.books.hold(holding);
    const waiting = view.waiting.get(placement.task.id);
    if (waiting) view.waiting.started(waiting, this.#nowMs);
    return {
      placement,
      keys,
      uids,
      checks: this.#checks(placement, new Set(holdings.map(({ node }) => node))),
    };
  }

  /**
   * What the plan rests on: the queue and those that lend to it, the nodes, and their pools, for in one that was closed
   * meanwhile (quarantine, cordon, drain) there may be a canary that no book knows; of a gang, what it does not start.
   */
  #checks({ task, queue }: Placement, nodes: ReadonlySet<string>): Start["checks"] {
    const { view } = this.#options;
    const pools = new Set([...nodes].map((node) => view.node(node)!.spec.pool));
    const queues = [...view.queues.values()].filter(
      ({ metadata, spec }) =>
        metadata.name === queue.name || (queue.cohort !== undefined && spec.cohort === queue.cohort),
    );
    return [
      ...[...nodes].map((name) => view.seen.whole(nodeKey(name))),
      ...[...pools].map((name) => view.seen.whole(poolKey(name))),
      ...view.restsOf(task.id),
      ...queues.map(({ metadata }) => view.seen.asked(queueKey(metadata.name))),
    ];
  }

  /** Commits it against all that the plan rests on, as it saw it; what is refused is taken out of the books. */
  async #start(start: Start): Promise<void> {
    const { view } = this.#options;
    const release = (): void => start.uids.forEach((uid) => void view.books.release(uid));
    let sent: Sent | undefined;
    try {
      sent = await this.#prepare(start);
      if (sent === undefined) return release();
      await this.#options.objects.commit(sent.drafts, sent.options);
    } catch (error) {
      if (sent === undefined || isRefusal(error)) release();
      else this.#doubts.add(sent);
      view.version += 1;
      if (!isConflict(error)) throw error;
    }
  }

  /** Undefined when a task of it may not start any more. */
  async #prepare({ placement, keys, uids, checks }: Start): Promise<Sent | undefined> {
    const { view, objects } = this.#options;
    const { books } = view;
    const found = await Promise.all(keys.map((key) => objects.get(taskKind, key.namespace, key.name)));
    const tasks = found.filter((task): task is Task => task !== undefined && isRunnable(task, this.#nowMs));
    if (tasks.length < placement.members.length) return undefined;
    const granted = grantedTo(books, placement, tasks, uids);
    const { explanation } = placement;
    const policy = view.queues.get(placement.queue.name)?.spec.policy ?? yunhe.name;
    const why = explanation && { ...books.why(explanation), policy };
    const written = keys.map((key, i) => ({
      key,
      expected: Number(tasks[i]!.metadata.resourceVersion),
    }));
    return {
      uids,
      drafts: granted.flatMap((each) => placementDrafts(each, why)),
      options: { actor, verb: "place", fence: this.#context.fence, checks },
      rests: [...checks, ...written],
    };
  }

  /** Tells an attempt to end for another one; its task is tried again and it costs no retry. */
  async #end(uid: string): Promise<void> {
    const { view, objects } = this.#options;
    const key = view.attemptKey(uid);
    const attempt = key && (await objects.get(attemptKind, key.namespace, key.name));
    if (!attempt || attempt.metadata.uid !== uid || attempt.spec.end !== undefined) return;
    const object = { ...attempt, spec: { ...attempt.spec, end: "preempted" } } as AnyStored;
    await this.#commit([{ type: "update", kind: attemptKind, object }], "preempt");
  }

  #liveOf(gang: string): string[] {
    return [...this.#options.view.books.running.all()]
      .filter((task) => task.gang === gang && task.ending !== true)
      .map(({ id }) => id);
  }

  async #tell(write: () => Promise<readonly Draft[]>): Promise<void> {
    const drafts = await write();
    if (drafts.length > 0) await this.#commit(drafts, "explain");
  }

  async #commit(drafts: readonly Draft[], verb: string): Promise<void> {
    try {
      await this.#options.objects.commit(drafts, { actor, verb, fence: this.#context.fence });
    } catch (error) {
      if (!isConflict(error)) throw error;
    }
  }
}

interface Start {
  readonly placement: Placement;
  readonly keys: readonly ObjectKey[];
  readonly uids: readonly string[];
  readonly checks: Sent["rests"];
}
