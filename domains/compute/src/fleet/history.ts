import type { Clock } from "@yunhe/kernel";
import type { PlacementView } from "../placement/view.ts";
import { nodeUses } from "./use.ts";

/** How much of the fleet was held at one moment. Rebuilt from nothing after a restart: a picture, not a bill. */
export interface FleetSample {
  readonly atMs: number;
  readonly cpuMilli: { readonly total: number; readonly held: number };
  readonly memoryBytes: { readonly total: number; readonly held: number };
  readonly devicesMilli: { readonly total: number; readonly held: number };
  readonly running: number;
  readonly waiting: number;
}

const everyMs = 5000;
/** Two hours. */
const most = 1440;

/** Samples the fleet in a ring of bounded size. */
export class FleetHistory {
  readonly #view: PlacementView;
  readonly #clock: Clock;
  readonly #samples: FleetSample[] = [];
  #cancel: () => void = () => undefined;

  constructor(view: PlacementView, clock: Clock) {
    this.#view = view;
    this.#clock = clock;
    this.#schedule();
  }

  samples(): readonly FleetSample[] {
    return [...this.#samples, this.#sample()];
  }

  stop(): void {
    this.#cancel();
  }

  #schedule(): void {
    this.#cancel = this.#clock.after(everyMs, () => {
      this.#samples.push(this.#sample());
      if (this.#samples.length > most) this.#samples.shift();
      this.#schedule();
    });
  }

  #sample(): FleetSample {
    const nodes = nodeUses(this.#view);
    const sum = (amount: (node: (typeof nodes)[number]) => number): number =>
      nodes.reduce((total, node) => total + amount(node), 0);
    return {
      atMs: this.#clock.nowMs(),
      cpuMilli: { total: sum((node) => node.cpuMilli.total), held: sum((node) => node.cpuMilli.held) },
      memoryBytes: {
        total: sum((node) => node.memoryBytes.total),
        held: sum((node) => node.memoryBytes.held),
      },
      devicesMilli: {
        total: sum((node) => node.devices.length * 1000),
        held: sum((node) => node.devices.reduce((held, device) => held + device.heldMilli, 0)),
      },
      running: sum((node) => node.attempts.length),
      waiting: this.#view.waiting.size,
    };
  }
}
