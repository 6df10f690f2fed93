import type { FaultId } from "./faults.ts";
import { runSeed, type SeedReport } from "./run.ts";
import type { WorldOptions } from "./world/world.ts";

const fewestActions = 1;

/**
 * The same failure with as few faults and user actions as still show it: faults are taken away one at a time, then
 * actions from the end. Every try is a whole run, so this takes some dozens of them.
 */
export async function shrink(failing: SeedReport, options: WorldOptions): Promise<SeedReport> {
  const fails = async (
    faults: readonly FaultId[],
    actions: number | undefined,
  ): Promise<SeedReport | undefined> => {
    const report = await runSeed({ ...options, faults, actions });
    return report.invariant === failing.invariant ? report : undefined;
  };
  let best = failing;
  let faults = failing.faults;
  for (let without = 0; without < faults.length;) {
    const fewer = faults.toSpliced(without, 1);
    const report = await fails(fewer, options.actions);
    if (report === undefined) without += 1;
    else [best, faults] = [report, fewer];
  }
  let actions = options.actions ?? 12;
  for (let step = Math.ceil(actions / 2); step >= 1; step = Math.floor(step / 2)) {
    while (actions - step >= fewestActions) {
      const report = await fails(faults, actions - step);
      if (report === undefined) break;
      [best, actions] = [report, actions - step];
    }
  }
  return best;
}
