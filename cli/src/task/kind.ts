import type { KindAddress } from "@yunhe/client";

export const tasks: KindAddress = {
  group: "compute.yunhe.dev",
  version: "v1",
  plural: "tasks",
  namespaced: true,
};

export type Phase = "Waiting" | "Starting" | "Running" | "Cancelling" | "Succeeded" | "Failed" | "Cancelled";

/** As much of a task as the commands look at. */
export interface Task {
  readonly metadata: {
    readonly name: string;
    readonly namespace: string;
    readonly resourceVersion: string;
    readonly creationTimestamp: string;
  };
  readonly spec: { readonly command: readonly string[]; readonly array?: { readonly count: number } };
  readonly status?: {
    readonly phase: Phase;
    readonly reason?: string;
    readonly message?: string;
    readonly messageZh?: string;
    readonly attempts: number;
    readonly exitCode?: number;
    readonly signal?: string;
    readonly node?: string;
    readonly outputs?: readonly {
      readonly path: string;
      readonly sha256: string;
      readonly bytes: number;
      readonly mode: number;
    }[];
    readonly array?: {
      readonly total: number;
      readonly succeeded: number;
      readonly failed: number;
      readonly running: number;
      readonly waiting: number;
      readonly cancelled: number;
    };
  };
}

export const isOver = (task: Task): boolean =>
  ["Succeeded", "Failed", "Cancelled"].includes(task.status?.phase ?? "");
