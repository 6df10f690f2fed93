import type { Words } from "../engine/reasons.ts";
import type { Shape } from "../engine/shape.ts";
import type { FleetState } from "../engine/state.ts";

/** The devices that one member would take: devices[0 … count − 1], absolute indices. Reused: do not keep it. */
export interface DevicePick {
  count: number;
  readonly devices: Int32Array;
}

/**
 * How good it is to put one member of the shape on `node` and the picked devices, which are still free: higher is
 * better, usually 0…100. It may depend on the node, its pool, the shape and the mix, and on no other node: the engine
 * calls it again only when the node changed.
 */
export type NodeScore = (node: number, pick: DevicePick) => number;

/**
 * One consideration. `bind` runs once per fleet state (and again when `state.epoch` changes): make tables there.
 * The inner function runs once per shape: take its constants out of the loop there. To keep something per node, store
 * `state.log.versionOf(node)` beside it and recompute when that differs.
 */
export interface Scorer {
  readonly name: string;
  readonly words: Words;
  bind(state: FleetState): (shape: Shape) => NodeScore;
  /** What a person should know beside the score of a node: an amount of money, say. */
  readonly note?: (state: FleetState, shape: Shape, node: number) => Words | undefined;
}

/**
 * Which devices of a node a task gets. Whole devices: always the first free ones. Shares: `fullest`, the fullest
 * that fits; `best`, each one that fits is scored and the best taken, the first on ties; `random`.
 */
export type DeviceRule = "fullest" | "best" | "random";

/** A policy: the node with the highest floor(Σ weight × score) wins, the smallest rank on ties; or any one at random. */
export interface Policy {
  readonly name: string;
  readonly words: Words;
  readonly terms: readonly { readonly scorer: Scorer; readonly weight: number }[];
  readonly devices: DeviceRule;
  readonly choose: "best" | "random";
  /** Where the random choices start; 0 when absent. */
  readonly seed?: number;
}
