import { createCatalogue } from "../catalogue/catalogue.ts";
import type { DeviceModel } from "../catalogue/device-model.ts";
import { type TaskMix, typicalMix } from "../model/mix.ts";
import { policies as namedPolicies, random } from "../policies/policies.ts";
import type { Policy } from "../policies/policy.ts";
import { type Arrivals, generateArrivals, parseOrders } from "./arrivals.ts";
import { type ArrivalPoint, fillFleet } from "./fgd-protocol.ts";
import { changed, type FleetChange } from "./changes.ts";
import { type FleetFile, parseFleetFile } from "./fleet-file.ts";
import { parseOpenbNodes, parseOpenbTasks } from "./openb.ts";
import { openQueue, replayQueueOf } from "./queue-file.ts";
import { replayTimeline } from "./timeline.ts";
import type { TimelineResult } from "./timeline-result.ts";
import { parseTrace, type TracedTask } from "./trace.ts";
import { type SourceText, TraceError } from "./trace-error.ts";

interface SimulationOptions {
  /** Names of policies, or policies themselves. */
  readonly policies: readonly (string | Policy)[];
  /** Device models beyond the built-in catalogue. */
  readonly models?: readonly DeviceModel[];
  /** Told now and then how much of it is done, 0…1; throwing from it ends the simulation. */
  readonly onProgress?: (part: number) => void;
}

/** Alibaba's openb CSVs under the protocol of the FGD experiments: tasks arrive, none leaves. */
export interface OpenbSimulation extends SimulationOptions {
  readonly format: "openb";
  readonly nodesCsv: SourceText;
  readonly tasksCsv: SourceText;
  /** Exact arrival and tie-break orders, one JSON object per line; without it both are generated from the seed. */
  readonly orderJsonl?: SourceText;
  /** Default: all seeds of the order file, or 42. */
  readonly seeds?: readonly number[];
}

/** Tasks that arrive, wait in queues, run and leave, on any fleet. */
export interface TraceSimulation extends SimulationOptions {
  readonly format: "trace";
  /** JSON (`fleetFileSchema`), or a node list of openb in CSV. */
  readonly fleetJson: SourceText;
  /** What if: each policy is then run on the fleet as given and on the changed one. */
  readonly changes?: readonly FleetChange[];
  /** CSV or JSON Lines. */
  readonly tasks: SourceText;
  /** Samples over time in the result; default 200. */
  readonly samples?: number;
}

export type Simulation = OpenbSimulation | TraceSimulation;

export interface OpenbRun {
  readonly policy: string;
  readonly seed: number;
  readonly order: Arrivals["source"];
  readonly arrivals: number;
  readonly placed: number;
  readonly dropped: number;
  /** Allocated device share in percent of the fleet's; null when so much never arrived. */
  readonly allocatedPercentAt100: number | null;
  readonly allocatedPercentAt130: number | null;
  readonly points: readonly ArrivalPoint[];
}

/** One policy on one fleet. */
export interface TraceRun extends TimelineResult {
  readonly policy: string;
  readonly fleet: "given" | "changed";
}

export type SimulationResult =
  | {
      readonly format: "openb";
      readonly nodes: number;
      readonly devices: number;
      readonly runs: readonly OpenbRun[];
    }
  | {
      readonly format: "trace";
      readonly nodes: number;
      readonly devices: number;
      /** The fleet with the changes, where there are any. */
      readonly changed?: { readonly nodes: number; readonly devices: number };
      readonly runs: readonly TraceRun[];
    };

/**
 * Replays a trace under each policy. Everything is read and checked first: a `TraceError` names file, line and column,
 * and then nothing has run. The same input gives the same result.
 */
export function simulate(input: Simulation): SimulationResult {
  return input.format === "openb" ? simulateOpenb(input) : simulateTrace(input);
}

function simulateOpenb(input: OpenbSimulation): SimulationResult {
  const catalogue = createCatalogue(input.models);
  const fleet = parseOpenbNodes(input.nodesCsv, catalogue);
  const tasks = parseOpenbTasks(input.tasksCsv, catalogue);
  const devices = fleet.nodes.reduce((sum, node) => sum + (node.devices[0]?.count ?? 0), 0);
  const mix = typicalMix(tasks);
  const given = input.orderJsonl && parseOrders(input.orderJsonl, tasks.length, fleet.nodes.length);
  const seeds = input.seeds ?? given?.map(({ seed }) => seed) ?? [42];
  const orders = seeds.map((seed) =>
    given
      ? orderOf(input.orderJsonl?.file ?? "", given, seed)
      : generateArrivals(seed, tasks, fleet.nodes.length, devices * 1000),
  );
  const chosen = input.policies.map((policy) => (seed: number) => policyFor(policy, seed));
  for (const choose of chosen) choose(0);
  const runs = chosen.flatMap((choose, p) =>
    orders.map((arrivals, o) => {
      input.onProgress?.((p * orders.length + o) / (chosen.length * orders.length));
      const policy = choose(arrivals.seed);
      const result = fillFleet({ fleet, catalogue, mix, tasks, arrivals, policy });
      return {
        policy: policy.name,
        seed: arrivals.seed,
        order: arrivals.source,
        ...result,
        allocatedPercentAt100: allocatedAt(result.points, 100),
        allocatedPercentAt130: allocatedAt(result.points, 130),
      };
    }),
  );
  return { format: "openb", nodes: fleet.nodes.length, devices, runs };
}

function simulateTrace(input: TraceSimulation): SimulationResult {
  const given = parseFleetFile(input.fleetJson, input.models);
  const names = given.queues && new Set(given.queues.map(({ name }) => name));
  const tasks = parseTrace(input.tasks, given.catalogue, names);
  const mix = typicalMix(tasks.map(({ task }) => task));
  const chosen = input.policies.map((policy) => policyFor(policy, 0));
  const files = [{ fleet: "given" as const, file: given }];
  const after = input.changes?.length ? changed(given, input.changes, input.fleetJson.file) : undefined;
  const all = after ? [...files, { fleet: "changed" as const, file: after }] : files;
  const work = all.flatMap((each) => chosen.map((policy) => ({ ...each, policy })));
  const runs = work.map(({ fleet, file, policy }, at) => {
    const onProgress = (part: number): void => input.onProgress?.((at + part) / work.length);
    const result = replayOn(file, tasks, mix, { policy, samples: input.samples ?? 200, onProgress });
    return { policy: policy.name, fleet, ...result };
  });
  return { format: "trace", ...sizeOf(given), ...(after && { changed: sizeOf(after) }), runs };
}

function replayOn(
  file: FleetFile,
  tasks: readonly TracedTask[],
  mix: TaskMix,
  options: {
    readonly policy: Policy;
    readonly samples: number;
    readonly onProgress: (part: number) => void;
  },
): TimelineResult {
  const { fleet, catalogue, ageingMs, preemptionGraceMs } = file;
  const named = [...new Set(tasks.map(({ task }) => task.queue))].map(openQueue);
  const queues = (file.queues ?? named).map((queue) => replayQueueOf(queue, catalogue));
  return replayTimeline({ fleet, catalogue, mix, queues, tasks, ageingMs, preemptionGraceMs, ...options });
}

const sizeOf = ({ fleet }: FleetFile) => ({
  nodes: fleet.nodes.length,
  devices: fleet.nodes.flatMap((node) => node.devices).reduce((sum, { count }) => sum + count, 0),
});

function orderOf(file: string, orders: readonly Arrivals[], seed: number): Arrivals {
  const found = orders.find((order) => order.seed === seed);
  if (found) return found;
  const there = orders.map((order) => order.seed).join(", ");
  throw new TraceError(
    { file, column: "seed" },
    {
      en: `no order for seed ${seed}; the file has ${there}`,
      zh: `没有种子 ${seed} 的顺序；文件中有 ${there}`,
    },
  );
}

function policyFor(policy: string | Policy, seed: number): Policy {
  if (typeof policy !== "string") return policy;
  if (policy === "random") return random(seed);
  const named = namedPolicies.get(policy);
  if (named) return named;
  const known = [...namedPolicies.keys()].join(", ");
  throw new RangeError(
    `no policy is named "${policy}"; there are ${known} / 没有名为“${policy}”的策略；可用：${known}`,
  );
}

const allocatedAt = (points: readonly ArrivalPoint[], percent: number): number | null =>
  points.find(({ arrivedPercent }) => arrivedPercent === percent)?.allocatedPercent ?? null;
