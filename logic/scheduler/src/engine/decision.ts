import type { TaskId } from "../model/task.ts";
import type { Explanation } from "./explanation.ts";
import type { Member } from "./member.ts";
import type { Shape } from "./shape.ts";

/** A placement that was worked out on the fleet as of `revision`; nothing is deducted yet. */
export interface Proposal {
  readonly kind: "proposal";
  readonly taskId: TaskId;
  readonly shape: Shape;
  readonly members: readonly Member[];
  readonly revision: number;
  readonly explanation?: Explanation;
}

export interface Unplaced {
  readonly kind: "unplaced";
  readonly taskId: TaskId;
  readonly explanation?: Explanation;
}

export type AllocationId = number & { readonly brand: "AllocationId" };

/** Deducted from the fleet: `assumed` until the engine that runs it agreed, then `committed`. */
export interface Allocation {
  readonly kind: "placed";
  readonly id: AllocationId;
  readonly taskId: TaskId;
  readonly shape: Shape;
  readonly members: readonly Member[];
  readonly state: "assumed" | "committed";
  readonly explanation?: Explanation;
}

/** The fleet changed since the proposal and member number `member` no longer fits. Nothing was deducted. */
export interface Conflict {
  readonly kind: "conflict";
  readonly taskId: TaskId;
  readonly member: number;
}
