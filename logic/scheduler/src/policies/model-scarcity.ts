import { shareOn } from "../engine/shape.ts";
import type { FleetState } from "../engine/state.ts";
import { WHOLE_DEVICE_MILLI } from "../model/task.ts";
import { type DeviceDemand, deviceDemand, devicesByModel } from "./demand.ts";
import type { Scorer } from "./policy.ts";
import { scorerWords } from "./words.ts";

export interface ScarcityOptions {
  /** Devices that the use of one device counts for when all of its kind are asked for. */
  readonly price: number;
  /** How fast that falls with less demand: price × pressure to this power. */
  readonly power: number;
}

/** Price at a pressure: the part of a kind of device that only tasks which must have it ask for, at most 1. */
const priceAt = ({ price, power }: ScarcityOptions, pressure: number): number =>
  price * Math.min(1, pressure ** power);

/**
 * Keeps device models that some tasks must have for those tasks: the use of a device costs a price that grows with how
 * much of its model the constrained classes would ask for, were the fleet filled with the mix.
 */
export const modelScarcity = (options: ScarcityOptions): Scorer => ({
  name: "model-scarcity",
  words: scorerWords["model-scarcity"],
  bind(state: FleetState) {
    const prices = modelPressure(state).map((pressure) => priceAt(options, pressure));
    return (shape) => (_, pick) => {
      let paid = 0;
      for (let i = 0; i < pick.count; i += 1) {
        const device = pick.devices[i]!;
        paid += (prices[state.deviceModel[device]!]! * shareOn(state, shape, device)) / WHOLE_DEVICE_MILLI;
      }
      return -paid;
    };
  },
});

const PIECES = 20;
const ROUNDS = 30;

/**
 * For each model, devices asked for by classes that may not use every model, relative to the devices there are, when
 * the mix fills the fleet. A class with several models is spread so that the highest pressure is least: piece by piece
 * to the model with the least, taken back and spread again a number of rounds.
 */
export function modelPressure(state: FleetState): Float64Array {
  const devices = devicesByModel(state);
  const constrained = deviceDemand(state)
    .filter(({ models }) => models.length < state.models.length)
    .map((item) => ({ ...item, models: item.models.filter((model) => devices[model]! > 0) }))
    .filter(({ models }) => models.length > 0);
  const total = devices.reduce((sum, count) => sum + count, 0);
  const load = new Float64Array(devices.length);
  const spreads = constrained.map(() => new Float64Array(devices.length));
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const [i, item] of constrained.entries()) respread(item, total, devices, load, spreads[i]!);
  }
  return load.map((asked, model) => (devices[model]! > 0 ? asked / devices[model]! : 0));
}

function respread(
  { models, part }: DeviceDemand,
  total: number,
  devices: Float64Array,
  load: Float64Array,
  spread: Float64Array,
): void {
  for (const model of models) {
    load[model]! -= spread[model]!;
    spread[model] = 0;
  }
  for (let piece = 0; piece < PIECES; piece += 1) {
    let least = models[0]!;
    for (const model of models) {
      if (load[model]! / devices[model]! < load[least]! / devices[least]!) least = model;
    }
    const asked = (part * total) / PIECES;
    spread[least]! += asked;
    load[least]! += asked;
  }
}
