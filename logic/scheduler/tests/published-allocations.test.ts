import assert from "node:assert/strict";
import { test } from "node:test";
import { simulate } from "../src/index.ts";
import {
  openbNodes,
  openbOrders,
  openbTasks,
  publishedAllocations,
  publishedNames,
  skipWithoutTraces,
  traces,
} from "./openb-data.ts";

const full = process.env["YUNHE_FULL"] === "1";
const arrivedPercents = [90, 95, 100, 110, 130];
const TOLERANCE_POINTS = 0.02;

for (const trace of full ? traces : (["default", "gpuspec33"] as const)) {
  test(
    `the published allocations of five policies are met on trace ${trace}`,
    { skip: skipWithoutTraces },
    () => {
      const published = publishedAllocations();
      const result = simulate({
        format: "openb",
        nodesCsv: openbNodes(),
        tasksCsv: openbTasks(trace),
        orderJsonl: openbOrders(trace),
        policies: Object.keys(publishedNames),
        ...(!full && { seeds: [42] }),
      });
      assert.ok(result.format === "openb");
      assert.equal(result.runs.length, full ? 25 : 5);
      for (const { policy, seed, points } of result.runs) {
        for (const arrived of arrivedPercents) {
          const name = publishedNames[policy as keyof typeof publishedNames];
          const expected = published.get(`${trace} ${seed} ${name} ${arrived}`);
          const actual = points.find(({ arrivedPercent }) => arrivedPercent === arrived)?.allocatedPercent;
          assert.ok(expected !== undefined && actual !== undefined);
          const off = Math.abs(actual - expected);
          assert.ok(
            off <= TOLERANCE_POINTS,
            `${policy}, seed ${seed}, ${arrived}%: ${actual} instead of ${expected}`,
          );
        }
      }
    },
  );
}
