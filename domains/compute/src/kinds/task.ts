import { type Cause, defineKind, field, type ResourceOf, words } from "@yunhe/kernel";
import { z } from "zod";
import { computeGroup } from "../group.ts";
import { taskCauses } from "./task-check.ts";
import { taskSpec } from "./task-spec.ts";
import { taskStatus } from "./task-status.ts";

export { innerPath, type TaskSpec } from "./task-spec.ts";
export { type TaskPhase, taskPhases, type TaskStatus } from "./task-status.ts";

export const taskKind = defineKind({
  group: computeGroup,
  kind: "Task",
  plural: "tasks",
  shortNames: ["task", "yt"],
  categories: ["all"],
  scope: "Namespaced",
  words: words("Task", "任务"),
  description: words(
    "A command that ends: what it needs, where it may run, what became of it.",
    "会结束的命令：需要什么、可在何处运行、结果如何。",
  ),
  fields: {
    spec: field(taskSpec, { en: "What is wanted.", zh: "期望状态。" }),
    status: field(taskStatus.optional(), { en: "What is.", zh: "实际状态。" }),
  },
  columns: [
    { name: words("Phase", "阶段"), path: ".status.phase", type: "string", format: "state" },
    { name: words("Reason", "原因"), path: ".status.reason", type: "string" },
    { name: words("Attempts", "尝试"), path: ".status.attempts", type: "integer" },
    { name: words("Exit", "退出码"), path: ".status.exitCode", type: "integer" },
    { name: words("Node", "节点"), path: ".status.node", type: "string" },
    { name: words("Queue", "队列"), path: ".spec.queue", type: "string", priority: 1 },
    { name: words("Command", "命令"), path: ".spec.command", type: "string", priority: 1 },
    { name: words("Age", "存在时长"), path: ".metadata.creationTimestamp", type: "date" },
  ],
  immutable: [
    "spec.command",
    "spec.env",
    "spec.workdir",
    "spec.resources",
    "spec.inputs",
    "spec.outputs",
    "spec.volumes",
    "spec.checkpoint",
    "spec.network",
    "spec.isolation",
    "spec.image",
    "spec.queue",
    "spec.after",
    "spec.array",
    "spec.gang",
    "spec.preemptible",
    "spec.expectedDuration",
    "spec.placement",
  ],
  actions: {
    cancel: {
      words: words("Cancel", "取消"),
      description: words(
        "Ends the task and everything it started; final.",
        "终止任务及其启动的一切；不可撤回。",
      ),
      input: z.strictObject({}),
      destructive: true,
    },
    retry: {
      words: words("End attempt and retry", "结束本次尝试并重试"),
      description: words(
        "Ends the running attempt; another one follows and does not count as a failure.",
        "结束正在运行的尝试；随后重新尝试，不计为失败。",
      ),
      input: z.strictObject({}),
      destructive: true,
    },
  },
  finalizers: ["compute.yunhe.dev/task"],
  check: (next, previous): readonly Cause[] => taskCauses(next.spec, previous?.spec, isMember(next)),
  example: {
    apiVersion: "compute.yunhe.dev/v1",
    kind: "Task",
    metadata: { name: "hello", namespace: "default" },
    spec: { command: ["echo", "hello"], resources: { cpus: 1, memory: "64Mi" } },
  },
});

/** Members of a gang carry the label of their array. */
const isMember = ({
  metadata,
}: {
  readonly metadata: { readonly labels?: Record<string, string> };
}): boolean => metadata.labels?.["compute.yunhe.dev/array"] !== undefined;

export type Task = ResourceOf<typeof taskKind>;
