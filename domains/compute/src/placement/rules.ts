import { type Amounts, deviceResource, type QueueRules, ALL_DEVICES } from "@yunhe/scheduler";
import type { Queue } from "../kinds/queue.ts";
import { bytesOf, cpuMilliOf } from "../quantity.ts";

/** A queue as the scheduler knows it; `modelName` gives the catalogue's name of a device model. Pure. */
export function rulesOf({ metadata, spec }: Queue, modelName: (name: string) => string): QueueRules {
  const amounts = (given: Queue["spec"]["quota"]): Amounts =>
    new Map([
      ...(given.tasks === undefined ? [] : [["tasks", given.tasks] as const]),
      ...(given.cpus === undefined ? [] : [["cpuMilli", cpuMilliOf(given.cpus)] as const]),
      ...(given.memory === undefined ? [] : [["memoryBytes", bytesOf(given.memory)] as const]),
      ...Object.entries(given.devices).map(
        ([model, count]) =>
          [model === "*" ? ALL_DEVICES : deviceResource(modelName(model)), Math.floor(count * 1000)] as const,
      ),
    ]);
  return {
    name: metadata.name,
    weight: spec.weight,
    quota: amounts(spec.quota),
    stopped: spec.stopped,
    projects: spec.projects,
    ...(spec.cohort === "" ? {} : { cohort: spec.cohort }),
    ...(spec.borrowing === undefined ? {} : { borrowing: amounts(spec.borrowing) }),
  };
}
