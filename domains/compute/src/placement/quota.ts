import { type Words, words } from "@yunhe/kernel";
import type { TaskRequest } from "@yunhe/scheduler";
import type { Queue } from "../kinds/queue.ts";
import { bytesOf, cpuMilliOf } from "../quantity.ts";
import type { Holding } from "./books.ts";

/** What a queue's live attempts hold together; integers (milli-cores, bytes, thousandths of a device). */
export interface QueueUse {
  tasks: number;
  cpuMilli: number;
  memoryBytes: number;
  devicesMilli: number;
  readonly devicesMilliByModel: Map<string, number>;
}

const nothingUsed = (): QueueUse => ({
  tasks: 0,
  cpuMilli: 0,
  memoryBytes: 0,
  devicesMilli: 0,
  devicesMilliByModel: new Map(),
});

export function useByQueue(holdings: Iterable<Pick<Holding, "queue" | "grant">>): Map<string, QueueUse> {
  const uses = new Map<string, QueueUse>();
  for (const { queue, grant } of holdings) {
    const use = uses.get(queue) ?? nothingUsed();
    uses.set(queue, use);
    use.tasks += 1;
    use.cpuMilli += grant.cpuMilli;
    use.memoryBytes += grant.memoryBytes;
    for (const { model, shareMilli } of grant.devices) {
      use.devicesMilli += shareMilli;
      use.devicesMilliByModel.set(model, (use.devicesMilliByModel.get(model) ?? 0) + shareMilli);
    }
  }
  return uses;
}

export interface QuotaBreach {
  readonly reason: string;
  readonly message: Words;
}

/** Undefined when one more attempt of this size stays within the queue's quota (R2). */
export function quotaBreach(
  queue: Queue,
  use: QueueUse | undefined,
  task: TaskRequest,
): QuotaBreach | undefined {
  const { quota, stopped } = queue.spec;
  const name = queue.metadata.name;
  if (stopped)
    return { reason: "QueueStopped", message: words(`Queue ${name} is stopped.`, `队列 ${name} 已停止。`) };
  const now = use ?? nothingUsed();
  const devicesMilli = (task.devices?.count ?? 0) * (task.devices?.shareMilli ?? 1000);
  const allDevices = quota.devices["*"];
  const over: [string, string, boolean][] = [
    ["tasks", "任务数", quota.tasks !== undefined && now.tasks + 1 > quota.tasks],
    ["cores", "核数", quota.cpus !== undefined && now.cpuMilli + task.cpuMilli > cpuMilliOf(quota.cpus)],
    [
      "memory",
      "内存",
      quota.memory !== undefined && now.memoryBytes + task.memoryBytes > bytesOf(quota.memory),
    ],
    ["devices", "设备", allDevices !== undefined && now.devicesMilli + devicesMilli > allDevices * 1000],
  ];
  const breach = over.find(([, , breached]) => breached);
  return (
    breach && {
      reason: "QuotaExceeded",
      message: words(
        `Queue ${name} uses its quota of ${breach[0]} up; it starts when others of the queue end.`,
        `队列 ${name} 的${breach[1]}配额已用尽；待同队列任务结束后开始。`,
      ),
    }
  );
}
