import type { Shape } from "../engine/shape.ts";
import { shareOn } from "../engine/shape.ts";
import type { FleetState } from "../engine/state.ts";
import { classesOnModel } from "./fragment-classes.ts";
import { FragmentTable } from "./fragment-table.ts";
import { strandedNaively } from "./fragment-naive.ts";
import type { DevicePick } from "./policy.ts";

/**
 * The paper's measure: for each typical class, the free device share of a node that tasks of the class cannot use,
 * averaged over the mix. Computed in integers (thousandths × class counts), so equal states compare equal.
 */
export interface Fragmentation {
  /** Fragmented free share of a node now, in thousandths of a device. */
  of(node: number): number;
  /** Change of it if one member of the shape takes the picked devices. */
  deltaFor(shape: Shape): (node: number, pick: DevicePick) => number;
}

export function fragmentation(state: FleetState): Fragmentation {
  const total = state.mix.reduce((sum, { count }) => sum + count, 0);
  const classes = state.models.map((_, model) => classesOnModel(state, model));
  const tables = state.models.map((_, model) => new FragmentTable(classes[model]!));
  const scratch = new Int32Array(state.mostDevices);
  const known = new Float64Array(state.nodeCount);
  const knownAt = new Float64Array(state.nodeCount).fill(-1);

  const stranded = (node: number, cpuFree: number, free: ArrayLike<number>, from: number): number => {
    const model = state.nodeModel[node]!;
    const count = state.deviceStart[node + 1]! - state.deviceStart[node]!;
    if (model === -1) return 0;
    if (model === -2 || !tables[model]!.exact)
      return strandedNaively(state, classes, node, cpuFree, free, from);
    return tables[model]!.stranded(cpuFree, free, from, count);
  };
  const now = (node: number): number => {
    const version = state.log.versionOf(node);
    if (knownAt[node] !== version) {
      known[node] = stranded(node, state.cpuFree[node]!, state.deviceFree, state.deviceStart[node]!);
      knownAt[node] = version;
    }
    return known[node]!;
  };
  const deltaFor = (shape: Shape) => (node: number, pick: DevicePick) => {
    if (total === 0) return 0;
    const start = state.deviceStart[node]!;
    const end = state.deviceStart[node + 1]!;
    for (let device = start; device < end; device += 1) scratch[device - start] = state.deviceFree[device]!;
    for (let i = 0; i < pick.count; i += 1) {
      const device = pick.devices[i]!;
      scratch[device - start]! -= shareOn(state, shape, device);
    }
    return (stranded(node, state.cpuFree[node]! - shape.cpuMilli, scratch, 0) - now(node)) / total;
  };
  return { of: (node) => (total === 0 ? 0 : now(node) / total), deltaFor };
}
