/** What system tests read of objects: their own view of the API's answers, as a stranger's program would have. */
import type { Client } from "@yunhe/client";
import { until } from "./yunhe.ts";

export interface Task {
  readonly metadata: { readonly name: string; readonly uid: string; readonly resourceVersion: string };
  readonly spec: { readonly cancelled: boolean };
  readonly status?: {
    readonly phase: string;
    readonly reason?: string;
    readonly message?: string;
    readonly attempts: number;
    readonly countedFailures: number;
    readonly exitCode?: number;
    readonly signal?: string;
    readonly startedAt?: string;
    readonly endedAt?: string;
    readonly outputs?: readonly { readonly path: string; readonly bytes: number }[];
    readonly array?: Readonly<Record<string, number>>;
  };
}

export interface Attempt {
  readonly metadata: { readonly name: string; readonly uid: string };
  readonly spec: {
    readonly task: string;
    readonly number: number;
    readonly grant: {
      readonly cpuMilli: number;
      readonly memoryBytes: number;
      readonly devices: readonly { readonly id: string; readonly shareMilli: number }[];
    };
  };
  readonly status?: {
    readonly phase: string;
    readonly startedAt?: string;
    readonly endedAt?: string;
    readonly outcome?: { readonly type: string; readonly exitCode?: number };
  };
}

export interface Pool {
  readonly status?: {
    readonly isolation?: readonly string[];
    readonly conditions?: readonly { readonly type: string; readonly status: string }[];
  };
}

interface Amounts {
  readonly cpuCoreSeconds: number;
  readonly memoryByteSeconds: number;
  readonly deviceShareSeconds: number;
}

export interface UsageRecord {
  readonly spec: {
    readonly attempt: string;
    readonly attemptUid: string;
    readonly task: string;
    readonly sequence: number;
    readonly startMs: number;
    readonly endMs: number;
    readonly final: boolean;
    readonly granted: Attempt["spec"]["grant"];
    readonly grantedAmounts: Amounts;
    readonly usedAmounts: Amounts;
  };
}

const address = (plural: string, namespaced = true) =>
  ({ group: "compute.yunhe.dev", version: "v1", plural, namespaced }) as const;

export const tasksOf = (client: Client) => client.resources<Task>(address("tasks"));
export const attemptsOf = (client: Client) => client.resources<Attempt>(address("attempts"));
export const usageOf = (client: Client) => client.resources<UsageRecord>(address("usagerecords"));
export const poolsOf = (client: Client) => client.resources<Pool>(address("pools", false));
export const queuesOf = (client: Client) => client.resources(address("queues", false));
export const volumesOf = (client: Client) => client.resources(address("volumes"));

const over = new Set(["Succeeded", "Failed", "Cancelled"]);
export const isOver = (task: Task): boolean => over.has(task.status?.phase ?? "");

/** A task by its spec alone; `spec` is what a person would write. */
export const submit = (client: Client, name: string, spec: Record<string, unknown>): Promise<Task> =>
  tasksOf(client).create("default", {
    apiVersion: "compute.yunhe.dev/v1",
    kind: "Task",
    metadata: { name, namespace: "default" },
    spec: { resources: { cpus: 0.1, memory: "64Mi" }, ...spec },
  });

export const sh = (script: string): readonly string[] => ["sh", "-c", script];

export const taskWhen = (
  client: Client,
  name: string,
  what: string,
  holds: (task: Task) => boolean,
): Promise<Task> =>
  until(`task ${name}: ${what}`, async () => {
    const task = await tasksOf(client).get("default", name);
    return holds(task) && task;
  });

export const ended = (client: Client, name: string): Promise<Task> =>
  taskWhen(client, name, "is over", isOver);

/** Its engine has told what it has: nothing waits for that any more. */
export const poolReady = (client: Client, name: string): Promise<unknown> =>
  until(`pool ${name} is ready`, async () => {
    const { status } = await poolsOf(client).get(undefined, name);
    return status?.conditions?.some(({ type, status: is }) => type === "Ready" && is === "True");
  });

export async function logOf(client: Client, name: string): Promise<string> {
  return new Response(await client.files.log("default", name)).text();
}

/** A plain object of the compute group; in the project `default` unless its kind has no project. */
export const object = (kind: string, name: string, spec: Record<string, unknown> = {}) => ({
  apiVersion: "compute.yunhe.dev/v1",
  kind,
  metadata: { name, ...(kind === "Queue" ? {} : { namespace: "default" }) },
  spec,
});
