import type { Shape } from "../engine/shape.ts";
import { shareOn } from "../engine/shape.ts";
import type { FleetState } from "../engine/state.ts";
import { type ClassOnModel, classesOnModel } from "./fragment-classes.ts";
import type { DevicePick } from "./policy.ts";

/**
 * FGD's artefact sums fragments in floating point, by cause. When a placement only moves fragments from one cause to
 * another, the change of the sum should be 0 but comes out a hair below or above, and floor(100 × sigmoid) is then 49
 * or 50. With the integers used here it is always 0. To choose the very nodes that were published, this repeats the
 * artefact's order of summation; it is asked only when the exact change is 0.
 */
export function roundingOfArtefact(
  state: FleetState,
): (shape: Shape) => (node: number, pick: DevicePick) => number {
  const total = state.mix.reduce((sum, { count }) => sum + count, 0);
  const classes = state.models.map((_, model) => classesOnModel(state, model));
  const frequency = state.mix.map(({ count, frequency: exact }) => exact ?? count / total);
  const before = new Float64Array(state.nodeCount);
  const beforeAt = new Float64Array(state.nodeCount).fill(-1);
  const free = new Int32Array(state.mostDevices);
  const load = (node: number): number => {
    const start = state.deviceStart[node]!;
    const count = state.deviceStart[node + 1]! - start;
    for (let i = 0; i < count; i += 1) free[i] = state.deviceFree[start + i]!;
    return count;
  };
  const sumOf = (node: number, cpuFree: number, count: number): number =>
    sumByCause(classes[state.nodeModel[node]!]!, frequency, cpuFree, free, count);
  const cpuSteps = [...new Set(state.mix.map(({ cpuMilli }) => cpuMilli))];
  return (shape) => (node, pick) => {
    if (state.nodeModel[node]! < 0) return 0;
    const cpu = state.cpuFree[node]!;
    if (pick.count === 0 && !cpuSteps.some((step) => step <= cpu && step > cpu - shape.cpuMilli)) return 0;
    const count = load(node);
    const version = state.log.versionOf(node);
    if (beforeAt[node] !== version) {
      before[node] = sumOf(node, state.cpuFree[node]!, count);
      beforeAt[node] = version;
    }
    for (let i = 0; i < pick.count; i += 1) {
      const device = pick.devices[i]!;
      free[device - state.deviceStart[node]!]! -= shareOn(state, shape, device);
    }
    return sumOf(node, state.cpuFree[node]! - shape.cpuMilli, count) - before[node]!;
  };
}

/** Fragments by cause, each added up in the order of the classes, then the causes in the artefact's order. */
function sumByCause(
  classes: readonly ClassOnModel[],
  frequency: readonly number[],
  cpuFree: number,
  free: Int32Array,
  count: number,
): number {
  let [lackBoth, lackDevice, lackCpu, noDevice, noDeviceNorCpu, noAccess] = [0, 0, 0, 0, 0, 0];
  let sum = 0;
  for (let i = 0; i < count; i += 1) sum += free[i]!;
  for (let c = 0; c < classes.length; c += 1) {
    const { cpuMilli, deviceCount, shareMilli, usable } = classes[c]!;
    const enoughCpu = cpuFree >= cpuMilli;
    const amount = frequency[c]! * sum;
    if (deviceCount === 0) {
      if (enoughCpu) noDevice += amount;
      else noDeviceNorCpu += amount;
      continue;
    }
    if (!usable) {
      noAccess += amount;
      continue;
    }
    let fitting = 0;
    let unusable = 0;
    for (let i = 0; i < count; i += 1) {
      if (free[i]! >= shareMilli) fitting += 1;
      else unusable += free[i]!;
    }
    const enoughDevices = fitting >= deviceCount;
    if (enoughDevices && enoughCpu) lackDevice += frequency[c]! * unusable;
    else if (enoughDevices) lackCpu += amount;
    else if (enoughCpu) lackDevice += amount;
    else lackBoth += amount;
  }
  return lackBoth + lackDevice + lackCpu + noDevice + noDeviceNorCpu + noAccess;
}
