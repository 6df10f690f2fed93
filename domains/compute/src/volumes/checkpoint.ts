import type { Task } from "../kinds/task.ts";

/** On the volume that is a checkpoint: the name of its task. */
export const checkpointLabel = "compute.yunhe.dev/checkpoint-of";
/** The volume that is a task's checkpoint; by uid, so that a task of the same name has another one. */
export const checkpointName = (task: Task): string => `checkpoint-${task.metadata.uid}`;
