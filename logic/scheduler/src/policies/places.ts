import type { Shape } from "../engine/shape.ts";
import type { FleetState } from "../engine/state.ts";
import { carbonGramsPerHour } from "../model/carbon.ts";
import { latencyMsTo } from "../model/link.ts";
import { hourlyPriceNano } from "../model/price.ts";
import { transferCost } from "../model/transfer.ts";
import type { Pool } from "../model/fleet.ts";
import type { NodeScore, Scorer } from "./policy.ts";
import { scorerWords } from "./words.ts";

/** Scores that depend on where a node is and what its devices are, not on what else runs there. */

/** What a pool and model cost in whatever is to be small; undefined when not known. */
type Cost = (pool: Pool, model: string | undefined) => number | undefined;

/**
 * 100 for the least cost among the places that may be used, and in proportion below it (half the score for twice the
 * cost); 0 where the cost is not known.
 */
function lowest(state: FleetState, shape: Shape, cost: Cost): NodeScore {
  const { models, fleet } = state;
  const columns = models.length + 1;
  const costs = fleet.pools.flatMap((pool) => [undefined, ...models].map((model) => cost(pool, model?.name)));
  const allowed = costs.filter((value, i) => value !== undefined && mayUse(shape, i, columns)) as number[];
  const least = Math.min(...allowed);
  const scores = costs.map((value) => (value === undefined ? 0 : proportion(least, value)));
  return (node, pick) => {
    const model = pick.count > 0 ? state.deviceModel[pick.devices[0]!]! + 1 : 0;
    return scores[state.poolOf[node]! * columns + model]!;
  };
}

function mayUse(shape: Shape, index: number, columns: number): boolean {
  const [pool, column] = [Math.floor(index / columns), index % columns];
  if (shape.poolReason[pool] !== 0 || (column === 0) !== (shape.deviceCount === 0)) return false;
  return column === 0 || shape.deviceReason[pool * (columns - 1) + column - 1] === 0;
}

function proportion(least: number, value: number): number {
  if (value <= least) return 100;
  return Math.floor((100 * least) / value);
}

/** The price of an hour, and of moving the data there, spread over the hours of the run. */
export const cheapestScore: Scorer = {
  name: "cheap",
  words: scorerWords.cheap,
  bind: (state) => (shape) =>
    lowest(state, shape, (pool, model) => {
      const moving = movingNano(state, shape, pool);
      const hourly = hourlyPriceNano(shape.task, pool, model);
      const hours = shape.task.preferences?.data?.moving?.hours ?? 1;
      return moving === undefined || hourly === undefined ? undefined : hourly + moving / hours;
    }),
};

export const fastestStartScore: Scorer = {
  name: "fast-start",
  words: scorerWords["fast-start"],
  /** One second is added so that no delay compares with some delay. */
  bind: (state) => (shape) => lowest(state, shape, (pool) => pool.startDelayMs + 1000),
};

export const lowestCarbonScore: Scorer = {
  name: "low-carbon",
  words: scorerWords["low-carbon"],
  bind: (state) => (shape) =>
    lowest(state, shape, (pool, model) =>
      carbonGramsPerHour(shape.task, pool, model === undefined ? undefined : state.catalogue.find(model)),
    ),
};

/** Low latency to a point; one millisecond is added so that the place itself compares with a near one. */
export const nearScore = (point: string): Scorer => ({
  name: "near",
  words: scorerWords.near,
  bind: (state) => (shape) =>
    lowest(state, shape, (pool) => {
      const latencyMs = latencyMsTo(state.fleet, pool, point);
      return latencyMs === undefined ? undefined : latencyMs + 1;
    }),
});

/** The share of the wanted data that is already in the pool, in percent. */
export const dataScore = (names: readonly string[]): Scorer => ({
  name: "data",
  words: scorerWords.data,
  bind(state) {
    const there = state.fleet.pools.map(({ data }) => names.filter((name) => data.includes(name)).length);
    return () => (node) =>
      names.length === 0 ? 0 : Math.floor((100 * there[state.poolOf[node]!]!) / names.length);
  },
});

/** Of moving the wanted data to the pool, in its currency; undefined when that cannot be compared. */
function movingNano(state: FleetState, { task }: Shape, pool: Pool): number | undefined {
  const wanted = task.preferences?.data;
  if (!wanted?.moving) return 0;
  const cost = transferCost(state.fleet, pool, wanted.names);
  const isOwn = cost?.currency === undefined || cost.currency === (pool.prices?.currency ?? cost.currency);
  return cost && isOwn ? cost.nano : undefined;
}

/** What running costs, of running and moving the data there together, in percent: 100 where nothing is paid for moving. */
export const movingScore = (hours: number): Scorer => ({
  name: "moving",
  words: scorerWords.moving,
  bind: (state) => (shape) => {
    const costs = state.fleet.pools.map((pool) => movingNano(state, shape, pool));
    return (node, pick) => {
      const moving = costs[state.poolOf[node]!];
      if (moving === undefined || moving === 0) return moving === undefined ? 0 : 100;
      const pool = state.fleet.pools[state.poolOf[node]!]!;
      const model = pick.count > 0 ? state.models[state.deviceModel[pick.devices[0]!]!]!.name : undefined;
      const running = (hourlyPriceNano(shape.task, pool, model) ?? 0) * hours;
      return Math.floor((100 * running) / (running + moving));
    };
  },
  note(state, { task }, node) {
    const pool = state.fleet.pools[state.poolOf[node]!]!;
    const cost = transferCost(state.fleet, pool, task.preferences?.data?.names ?? []);
    if (!cost || cost.nano === 0) return undefined;
    const price = `${(cost.nano / 1e9).toFixed(4)} ${cost.currency ?? ""}`.trim();
    const size = `${(cost.bytes / 2 ** 30).toFixed(2)} GiB`;
    return { en: `${price} to bring ${size} there`, zh: `搬运 ${size} 需 ${price}` };
  },
});

/** 100 where all the wanted labels are there, else the share of them in percent. */
export const labelScore = (labels: Readonly<Record<string, string>>): Scorer => ({
  name: "labels",
  words: scorerWords.labels,
  bind(state) {
    const wanted = Object.entries(labels);
    return () => (node) => {
      const own = state.fleet.nodes[node]!.labels;
      const ofPool = state.fleet.pools[state.poolOf[node]!]!.labels;
      const held = wanted.filter(([key, value]) => (own[key] ?? ofPool[key]) === value).length;
      return wanted.length === 0 ? 0 : Math.floor((100 * held) / wanted.length);
    };
  },
});
