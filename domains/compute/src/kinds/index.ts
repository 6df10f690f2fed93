import { attemptKind } from "./attempt.ts";
import { nodeKind } from "./node.ts";
import { poolKind } from "./pool.ts";
import { queueKind } from "./queue.ts";
import { taskKind } from "./task.ts";
import { transferKind } from "./transfer.ts";
import { usageRecordKind } from "./usage-record.ts";
import { volumeKind } from "./volume.ts";

/** Every kind of the compute domain. */
export const computeKinds = [
  poolKind,
  nodeKind,
  queueKind,
  taskKind,
  attemptKind,
  volumeKind,
  transferKind,
  usageRecordKind,
] as const;

export * from "./attempt.ts";
export * from "./device.ts";
export * from "./node.ts";
export * from "./pool.ts";
export * from "./queue.ts";
export * from "./task.ts";
export * from "./transfer.ts";
export * from "./usage-record.ts";
export * from "./volume.ts";
