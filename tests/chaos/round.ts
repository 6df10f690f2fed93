/** One round: weather over a stream of tasks, then fair weather until all is settled, then the verdict. */
import { setTimeout as sleep } from "node:timers/promises";
import { attemptsOf, isOver, tasksOf, usageOf } from "../objects.ts";
import { chanceOf } from "./chance.ts";
import { cancelledBySlurm } from "./slurm-log.ts";
import { judge, type ChaosAttempt, type Verdict } from "./verdict.ts";
import { Weather } from "./weather.ts";
import { Workload } from "./workload.ts";
import { openWorld, type World } from "./world.ts";

export interface RoundOptions {
  readonly seed: number;
  readonly forMs: number;
  /** When nothing has moved for so long, what is not settled counts as lost. */
  readonly stallMs: number;
  /** Leaves everything in its place when a promise is broken, to be looked into. */
  readonly keep?: boolean;
}

export interface RoundReport extends Verdict {
  readonly seed: number;
  readonly stormMs: number;
  readonly settledMs: number;
  readonly tasks: number;
  readonly attempts: number;
  /** How often each thing was done, to the processes, the line and the commands. */
  readonly injected: Readonly<Record<string, number>>;
  readonly outcomes: Readonly<Record<string, number>>;
}

export async function playRound(options: RoundOptions): Promise<RoundReport> {
  const chance = chanceOf(options.seed);
  const world = await openWorld(chance.fork("world"));
  let broken = true;
  try {
    const report = await storm(world, options);
    broken = report.broken.length > 0;
    return report;
  } finally {
    if (broken && options.keep === true)
      console.log(`kept: ${world.yunhe.directory} ${world.cluster.folder} ${world.evidence[0].path}`);
    else await world.close();
  }
}

async function storm(world: World, { seed, forMs, stallMs }: RoundOptions): Promise<RoundReport> {
  const chance = chanceOf(seed);
  const weather = new Weather(world, chance.fork("weather"));
  const workload = new Workload(world, chance.fork("workload"));
  const beganMs = performance.now();
  await Promise.all([weather.rage(forMs), workload.stream(forMs)]);
  const stormMs = performance.now() - beganMs;
  const unsettled = await settled(world, stallMs);
  const settledMs = performance.now() - beganMs - stormMs;
  const { client } = world.yunhe;
  const attempts = (await attemptsOf(client).list({ namespace: "default" })).items as ChaosAttempt[];
  const tasks = (await tasksOf(client).list({ namespace: "default" })).items;
  const verdict = judge({
    sent: workload.sent,
    tasks: new Map(tasks.map((task) => [task.metadata.name, task])),
    attempts,
    usage: (await usageOf(client).list({ namespace: "default" })).items,
    runs: new Map(world.evidence.flatMap((folder) => [...folder.runs()])),
    struck: weather.struck,
    cancelledBySlurm: cancelledBySlurm(world.cluster.folder),
  });
  const verified = await world.yunhe.run(["verify", "--data", world.yunhe.directory]);
  return {
    seed,
    stormMs,
    settledMs,
    tasks: tasks.length,
    attempts: attempts.length,
    injected: { ...weather.counts(), ...world.commands.injected() },
    outcomes: countsOf(attempts.map(({ status }) => status?.outcome?.type ?? "none")),
    broken: [...verdict.broken, ...unsettled, ...(verified.code === 0 ? [] : [`verify: ${verified.out}`])],
    explained: verdict.explained,
  };
}

/** Waits until every task is over and nothing is left on the cluster; what is left in the end is told. */
async function settled(world: World, stallMs: number): Promise<string[]> {
  const beganMs = performance.now();
  let [before, movedAtMs] = ["", beganMs];
  for (;;) {
    const tasks = (await tasksOf(world.yunhe.client).list({ namespace: "default" })).items;
    const open = tasks.filter((task) => !isOver(task));
    const jobs = (await world.cluster.run("squeue", "-h", "-o", "%i %j %T %r")).trim();
    const running = open.length > 0 || jobs !== "" ? [] : await alive(world);
    if (open.length === 0 && jobs === "" && running.length === 0) return [];
    const now = `${jobs} ${open.map(({ metadata }) => metadata.name).join()}`;
    if (now !== before) [before, movedAtMs] = [now, performance.now()];
    // What goes round and round moves too.
    if (performance.now() - movedAtMs > stallMs || performance.now() - beganMs > 4 * stallMs)
      return [
        ...(jobs === "" ? [] : [`E1: left in the queue: ${jobs.replaceAll("\n", "; ")}`]),
        ...running.map((attempt) => `E1: ${attempt} still runs`),
      ];
    await sleep(500);
  }
}

/** Programs that still give signs of life, two beats long. */
async function alive(world: World): Promise<string[]> {
  const before = Date.now();
  await sleep(1200);
  return world.evidence.flatMap((folder) =>
    [...folder.runs().values()].filter((run) => run.aliveUntilMs > before).map((run) => run.attempt),
  );
}

function countsOf(words: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const word of words) counts[word] = (counts[word] ?? 0) + 1;
  return counts;
}

export const describeRound = (report: RoundReport): string =>
  [
    `seed ${report.seed}: ${(report.stormMs / 1000).toFixed(0)} s of weather, settled after ${(report.settledMs / 1000).toFixed(0)} s; ${report.tasks} tasks, ${report.attempts} attempts`,
    `  injected: ${listOf(report.injected)}`,
    `  outcomes: ${listOf(report.outcomes)}; explained: ${report.explained.length}`,
    report.broken.length === 0
      ? "  held: T1 T2 T3 T5 M2 M3 E1 E2"
      : `  BROKEN:\n${report.broken.map((line) => `    ${line}`).join("\n")}`,
  ].join("\n");

export const listOf = (counts: Readonly<Record<string, number>>): string =>
  Object.entries(counts)
    .sort(([a], [b]) => a.localeCompare(b))
    .map(([what, count]) => `${what} ${count}`)
    .join(", ");
