import type { AnyStored, Draft } from "@yunhe/kernel";
import { type Task, taskKind, type TaskStatus } from "../kinds/task.ts";

export const statusDraft = (task: Task, status: TaskStatus): Draft => ({
  type: "update",
  kind: taskKind,
  subresource: "status",
  object: { ...task, status } as AnyStored,
});

export function releaseDraft(task: Task): Draft {
  const finalizers = (task.metadata.finalizers ?? []).filter((name) => name !== taskKind.finalizers[0]);
  return {
    type: "update",
    kind: taskKind,
    object: { ...task, metadata: { ...task.metadata, finalizers } } as AnyStored,
  };
}
