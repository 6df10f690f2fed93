import { shareOn } from "../engine/shape.ts";
import type { FleetState } from "../engine/state.ts";
import { WHOLE_DEVICE_MILLI } from "../model/task.ts";
import { deviceDemand, shareDemand } from "./demand.ts";
import type { Scorer } from "./policy.ts";
import { worthOfShares } from "./share-prices.ts";
import { scorerWords } from "./words.ts";

export interface DeviceFitOptions {
  /** Devices that breaking a wholly free device counts for, on top of what the share loses. */
  readonly breaking: number;
}

/**
 * Devices lost by the way a task fills up a device: what the free share was worth, less what the task's own share and
 * the rest are worth (see `worthOfShares`). 0 for whole devices and for fillings that an optimal packing uses.
 */
export const deviceFit = ({ breaking }: DeviceFitOptions): Scorer => ({
  name: "device-fit",
  words: scorerWords["device-fit"],
  bind(state: FleetState) {
    const worth = worthOfShares(shareDemand(deviceDemand(state)));
    return (shape) => {
      if (shape.deviceCount !== 1 || shape.shareMilli === WHOLE_DEVICE_MILLI) return () => 0;
      return (_, pick) => {
        const device = pick.devices[0]!;
        const free = state.deviceFree[device]!;
        const share = shareOn(state, shape, device);
        // Never a hair above 0 by rounding errors: the sum of the scores is rounded down.
        const lost = Math.max(0, worth[free]! - worth[share]! - worth[free - share]! - 1e-9);
        return free === WHOLE_DEVICE_MILLI ? -lost - breaking : -lost;
      };
    };
  },
});
