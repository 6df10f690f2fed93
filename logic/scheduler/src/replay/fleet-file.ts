import { z } from "zod";
import { type Catalogue, createCatalogue } from "../catalogue/catalogue.ts";
import type { DeviceModel } from "../catalogue/device-model.ts";
import { type Fleet, fleetSchema } from "../model/fleet.ts";
import { JsonSource } from "./json-source.ts";
import { parseOpenbNodes } from "./openb.ts";
import { type QueueEntry, queueSchema } from "./queue-file.ts";
import { type SourceText, TraceError, type TracePosition } from "./trace-error.ts";

const deviceModelSchema = z.strictObject({
  name: z.string().min(1),
  vendor: z.string().min(1),
  aliases: z.array(z.string()).optional(),
  memoryBytes: z.number().int().nonnegative().optional(),
  capabilities: z.array(z.string()).default([]),
  powerWatts: z.number().nonnegative().optional(),
  denseTflops16: z.number().nonnegative().optional(),
  source: z.string().default("the fleet file"),
});

const span = z.number().int().nonnegative();

/** What a fleet file holds: pools and nodes, and where wanted queues, models beyond the catalogue, and times. */
export const fleetFileSchema = fleetSchema.extend({
  /** Absent: every queue that a task names is there, without bounds. */
  queues: z.array(queueSchema).optional(),
  models: z.array(deviceModelSchema).default([]),
  /** How long a group of tasks must be passed over to count as one priority higher. */
  ageingMs: span.min(1000).default(60_000),
  /** From the word to end for another task until the places are free. */
  preemptionGraceMs: span.min(1).default(5000),
});
export type FleetFileInput = z.input<typeof fleetFileSchema>;

export interface FleetFile {
  readonly fleet: Fleet;
  readonly queues: readonly QueueEntry[] | undefined;
  readonly catalogue: Catalogue;
  readonly ageingMs: number;
  readonly preemptionGraceMs: number;
}

/**
 * A fleet as JSON in the form of `fleetFileSchema`, or as a node list of openb in CSV. Names must be unique, pools and
 * models known. Throws a `TraceError`.
 */
export function parseFleetFile(source: SourceText, models: readonly DeviceModel[] = []): FleetFile {
  if (!/^\s*[{[]/.test(source.text)) {
    const catalogue = createCatalogue(models);
    const { queues, ageingMs, preemptionGraceMs } = fleetFileSchema.parse({ pools: [], nodes: [] });
    return { fleet: parseOpenbNodes(source, catalogue), queues, catalogue, ageingMs, preemptionGraceMs };
  }
  const json = new JsonSource(source);
  const { queues, models: added, ageingMs, preemptionGraceMs, ...fleet } = json.read(fleetFileSchema);
  const catalogue = createCatalogue([...models, ...(added as readonly DeviceModel[])]);
  checkFleet(json, fleet, catalogue);
  if (queues) checkQueues(json, queues, catalogue);
  return { fleet, queues, catalogue, ageingMs, preemptionGraceMs };
}

function checkFleet(json: JsonSource, { pools, nodes }: Fleet, catalogue: Catalogue): void {
  refuseRepeated(pools.map(({ id }, i) => [id, () => json.at(["pools", i, "id"])]));
  refuseRepeated(nodes.map(({ id }, i) => [id, () => json.at(["nodes", i, "id"])]));
  const known = new Set<string>(pools.map(({ id }) => id));
  for (const [n, node] of nodes.entries()) {
    if (!known.has(node.pool)) {
      throw new TraceError(json.at(["nodes", n, "pool"]), {
        en: `no pool is named "${node.pool}"`,
        zh: `没有名为“${node.pool}”的资源池`,
      });
    }
    for (const [d, { model }] of node.devices.entries())
      refuseUnknownModel(() => json.at(["nodes", n, "devices", d, "model"]), model, catalogue);
  }
}

function checkQueues(json: JsonSource, queues: readonly QueueEntry[], catalogue: Catalogue): void {
  refuseRepeated(queues.map(({ name }, i) => [name, () => json.at(["queues", i, "name"])]));
  for (const [q, queue] of queues.entries()) {
    for (const part of ["quota", "borrowing"] as const) {
      for (const model of Object.keys(queue[part]?.devices ?? {})) {
        if (model === "*") continue;
        refuseUnknownModel(() => json.at(["queues", q, part, "devices", model]), model, catalogue);
      }
    }
    if (queue.borrowing === undefined || (queue.cohort ?? "") !== "") continue;
    throw new TraceError(json.at(["queues", q, "borrowing"]), {
      en: `queue "${queue.name}" borrows but names no cohort to borrow from`,
      zh: `队列“${queue.name}”声明了借用，但没有指定 cohort`,
    });
  }
}

export function refuseRepeated(names: readonly (readonly [string, () => TracePosition])[]): void {
  const seen = new Set<string>();
  for (const [name, at] of names) {
    if (seen.has(name)) {
      throw new TraceError(at(), {
        en: `"${name}" is there twice; names must be unique`,
        zh: `“${name}”重复；名称必须唯一`,
      });
    }
    seen.add(name);
  }
}

export function refuseUnknownModel(at: () => TracePosition, name: string, catalogue: Catalogue): void {
  if (catalogue.find(name)) return;
  throw new TraceError(at(), {
    en: `unknown device model "${name}"; add it under "models" of the fleet file or correct it`,
    zh: `未知的设备型号“${name}”；请在资源池文件的 models 中加入，或改正`,
  });
}
