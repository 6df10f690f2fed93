import type { AnyResource } from "@yunhe/kernel";
import { quantityOf } from "../../format/quantity.ts";

interface Given {
  readonly cpus?: number | string;
  readonly memory?: number | string;
  readonly tasks?: number;
  readonly devices?: Readonly<Record<string, number>>;
}

interface Held {
  readonly cpuMilli: number;
  readonly memoryBytes: number;
  readonly devicesMilli: number;
  readonly tasks?: number;
  readonly devicesMilliByModel?: Readonly<Record<string, number>>;
}

/** As much of a queue as its page looks at. */
export interface Queue extends AnyResource {
  readonly spec: {
    readonly quota: Given;
    readonly borrowing?: Given;
    readonly cohort: string;
    readonly stopped: boolean;
  };
  readonly status?: {
    readonly waiting: number;
    readonly running: number;
    readonly used: Held;
    readonly borrowed?: Held;
    readonly reservation?: { readonly task: string; readonly at?: string; readonly nodes: readonly string[] };
  };
}

/** One resource of a queue: cores, bytes, devices or tasks. */
export interface Amount {
  readonly of: "tasks" | "cpu" | "memory" | "devices";
  /** Only devices of this model. */
  readonly model?: string;
  readonly used: number;
  /** What of it is beyond the quota. */
  readonly borrowed: number;
  /** Undefined: no bound. */
  readonly quota: number | undefined;
  /** How much more than the quota it may hold. */
  readonly borrowing: number;
}

/** Everything the queue bounds or holds, in the order in which people ask for it. */
export function amountsOf({ spec, status }: Queue): readonly Amount[] {
  const { quota, borrowing } = spec;
  const { used, borrowed } = status ?? {};
  const amount = (
    of: Amount["of"],
    held: (amounts: Held) => number | undefined,
    given: (amounts: Given) => number | undefined,
    model?: string,
  ): Amount => ({
    of,
    ...(model === undefined ? {} : { model }),
    used: (used && held(used)) ?? 0,
    borrowed: (borrowed && held(borrowed)) ?? 0,
    quota: given(quota),
    borrowing: (borrowing && given(borrowing)) ?? 0,
  });
  const models = [
    ...new Set([...Object.keys(quota.devices ?? {}), ...Object.keys(used?.devicesMilliByModel ?? {})]),
  ].filter((model) => model !== "*");
  return [
    amount(
      "tasks",
      ({ tasks }) => tasks,
      ({ tasks }) => tasks,
    ),
    amount(
      "cpu",
      ({ cpuMilli }) => cpuMilli / 1000,
      ({ cpus }) => quantityOf(cpus),
    ),
    amount(
      "memory",
      ({ memoryBytes }) => memoryBytes,
      ({ memory }) => quantityOf(memory),
    ),
    amount(
      "devices",
      ({ devicesMilli }) => devicesMilli / 1000,
      ({ devices }) => devices?.["*"],
    ),
    ...models.map((model) =>
      amount(
        "devices",
        ({ devicesMilliByModel }) => (devicesMilliByModel?.[model] ?? 0) / 1000,
        ({ devices }) => devices?.[model],
        model,
      ),
    ),
  ].filter(({ used: held, quota: bound }) => held > 0 || bound !== undefined);
}
