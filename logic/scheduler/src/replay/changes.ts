import { nodeId } from "../model/fleet.ts";
import type { FleetFile } from "./fleet-file.ts";
import type { QueueEntry } from "./queue-file.ts";
import { TraceError } from "./trace-error.ts";

/** One "what if". */
export type FleetChange =
  /** `resource`: tasks, cpuMilli, memoryBytes, a model of device, or `*` for devices of all models; devices are counted whole. */
  | {
      readonly kind: "quota";
      readonly queue: string;
      readonly resource: string;
      readonly how: "add" | "set";
      readonly amount: number;
    }
  | { readonly kind: "weight"; readonly queue: string; readonly weight: number }
  /** So many more nodes like this one. */
  | { readonly kind: "nodes"; readonly like: string; readonly more: number };

const GIB = 2 ** 30;

/** What a queue counts, in the units people write: cores, GiB, devices. */
const written: Readonly<Record<string, { readonly resource: string; readonly unit: number }>> = {
  tasks: { resource: "tasks", unit: 1 },
  cpus: { resource: "cpuMilli", unit: 1000 },
  memory: { resource: "memoryBytes", unit: GIB },
  devices: { resource: "*", unit: 1 },
};

/**
 * A change of a queue as people write it: `tasks`, `cpus`, `memory` (GiB), `devices`, a device model, or `weight`, and
 * `20`, `+20` or `-20`. Undefined when it cannot be read.
 */
export function queueChange(queue: string, name: string, value: string): FleetChange | undefined {
  const amount = Number(value);
  if (!/^[+-]?\d+(\.\d+)?$/.test(value)) return undefined;
  const isDifference = /^[+-]/.test(value);
  if (name === "weight")
    return isDifference || amount === 0 ? undefined : { kind: "weight", queue, weight: amount };
  const { resource, unit } = written[name] ?? { resource: name, unit: 1 };
  return {
    kind: "quota",
    queue,
    resource,
    how: isDifference ? "add" : "set",
    amount: Math.round(amount * unit * 1000) / 1000,
  };
}

/** So many more nodes like this one; undefined when it cannot be read. */
export function nodesChange(like: string, value: string): FleetChange | undefined {
  const more = Number(value);
  return /^\+?\d+$/.test(value) && more >= 1 && more <= 100_000 ? { kind: "nodes", like, more } : undefined;
}

/** The fleet with the changes; a `TraceError` names what is not there to be changed. */
export const changed = (file: FleetFile, changes: readonly FleetChange[], name: string): FleetFile =>
  changes.reduce((before, change) => oneChange(before, change, name), file);

function oneChange(file: FleetFile, change: FleetChange, name: string): FleetFile {
  if (change.kind === "nodes") return moreNodes(file, change, name);
  if (!file.queues?.some((queue) => queue.name === change.queue)) {
    throw new TraceError(
      { file: name, column: "queues" },
      { en: `no queue is named "${change.queue}"`, zh: `没有名为“${change.queue}”的队列` },
    );
  }
  const queues = file.queues.map((queue) => {
    if (queue.name !== change.queue) return queue;
    return change.kind === "weight"
      ? { ...queue, weight: change.weight }
      : withQuota(queue, change, file, name);
  });
  return { ...file, queues };
}

function moreNodes(
  file: FleetFile,
  { like, more }: Extract<FleetChange, { kind: "nodes" }>,
  name: string,
): FleetFile {
  const { pools, nodes } = file.fleet;
  const model = nodes.find(({ id }) => id === like);
  if (!model) {
    throw new TraceError(
      { file: name, column: "nodes" },
      { en: `no node is named "${like}"`, zh: `没有名为“${like}”的节点` },
    );
  }
  const taken = new Set<string>(nodes.map(({ id }) => id));
  const added = [];
  for (let number = 1; added.length < more; number += 1) {
    const id = `${like}+${number}`;
    if (!taken.has(id)) added.push({ ...model, id: nodeId(id) });
  }
  return { ...file, fleet: { pools, nodes: [...nodes, ...added] } };
}

function withQuota(
  queue: QueueEntry,
  { resource, how, amount }: Extract<FleetChange, { kind: "quota" }>,
  { catalogue }: FleetFile,
  file: string,
): QueueEntry {
  const { quota } = queue;
  const at = { file, column: `queues ${queue.name}.quota.${resource}` };
  const moved = (before: number | undefined): number => {
    if (how === "add" && before === undefined) {
      throw new TraceError(at, {
        en: "there is no bound to add to; set one instead",
        zh: "没有可增减的上限；请改为直接设定",
      });
    }
    return Math.max(0, how === "set" ? amount : before! + amount);
  };
  if (resource === "tasks" || resource === "cpuMilli" || resource === "memoryBytes")
    return { ...queue, quota: { ...quota, [resource]: Math.floor(moved(quota[resource])) } };
  const found = resource === "*" ? "*" : catalogue.find(resource)?.name;
  if (found === undefined) {
    throw new TraceError(at, {
      en: `"${resource}" is neither a resource nor a known device model`,
      zh: `“${resource}”既不是资源，也不是已知的设备型号`,
    });
  }
  const key = Object.keys(quota.devices).find(
    (model) => model === found || catalogue.find(model)?.name === found,
  );
  const devices = { ...quota.devices, [key ?? found]: moved(quota.devices[key ?? found]) };
  return { ...queue, quota: { ...quota, devices } };
}
