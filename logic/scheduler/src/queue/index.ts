export {
  ALL_DEVICES,
  type Amounts,
  amountsAsked,
  amountsHeld,
  capacityOf,
  deviceResource,
  dominantShare,
} from "./amounts.ts";
export {
  DEFAULT_AGEING_MS,
  type Placement,
  planQueues,
  type Preemption,
  type QueuePlan,
  type QueuePlanInput,
  type Refusal,
} from "./plan.ts";
export { type Breach, QueueBounds, type QueueRules, QueueUses } from "./quota.ts";
export { describeWait, type WaitReason } from "./reasons.ts";
export type { Reserved } from "./reservations.ts";
export { type RunningTask, RunningTasks } from "./running.ts";
export {
  type EstimateInput,
  estimateStarts,
  type Standing,
  standingsOf,
  type StartEstimate,
  type WaitingFor,
} from "./standing.ts";
export { type WaitingTask, WaitingTasks } from "./waiting.ts";
