import { WHOLE_DEVICE_MILLI } from "../model/task.ts";
import type { Policy } from "../policies/policy.ts";
import type { Member } from "./member.ts";
import { deviceAllowed, deviceFits } from "./devices.ts";
import { isScore } from "./evaluate.ts";
import { randomBelow, type RandomSource } from "./random.ts";
import type { ShapeIndex } from "./shape-index.ts";
import { deviceMemoryOn, type Shape, shareOn } from "./shape.ts";
import type { FleetState } from "./state.ts";

/** Picks the node and devices for one member by the policy; undefined when nothing fits. */
export function chooseMember(
  state: FleetState,
  index: ShapeIndex,
  policy: Policy,
  random: RandomSource,
): Member | undefined {
  index.refresh();
  const node = policy.choose === "best" ? index.ranking.best() : anyNode(state, index, random);
  return node < 0 ? undefined : memberOn(state, index, policy, random, node);
}

/** The member on a node that has a score. */
export function memberOn(
  state: FleetState,
  index: ShapeIndex,
  policy: Policy,
  random: RandomSource,
  node: number,
): Member {
  const { shape } = index;
  const shares = shape.deviceCount === 1 && shape.shareMilli !== WHOLE_DEVICE_MILLI;
  const devices =
    policy.devices === "random" && shares ? [anyDevice(state, shape, node, random)] : index.devicesOn(node)!;
  return {
    pool: state.poolOf[node]!,
    node,
    devices: devices.map((device) => ({
      device,
      shareMilli: shareOn(state, shape, device),
      memoryBytes: deviceMemoryOn(state, shape, device),
    })),
  };
}

/** One feasible node, uniformly: by drawing until one fits, or from the list of those that fit when few do. */
function anyNode(state: FleetState, { ranking }: ShapeIndex, random: RandomSource): number {
  if (ranking.best() < 0) return -1;
  for (let draws = 0; draws < 32; draws += 1) {
    const node = randomBelow(random, state.nodeCount);
    if (isScore(ranking.of(node))) return node;
  }
  const fitting = Array.from({ length: state.nodeCount }, (_, node) => node).filter((node) =>
    isScore(ranking.of(node)),
  );
  return fitting[randomBelow(random, fitting.length)]!;
}

function anyDevice(state: FleetState, shape: Shape, node: number, random: RandomSource): number {
  const fitting: number[] = [];
  for (let device = state.deviceStart[node]!; device < state.deviceStart[node + 1]!; device += 1) {
    if (deviceAllowed(state, shape, node, device) && deviceFits(state, shape, device)) fitting.push(device);
  }
  return fitting[randomBelow(random, fitting.length)]!;
}
