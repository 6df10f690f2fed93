import { WHOLE_DEVICE_MILLI } from "../model/task.ts";
import type { DevicePick, DeviceRule, NodeScore } from "../policies/policy.ts";
import { deviceAllowed, deviceFits, newPick, pickDevices } from "./devices.ts";
import { passingReason } from "./fit.ts";
import type { Shape } from "./shape.ts";
import type { FleetState } from "./state.ts";

/** Standings below this are reasons: REFUSED + code. At or above it they are scores. */
export const REFUSED = -(2 ** 31);
const LOWEST_SCORE = -(2 ** 30);
const HIGHEST_SCORE = 2 ** 30;
export const isScore = (standing: number): boolean => standing >= LOWEST_SCORE;

/**
 * The standing of one node for one shape: its score, or REFUSED + the code of the reason why not. After a score,
 * `pick` holds the devices it is for.
 */
export class Evaluation {
  readonly pick: DevicePick;
  readonly #state: FleetState;
  readonly #shape: Shape;
  readonly #score: NodeScore;
  readonly #tryEach: boolean;

  constructor(state: FleetState, shape: Shape, score: NodeScore, rule: DeviceRule) {
    this.#state = state;
    this.#shape = shape;
    this.#score = score;
    this.pick = newPick(state);
    this.#tryEach = rule === "best" && shape.deviceCount === 1 && shape.shareMilli !== WHOLE_DEVICE_MILLI;
  }

  /** For a node without a lasting reason against it. */
  standing(node: number): number {
    const busy = passingReason(this.#state, this.#shape, node);
    if (busy) return REFUSED + busy;
    const reason = pickDevices(this.#state, this.#shape, node, this.pick);
    if (reason) return REFUSED + reason;
    return bounded(this.#tryEach ? this.#bestDevice(node) : this.#score(node, this.pick));
  }

  /** Scores each device that fits; devices that are equally free score the same, so only the first is tried. */
  #bestDevice(node: number): number {
    const { devices } = this.pick;
    const [start, end] = [this.#state.deviceStart[node]!, this.#state.deviceStart[node + 1]!];
    let bestScore = -Infinity;
    let bestDevice = -1;
    for (let device = start; device < end; device += 1) {
      if (this.#seenBefore(start, device) || !deviceFits(this.#state, this.#shape, device)) continue;
      if (!deviceAllowed(this.#state, this.#shape, node, device)) continue;
      devices[0] = device;
      const score = this.#score(node, this.pick);
      if (score > bestScore) [bestScore, bestDevice] = [score, device];
    }
    devices[0] = bestDevice;
    return bestScore;
  }

  #seenBefore(start: number, device: number): boolean {
    const { deviceFree, deviceMemoryFree, deviceModel } = this.#state;
    for (let other = start; other < device; other += 1) {
      if (
        deviceFree[other] === deviceFree[device] &&
        deviceModel[other] === deviceModel[device] &&
        deviceMemoryFree[other] === deviceMemoryFree[device]
      ) {
        return true;
      }
    }
    return false;
  }
}

const bounded = (score: number): number => Math.min(HIGHEST_SCORE, Math.max(LOWEST_SCORE, Math.floor(score)));
