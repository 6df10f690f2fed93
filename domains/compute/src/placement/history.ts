import type { FleetFileInput, TaskRequest } from "@yunhe/scheduler";
import type { Node } from "../kinds/node.ts";
import type { Pool } from "../kinds/pool.ts";
import type { Queue } from "../kinds/queue.ts";
import type { Task } from "../kinds/task.ts";
import { bytesOf, cpuMilliOf } from "../quantity.ts";
import { isKnownModel } from "./books.ts";
import { fleetOf } from "./fleet.ts";
import { gangOf, requestOf } from "./request.ts";

/** A task of the past as a line of a trace. */
export interface PastTask extends TaskRequest {
  readonly project: string;
  readonly durationMs: number;
}

/** What `simulate` replays: a fleet file with its queues, and tasks with how long each ran. */
export interface HistoryTrace {
  readonly fleet: FleetFileInput;
  readonly tasks: readonly PastTask[];
}

/**
 * The fleet and the queues as they are, and each task that ran and ended with the time from its first start to its end;
 * members of a gang as one task. Queues name no policy: that is what a replay compares. Pure.
 */
export function historyTrace(
  pools: readonly Pool[],
  nodes: readonly Node[],
  queues: readonly Queue[],
  all: readonly Task[],
): HistoryTrace {
  const fleet = fleetOf(pools, nodes);
  const tasks = pastTasks(all);
  const known = new Set(queues.map(({ metadata }) => metadata.name));
  const gone = [...new Set(tasks.map(({ queue }) => queue))].filter((name) => !known.has(name));
  return {
    fleet: {
      pools: fleet.pools,
      // A node that is down now may have run them: the question is what another policy would have done with all of it.
      nodes: fleet.nodes.map((node) => ({ ...node, state: "schedulable" as const })),
      queues: [...queues.map(queueEntry), ...gone.sort().map((name) => ({ name }))],
      models: [...reportedModels(nodes), ...modelsAsked(tasks, nodes)],
    },
    tasks,
  };
}

function pastTasks(all: readonly Task[]): PastTask[] {
  const ran = all.filter(
    ({ spec, status }) =>
      spec.array === undefined && status?.startedAt !== undefined && status.endedAt !== undefined,
  );
  const units = Map.groupBy(ran, (task) => gangOf(task) ?? requestOf(task).id);
  return [...units].map(([id, members]) => {
    const [first] = members as [Task];
    const gang = { size: members.length, topology: first.spec.gang?.topology ?? "any" };
    const durationMs = Math.max(
      ...members.map(({ status }) =>
        Math.max(0, Date.parse(status!.endedAt!) - Date.parse(status!.startedAt!)),
      ),
    );
    return {
      ...requestOf(first),
      id: id as TaskRequest["id"],
      ...(members.length === 1 ? {} : { gang }),
      project: first.metadata.namespace ?? "",
      durationMs,
    };
  });
}

function queueEntry({ metadata, spec }: Queue): NonNullable<FleetFileInput["queues"]>[number] {
  const amounts = ({ tasks, cpus, memory, devices }: Queue["spec"]["quota"]) => ({
    ...(tasks === undefined ? {} : { tasks }),
    ...(cpus === undefined ? {} : { cpuMilli: cpuMilliOf(cpus) }),
    ...(memory === undefined ? {} : { memoryBytes: bytesOf(memory) }),
    devices,
  });
  return {
    name: metadata.name,
    weight: spec.weight,
    quota: amounts(spec.quota),
    projects: spec.projects,
    stopped: spec.stopped,
    ...(spec.cohort === "" ? {} : { cohort: spec.cohort }),
    ...(spec.borrowing === undefined || spec.cohort === "" ? {} : { borrowing: amounts(spec.borrowing) }),
  };
}

/** Models of the nodes as they report them, for what the catalogue does not know. */
function reportedModels(nodes: readonly Node[]): NonNullable<FleetFileInput["models"]> {
  const models = new Map<string, NonNullable<FleetFileInput["models"]>[number]>();
  for (const { model, vendor, memoryBytes } of nodes.flatMap(({ status }) => status?.devices ?? [])) {
    if (isKnownModel(model)) continue;
    models.set(model, { name: model, vendor, memoryBytes, source: "as its node reports it" });
  }
  return [...models.values()];
}

/** Models that tasks asked for when nodes that are gone by now had them. */
function modelsAsked(
  tasks: readonly PastTask[],
  nodes: readonly Node[],
): NonNullable<FleetFileInput["models"]> {
  const there = new Set(nodes.flatMap(({ status }) => status?.devices.map(({ model }) => model) ?? []));
  const asked = new Set(tasks.flatMap(({ devices }) => devices?.models ?? []));
  return [...asked]
    .filter((model) => !isKnownModel(model) && !there.has(model))
    .sort()
    .map((name) => ({ name, vendor: "unknown", source: "as a task asked for it" }));
}
