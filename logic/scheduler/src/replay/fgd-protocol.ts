import type { Catalogue } from "../catalogue/catalogue.ts";
import { Scheduler } from "../engine/scheduler.ts";
import { createFleetState } from "../engine/state.ts";
import type { Fleet } from "../model/fleet.ts";
import type { TaskMix } from "../model/mix.ts";
import type { TaskRequest } from "../model/task.ts";
import { fragmentation } from "../policies/fragmentation.ts";
import type { Policy } from "../policies/policy.ts";
import { type Arrivals, requestedMilli } from "./arrivals.ts";

/** Means over all arrivals at which the requested share of the fleet's devices rounds to `arrivedPercent`. */
export interface ArrivalPoint {
  readonly arrivedPercent: number;
  /** Granted device share and fragmentation (FGD's F), in percent of the fleet's devices. */
  readonly allocatedPercent: number;
  readonly fragmentationPercent: number;
}

export interface FillResult {
  readonly arrivals: number;
  readonly placed: number;
  readonly dropped: number;
  readonly points: readonly ArrivalPoint[];
}

export interface FillInput {
  readonly fleet: Fleet;
  readonly catalogue: Catalogue;
  readonly mix: TaskMix;
  readonly tasks: readonly TaskRequest[];
  readonly arrivals: Arrivals;
  readonly policy: Policy;
}

/**
 * The protocol of the FGD experiments (USENIX ATC 2023, section 6.1): an empty fleet, each task placed once or dropped,
 * none leaves.
 */
export function fillFleet({ fleet, catalogue, mix, tasks, arrivals, policy }: FillInput): FillResult {
  const state = createFleetState(fleet, { catalogue, mix, nodeRank: arrivals.nodeRank });
  const scheduler = new Scheduler(state, { explain: "never" });
  const fragments = fragmentation(state);
  const capacityMilli = state.freeShare.reduce((sum, share) => sum + share, 0);
  const means = new PercentMeans();
  let fragmentedMilli = Array.from({ length: state.nodeCount }, (_, node) => fragments.of(node)).reduce(
    sum,
    0,
  );
  let [arrivedMilli, allocatedMilli, placed] = [0, 0, 0];
  for (const index of arrivals.order) {
    const task = tasks[index]!;
    arrivedMilli += requestedMilli(task);
    const proposal = scheduler.propose(task, policy);
    if (proposal.kind === "proposal") {
      const nodes = [...new Set(proposal.members.map(({ node }) => node))];
      const before = nodes.map((node) => fragments.of(node)).reduce(sum, 0);
      scheduler.assume(proposal);
      fragmentedMilli += nodes.map((node) => fragments.of(node)).reduce(sum, 0) - before;
      allocatedMilli += requestedMilli(task);
      placed += 1;
    }
    const percent = (milli: number): number => (capacityMilli === 0 ? 0 : (100 * milli) / capacityMilli);
    means.add(Math.round(percent(arrivedMilli)), percent(allocatedMilli), percent(fragmentedMilli));
  }
  const { length } = arrivals.order;
  return { arrivals: length, placed, dropped: length - placed, points: means.points() };
}

const sum = (a: number, b: number): number => a + b;

class PercentMeans {
  readonly #sums = new Map<number, { allocated: number; fragmented: number; count: number }>();

  add(percent: number, allocated: number, fragmented: number): void {
    const known = this.#sums.get(percent) ?? { allocated: 0, fragmented: 0, count: 0 };
    known.allocated += allocated;
    known.fragmented += fragmented;
    known.count += 1;
    this.#sums.set(percent, known);
  }

  points(): ArrivalPoint[] {
    return [...this.#sums].map(([arrivedPercent, { allocated, fragmented, count }]) => ({
      arrivedPercent,
      allocatedPercent: allocated / count,
      fragmentationPercent: fragmented / count,
    }));
  }
}
