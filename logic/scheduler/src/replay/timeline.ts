import type { Catalogue } from "../catalogue/catalogue.ts";
import type { Allocation } from "../engine/decision.ts";
import { Scheduler } from "../engine/scheduler.ts";
import { createFleetState } from "../engine/state.ts";
import type { Fleet } from "../model/fleet.ts";
import type { TaskMix } from "../model/mix.ts";
import type { Policy } from "../policies/policy.ts";
import type { TracedTask } from "./trace.ts";
import { TimelineMeasures, type TimelineResult } from "./timeline-measures.ts";

export interface TimelineInput {
  readonly fleet: Fleet;
  readonly catalogue: Catalogue;
  readonly mix: TaskMix;
  readonly tasks: readonly TracedTask[];
  readonly policy: Policy;
  /** How many samples over time the result has. */
  readonly samples: number;
}

interface Running {
  readonly endsAtMs: number;
  readonly allocation: Allocation;
}

/**
 * Replays tasks that arrive, wait, run for their duration and leave. Waiting tasks are tried at every arrival and end
 * in the order of priority, then arrival; one that does not fit lets later ones pass (no reservations). A task that
 * could not run on the empty fleet is refused when it arrives.
 */
export function replayTimeline(input: TimelineInput): TimelineResult {
  const state = createFleetState(input.fleet, { catalogue: input.catalogue, mix: input.mix });
  const scheduler = new Scheduler(state, { explain: "never" });
  const arrivals = input.tasks.toSorted((a, b) => a.task.submittedAtMs - b.task.submittedAtMs);
  const measures = new TimelineMeasures(state, arrivals, input.samples);
  const running = new EndQueue();
  let waiting: TracedTask[] = [];
  let next = 0;
  while (next < arrivals.length || running.size > 0) {
    const nowMs = Math.min(arrivals[next]?.task.submittedAtMs ?? Infinity, running.nextEndMs());
    measures.advance(nowMs, waiting.length);
    for (const { allocation } of running.takeUntil(nowMs)) {
      scheduler.release(allocation.id);
      measures.ended(allocation);
    }
    for (; arrivals[next]?.task.submittedAtMs === nowMs; next += 1) {
      const arrived = arrivals[next]!;
      if (scheduler.why(arrived.task, input.policy).couldEverStart) insertByPriority(waiting, arrived);
      else measures.refused(arrived);
    }
    waiting = stillWaiting(waiting, (traced) => start(traced, nowMs));
  }
  return measures.result();

  function start(traced: TracedTask, nowMs: number): boolean {
    const decision = scheduler.place(traced.task, input.policy);
    if (decision.kind === "unplaced") return false;
    measures.started(traced, decision, nowMs);
    running.add({ endsAtMs: nowMs + traced.durationMs, allocation: decision });
    return true;
  }
}

/**
 * Tries each once, in order. While tasks only start, what did not fit will not fit again, so of tasks with equal
 * requests one refusal is enough; members of affinity groups are always tried, since others of the group may help.
 */
function stillWaiting(waiting: readonly TracedTask[], start: (traced: TracedTask) => boolean): TracedTask[] {
  const refused = new Set<string>();
  return waiting.filter((traced) => {
    const request = requestOf(traced);
    if (refused.has(request)) return true;
    if (start(traced)) return false;
    if (!traced.task.affinity) refused.add(request);
    return true;
  });
}

const requests = new WeakMap<TracedTask, string>();

/** Equal for tasks that fit in the same places. */
function requestOf(traced: TracedTask): string {
  const known = requests.get(traced);
  if (known !== undefined) return known;
  const { cpuMilli, memoryBytes, devices, gang, constraints, capacity } = traced.task;
  const request = JSON.stringify([cpuMilli, memoryBytes, devices, gang, constraints, capacity]);
  requests.set(traced, request);
  return request;
}

/** Keeps the order of arrival among equals. */
function insertByPriority(waiting: TracedTask[], traced: TracedTask): void {
  let at = waiting.length;
  while (at > 0 && waiting[at - 1]!.task.priority < traced.task.priority) at -= 1;
  waiting.splice(at, 0, traced);
}

/** A binary heap by end time. */
class EndQueue {
  readonly #heap: Running[] = [];

  get size(): number {
    return this.#heap.length;
  }

  nextEndMs(): number {
    return this.#heap[0]?.endsAtMs ?? Infinity;
  }

  add(running: Running): void {
    const heap = this.#heap;
    let i = heap.push(running) - 1;
    while (i > 0) {
      const parent = (i - 1) >> 1;
      if (heap[parent]!.endsAtMs <= running.endsAtMs) break;
      heap[i] = heap[parent]!;
      i = parent;
    }
    heap[i] = running;
  }

  takeUntil(nowMs: number): Running[] {
    const taken: Running[] = [];
    while (this.nextEndMs() <= nowMs) taken.push(this.#takeFirst());
    return taken;
  }

  #takeFirst(): Running {
    const heap = this.#heap;
    const first = heap[0]!;
    const last = heap.pop()!;
    if (heap.length === 0) return first;
    let i = 0;
    for (let child = 1; child < heap.length; child = 2 * i + 1) {
      if (child + 1 < heap.length && heap[child + 1]!.endsAtMs < heap[child]!.endsAtMs) child += 1;
      if (heap[child]!.endsAtMs >= last.endsAtMs) break;
      heap[i] = heap[child]!;
      i = child;
    }
    heap[i] = last;
    return first;
  }
}
