import { type DeviceRequest, WHOLE_DEVICE_MILLI } from "./task.ts";

/**
 * The tasks a fleet typically gets, as classes with how often each was seen. Fragmentation is measured against
 * it (FGD, USENIX ATC 2023, section 4): free capacity that no typical task can use is a fragment.
 */
export interface TaskClass {
  readonly cpuMilli: number;
  readonly memoryBytes: number;
  readonly devices?: DeviceRequest | undefined;
  /** How many tasks of this class were seen; a positive integer. */
  readonly count: number;
  /** Its share of the mix, 0…1, where the last digit matters (see `fgd-rounding.ts`); count ÷ Σ count when absent. */
  readonly frequency?: number;
}
export type TaskMix = readonly TaskClass[];

type Sized = Omit<TaskClass, "count">;

interface Counted {
  readonly task: Sized;
  count: number;
}

const byFrequency = (a: Counted, b: Counted): number => b.count - a.count || largerFirst(a.task, b.task);

/** Larger first: cores, share of a device, number of devices, then the names of the models (the order of FGD's artefact). */
function largerFirst(a: Sized, b: Sized): number {
  const sizes = ({ cpuMilli, devices }: Sized): number[] => [
    cpuMilli,
    devices ? (devices.shareMilli ?? WHOLE_DEVICE_MILLI) : 0,
    devices?.count ?? 0,
  ];
  const [left, right] = [sizes(a), sizes(b)];
  const differs = left.findIndex((size, i) => size !== right[i]);
  if (differs >= 0) return right[differs]! - left[differs]!;
  const [first, second] = [a, b].map(({ devices }) => (devices?.models ?? []).join("|"));
  return first === second ? 0 : first! < second! ? 1 : -1;
}

const classKey = (task: Sized): string =>
  JSON.stringify([
    task.cpuMilli,
    task.devices?.count ?? 0,
    task.devices ? (task.devices.shareMilli ?? WHOLE_DEVICE_MILLI) : 0,
    task.devices?.memoryBytes ?? 0,
    (task.devices?.models ?? []).toSorted(),
    (task.devices?.capabilities ?? []).toSorted(),
  ]);

/**
 * The most frequent classes of `tasks` until they cover `coverage` (0..1) of them, most frequent first.
 * Memory does not tell classes apart, as in the paper. Of equally frequent classes the larger goes first.
 */
export function typicalMix(tasks: readonly Sized[], coverage = 0.95): TaskMix {
  const classes = new Map<string, Counted>();
  for (const task of tasks) {
    const key = classKey(task);
    const known = classes.get(key);
    if (known) known.count += 1;
    else classes.set(key, { task, count: 1 });
  }
  const chosen: Counted[] = [];
  let covered = 0;
  for (const counted of [...classes.values()].toSorted(byFrequency)) {
    if (covered >= coverage * tasks.length) break;
    covered += counted.count;
    chosen.push(counted);
  }
  return chosen.map(({ task: { cpuMilli, memoryBytes, devices }, count }) => {
    // Of all tasks first, then renormalised: in this order as in FGD's artefact.
    const frequency = count / tasks.length / (covered / tasks.length);
    return { cpuMilli, memoryBytes, count, frequency, ...(devices && { devices }) };
  });
}
