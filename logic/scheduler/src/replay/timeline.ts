import type { Catalogue } from "../catalogue/catalogue.ts";
import { giveMember, takeMember } from "../engine/member.ts";
import type { Words } from "../engine/reasons.ts";
import { Scheduler } from "../engine/scheduler.ts";
import { createFleetState } from "../engine/state.ts";
import type { Fleet } from "../model/fleet.ts";
import type { TaskMix } from "../model/mix.ts";
import type { Policy } from "../policies/policy.ts";
import { amountsAsked } from "../queue/amounts.ts";
import { type Placement, planQueues, type QueuePlan, type Refusal } from "../queue/plan.ts";
import { QueueBounds } from "../queue/quota.ts";
import { describeWait, type WaitReason } from "../queue/reasons.ts";
import { type RunningTask, RunningTasks } from "../queue/running.ts";
import { WaitingTasks } from "../queue/waiting.ts";
import { EndQueue } from "./end-queue.ts";
import type { ReplayQueue } from "./queue-file.ts";
import type { TracedTask } from "./trace.ts";
import { TimelineMeasures } from "./timeline-measures.ts";
import type { TimelineResult, Unserved } from "./timeline-result.ts";
import { type Run, Work } from "./work.ts";

export interface TimelineInput {
  readonly fleet: Fleet;
  readonly catalogue: Catalogue;
  readonly mix: TaskMix;
  readonly queues: readonly ReplayQueue[];
  readonly tasks: readonly TracedTask[];
  /** For queues that name none. */
  readonly policy: Policy;
  /** How many samples over time the result has. */
  readonly samples: number;
  readonly ageingMs: number;
  readonly preemptionGraceMs: number;
  /** Told now and then which part of the tasks has arrived or ended, 0…1. */
  readonly onProgress?: ((part: number) => void) | undefined;
}

/**
 * Replays tasks that arrive, wait, run for their duration and leave, under the same queues as the control plane:
 * `planQueues` decides at every arrival and every end, and once per ageing step while tasks wait. A task that could
 * never run here is refused when it arrives. One that is told to end for another leaves after the grace period and
 * waits again, with the work since its last checkpoint lost. The same input gives the same result.
 */
export const replayTimeline = (input: TimelineInput): TimelineResult => new Replay(input).run();

class Replay {
  readonly #input: TimelineInput;
  readonly #scheduler: Scheduler;
  readonly #bounds: QueueBounds;
  readonly #policies: ReadonlyMap<string, Policy | undefined>;
  readonly #waiting = new WaitingTasks();
  readonly #running = new RunningTasks();
  readonly #ends = new EndQueue<Run>(({ isOver }) => isOver);
  readonly #runs = new Map<string, Run>();
  readonly #works = new Map<string, Work>();
  readonly #measures: TimelineMeasures;
  readonly #neverReasons = new Map<string, Words | undefined>();
  #nowMs = 0;
  #plannedAtMs = 0;
  #refusals: readonly Refusal[] = [];

  constructor(input: TimelineInput) {
    this.#input = input;
    const state = createFleetState(input.fleet, { catalogue: input.catalogue, mix: input.mix });
    this.#scheduler = new Scheduler(state, { explain: "never" });
    const rules = input.queues.map((queue) => queue.rules);
    this.#bounds = new QueueBounds(rules);
    this.#policies = new Map(input.queues.map((queue) => [queue.rules.name, queue.policy]));
    this.#measures = new TimelineMeasures({ ...input, state, rules, uses: this.#running.uses });
  }

  run(): TimelineResult {
    const arrivals = this.#input.tasks.toSorted((a, b) => a.task.submittedAtMs - b.task.submittedAtMs);
    let next = 0;
    for (;;) {
      const nowMs = Math.min(
        arrivals[next]?.task.submittedAtMs ?? Infinity,
        this.#ends.nextMs(),
        this.#agedMs(),
      );
      if (nowMs === Infinity) break;
      this.#nowMs = nowMs;
      this.#measures.advance(nowMs);
      for (const run of this.#ends.takeUntil(nowMs)) this.#end(run);
      for (; arrivals[next]?.task.submittedAtMs === nowMs; next += 1) this.#arrive(arrivals[next]!);
      if (this.#waiting.size > 0) this.#carryOut(this.#plan());
      this.#input.onProgress?.((next + this.#measures.completed) / (2 * arrivals.length));
    }
    return this.#measures.result(this.#unstarted());
  }

  /** Ages move the order of those who wait; it is asked for as long as something can still change. */
  #agedMs(): number {
    const isOpen = this.#waiting.size > 0 && this.#running.size > 0;
    return isOpen ? this.#plannedAtMs + this.#input.ageingMs : Infinity;
  }

  #arrive(traced: TracedTask): void {
    const why = this.#neverWhy(traced);
    if (why !== undefined) return this.#measures.refused({ id: traced.task.id, why });
    const work = new Work(traced);
    this.#works.set(traced.task.id, work);
    this.#wait(work);
  }

  #wait(work: Work): void {
    this.#waiting.add(work.waiting());
    this.#measures.waits(work.traced.task.queue, 1);
  }

  /** Why it could never start here; asked once per kind of request. */
  #neverWhy({ task, project }: TracedTask): Words | undefined {
    const { id: _id, submittedAtMs: _at, expectedDurationMs: _ms, priority: _priority, ...asked } = task;
    const key = JSON.stringify([project, asked]);
    if (!this.#neverReasons.has(key)) {
      const reason = this.#neverReason(task, project);
      this.#neverReasons.set(key, reason && describeWait(task.queue, reason));
    }
    return this.#neverReasons.get(key);
  }

  #neverReason(task: TracedTask["task"], project: string): WaitReason | undefined {
    const queue = this.#bounds.get(task.queue);
    if (queue === undefined) return { kind: "no-queue" };
    if (queue.projects && queue.projects.length > 0 && !queue.projects.includes(project))
      return { kind: "project-not-served", project };
    const breach = this.#bounds.couldEverHold(queue, amountsAsked(task), task.preemptible);
    if (breach) return { kind: "larger-than-quota", breach };
    const explanation = this.#scheduler.why(task, this.#policyOf(task.queue));
    return explanation.couldEverStart ? undefined : { kind: "impossible", explanation };
  }

  #policyOf = (queue: string): Policy => this.#policies.get(queue) ?? this.#input.policy;

  #plan(): QueuePlan {
    this.#plannedAtMs = this.#nowMs;
    const plan = planQueues({
      scheduler: this.#scheduler,
      queues: this.#input.queues.map(({ rules }) => rules),
      running: this.#running,
      waiting: this.#waiting,
      nowMs: this.#nowMs,
      policyOf: this.#policyOf,
      ageingMs: this.#input.ageingMs,
    });
    this.#refusals = plan.refusals;
    return plan;
  }

  #carryOut({ placements, preemptions }: QueuePlan): void {
    for (const placement of placements) this.#start(placement);
    for (const { kind, victims } of preemptions) {
      for (const id of victims) this.#tellToEnd(this.#runs.get(id)!, kind);
    }
  }

  #start({ task, project, shape, members, amounts, endsAtMs }: Placement): void {
    const work = this.#works.get(task.id)!;
    for (const member of members) takeMember(this.#scheduler.state, shape, member);
    this.#waiting.started(this.#waiting.get(task.id)!, this.#nowMs);
    this.#waiting.remove(task.id);
    this.#measures.waits(task.queue, -1);
    const startedAtMs = this.#nowMs;
    const checkpointed = (): number =>
      startedAtMs + Math.max(0, work.savedAfter(this.#nowMs - startedAtMs) - work.savedMs);
    const running: RunningTask = {
      id: task.id,
      queue: task.queue,
      project,
      priority: task.priority,
      preemptible: task.preemptible,
      startedAtMs,
      // Read when a plan weighs what ending it would lose.
      get checkpointedAtMs() {
        return checkpointed();
      },
      expectedEndMs: endsAtMs,
      shape,
      members,
      amounts,
    };
    this.#running.add(running);
    const run = {
      work,
      running,
      startedAtMs,
      members,
      endsAtMs: startedAtMs + work.remainingMs,
      isOver: false,
    };
    this.#runs.set(task.id, run);
    this.#ends.add(run.endsAtMs, run);
    this.#measures.started(run);
    work.firstStartMs ??= startedAtMs;
  }

  /** It may still finish by itself within the grace period. */
  #tellToEnd(run: Run, kind: "priority" | "reclaim"): void {
    this.#running.add({ ...run.running, ending: true });
    const goneAtMs = this.#nowMs + this.#input.preemptionGraceMs;
    if (goneAtMs >= run.endsAtMs) return;
    run.endsAtMs = goneAtMs;
    this.#ends.add(goneAtMs, run);
    this.#measures.preempted(run, kind);
  }

  #end(run: Run): void {
    if (run.isOver) return;
    run.isOver = true;
    const { work, members, running } = run;
    for (const member of members) giveMember(this.#scheduler.state, running.shape, member);
    this.#running.remove(running.id);
    this.#runs.delete(running.id);
    const ranMs = this.#nowMs - run.startedAtMs;
    const saved = work.savedAfter(ranMs);
    const lostMs = work.savedMs + ranMs - saved;
    work.savedMs = saved;
    const isDone = work.remainingMs === 0;
    this.#measures.ended(run, ranMs, lostMs, isDone);
    if (!isDone) this.#wait(work);
  }

  /** Those who wait when nothing can change any more, each with its reason in the last plan. */
  #unstarted(): Unserved[] {
    const reasons = new Map(
      this.#refusals.map(({ queue, project, task, bucket, reason }) => [
        JSON.stringify([queue, project, task.priority, bucket]),
        reason,
      ]),
    );
    return [...this.#waiting.queues()].flatMap((queue) =>
      this.#waiting.groups(queue).flatMap(({ project, priority, buckets }) =>
        [...buckets.values()].flatMap(({ key, tasks }) => {
          const reason = reasons.get(JSON.stringify([queue, project, priority, key])) ?? { kind: "turn" };
          return tasks.map(({ task }) => ({ id: task.id, why: describeWait(queue, reason) }));
        }),
      ),
    );
  }
}
