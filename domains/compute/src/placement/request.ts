import { type Affinity, type TaskRequest, taskId } from "@yunhe/scheduler";
import { arrayIndex, arrayLabel } from "../attempts/job.ts";
import type { Task, TaskSpec } from "../kinds/task.ts";
import { bytesOf, cpuMilliOf, durationMsOf } from "../quantity.ts";
import { checkpointName } from "../volumes/checkpoint.ts";
import { dataName, nanos } from "./fleet.ts";

/** How the scheduler and people name a task: `project/name`. */
export const nameOf = (task: Pick<Task, "metadata">): string =>
  `${task.metadata.namespace ?? ""}/${task.metadata.name}`;

/** The gang a member of an array belongs to, as `project/array`; undefined for any other task. */
export const gangOf = (task: Task): string | undefined =>
  task.spec.gang === undefined ? undefined : arrayOf(task);

/** The array that a task is a member of, as `project/array`. */
export function arrayOf({ metadata }: Task): string | undefined {
  const array = metadata.labels?.[arrayLabel];
  return array === undefined ? undefined : `${metadata.namespace ?? ""}/${array}`;
}

/** What the scheduler is asked for one task, or for one member of a gang; pure. `pools`: only these, of all there are. */
export function requestOf(task: Task, pools?: readonly string[]): TaskRequest {
  const { spec } = task;
  const expectedMs = expectedMsOf(spec);
  const preferences = preferencesOf(task);
  const affinity = spreadOf(task);
  const devices = devicesOf(spec);
  return {
    id: taskId(nameOf(task)),
    queue: spec.queue,
    priority: spec.priority,
    submittedAtMs: Date.parse(task.metadata.creationTimestamp),
    preemptible: spec.preemptible,
    capacity: spec.placement.capacity,
    cpuMilli: cpuMilliOf(spec.resources.cpus),
    memoryBytes: bytesOf(spec.resources.memory),
    ...(expectedMs === undefined ? {} : { expectedDurationMs: expectedMs }),
    ...(devices === undefined ? {} : { devices }),
    ...(preferences === undefined ? {} : { preferences }),
    ...(affinity === undefined ? {} : { affinity }),
    constraints: constraintsOf(spec, pools),
  };
}

/** The expected duration, else the longest one that is allowed. */
export function expectedMsOf({ expectedDuration, timeout }: TaskSpec): number | undefined {
  const span = expectedDuration ?? timeout;
  return span === undefined ? undefined : durationMsOf(span);
}

/** Orders tasks of the same second: members of an array by their index. */
export const sequenceOf = (task: Task): number => arrayIndex(task) ?? 0;

/** Members of an array that are kept apart know each other by its name. */
export const spreadAffinity = (array: string, over: Affinity["over"]): Affinity => ({
  group: array,
  kind: "apart",
  over,
  required: false,
  weight: 1,
});

function spreadOf(task: Task): Affinity | undefined {
  const array = arrayOf(task);
  const over = task.spec.placement.prefer.spread;
  return over === undefined || array === undefined ? undefined : spreadAffinity(array, over);
}

function devicesOf({ resources: { accelerators } }: TaskSpec): TaskRequest["devices"] {
  if (!accelerators) return undefined;
  const { count, models, memory, shareMilli } = accelerators;
  const memoryOnly = shareMilli === 1000 && memory !== undefined && count === 1;
  return {
    count,
    ...(models.length === 0 ? {} : { models: [...models] }),
    ...(memoryOnly ? {} : { shareMilli }),
    ...(memory === undefined ? {} : { memoryBytes: bytesOf(memory) }),
  };
}

function constraintsOf(spec: TaskSpec, pools: readonly string[] | undefined): TaskRequest["constraints"] {
  const { placement } = spec;
  const named = placement.pools.length === 0 ? undefined : placement.pools;
  const allowed = pools === undefined ? named : pools.filter((pool) => named?.includes(pool) ?? true);
  const list = (name: string, values: readonly string[] | undefined): Record<string, string[]> =>
    values === undefined || (values.length === 0 && name !== "pools") ? {} : { [name]: [...values] };
  const isolation = spec.image === undefined ? spec.isolation : "container";
  return {
    ...list("pools", allowed),
    ...list("providers", placement.providers),
    ...list("regions", placement.regions),
    ...list("jurisdictions", placement.jurisdictions),
    ...(isolation === undefined ? {} : { isolation }),
    ...(placement.maxPricePerHour === undefined
      ? {}
      : {
          priceCeiling: { currency: placement.currency, nanoPerHour: nanos(placement.maxPricePerHour) },
        }),
    ...(placement.maxLatencyMs === undefined
      ? {}
      : { maxLatency: { point: placement.maxLatencyMs.to, latencyMs: placement.maxLatencyMs.ms } }),
  };
}

const [minute, hour] = [60_000, 3_600_000];

/** Its volumes, and its checkpoint once there is one. */
const dataOf = (task: Task): string[] => [
  ...task.spec.volumes.map(({ name }) => name),
  ...(task.spec.checkpoint && (task.status?.attempts ?? 0) > 0 ? [checkpointName(task)] : []),
];

/** Data that are there already count as much as the policy's main term: moving them takes time and may cost. */
const dataWeight = 1;

function preferencesOf(task: Task): TaskRequest["preferences"] {
  const { metadata, spec } = task;
  const { cheap, fastStart, lowCarbon, near } = spec.placement.prefer;
  const hours = Math.max(minute, expectedMsOf(spec) ?? hour) / hour;
  const names = dataOf(task).map((name) => dataName(metadata.namespace ?? "", name));
  if (!cheap && !fastStart && !lowCarbon && !near && names.length === 0) return undefined;
  return {
    ...(names.length === 0
      ? {}
      : { data: { names, weight: dataWeight, moving: { weight: dataWeight, hours } } }),
    ...(cheap ? { cheap } : {}),
    ...(fastStart ? { fastStart } : {}),
    ...(lowCarbon ? { lowCarbon } : {}),
    ...(near ? { near: { point: near.to, weight: near.weight } } : {}),
  };
}
