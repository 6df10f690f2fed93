import { z } from "zod";
import type { Catalogue } from "../catalogue/catalogue.ts";
import { policies } from "../policies/policies.ts";
import type { Policy } from "../policies/policy.ts";
import { ALL_DEVICES, type Amounts, deviceResource } from "../queue/amounts.ts";
import type { QueueRules } from "../queue/quota.ts";

const wholeNumber = z.number().int().nonnegative();

/** Amounts of resources; devices are counted by model, `*` counts all models together. A resource that is absent is not bounded. */
const amountsSchema = z.strictObject({
  tasks: wholeNumber.optional(),
  cpuMilli: wholeNumber.optional(),
  memoryBytes: wholeNumber.optional(),
  devices: z.record(z.string(), z.number().nonnegative()).default({}),
});
export type QueueAmounts = z.infer<typeof amountsSchema>;

/** A queue in a fleet file, with the meaning of the Queue kind's fields. */
export const queueSchema = z.strictObject({
  name: z.string().min(1),
  weight: z.number().positive().default(1),
  quota: amountsSchema.prefault({}),
  cohort: z.string().optional(),
  borrowing: amountsSchema.optional(),
  projects: z.array(z.string()).default([]),
  stopped: z.boolean().default(false),
  /** Placement policy of this queue whatever policy is compared; absent: the compared one. */
  policy: z.enum([...policies.keys()] as [string, ...string[]]).optional(),
});
export type QueueEntry = z.infer<typeof queueSchema>;

/** A queue as the replay knows it. */
export interface ReplayQueue {
  readonly rules: QueueRules;
  readonly policy: Policy | undefined;
}

export function replayQueueOf(queue: QueueEntry, catalogue: Catalogue): ReplayQueue {
  const { name, weight, quota, cohort, borrowing, projects, stopped, policy } = queue;
  const rules = {
    name,
    weight,
    quota: amountsOf(quota, catalogue),
    projects,
    stopped,
    ...(cohort === undefined ? {} : { cohort }),
    ...(borrowing === undefined ? {} : { borrowing: amountsOf(borrowing, catalogue) }),
  };
  return { rules, policy: policy === undefined ? undefined : policies.get(policy) };
}

function amountsOf({ tasks, cpuMilli, memoryBytes, devices }: QueueAmounts, catalogue: Catalogue): Amounts {
  const plain = { tasks, cpuMilli, memoryBytes };
  const given = Object.entries(plain).flatMap(([key, amount]) =>
    amount === undefined ? [] : [[key, amount] as const],
  );
  const counted = Object.entries(devices).map(([model, count]) => {
    const name = model === "*" ? ALL_DEVICES : deviceResource(catalogue.find(model)?.name ?? model);
    return [name, Math.floor(count * 1000)] as const;
  });
  return new Map([...given, ...counted]);
}

/** Queues without any bound, for traces that come without queues. */
export const openQueue = (name: string): QueueEntry => queueSchema.parse({ name });
