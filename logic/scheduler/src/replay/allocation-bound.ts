import { type Column, minimise } from "../policies/column-generation.ts";
import { WHOLE_DEVICE_MILLI } from "../model/task.ts";

/** Tasks of one size that arrived, in any (also fractional) number. */
export interface ArrivedTasks {
  readonly count: number;
  readonly cpuMilli: number;
  readonly deviceCount: number;
  /** Thousandths of each device; several devices are always whole. */
  readonly shareMilli: number;
}

export interface TotalCapacity {
  readonly devices: number;
  readonly cpuMilli: number;
}

/**
 * An upper bound on the devices that any policy can have allocated when these tasks have arrived and none has left: the
 * fractional programme that may split tasks' numbers, ignores nodes, memory and models, and may turn away whom it
 * likes. Kept are: each device holds whole shares only (cutting stock), and devices and cores are limited in total.
 * It is concave in the counts, so the bound at the mean of several arrivals bounds the mean over them.
 */
export function allocationBound(arrived: readonly ArrivedTasks[], capacity: TotalCapacity): number {
  const tasks = arrived.filter(({ deviceCount, count }) => deviceCount > 0 && count > 0);
  const devicesRow = tasks.length;
  const cpuRow = tasks.length + 1;
  const amounts = [...tasks.map(({ count }) => count), capacity.devices, capacity.cpuMilli / 1000];
  const start = amounts.map(() => ({ cost: 0, coefficient: 1 }));
  const improve = (prices: Float64Array): Column | undefined => {
    const unused = prices.findIndex((price) => price > 1e-9);
    if (unused >= 0) return { cost: 0, rows: unit(amounts.length, unused) };
    const { gain, numbers } = bestUse(tasks, prices, devicesRow, cpuRow);
    if (gain <= 1e-7) return undefined;
    return columnOf(tasks, numbers, devicesRow, cpuRow);
  };
  return -minimise({ amounts, start, improve }).cost;
}

const unit = (size: number, at: number): Float64Array => {
  const rows = new Float64Array(size);
  rows[at] = 1;
  return rows;
};

/** Devices that `count` of a task take when placed. */
const allocated = ({ deviceCount, shareMilli }: ArrivedTasks): number =>
  (deviceCount * shareMilli) / WHOLE_DEVICE_MILLI;

/** The use of one device, or of several by one task, that gains most at these prices, as a number per kind of task. */
function bestUse(tasks: readonly ArrivedTasks[], prices: Float64Array, devicesRow: number, cpuRow: number) {
  const values = tasks.map(
    (task, i) => allocated(task) + prices[i]! + (prices[cpuRow]! * task.cpuMilli) / 1000,
  );
  const shares = bestMix(tasks, values);
  let gain = shares.value + prices[devicesRow]!;
  let numbers: Float64Array = shares.numbers;
  for (const [i, { deviceCount }] of tasks.entries()) {
    const alone = values[i]! + deviceCount * prices[devicesRow]!;
    if (deviceCount === 1 || alone <= gain) continue;
    gain = alone;
    numbers = unit(tasks.length, i);
  }
  return { gain, numbers };
}

/** Knapsack of one device's thousandths. */
function bestMix(tasks: readonly ArrivedTasks[], values: readonly number[]) {
  const worth = new Float64Array(WHOLE_DEVICE_MILLI + 1);
  const last = new Int32Array(WHOLE_DEVICE_MILLI + 1).fill(-1);
  const items = [...tasks.keys()].filter((i) => tasks[i]!.deviceCount === 1 && values[i]! > 1e-12);
  for (let room = 1; room <= WHOLE_DEVICE_MILLI; room += 1) {
    worth[room] = worth[room - 1]!;
    for (const i of items) {
      const size = tasks[i]!.shareMilli;
      if (size > room || worth[room - size]! + values[i]! <= worth[room]!) continue;
      worth[room] = worth[room - size]! + values[i]!;
      last[room] = i;
    }
  }
  const numbers = new Float64Array(tasks.length);
  for (let room = WHOLE_DEVICE_MILLI; room > 0;) {
    const i = last[room]!;
    if (i < 0) room -= 1;
    else {
      numbers[i]! += 1;
      room -= tasks[i]!.shareMilli;
    }
  }
  return { value: worth[WHOLE_DEVICE_MILLI]!, numbers };
}

function columnOf(
  tasks: readonly ArrivedTasks[],
  numbers: Float64Array,
  devicesRow: number,
  cpuRow: number,
): Column {
  const rows = new Float64Array(tasks.length + 2);
  let cost = 0;
  let devices = 1;
  for (const [i, number] of numbers.entries()) {
    if (number === 0) continue;
    const task = tasks[i]!;
    rows[i] = number;
    rows[cpuRow]! += (number * task.cpuMilli) / 1000;
    cost -= number * allocated(task);
    devices = task.deviceCount;
  }
  rows[devicesRow] = devices;
  return { cost, rows };
}
