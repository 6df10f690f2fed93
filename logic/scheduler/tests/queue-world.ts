import {
  amountsHeld,
  createFleetState,
  deviceResource,
  type Fleet,
  fgd,
  planQueues,
  QueueBounds,
  type QueuePlan,
  type QueuePlanInput,
  type QueueRules,
  RunningTasks,
  Scheduler,
  type TaskRequest,
  WaitingTasks,
} from "../src/index.ts";
import { giveMember, takeMember } from "../src/engine/member.ts";

/** A queue from its short form: `{ tasks: 4, A10: 2000 }` bounds tasks and thousandths of a model. */
export function queueOf(
  name: string,
  quota: Readonly<Record<string, number>> = {},
  rest: Omit<Partial<QueueRules>, "name" | "quota" | "borrowing"> & {
    readonly borrowing?: Readonly<Record<string, number>>;
  } = {},
): QueueRules {
  const { borrowing, ...more } = rest;
  const amounts = (given: Readonly<Record<string, number>>): Map<string, number> =>
    new Map(Object.entries(given).map(([key, value]) => [plain.has(key) ? key : deviceResource(key), value]));
  return {
    name,
    weight: 1,
    quota: amounts(quota),
    ...(borrowing ? { borrowing: amounts(borrowing) } : {}),
    ...more,
  };
}
const plain = new Set(["tasks", "cpuMilli", "memoryBytes"]);

/** A fleet with queues in which time passes as the test says: plans are carried out at once, ends when told. */
export class World {
  readonly scheduler: Scheduler;
  readonly running = new RunningTasks();
  readonly waiting = new WaitingTasks();
  readonly bounds: QueueBounds;
  readonly started = new Map<string, number>();
  readonly #queues: readonly QueueRules[];
  readonly #requests = new Map<string, { readonly task: TaskRequest; readonly project: string }>();
  readonly #options: Partial<QueuePlanInput>;
  nowMs = 0;

  constructor(fleet: Fleet, queues: readonly QueueRules[], options: Partial<QueuePlanInput> = {}) {
    this.scheduler = new Scheduler(createFleetState(fleet));
    this.#queues = queues;
    this.bounds = new QueueBounds(queues);
    this.#options = options;
  }

  submit(task: TaskRequest, project = "p"): void {
    this.#requests.set(task.id, { task, project });
    this.waiting.add({ task, project });
  }

  input(): QueuePlanInput {
    return {
      scheduler: this.scheduler,
      queues: this.#queues,
      running: this.running,
      waiting: this.waiting,
      nowMs: this.nowMs,
      policyOf: () => fgd,
      ...this.#options,
    };
  }

  plan(): QueuePlan {
    return planQueues(this.input());
  }

  /** Plans, starts what is to start and tells victims to end. */
  step(): QueuePlan {
    const plan = this.plan();
    for (const { task, shape, members, project, endsAtMs } of plan.placements) {
      for (const member of members) takeMember(this.scheduler.state, shape, member);
      this.waiting.started(this.waiting.get(task.id)!, this.nowMs);
      this.waiting.remove(task.id);
      this.started.set(task.id, this.nowMs);
      this.running.add({
        id: task.id,
        queue: task.queue,
        project,
        priority: task.priority,
        preemptible: task.preemptible,
        startedAtMs: this.nowMs,
        expectedEndMs: endsAtMs,
        shape,
        members,
        amounts: amountsHeld(this.scheduler.state, shape, members),
      });
    }
    for (const { victims } of plan.preemptions) {
      for (const id of victims) this.running.add({ ...this.running.get(id)!, ending: true });
    }
    return plan;
  }

  /** The task is over, or, if it was told to end, waits again. */
  end(id: string): void {
    const task = this.running.get(id)!;
    for (const member of task.members) giveMember(this.scheduler.state, task.shape, member);
    this.running.remove(id);
    if (task.ending) this.waiting.add(this.#requests.get(id)!);
  }

  names(): string[] {
    return [...this.running.all()].map(({ id }) => id).sort();
  }
}
