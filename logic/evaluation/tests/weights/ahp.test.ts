import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import {
  InputError,
  aggregateJudgements,
  aggregatePriorities,
  ahpScaleNames,
  ahpScales,
  applyScale,
  groupConsensus,
  judgementsFromUpper,
  parseJudgement,
  prioritiesOf,
  prioritiesOfIncomplete,
  randomIndex,
  randomIndexTables,
  type PriorityMethod,
} from "../../src/weights/index.ts";
import { near } from "../near.ts";

const methods: PriorityMethod[] = ["eigenvector", "geometric-mean", "column-mean"];
const intensity = fc.integer({ min: -8, max: 8 }).map((k) => (k < 0 ? 1 / (1 - k) : 1 + k));
const judgements = fc
  .integer({ min: 2, max: 9 })
  .chain((n) => fc.array(intensity, { minLength: (n * (n - 1)) / 2, maxLength: (n * (n - 1)) / 2 }))
  .map(judgementsFromUpper);
const positiveWeights = fc.array(fc.double({ min: 0.01, max: 1, noNaN: true }), {
  minLength: 2,
  maxLength: 12,
});

function consistentMatrix(weights: readonly number[]): number[][] {
  return weights.map((a) => weights.map((b) => a / b));
}

void test("the weights of a consistent matrix are recovered by every method, with λmax = n and CR = 0", () => {
  fc.assert(
    fc.property(positiveWeights, fc.constantFrom(...methods), (weights, method) => {
      const total = weights.reduce((a, b) => a + b, 0);
      const result = prioritiesOf(consistentMatrix(weights), { method });
      near(
        result.weights,
        weights.map((w) => w / total),
        1e-14,
      );
      near([result.lambdaMax], [weights.length], 1e-12);
      if (result.consistency.kind === "assessed") assert.ok(result.consistency.ratio < 1e-12);
      else assert.equal(weights.length, 2);
    }),
  );
});

void test("the eigenvector satisfies A w = λ w to 1e-14 and sums to 1, for random judgements", () => {
  fc.assert(
    fc.property(judgements, (matrix) => {
      const { weights, lambdaMax } = prioritiesOf(matrix);
      for (const [i, row] of matrix.entries()) {
        const image = row.reduce((total, value, j) => total + value * weights[j]!, 0);
        assert.ok(Math.abs(image / lambdaMax - weights[i]!) <= 1e-14);
      }
      near([weights.reduce((a, b) => a + b, 0)], [1], 1e-14);
      assert.ok(lambdaMax >= matrix.length - 1e-12);
    }),
  );
});

void test("renumbering the items renumbers the weights", () => {
  fc.assert(
    fc.property(judgements, fc.constantFrom(...methods), (matrix, method) => {
      const reversed = matrix.toReversed().map((row) => row.toReversed());
      near(
        prioritiesOf(reversed, { method }).weights.toReversed(),
        prioritiesOf(matrix, { method }).weights,
        1e-13,
      );
    }),
  );
});

void test("the eigenvector and the geometric mean agree for three items (a theorem)", () => {
  fc.assert(
    fc.property(fc.tuple(intensity, intensity, intensity), (upper) => {
      const matrix = judgementsFromUpper(upper);
      near(prioritiesOf(matrix, { method: "geometric-mean" }).weights, prioritiesOf(matrix).weights, 1e-13);
    }),
  );
});

void test("for fewer than three items consistency is not applicable, not 0", () => {
  for (const matrix of [[[1]], judgementsFromUpper([7])]) {
    assert.equal(prioritiesOf(matrix).consistency.kind, "notApplicable");
  }
});

function refusal(run: () => unknown): InputError {
  try {
    run();
  } catch (error) {
    assert.ok(error instanceof InputError);
    assert.ok(error.words.zh.length > 0);
    return error;
  }
  throw new assert.AssertionError({ message: "nothing was refused" });
}

void test("wrong matrices are refused with row and column", () => {
  const notReciprocal = [
    [1, 2, 3],
    [0.5, 1, 4],
    [1 / 3, 0.3, 1],
  ];
  assert.deepEqual(refusal(() => prioritiesOf(notReciprocal)).place, { row: 3, column: 2 });
  assert.match(refusal(() => prioritiesOf(notReciprocal, { names: ["a", "b", "c"] })).message, /\(b : c\)/u);
  const zero = [
    [1, 0],
    [2, 1],
  ];
  assert.deepEqual(refusal(() => prioritiesOf(zero)).place, { row: 1, column: 2 });
  const diagonal = [
    [1, 2],
    [0.5, 2],
  ];
  assert.deepEqual(refusal(() => prioritiesOf(diagonal)).place, { row: 2, column: 2 });
  assert.deepEqual(refusal(() => prioritiesOf([[1, 2], [0.5]])).place, { row: 2 });
  assert.match(
    refusal(() =>
      prioritiesOf([
        [1, NaN],
        [NaN, 1],
      ]),
    ).message,
    /missing/u,
  );
  refusal(() => prioritiesOf([]));
  refusal(() => judgementsFromUpper([1, 2]));
});

void test("judgements printed with rounding pass when a tolerance is asked for", () => {
  const rounded = [
    [1, 3],
    [0.333, 1],
  ];
  refusal(() => prioritiesOf(rounded));
  near(prioritiesOf(rounded, { tolerance: 0.01 }).weights, [0.75, 0.25], 1e-3);
});

void test("judgements are read as numbers and fractions", () => {
  assert.equal(parseJudgement(" 1/3 "), 1 / 3);
  assert.equal(parseJudgement("1:7"), 1 / 7);
  assert.ok(Number.isNaN(parseJudgement("?")));
  for (const wrong of ["0", "-3", "3/0", "three"]) refusal(() => parseJudgement(wrong));
});

void test("removing judgements of a consistent matrix changes neither method's weights", () => {
  const weights = [0.4, 0.3, 0.2, 0.1];
  const matrix = consistentMatrix(weights);
  for (const [i, j] of [
    [0, 2],
    [1, 3],
    [0, 3],
  ] as const)
    matrix[i]![j] = matrix[j]![i] = NaN;
  for (const method of ["harker", "logarithmic-least-squares"] as const) {
    const result = prioritiesOfIncomplete(matrix, { method });
    near(result.weights, weights, 1e-14);
    assert.equal(result.missing.length, 3);
    assert.equal(result.consistency.kind, "notApplicable", "a tree of comparisons has nothing to check");
  }
});

void test("a complete matrix gives the same weights through the methods for incomplete ones", () => {
  fc.assert(
    fc.property(judgements, (matrix) => {
      near(prioritiesOfIncomplete(matrix).weights, prioritiesOf(matrix).weights, 1e-13);
      const logarithmic = prioritiesOfIncomplete(matrix, { method: "logarithmic-least-squares" }).weights;
      near(logarithmic, prioritiesOf(matrix, { method: "geometric-mean" }).weights, 1e-13);
    }),
  );
});

void test("Harker's example: one missing comparison of three items is inferred from the other two", () => {
  // P. T. Harker, Mathematical Modelling 9 (1987): a12 = 2, a23 = 2, a13 missing gives (4, 2, 1)/7.
  near(prioritiesOfIncomplete(judgementsFromUpper([2, NaN, 2])).weights, [4 / 7, 2 / 7, 1 / 7], 1e-14);
});

void test("items that no chain of comparisons connects are refused", () => {
  assert.match(
    refusal(() => prioritiesOfIncomplete(judgementsFromUpper([2, NaN, NaN]))).message,
    /not connected/u,
  );
});

void test("every scale maps equal to 1 and rises with the intensity", () => {
  for (const name of ahpScaleNames) {
    const values = [1, 2, 3, 4, 5, 6, 7, 8, 9].map((x) => ahpScales[name].of(x, { n: 5 }));
    near([values[0]!], [1], 1e-12);
    for (const [k, value] of values.entries())
      if (k > 0) assert.ok(value > values[k - 1]!, `${name} at ${k + 1}`);
  }
});

void test("the scales have the values that Ishizaka & Labib (2011) and Salo & Hämäläinen (1997) print", () => {
  const at = (name: keyof typeof ahpScales) =>
    [1, 2, 3, 4, 5, 6, 7, 8, 9].map((x) => ahpScales[name].of(x, { n: 2 }));
  near(at("balanced"), [1, 1.22, 1.5, 1.86, 2.33, 3, 4, 5.67, 9], 0.0051);
  near(at("logarithmic"), [1, 1.58, 2, 2.32, 2.58, 2.81, 3, 3.17, 3.32], 0.0051);
  near(at("inverse-linear"), [1, 1.13, 1.29, 1.5, 1.8, 2.25, 3, 4.5, 9], 0.0051);
  near(
    at("root-square"),
    [1, Math.SQRT2, Math.sqrt(3), 2, Math.sqrt(5), Math.sqrt(6), Math.sqrt(7), Math.sqrt(8), 3],
    1e-12,
  );
  near(at("geometric"), [1, 2, 4, 8, 16, 32, 64, 128, 256], 1e-9);
  near(at("balanced-n"), at("balanced"), 1e-12);
  near(at("adaptive"), at("linear"), 1e-12);
});

void test("adaptive scales give the top item 0.9 of the weight for any number of items (Goepel 2019)", () => {
  for (const n of [2, 3, 5, 9]) {
    for (const name of ["adaptive", "adaptive-balanced"] as const) {
      const c = ahpScales[name].of(9, { n });
      near([c / (c + n - 1)], [0.9], 1e-12);
    }
  }
});

void test("a scaled matrix stays reciprocal, and judgements beyond 9 are refused with their place", () => {
  fc.assert(
    fc.property(judgements, fc.constantFrom(...ahpScaleNames), (matrix, name) => {
      prioritiesOf(applyScale(matrix, name));
    }),
  );
  assert.deepEqual(refusal(() => applyScale(judgementsFromUpper([12]), "power")).place, {
    row: 1,
    column: 2,
  });
});

void test("aggregated judgements stay reciprocal, and one expert's aggregate is his own matrix", () => {
  fc.assert(
    fc.property(judgements, (matrix) => {
      for (const [i, row] of aggregateJudgements([matrix, matrix], [3, 1]).entries())
        near(row, [...matrix[i]!], 1e-12);
    }),
  );
  const group = aggregateJudgements([judgementsFromUpper([2, 4, 8]), judgementsFromUpper([8, 1, 2])]);
  near(group[0]!, [1, 4, 2], 1e-12);
});

void test("with geometric means, aggregating judgements or priorities is the same (Aczél & Saaty 1983)", () => {
  const experts = [
    judgementsFromUpper([2, 4, 3]),
    judgementsFromUpper([1 / 2, 5, 7]),
    judgementsFromUpper([1, 3, 2]),
  ];
  const method = "geometric-mean" as const;
  const judged = prioritiesOf(aggregateJudgements(experts, [2, 1, 1]), { method }).weights;
  const priorities = experts.map((expert) => prioritiesOf(expert, { method }).weights);
  near(aggregatePriorities(priorities, { mean: "geometric", expertWeights: [2, 1, 1] }), judged, 1e-14);
});

void test("consensus is 1 for the same priorities and 0 for experts who each put another item first by 9", () => {
  near(
    [
      groupConsensus([
        [0.5, 0.3, 0.2],
        [0.5, 0.3, 0.2],
      ]).indicator,
    ],
    [1],
    1e-12,
  );
  const extreme = [0, 1, 2].map((top) => [0, 1, 2].map((i) => (i === top ? 9 : 1) / 11));
  const { indicator, word } = groupConsensus(extreme);
  near([indicator], [0], 1e-12);
  assert.equal(word, "veryLow");
});

/** Mean CI of random reciprocal matrices with entries from 1/9 … 9, from a fixed sequence. */
function simulatedRandomIndex(n: number, count: number): number {
  let state = 12345;
  const next = () => (state = (state * 1103515245 + 12345) % 2147483648) / 2147483648;
  const entry = () => {
    const k = Math.floor(next() * 17) - 8;
    return k < 0 ? 1 / (1 - k) : 1 + k;
  };
  let total = 0;
  for (let sample = 0; sample < count; sample++) {
    const matrix = judgementsFromUpper(Array.from({ length: (n * (n - 1)) / 2 }, entry));
    total += (prioritiesOf(matrix).lambdaMax - n) / (n - 1);
  }
  return total / count;
}

void test("each random-index table agrees with a simulation of random matrices", () => {
  for (const n of [3, 4, 6]) {
    const simulated = simulatedRandomIndex(n, 800);
    for (const [name, table] of Object.entries(randomIndexTables)) {
      const ratio = table.values[n - 3]! / simulated;
      assert.ok(ratio > 0.85 && ratio < 1.15, `${name}, n = ${n}: ${ratio}`);
    }
  }
  for (const n of [6, 10, 15])
    near([randomIndex(n, "alonsoLamataFit")], [randomIndex(n, "alonsoLamata2006")], 0.02);
  refusal(() => randomIndex(16, "saaty1980"));
});
