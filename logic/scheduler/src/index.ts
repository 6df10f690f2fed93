export * from "./catalogue/catalogue.ts";
export * from "./engine/change.ts";
export * from "./engine/decision.ts";
export type { DeviceGrant, Member } from "./engine/member.ts";
export * from "./engine/describe.ts";
export * from "./engine/explanation.ts";
export * from "./engine/reasons.ts";
export * from "./engine/scheduler.ts";
export { compileShape } from "./engine/compile-shape.ts";
export type { Requirements, Shape } from "./engine/shape.ts";
export {
  createFleetState,
  type FleetModel,
  type FleetState,
  type FleetStateOptions,
} from "./engine/state.ts";
export * from "./model/fleet.ts";
export { latencyMsTo } from "./model/link.ts";
export * from "./model/mix.ts";
export { hourlyPriceNano } from "./model/price.ts";
export * from "./model/task.ts";
export { fgd, fragmentationGradient } from "./policies/fgd.ts";
export { type Fragmentation, fragmentation } from "./policies/fragmentation.ts";
export * from "./model/carbon.ts";
export * from "./policies/packing.ts";
export * from "./policies/places.ts";
export * from "./policies/policies.ts";
export * from "./policies/spread.ts";
export { cpuBalance, type CpuBalanceOptions } from "./policies/cpu-balance.ts";
export { deviceFit, type DeviceFitOptions } from "./policies/device-fit.ts";
export { modelScarcity, type ScarcityOptions } from "./policies/model-scarcity.ts";
export { worthOfShares } from "./policies/share-prices.ts";
export * from "./policies/words.ts";
export { fragmentationChange, yunhe } from "./policies/yunhe.ts";
export { allocationBound, type ArrivedTasks, type TotalCapacity } from "./replay/allocation-bound.ts";
export type { DevicePick, DeviceRule, NodeScore, Policy, Scorer } from "./policies/policy.ts";
export * from "./replay/simulate.ts";
export * from "./queue/index.ts";
export type { ArrivalPoint } from "./replay/fgd-protocol.ts";
export { type FleetChange, nodesChange, queueChange } from "./replay/changes.ts";
export { exampleTrace, type ExampleTrace } from "./replay/example.ts";
export { type FleetFileInput, fleetFileSchema } from "./replay/fleet-file.ts";
export type * from "./replay/timeline-result.ts";
export { type SourceText, TraceError, type TracePosition } from "./replay/trace-error.ts";
