import { WHOLE_DEVICE_MILLI } from "../model/task.ts";
import type { ClassOnModel } from "./fragment-classes.ts";

/**
 * Fragmentation of a node with devices of one model in time linear in its devices, whatever the number of classes:
 * the classes that a node can host are those below its free cores, largest free share and number of free devices, so
 * their counts can be summed beforehand.
 *
 * F = S × (classes that cannot run) + Σ over devices f × (share classes that run but need more than f)
 *   + (S − whole devices) × (whole-device classes that run), S being the node's free share.
 */
export class FragmentTable {
  /** False when a class takes shares of several devices: then only the definition itself will do. */
  readonly exact: boolean;
  readonly #total: number;
  readonly #cpuSteps: number[];
  readonly #shareStep = new Uint16Array(WHOLE_DEVICE_MILLI + 1);
  readonly #shareSteps: number;
  readonly #mostDevices: number;
  /** Class counts by cpu step × share step, and by cpu step × device count; cumulative in both. */
  readonly #shared: Float64Array;
  readonly #whole: Float64Array;

  constructor(classes: readonly ClassOnModel[]) {
    this.#total = classes.reduce((sum, { count }) => sum + count, 0);
    const usable = classes.filter((item) => item.usable);
    const shared = usable.filter((item) => item.shareMilli < WHOLE_DEVICE_MILLI);
    const whole = usable.filter((item) => item.shareMilli === WHOLE_DEVICE_MILLI);
    this.exact = shared.every((item) => item.deviceCount === 1);
    this.#cpuSteps = ascending(usable.map((item) => item.cpuMilli));
    const shares = ascending(shared.map((item) => item.shareMilli));
    for (let free = 0; free <= WHOLE_DEVICE_MILLI; free += 1) this.#shareStep[free] = stepsUpTo(shares, free);
    this.#shareSteps = shares.length + 1;
    this.#mostDevices = Math.max(0, ...whole.map((item) => item.deviceCount));
    this.#shared = this.#cumulate(shared, this.#shareSteps, (item) => this.#shareStep[item.shareMilli]!);
    this.#whole = this.#cumulate(whole, this.#mostDevices + 1, (item) => item.deviceCount);
  }

  /** In thousandths × class counts; `free[from … from + count − 1]` are the free thousandths of the devices. */
  stranded(cpuFree: number, free: ArrayLike<number>, from: number, count: number): number {
    let sum = 0;
    let most = 0;
    let wholeDevices = 0;
    for (let i = from; i < from + count; i += 1) {
      const share = free[i]!;
      sum += share;
      if (share > most) most = share;
      if (share === WHOLE_DEVICE_MILLI) wholeDevices += 1;
    }
    if (sum === 0) return 0;
    const cpuStep = stepsUpTo(this.#cpuSteps, cpuFree);
    const row = cpuStep * this.#shareSteps;
    const runShared = this.#shared[row + this.#shareStep[most]!]!;
    const deviceStep = wholeDevices < this.#mostDevices ? wholeDevices : this.#mostDevices;
    const runWhole = this.#whole[cpuStep * (this.#mostDevices + 1) + deviceStep]!;
    let result =
      sum * (this.#total - runShared - runWhole) + (sum - WHOLE_DEVICE_MILLI * wholeDevices) * runWhole;
    if (runShared === 0) return result;
    for (let i = from; i < from + count; i += 1) {
      const share = free[i]!;
      if (share < most) result += share * (runShared - this.#shared[row + this.#shareStep[share]!]!);
    }
    return result;
  }

  #cumulate(
    classes: readonly ClassOnModel[],
    width: number,
    column: (item: ClassOnModel) => number,
  ): Float64Array {
    const height = this.#cpuSteps.length + 1;
    const table = new Float64Array(width * height);
    for (const item of classes) {
      for (let row = stepsUpTo(this.#cpuSteps, item.cpuMilli); row < height; row += 1) {
        for (let col = column(item); col < width; col += 1) table[row * width + col]! += item.count;
      }
    }
    return table;
  }
}

const ascending = (values: readonly number[]): number[] => [...new Set(values)].toSorted((a, b) => a - b);

/** How many of the ascending steps are at most `value`. */
function stepsUpTo(steps: readonly number[], value: number): number {
  let low = 0;
  let high = steps.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (steps[middle]! <= value) low = middle + 1;
    else high = middle;
  }
  return low;
}
