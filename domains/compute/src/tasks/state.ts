import type { Task, TaskStatus } from "../kinds/task.ts";

/** What a task without a status has: nothing has looked at it yet. */
export const freshStatus: TaskStatus = Object.freeze({ phase: "Waiting", attempts: 0, countedFailures: 0 });

export const statusOf = (task: Task): TaskStatus => task.status ?? freshStatus;

export const isOver = (status: Pick<TaskStatus, "phase">): boolean =>
  status.phase === "Succeeded" || status.phase === "Failed" || status.phase === "Cancelled";

/** It must not start (again): cancelled by its owner, or being deleted. */
export const mustEnd = (task: Task): boolean =>
  task.spec.cancelled || task.metadata.deletionTimestamp !== undefined;
