import assert from "node:assert/strict";
import { test } from "node:test";
import { compute } from "../../src/pipeline/compute.ts";
import { weightingSchema } from "../../src/specification/weights-schema.ts";
import { groupConsensus, scaleMaximum } from "../../src/weights/index.ts";
import { small, smallData } from "../demonstration-fixture.ts";

const first = {
  expert: "first",
  matrix: [
    [1, 3, 8],
    ["1/3", 1, 5],
    ["1/8", "1/5", 1],
  ],
};
const second = {
  expert: "second",
  matrix: [
    [1, "1/2", 2],
    [2, 1, 7],
    ["1/2", "1/7", 1],
  ],
};

function derived(weights: object) {
  const specification = small({}, { weights: weightingSchema.parse({ method: "ahp", ...weights }) });
  const data = smallData(specification, [
    ["x", 1, 2, 3],
    ["y", 2, 3, 1],
    ["z", 5, 1, 2],
  ]);
  const evaluation = compute(specification, data);
  return { derivation: evaluation.tables[0]!.indices[0]!.derivation, findings: evaluation.findings };
}

test("the specification chooses the random-index table and the limit of CR", () => {
  const usual = derived({ experts: [first] }).derivation.consistency!;
  const { derivation, findings } = derived({
    experts: [first],
    randomIndex: "nobleSanchez1993",
    consistencyLimit: 0.02,
  });
  const chosen = derivation.consistency!;
  assert.ok(usual.kind === "assessed" && chosen.kind === "assessed");
  assert.deepEqual([usual.randomIndexTable, chosen.randomIndexTable], ["saaty1980", "nobleSanchez1993"]);
  assert.ok(Math.abs(chosen.ratio / usual.ratio - 0.58 / 0.49) < 1e-12);
  assert.equal(chosen.acceptable, false);
  assert.deepEqual(
    findings.map(({ code }) => code),
    ["inconsistent-judgements"],
  );
});

test("consensus is measured against the strongest judgement of the scale in use", () => {
  const { consensus, experts } = derived({ experts: [first, second], scale: "power" }).derivation;
  const priorities = experts!.map(({ weights }) => weights);
  assert.equal(scaleMaximum("power", 3), 81);
  assert.deepEqual(consensus, groupConsensus(priorities, 81));
  assert.notDeepEqual(consensus, groupConsensus(priorities));
});
