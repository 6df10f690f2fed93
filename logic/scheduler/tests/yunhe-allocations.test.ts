import assert from "node:assert/strict";
import { test } from "node:test";
import { simulate } from "../src/index.ts";
import {
  openbNodes,
  openbOrders,
  openbTasks,
  publishedAllocations,
  skipWithoutTraces,
  traces,
} from "./openb-data.ts";

const full = process.env["YUNHE_FULL"] === "1";
const skip =
  skipWithoutTraces ||
  (full ? false : "run only with YUNHE_FULL=1: ten traces, five arrival orders each (may skip in CI)");

interface Means {
  readonly yunhe: number;
  readonly fgd: number;
}

/** Mean allocation over the seeds in percent, ours replayed and FGD's as published. */
function means(trace: string, arrivedPercent: 100 | 130, seeds?: readonly number[]): Means {
  const published = publishedAllocations();
  const result = simulate({
    format: "openb",
    nodesCsv: openbNodes(),
    tasksCsv: openbTasks(trace),
    orderJsonl: openbOrders(trace),
    policies: ["yunhe"],
    ...(seeds && { seeds }),
  });
  assert.ok(result.format === "openb");
  const [ours, theirs] = [[], []] as [number[], number[]];
  for (const run of result.runs) {
    ours.push(arrivedPercent === 100 ? run.allocatedPercentAt100! : run.allocatedPercentAt130!);
    theirs.push(published.get(`${trace} ${run.seed} FGD ${arrivedPercent}`)!);
  }
  return { yunhe: mean(ours), fgd: mean(theirs) };
}

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

for (const arrived of [100, 130] as const) {
  test(
    `yunhe allocates at least 96% of the default trace's fleet at ${arrived}% arrived`,
    { skip: skipWithoutTraces },
    () => {
      const { yunhe, fgd } = means("default", arrived, full ? undefined : [42, 43]);
      assert.ok(yunhe >= 96, `${yunhe}`);
      assert.ok(100 - yunhe <= 0.82 * (100 - fgd), `${yunhe}, FGD ${fgd}`);
    },
  );

  test(
    `yunhe protects the scarce models of gpuspec33 at ${arrived}% arrived`,
    { skip: skipWithoutTraces },
    () => {
      const { yunhe, fgd } = means("gpuspec33", arrived, full ? undefined : [42]);
      assert.ok(yunhe >= fgd + 1, `${yunhe}, FGD ${fgd}`);
    },
  );

  test(
    `at ${arrived}% arrived, yunhe is above FGD on every trace and leaves a fifth less unallocated`,
    { skip },
    () => {
      const all = traces.map((trace) => ({ trace, ...means(trace, arrived) }));
      for (const { trace, yunhe, fgd } of all)
        assert.ok(yunhe >= fgd - 0.02, `${trace}: ${yunhe}, FGD ${fgd}`);
      const [ours, theirs] = [mean(all.map(({ yunhe }) => yunhe)), mean(all.map(({ fgd }) => fgd))];
      assert.ok(100 - ours <= 0.8 * (100 - theirs), `${ours}, FGD ${theirs}`);
    },
  );
}
