import assert from "node:assert/strict";
import { test } from "node:test";
import * as evaluation from "../src/index.ts";

const exported: Readonly<Record<string, unknown>> = { ...evaluation };

void test("the package gives weights, coherence, tables and the observatory under their own names", () => {
  for (const name of [
    "prioritiesOf",
    "groupConsensus",
    "benefitOfTheDoubt",
    "cronbach",
    "samplingAdequacy",
    "effectiveWeights",
    "readCsvTable",
    "readXlsxTable",
    "proposeMapping",
    "findContradictions",
    "forecast",
    "seriesOf",
  ]) {
    assert.equal(typeof exported[name], "function", name);
  }
});
