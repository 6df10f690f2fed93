import { shareOn } from "../engine/shape.ts";
import type { FleetState } from "../engine/state.ts";
import { KIND_COUNT } from "../engine/state.ts";
import { WHOLE_DEVICE_MILLI } from "../model/task.ts";
import { largestNode } from "./largest-node.ts";
import type { DevicePick, Policy, Scorer } from "./policy.ts";
import { policyWords, scorerWords } from "./words.ts";

/**
 * The published policies that FGD is compared with (Weng et al., USENIX ATC 2023, section 6, and its artefact). The
 * order of the floating-point operations is the artefact's, since scores are rounded down.
 */

type Shape = Parameters<ReturnType<Scorer["bind"]>>[0];

function pickedShare(state: FleetState, shape: Shape, pick: DevicePick): number {
  let sum = 0;
  for (let i = 0; i < pick.count; i += 1) sum += shareOn(state, shape, pick.devices[i]!);
  return sum;
}

/** Least cores and devices left over, each relative to the largest node. */
export const bestFitScore: Scorer = {
  name: "best-fit",
  words: scorerWords["best-fit"],
  bind(state) {
    const largest = largestNode(state);
    return (shape) => (node, pick) => {
      const cpuLeft = state.cpuFree[node]! - shape.cpuMilli;
      const shareLeft = state.freeShare[node]! - pickedShare(state, shape, pick);
      const left = (cpuLeft / largest.cpuMilli) * 0.5 + (shareLeft / largest.shareMilli) * 0.5;
      return Math.floor((1 - left) * 100);
    };
  },
};

/** Free and asked capacity least alike (Tetris, SIGCOMM 2014, reversed as in the artefact). */
export const dotProductScore: Scorer = {
  name: "dot-product",
  words: scorerWords["dot-product"],
  bind(state) {
    const largest = largestNode(state);
    return (shape) => (node, pick) => {
      const cpu = (state.cpuFree[node]! / largest.cpuMilli) * (shape.cpuMilli / largest.cpuMilli);
      const asked = pickedShare(state, shape, pick) / largest.shareMilli;
      const share = (state.freeShare[node]! / largest.shareMilli) * asked;
      return Math.floor(100 * (1 - (cpu + share) / 2));
    };
  },
};

/** Devices in use before free devices of a node in use, these before an idle node. */
export const gpuPackingScore: Scorer = {
  name: "gpu-packing",
  words: scorerWords["gpu-packing"],
  bind: (state) => (shape) => (node, pick) => {
    if (shape.deviceCount === 0) return 0;
    const idle = state.wholeFree[node]!;
    if (idle === state.deviceTotal[node]) return Math.max(33 - idle, idle);
    let idleTaken = 0;
    let freePercent = 0;
    for (let i = 0; i < pick.count; i += 1) {
      const free = state.deviceFree[pick.devices[i]!]!;
      if (free === WHOLE_DEVICE_MILLI) idleTaken += 1;
      freePercent += Math.floor((free * 100) / WHOLE_DEVICE_MILLI);
    }
    if (idleTaken > 0) return Math.max(50 - idleTaken, 33);
    return Math.max(100 - Math.floor(freePercent / 10), 50);
  },
};

/** Nodes that hold tasks of the same kind (a share, 1, 2, 3–4, more devices) and no other. */
export const gpuClusteringScore: Scorer = {
  name: "gpu-clustering",
  words: scorerWords["gpu-clustering"],
  bind(state) {
    const largest = largestNode(state).shareMilli;
    return (shape) => (node) => {
      if (shape.deviceCount === 0) return 0;
      const fullness = Math.floor((25 * (largest - state.freeShare[node]!)) / largest);
      let kinds = 0;
      for (let kind = 1; kind < KIND_COUNT; kind += 1)
        kinds += state.taskCount[node * KIND_COUNT + kind]! > 0 ? 1 : 0;
      if (kinds === 0) return fullness + 25;
      if (state.taskCount[node * KIND_COUNT + shape.kind] === 0) return fullness;
      return fullness + (kinds === 1 ? 75 : 50);
    };
  },
};

const packing = (name: keyof typeof policyWords, scorer: Scorer): Policy => ({
  name,
  words: policyWords[name],
  terms: [{ scorer, weight: 1 }],
  devices: "fullest",
  choose: "best",
});

export const bestFit = packing("best-fit", bestFitScore);
export const dotProduct = packing("dot-product", dotProductScore);
export const gpuPacking = packing("gpu-packing", gpuPackingScore);
export const gpuClustering = packing("gpu-clustering", gpuClusteringScore);
