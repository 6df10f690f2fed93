import type { Condition, Words } from "@yunhe/kernel";
import type { Node } from "../kinds/node.ts";
import type { Pool } from "../kinds/pool.ts";
import type { Task } from "../kinds/task.ts";
import type { LiveAttempt } from "./live-attempts.ts";

/** Everything that the life of one pool depends on, besides what its engine says. */
export interface LifecycleSnapshot {
  readonly pool: Pool;
  readonly nodes: readonly Node[];
  /** What waits in its engine waits for any node. */
  readonly choosesNodes: boolean;
  /** Its attempts that are not over. */
  readonly live: readonly LiveAttempt[];
  /** The canary under way, or the last one. */
  readonly canary: Task | undefined;
  /** Failures of its engine after a moment and after its last success. */
  readonly failures: (sinceMs: number, untilMs: number) => number;
  readonly nowMs: number;
  readonly uuid: () => string;
}

/** Conditions by type; undefined: it no longer holds. */
export type Changes = Readonly<Record<string, Condition | undefined>>;
export type Say = (type: string, status: Condition["status"], reason: string, message: Words) => Condition;
