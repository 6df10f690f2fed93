import type { FleetState } from "../engine/state.ts";
import type { ClassOnModel } from "./fragment-classes.ts";

/**
 * Fragmented share of a node, straight from the definition, in thousandths × class counts: also for nodes with
 * devices of several models. `classes[model]` is the mix as that model sees it; `free[from …]` are the free thousandths of the node's devices.
 */
export function strandedNaively(
  state: FleetState,
  classes: readonly (readonly ClassOnModel[])[],
  node: number,
  cpuFree: number,
  free: ArrayLike<number>,
  from: number,
): number {
  const start = state.deviceStart[node]!;
  const deviceCount = state.deviceStart[node + 1]! - start;
  let sum = 0;
  for (const [index, { count }] of state.mix.entries()) {
    let all = 0;
    let unusable = 0;
    let fitting = 0;
    for (let i = 0; i < deviceCount; i += 1) {
      const view = classes[state.deviceModel[start + i]!]![index]!;
      const share = free[from + i]!;
      all += share;
      if (view.usable && share >= view.shareMilli) fitting += 1;
      else unusable += share;
    }
    const { cpuMilli, deviceCount: needed } = classes[0]![index]!;
    const hosts = needed > 0 && fitting >= needed && cpuFree >= cpuMilli;
    sum += count * (hosts ? unusable : all);
  }
  return sum;
}
