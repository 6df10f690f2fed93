import type { Uid } from "@yunhe/kernel";
import { type Attempt, type Task, taskKind, type TaskStatus } from "../src/index.ts";

/** A task as the API would store it: defaults filled in by its schema. */
export function task(
  spec: Record<string, unknown> = {},
  status?: Partial<TaskStatus>,
  metadata: Partial<Task["metadata"]> = {},
): Task {
  return {
    apiVersion: "compute.yunhe.dev/v1",
    kind: "Task",
    metadata: {
      name: "t",
      namespace: "default",
      uid: "00000000-0000-4000-8000-000000000001" as Uid,
      resourceVersion: "1",
      generation: 1,
      creationTimestamp: "2026-01-01T00:00:00Z",
      finalizers: ["compute.yunhe.dev/task"],
      ...metadata,
    },
    spec: taskKind.fields.spec.parse({ command: ["true"], ...spec }),
    ...(status ? { status: { phase: "Waiting", attempts: 0, countedFailures: 0, ...status } } : {}),
  } as Task;
}

export function attempt(spec: Partial<Attempt["spec"]> = {}, status?: Attempt["status"]): Attempt {
  return {
    apiVersion: "compute.yunhe.dev/v1",
    kind: "Attempt",
    metadata: {
      name: "t-1",
      namespace: "default",
      uid: "00000000-0000-4000-8000-0000000000a1" as Uid,
      resourceVersion: "2",
      generation: 1,
      creationTimestamp: "2026-01-01T00:00:00Z",
      ownerReferences: [
        {
          apiVersion: "compute.yunhe.dev/v1",
          kind: "Task",
          name: "t",
          uid: "00000000-0000-4000-8000-000000000001" as Uid,
        },
      ],
    },
    spec: {
      task: "t",
      number: 1,
      pool: "local",
      node: "local-n",
      grant: { cpuMilli: 1000, memoryBytes: 1 << 20, devices: [] },
      ...spec,
    },
    ...(status ? { status } : {}),
  } as Attempt;
}
