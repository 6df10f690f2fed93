import { giveMember, takeMember } from "../engine/member.ts";
import type { Scheduler } from "../engine/scheduler.ts";
import type { Explanation } from "../engine/explanation.ts";
import type { TaskRequest } from "../model/task.ts";
import type { Policy } from "../policies/policy.ts";
import { type Amounts, amountsAsked, amountsHeld, capacityOf, dominantShare } from "./amounts.ts";
import { withinModelBounds } from "./model-bounds.ts";
import { type Candidate, QueueOrder } from "./order.ts";
import { chooseVictims } from "./preemption.ts";
import { QueueBounds, type QueueRules } from "./quota.ts";
import type { WaitReason } from "./reasons.ts";
import { type Reserved, Reservations } from "./reservations.ts";
import type { Start } from "./reservation.ts";
import type { RunningTask, RunningTasks } from "./running.ts";
import { acquireScratch, releaseScratch } from "./scratch.ts";
import type { WaitingTasks } from "./waiting.ts";

export const DEFAULT_AGEING_MS = 60_000;
/** Buckets of one queue that may be refused in one plan; further ones wait for the next. */
const BUCKETS_TRIED = 256;

export interface QueuePlanInput {
  readonly scheduler: Scheduler;
  readonly queues: Iterable<QueueRules>;
  readonly running: RunningTasks;
  readonly waiting: WaitingTasks;
  readonly nowMs: number;
  readonly policyOf: (queue: string) => Policy;
  /** How long a group must be passed over to count as one priority higher; default one minute. */
  readonly ageingMs?: number;
  /** Most placements in one plan; default: as many as fit. */
  readonly limit?: number;
  /** `needed` (default): reservations are worked out when another task may pass; `always`: for the estimates too. */
  readonly reserve?: "needed" | "always";
}

export interface Placement extends Start {
  /** Its queue holds more than its quota with it. */
  readonly borrowed: boolean;
  readonly explanation: Explanation | undefined;
}

export interface Preemption {
  /** For whom. */
  readonly task: string;
  readonly kind: "priority" | "reclaim";
  readonly victims: readonly string[];
}

/** All tasks of one bucket wait for this reason. */
export interface Refusal {
  readonly queue: string;
  readonly project: string;
  /** The first of them. */
  readonly task: TaskRequest;
  readonly bucket: string;
  readonly reason: WaitReason;
}

export interface QueuePlan {
  readonly placements: readonly Placement[];
  readonly preemptions: readonly Preemption[];
  readonly reservations: readonly Reserved[];
  readonly refusals: readonly Refusal[];
}

/**
 * Who starts where now, who is ended for whom, and for whom places are kept. Queues in the order of what they hold for
 * their weight (dominant resource fairness), within a queue as {@link QueueOrder} says. The first task of each queue
 * that cannot start gets a reservation that later tasks must not delay, and may preempt. Pure: nothing stays deducted;
 * the same input gives the same plan.
 */
export function planQueues(input: QueuePlanInput): QueuePlan {
  return new Planning(input).run();
}

interface OpenQueue {
  readonly queue: QueueRules;
  readonly order: QueueOrder;
  refused: number;
  hasHead: boolean;
  /** Whose turn it is, until it has started or was refused. */
  next: Candidate | undefined;
}

const nextOf = (open: OpenQueue): Candidate | undefined => (open.next ??= open.order.next());

class Planning {
  readonly #input: QueuePlanInput;
  readonly #bounds: QueueBounds;
  readonly #capacity: Amounts;
  readonly #reservations: Reservations;
  readonly #placements: Placement[] = [];
  /** What the plan has started, as running tasks; they count as the last to be over. */
  readonly #started: RunningTask[] = [];
  readonly #preemptions: Preemption[] = [];
  readonly #refusals: Refusal[] = [];
  readonly #ending = new Set<string>();

  constructor(input: QueuePlanInput) {
    this.#input = input;
    this.#bounds = new QueueBounds(input.queues);
    this.#capacity = capacityOf(input.scheduler.state);
    this.#reservations = new Reservations({
      state: input.scheduler.state,
      uses: input.running.uses,
      bounds: this.#bounds,
      nowMs: input.nowMs,
      byEnd: () => [...input.running.byEnd((id) => this.#ending.has(id)), ...this.#started],
      isEnding: (id) => this.#ending.has(id),
    });
  }

  run(): QueuePlan {
    const open = this.#open();
    const limit = this.#input.limit ?? Infinity;
    try {
      while (open.length > 0 && this.#placements.length < limit) {
        const next = this.#hungriest(open);
        const candidate = next.refused < BUCKETS_TRIED ? nextOf(next) : undefined;
        if (candidate) this.#consider(next, candidate);
        else open.splice(open.indexOf(next), 1);
      }
      if (this.#input.reserve === "always") this.#reservations.make();
      return {
        placements: this.#placements,
        preemptions: this.#preemptions,
        reservations: this.#reservations.list(),
        refusals: this.#refusals,
      };
    } finally {
      this.#undo();
    }
  }

  #open(): OpenQueue[] {
    const { waiting, running, nowMs, ageingMs = DEFAULT_AGEING_MS } = this.#input;
    const open: OpenQueue[] = [];
    for (const name of waiting.queues()) {
      const queue = this.#bounds.get(name);
      const shut = queue === undefined ? "no-queue" : queue.stopped ? "queue-stopped" : undefined;
      if (shut !== undefined) this.#refuseAll(name, { kind: shut });
      else {
        const clock = { nowMs, ageingMs };
        const order = new QueueOrder(queue!, waiting, running.uses, this.#capacity, clock);
        open.push({ queue: queue!, order, refused: 0, hasHead: false, next: undefined });
      }
    }
    return open.sort((a, b) => (a.queue.name < b.queue.name ? -1 : 1));
  }

  /**
   * Who stays within its own quota goes before who would borrow: a borrower that went first would take the very places
   * that were just taken back from it, again and again. Among equals the one that holds least for its weight.
   */
  #hungriest(open: readonly OpenQueue[]): OpenQueue {
    if (open.length === 1) return open[0]!;
    const turn = (each: OpenQueue) => [Number(this.#wouldBorrow(each)), this.#share(each)] as const;
    let [best, least] = [open[0]!, turn(open[0]!)];
    for (const other of open.slice(1)) {
      const value = turn(other);
      if (value[0] < least[0] || (value[0] === least[0] && value[1] < least[1]))
        [best, least] = [other, value];
    }
    return best;
  }

  #share = ({ queue }: OpenQueue): number =>
    dominantShare(this.#input.running.uses.ofQueue(queue.name), this.#capacity) / queue.weight;

  #wouldBorrow(at: OpenQueue): boolean {
    const { queue } = at;
    const candidate = queue.borrowing === undefined ? undefined : nextOf(at);
    if (!candidate) return false;
    const asked = amountsAsked(candidate.waiting.task);
    return this.#bounds.breach(queue, this.#input.running.uses, asked, false)?.bound === "quota";
  }

  #consider(at: OpenQueue, candidate: Candidate): void {
    const { queue } = at;
    const { task, project } = candidate.waiting;
    if (queue.projects && queue.projects.length > 0 && !queue.projects.includes(project))
      return this.#refuse(at, candidate, { kind: "project-not-served", project });
    const start = this.#startFor(queue, project, task);
    if ("reason" in start) return this.#blocked(at, candidate, start.reason);
    const against = this.#reservations.firstAgainst(start);
    if (against === undefined) return this.#place(at, candidate, start);
    const beside = this.#startFor(queue, project, task, this.#reservations.nodes());
    if (!("reason" in beside) && this.#reservations.firstAgainst(beside) === undefined)
      return this.#place(at, candidate, beside);
    this.#refuse(at, candidate, { kind: "reserved", before: against });
  }

  /** The start of one task by its queue's policy within its quota, beside the nodes to avoid; or why not. */
  #startFor(
    queue: QueueRules,
    project: string,
    task: TaskRequest,
    avoid?: ReadonlySet<number>,
  ): Placement | { readonly reason: WaitReason } {
    const { scheduler, policyOf, running, nowMs } = this.#input;
    const { uses } = running;
    const breach = this.#bounds.breach(queue, uses, amountsAsked(task), task.preemptible);
    if (breach) return { reason: this.#quotaReason(queue, task, breach) };
    const request = withinModelBounds(task, queue, uses, this.#bounds, scheduler.state);
    if (request.task === undefined) return { reason: { kind: "quota", breach: request.breach! } };
    const narrowed = request.task;
    const proposal = without(scheduler, avoid, () => scheduler.propose(narrowed, policyOf(queue.name)));
    if (proposal.kind === "unplaced") {
      const { breach: bound } = request;
      if (bound && this.#wouldFit(queue, task)) return { reason: { kind: "quota", breach: bound } };
      return { reason: this.#placeReason(queue, task, proposal.explanation) };
    }
    const { shape, members, explanation } = proposal;
    const amounts = amountsHeld(scheduler.state, shape, members);
    const late = this.#bounds.breach(queue, uses, amounts, task.preemptible);
    if (late) return { reason: { kind: "quota", breach: late } };
    const borrowed = this.#bounds.breach(queue, uses, amounts, false) !== undefined;
    const endsAtMs = task.expectedDurationMs === undefined ? undefined : nowMs + task.expectedDurationMs;
    return { queue, project, task, shape, members, amounts, borrowed, endsAtMs, explanation };
  }

  #quotaReason(
    queue: QueueRules,
    task: TaskRequest,
    breach: NonNullable<ReturnType<QueueBounds["breach"]>>,
  ): WaitReason {
    const never = this.#bounds.couldEverHold(queue, amountsAsked(task), task.preemptible);
    return never ? { kind: "larger-than-quota", breach: never } : { kind: "quota", breach };
  }

  /** On a model that its quota closes. */
  #wouldFit = (queue: QueueRules, task: TaskRequest): boolean =>
    this.#input.scheduler.propose(task, this.#input.policyOf(queue.name)).kind === "proposal";

  /** Model bounds of a quota may leave less than the task asks for: whether it could ever start is asked without them. */
  #placeReason(queue: QueueRules, task: TaskRequest, found: Explanation | undefined): WaitReason {
    const { scheduler, policyOf } = this.#input;
    const explanation = found ?? scheduler.why(task, policyOf(queue.name));
    const could = explanation.couldEverStart || scheduler.why(task, policyOf(queue.name)).couldEverStart;
    return { kind: could ? "no-place" : "impossible", explanation };
  }

  #place(at: OpenQueue, candidate: Candidate, placement: Placement): void {
    const { scheduler, running } = this.#input;
    for (const member of placement.members) takeMember(scheduler.state, placement.shape, member);
    running.uses.move(at.queue.name, placement.project, placement.amounts, 1);
    this.#placements.push(placement);
    this.#started.push(started(placement, this.#input.nowMs));
    at.order.started(candidate);
    at.next = undefined;
  }

  /** The first of its queue that could start some day becomes the head: places are kept for it, others may end for it. */
  #blocked(at: OpenQueue, candidate: Candidate, reason: WaitReason): void {
    const possible = reason.kind === "quota" || reason.kind === "no-place";
    if (at.hasHead || !possible) return this.#refuse(at, candidate, reason);
    at.hasHead = true;
    const preemption = this.#preemptFor(at.queue, candidate);
    this.#reservations.reserveFor(at.queue, candidate.waiting.project, candidate.waiting.task);
    this.#refuse(
      at,
      candidate,
      preemption ? { kind: "preempting", victims: preemption.victims.length, by: preemption.kind } : reason,
    );
  }

  #preemptFor(queue: QueueRules, { waiting: { task, project } }: Candidate): Preemption | undefined {
    const { scheduler, running, nowMs } = this.#input;
    if (!this.#mayHaveVictims(queue, task)) return undefined;
    const scratch = acquireScratch(scheduler.state);
    try {
      scratch.imitate(scheduler.state);
      const isEnding = (id: string): boolean => this.#ending.has(id) || running.get(id)?.ending === true;
      const uses = running.uses.copy();
      const planned = [...this.#ending].flatMap((id) => running.get(id) ?? []);
      const leaving = new Set([...running.ending(), ...planned]);
      for (const each of leaving) {
        scratch.give(each);
        uses.move(each.queue, each.project, each.amounts, -1);
      }
      // Those that are on their way out make room already: nobody else needs to go.
      if (leaving.size > 0 && !this.#bounds.breach(queue, uses, amountsAsked(task), task.preemptible)) {
        if (scratch.placesFor(task)) return undefined;
      }
      const input = { task, queue, project, bounds: this.#bounds, running, scratch, uses, nowMs, isEnding };
      const chosen = chooseVictims(input);
      if (!chosen) return undefined;
      const victims = chosen.victims.map(({ id }) => id);
      for (const id of victims) this.#ending.add(id);
      const preemption = { task: task.id, kind: chosen.kind, victims };
      this.#preemptions.push(preemption);
      return preemption;
    } finally {
      releaseScratch(scheduler.state, scratch);
    }
  }

  /** A quick look before the search. */
  #mayHaveVictims(queue: QueueRules, task: TaskRequest): boolean {
    const { running } = this.#input;
    if (running.hasPreemptibleBelow(queue.name, task.priority)) return true;
    const others = this.#bounds.cohortOf(queue).filter(({ name }) => name !== queue.name);
    if (!others.some((other) => this.#bounds.borrowed(other, running.uses).size > 0)) return false;
    const own = this.#bounds.breach(queue, running.uses, amountsAsked(task), false);
    return own === undefined || own.bound === "cohort";
  }

  #refuse(at: OpenQueue, candidate: Candidate, reason: WaitReason): void {
    const { task, project } = candidate.waiting;
    at.refused += 1;
    at.order.refused(candidate);
    at.next = undefined;
    this.#refusals.push({ queue: at.queue.name, project, task, bucket: candidate.bucket.key, reason });
  }

  #refuseAll(queue: string, reason: WaitReason): void {
    for (const { project, buckets } of this.#input.waiting.groups(queue)) {
      for (const { key, tasks } of buckets.values())
        this.#refusals.push({ queue, project, task: tasks[0]!.task, bucket: key, reason });
    }
  }

  #undo(): void {
    const { scheduler, running } = this.#input;
    for (const { members, shape, queue, project, amounts } of this.#placements.toReversed()) {
      for (const member of members) giveMember(scheduler.state, shape, member);
      running.uses.move(queue.name, project, amounts, -1);
    }
    this.#reservations.close();
  }
}

const started = (
  { queue, project, task, shape, members, amounts, endsAtMs }: Placement,
  nowMs: number,
): RunningTask => ({
  id: task.id,
  queue: queue.name,
  project,
  priority: task.priority,
  preemptible: task.preemptible,
  startedAtMs: nowMs,
  ...(endsAtMs === undefined ? {} : { expectedEndMs: endsAtMs }),
  shape,
  members,
  amounts,
});

/** Asks with some nodes closed, and opens them again. */
function without<Answer>(
  scheduler: Scheduler,
  avoid: ReadonlySet<number> | undefined,
  ask: () => Answer,
): Answer {
  const { state } = scheduler;
  const closed = [...(avoid ?? [])].filter((node) => state.schedulable[node] === 1);
  for (const node of closed) state.setSchedulable(node, false);
  const answer = ask();
  for (const node of closed) state.setSchedulable(node, true);
  return answer;
}
