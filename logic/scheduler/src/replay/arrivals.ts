import { z } from "zod";
import { randomBelow, type RandomSource, seededRandom } from "../engine/random.ts";
import { type TaskRequest, WHOLE_DEVICE_MILLI } from "../model/task.ts";
import { JsonSource } from "./json-source.ts";
import { type SourceText, TraceError } from "./trace-error.ts";

/** In which order tasks arrive and which node wins a tie. */
export interface Arrivals {
  readonly seed: number;
  readonly source: "file" | "generated";
  /** Indices into the tasks sorted by name. */
  readonly order: readonly number[];
  /** nodeRank[index of the node sorted by name] = rank. */
  readonly nodeRank: readonly number[];
}

/** Requests arrive until the next would exceed this share of the fleet's devices. */
export const ARRIVAL_LIMIT_PERCENT = 130;

const orderLineSchema = z.object({
  seed: z.number().int(),
  order: z.array(z.number().int().nonnegative()),
  nodeRank: z.array(z.number().int().nonnegative()),
});

/** Reads an order file: one JSON object per line with `seed`, `order` and `nodeRank`; checks that all point inside. */
export function parseOrders({ file, text }: SourceText, taskCount: number, nodeCount: number): Arrivals[] {
  const arrivals: Arrivals[] = [];
  for (const [index, content] of text.split("\n").entries()) {
    if (content.trim() === "") continue;
    const line = index + 1;
    const { seed, order, nodeRank } = new JsonSource({ file, text: content }, line).read(orderLineSchema);
    refuseOutside({ file, line }, "order", order, taskCount);
    refuseOutside({ file, line }, "nodeRank", nodeRank, nodeCount);
    refuseNoPermutation({ file, line }, nodeRank, nodeCount);
    arrivals.push({ seed, source: "file", order, nodeRank });
  }
  return arrivals;
}

interface LinePosition {
  readonly file: string;
  readonly line: number;
}

function refuseOutside(at: LinePosition, name: string, values: readonly number[], count: number): void {
  const wrong = values.findIndex((value) => value >= count);
  if (wrong < 0) return;
  throw new TraceError(
    { ...at, column: `${name}[${wrong}]` },
    {
      en: `${values[wrong]} points outside: there are ${count} (0 … ${count - 1})`,
      zh: `${values[wrong]} 超出范围：共有 ${count} 个（0 … ${count - 1}）`,
    },
  );
}

function refuseNoPermutation(at: LinePosition, nodeRank: readonly number[], nodeCount: number): void {
  if (nodeRank.length === nodeCount && new Set(nodeRank).size === nodeCount) return;
  throw new TraceError(
    { ...at, column: "nodeRank" },
    { en: `must name each of the ${nodeCount} ranks once`, zh: `必须恰好列出 ${nodeCount} 个名次各一次` },
  );
}

/**
 * The protocol's arrivals from our own generator (Mulberry32): a shuffle of all tasks, then draws with replacement until
 * the next would pass 130% of the capacity; tasks are removed at random first if they alone exceed it. The same seed
 * always gives the same order, but not the order that Go's generator gave the published experiments.
 */
export function generateArrivals(
  seed: number,
  tasks: readonly TaskRequest[],
  nodeCount: number,
  capacityMilli: number,
): Arrivals {
  const random = seededRandom(seed);
  const limitMilli = (capacityMilli * ARRIVAL_LIMIT_PERCENT) / 100;
  const order = shuffled(tasks.length, random);
  let arrivedMilli = order.reduce((sum, task) => sum + requestedMilli(tasks[task]!), 0);
  while (arrivedMilli > limitMilli) {
    const [removed] = order.splice(randomBelow(random, order.length), 1);
    arrivedMilli -= requestedMilli(tasks[removed!]!);
  }
  while (arrivedMilli > 0) {
    const task = randomBelow(random, tasks.length);
    if (arrivedMilli + shareOfOne(tasks[task]!) > limitMilli) break;
    order.push(task);
    arrivedMilli += requestedMilli(tasks[task]!);
  }
  return { seed, source: "generated", order, nodeRank: shuffled(nodeCount, random) };
}

const shareOfOne = ({ devices }: TaskRequest): number =>
  devices ? (devices.shareMilli ?? WHOLE_DEVICE_MILLI) : 0;

/** Thousandths of devices that a task asks for in all. */
export const requestedMilli = (task: TaskRequest): number => (task.devices?.count ?? 0) * shareOfOne(task);

/** Fisher–Yates. */
function shuffled(count: number, random: RandomSource): number[] {
  const values = Array.from({ length: count }, (_, i) => i);
  for (let i = count - 1; i > 0; i -= 1) {
    const j = randomBelow(random, i + 1);
    [values[i], values[j]] = [values[j]!, values[i]!];
  }
  return values;
}
