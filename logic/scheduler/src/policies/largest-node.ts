import type { FleetState } from "../engine/state.ts";
import { WHOLE_DEVICE_MILLI } from "../model/task.ts";

/** The most cores and device thousandths that one node of the fleet has: what packing scores are relative to. */
export function largestNode(state: FleetState): { cpuMilli: number; shareMilli: number } {
  const cpuMilli = state.cpuTotal.reduce((most, cpu) => Math.max(most, cpu), 1);
  const devices = state.deviceTotal.reduce((most, count) => Math.max(most, count), 1);
  return { cpuMilli, shareMilli: devices * WHOLE_DEVICE_MILLI };
}
