import { availableParallelism } from "node:os";
import {
  amountsHeld,
  createFleetState,
  deviceResource,
  fleetSchema,
  planQueues,
  policies,
  type QueueRules,
  RunningTasks,
  Scheduler,
  taskRequestSchema,
  WaitingTasks,
} from "@yunhe/scheduler";

/**
 * What one plan over the queues costs: a plan may take 1 ms per placement, and its cost must not grow with the number
 * of tasks that wait. Run with `node bench/scheduler-queue.ts`.
 */

const GIB = 2 ** 30;
const promiseMs = 1;

interface Case {
  readonly name: string;
  readonly nodes: number;
  readonly waiting: number;
  readonly shapes: number;
  readonly queues: number;
  /** Attempts at once, of all queues together. */
  readonly slots: number;
  /** Whether ends are known, so that back-fill has something to work out. */
  readonly durations: boolean;
}

const cases: readonly Case[] = [
  {
    name: "2,000 equal tasks, 16 slots",
    nodes: 1,
    waiting: 2000,
    shapes: 1,
    queues: 1,
    slots: 16,
    durations: false,
  },
  {
    name: "10,000 equal tasks, 16 slots",
    nodes: 1,
    waiting: 10_000,
    shapes: 1,
    queues: 1,
    slots: 16,
    durations: false,
  },
  {
    name: "10,000 tasks, 90 shapes, 8 queues",
    nodes: 200,
    waiting: 10_000,
    shapes: 90,
    queues: 8,
    slots: 800,
    durations: true,
  },
  {
    name: "10,000 tasks, 90 shapes, 1,213 nodes",
    nodes: 1213,
    waiting: 10_000,
    shapes: 90,
    queues: 4,
    slots: 4000,
    durations: true,
  },
  {
    name: "100,000 tasks, 90 shapes, 1,213 nodes",
    nodes: 1213,
    waiting: 100_000,
    shapes: 90,
    queues: 4,
    slots: 4000,
    durations: true,
  },
];

/** Park and Miller's generator. */
function numbers(seed: number): () => number {
  let state = seed;
  return () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
}

function measure({ name, nodes, waiting: count, shapes, queues, slots, durations }: Case): void {
  const next = numbers(11);
  const fleet = fleetSchema.parse({
    pools: [{ id: "p" }],
    nodes: Array.from({ length: nodes }, (_, n) => ({
      id: `n${n}`,
      pool: "p",
      cpuMilli: 96_000,
      memoryBytes: 512 * GIB,
      devices: [{ model: ["A10", "T4"][n % 2]!, count: 8 }],
    })),
  });
  const rules: QueueRules[] = Array.from({ length: queues }, (_, q) => ({
    name: `q${q}`,
    weight: q + 1,
    quota: new Map([
      ["tasks", slots / queues],
      [deviceResource("A10"), 10_000_000],
    ]),
    cohort: "all",
    borrowing: new Map(),
  }));
  const scheduler = new Scheduler(createFleetState(fleet), { explain: "failures" });
  const waiting = new WaitingTasks();
  const running = new RunningTasks();
  for (let i = 0; i < count; i += 1) {
    const shape = i % shapes;
    const task = taskRequestSchema.parse({
      id: `t${i}`,
      queue: `q${i % queues}`,
      submittedAtMs: i,
      preemptible: true,
      cpuMilli: shapes === 1 ? 10 : 1000 * (1 + (shape % 12)),
      memoryBytes: shapes === 1 ? 16 * 2 ** 20 : GIB * (1 + (shape % 7)),
      ...(shape % 3 === 2 ? { devices: { count: 1 + (shape % 4), shareMilli: 1000 } } : {}),
      ...(durations ? { expectedDurationMs: 60_000 + 1000 * shape } : {}),
    });
    waiting.add({ task, project: `p${i % 3}` });
  }
  let [placed, plans, nowMs] = [0, 0, count];
  const plan = (): void => {
    const { placements, preemptions } = planQueues({
      scheduler,
      queues: rules,
      running,
      waiting,
      nowMs,
      policyOf: () => policies.get("yunhe")!,
    });
    plans += 1;
    for (const { victims } of preemptions) {
      for (const id of victims) running.add({ ...running.get(id)!, ending: true });
    }
    for (const placement of placements) {
      const { task, shape, members, project, endsAtMs } = placement;
      scheduler.state.take(
        shape,
        members[0]!.node,
        members[0]!.devices.map(({ device }) => device),
      );
      waiting.remove(task.id);
      const { id, queue, priority, preemptible } = task;
      const amounts = amountsHeld(scheduler.state, shape, members);
      running.add({
        id,
        queue,
        project,
        priority,
        preemptible,
        startedAtMs: nowMs,
        expectedEndMs: endsAtMs,
        shape,
        members,
        amounts,
      });
      placed += 1;
    }
  };
  plan();
  [placed, plans] = [0, 0];
  const latencies: number[] = [];
  let cpuMs = 0;
  const start = performance.now();
  while (performance.now() - start < 1500 && waiting.size > 0) {
    const all = [...running.all()];
    const over = new Set(running.ending());
    for (let i = 0; i < Math.min(4, all.length); i += 1) over.add(all[Math.floor(next() * all.length)]!);
    for (const task of over) {
      running.remove(task.id);
      for (const { node, devices } of task.members)
        scheduler.state.give(
          task.shape,
          node,
          devices.map(({ device }) => device),
        );
    }
    nowMs += 10;
    const from = performance.now();
    const cpu = process.threadCpuUsage();
    plan();
    const { user, system } = process.threadCpuUsage(cpu);
    cpuMs += (user + system) / 1000;
    latencies.push(performance.now() - from);
  }
  latencies.sort((a, b) => a - b);
  // By the processor time that this thread got: the clock also counts what others use the cores for.
  const each = cpuMs / Math.max(1, placed);
  console.log(
    `${name.padEnd(40)} ${plans} plans, ${placed} placed, ${each.toFixed(3)} CPU ms per placement (${(promiseMs / each).toFixed(1)}× below 1 ms)` +
      `  p50 ${latencies[Math.floor(latencies.length / 2)]!.toFixed(2)}  p99 ${latencies[Math.floor(latencies.length * 0.99)]!.toFixed(2)} ms a plan`,
  );
}

console.log(
  `plans over queues, one of ${availableParallelism()} cores, about four tasks end between two plans`,
);
for (const each of cases) measure(each);
