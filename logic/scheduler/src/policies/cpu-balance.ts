import { shareOn } from "../engine/shape.ts";
import type { FleetState } from "../engine/state.ts";
import { WHOLE_DEVICE_MILLI } from "../model/task.ts";
import { type DeviceDemand, deviceDemand } from "./demand.ts";
import type { Scorer } from "./policy.ts";
import { scorerWords } from "./words.ts";

export interface CpuBalanceOptions {
  /** Weight of devices that a class of the mix could not feed, when the mix asks for all the fleet's cores. */
  readonly classes: number;
  /** How fast that weight falls when the mix leaves cores over: it is multiplied by (asked / present) to this power. */
  readonly urgency: number;
  /** Weight of devices that not even `meanPart` of the mean task could be fed on. */
  readonly mean: number;
  readonly meanPart: number;
}

/** Free device thousandths of a node that its free cores cannot feed, in devices, as far as can be expected. */
type Unfed = (cpuFreeMilli: number, freeShare: number) => number;

/**
 * Devices that a task takes out of reach by the cores it uses. For a class that needs c cores per device, a node with
 * C free cores can feed C/c devices; the rest of its free devices is lost to that class. The loss is averaged over the
 * classes, weighted with the devices they ask for. Tasks with few cores are drawn to nodes short of cores, tasks with
 * many and those without devices to nodes that have cores to spare.
 */
export const cpuBalance = (options: CpuBalanceOptions): Scorer => ({
  name: "cpu-balance",
  words: scorerWords["cpu-balance"],
  bind(state: FleetState) {
    const unfed = expectedUnfed(state, options);
    return (shape) => (node, pick) => {
      const cpu = state.cpuFree[node]!;
      const share = state.freeShare[node]!;
      let taken = 0;
      for (let i = 0; i < pick.count; i += 1) taken += shareOn(state, shape, pick.devices[i]!);
      return unfed(cpu, share) - unfed(cpu - shape.cpuMilli, share - taken);
    };
  },
});

/** Piecewise linear in cores per device: sums over the classes that need more than there is are made beforehand. */
function expectedUnfed(state: FleetState, options: CpuBalanceOptions): Unfed {
  const demand = deviceDemand(state);
  if (demand.length === 0) return () => 0;
  const needs = demand.map(needOf).toSorted((a, b) => a.ratio - b.ratio);
  const ratios = Float64Array.from(needs, ({ ratio }) => ratio);
  const parts = sumsFrom(needs, ({ part }) => part);
  const feeds = sumsFrom(needs, ({ part, ratio }) => (ratio > 0 ? part / ratio : 0));
  const mean = options.meanPart * needs.reduce((sum, { part, ratio }) => sum + part * ratio, 0);
  const classes = options.classes * coreScarcity(state) ** options.urgency;
  return (cpu, share) => {
    if (share === 0) return 0;
    const at = firstAbove(ratios, cpu / share);
    const byClass = share * parts[at]! - cpu * feeds[at]!;
    const byMean = mean > 0 ? Math.max(0, share - cpu / mean) : 0;
    return (classes * byClass + options.mean * byMean) / WHOLE_DEVICE_MILLI;
  };
}

/** Milli-cores per device thousandth. */
const needOf = ({ cpuMilli, deviceCount, shareMilli, part }: DeviceDemand) => ({
  ratio: cpuMilli / (deviceCount * shareMilli),
  part,
});

/** sums[i] = Σ of the values from i on; the last is 0. */
function sumsFrom<T>(items: readonly T[], valueOf: (item: T) => number): Float64Array {
  const sums = new Float64Array(items.length + 1);
  for (let i = items.length - 1; i >= 0; i -= 1) sums[i] = sums[i + 1]! + valueOf(items[i]!);
  return sums;
}

function firstAbove(ascending: Float64Array, value: number): number {
  let low = 0;
  let high = ascending.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (ascending[middle]! > value) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** Cores that the mix would ask for if it filled all devices, relative to the fleet's: 1 means both run out together. */
function coreScarcity(state: FleetState): number {
  const asked = state.mix.reduce((sum, { cpuMilli, count }) => sum + cpuMilli * count, 0);
  const share = deviceDemand(state).reduce(
    (sum, item) => sum + item.count * item.deviceCount * item.shareMilli,
    0,
  );
  const present = state.cpuTotal.reduce((sum, cpu) => sum + cpu, 0);
  const devices = state.deviceTotal.reduce((sum, count) => sum + count, 0);
  return present === 0 ? 0 : (asked / share) * ((devices * WHOLE_DEVICE_MILLI) / present);
}
