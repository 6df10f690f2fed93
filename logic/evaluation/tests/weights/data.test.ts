import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import {
  InputError,
  benefitOfTheDoubt,
  budgetWeights,
  criticWeights,
  entropyWeights,
  equalWeights,
  factorWeights,
  manualWeights,
  weightsForInfluence,
} from "../../src/weights/index.ts";
import { near } from "../near.ts";
import { technologyAchievement } from "../technology-achievement.ts";

const table = fc
  .tuple(fc.integer({ min: 4, max: 12 }), fc.integer({ min: 2, max: 6 }))
  .chain(([rows, columns]) =>
    fc.array(fc.array(fc.integer({ min: 1, max: 1000 }), { minLength: columns, maxLength: columns }), {
      minLength: rows,
      maxLength: rows,
    }),
  )
  .filter((data) => data[0]!.every((_, j) => new Set(data.map((row) => row[j])).size > 1));

void test("CRITIC (Diakoulaki et al. 1995, eight pharmaceutical firms): 0.20, 0.48, 0.32", () => {
  const firms = [
    [61, 1.08, 4.33],
    [20.7, 0.26, 4.34],
    [16.3, 1.98, 2.53],
    [9, 3.29, 1.65],
    [5.4, 2.77, 2.33],
    [4, 4.12, 1.21],
    [-6.1, 3.52, 2.1],
    [-34.6, 3.31, 0.98],
  ];
  // Eight digits as the test data of scikit-criteria give them for this paper.
  near(criticWeights(firms).weights, [0.20222554, 0.48090173, 0.31687273], 5e-9);
  near(criticWeights(firms, { divisor: "population" }).weights, criticWeights(firms).weights, 1e-14);
});

void test("entropy (Hwang & Yoon 1981, choosing a fighter aircraft): as printed, within its rounded intermediates", () => {
  const aircraft = [
    [2, 1500, 20000, 5.5, 5, 9],
    [2.5, 2700, 18000, 6.5, 3, 5],
    [1.8, 2000, 21000, 4.5, 7, 7],
    [2.2, 1800, 20000, 5, 5, 5],
  ];
  const { entropies, weights } = entropyWeights(aircraft);
  near(entropies, [0.9946, 0.9829, 0.9989, 0.9931, 0.9703, 0.977], 0.0003);
  near(weights, [0.0649, 0.2055, 0.0133, 0.0829, 0.357, 0.2764], 0.002);
});

void test("entropy: a constant column gets weight 0, and a two-unit case by hand", () => {
  const { weights, entropies } = entropyWeights([
    [1, 3],
    [1, 1],
  ]);
  near(weights, [0, 1], 1e-12);
  near(entropies, [1, -(0.75 * Math.log2(0.75) + 0.25 * Math.log2(0.25))], 1e-14);
});

void test("factor weights (OECD & JRC Handbook 2008, Technology Achievement Index, tables 16 and 17)", () => {
  const result = factorWeights(technologyAchievement, { retain: { kind: "count", count: 4 } });
  // The Handbook's data table prints logarithms with two decimals, hence 0.1 of a per cent.
  near(
    result.components.explained.map((share) => 100 * share),
    [41.9, 21.8, 12.3, 11.1, 6, 3.7, 2.2, 0.9],
    0.12,
  );
  near(result.explainedVariance, [2.64, 1.76, 1.39, 1.19], 0.03);
  near(result.explainedShare, [0.38, 0.25, 0.2, 0.17], 0.006);
  near(result.rotated[0]!, [0.07, 0.06, 0.97, 0.06], 0.012);
  near([result.scaledSquares[0]![2]!], [0.67], 0.006);
  near([result.weights.reduce((a, b) => a + b, 0)], [1], 1e-14);
});

void test("data-driven weights sum to 1, are not negative, and follow their columns when these are reordered", () => {
  const methods = [
    (data: number[][]) => entropyWeights(data).weights,
    (data: number[][]) => criticWeights(data).weights,
    (data: number[][]) => factorWeights(data, { retain: { kind: "count", count: 2 } }).weights,
    (data: number[][]) => factorWeights(data, { method: "firstComponent" }).weights,
  ];
  fc.assert(
    fc.property(table, fc.constantFrom(...methods), (data, weigh) => {
      const weights = weigh(data);
      near([weights.reduce((a, b) => a + b, 0)], [1], 1e-12);
      assert.ok(weights.every((weight) => weight >= 0));
    }),
    { numRuns: 60 },
  );
  fc.assert(
    fc.property(table, (data) => {
      const reversed = data.map((row) => row.toReversed());
      near(criticWeights(reversed).weights.toReversed(), criticWeights(data).weights, 1e-12);
      near(entropyWeights(reversed).weights.toReversed(), entropyWeights(data).weights, 1e-12);
    }),
    { numRuns: 60 },
  );
});

void test("manual weights must sum to 1 unless rescaling is asked for; equal ones do", () => {
  near(manualWeights([0.2, 0.3, 0.5]), [0.2, 0.3, 0.5], 1e-15);
  assert.throws(() => manualWeights([0.2, 0.3]), /sum to 0\.5/u);
  near(manualWeights([2, 3], { rescale: true }), [0.4, 0.6], 1e-15);
  assert.throws(() => manualWeights([1.5, -0.5]), InputError);
  near(equalWeights(4), [0.25, 0.25, 0.25, 0.25], 0);
});

void test("budget allocation averages the experts and names one who overspends", () => {
  near(
    budgetWeights([
      [50, 30, 20],
      [30, 30, 40],
    ]),
    [0.4, 0.3, 0.3],
    1e-15,
  );
  near(
    budgetWeights(
      [
        [80, 20],
        [50, 50],
        [60, 40],
      ],
      { average: "median" },
    ),
    [0.6, 0.4],
    1e-15,
  );
  assert.throws(
    () =>
      budgetWeights([
        [50, 50],
        [60, 50],
      ]),
    /Expert 2 spends 110/u,
  );
});

void test("benefit of the doubt: the best in any indicator scores 1, and no unit exceeds 1 under another's weights", () => {
  fc.assert(
    fc.property(table, (data) => {
      const { scores, weights, shares } = benefitOfTheDoubt(data);
      for (const [j] of data[0]!.entries()) {
        const best = Math.max(...data.map((row) => row[j]!));
        for (const [k, row] of data.entries()) if (row[j] === best) near([scores[k]!], [1], 1e-9);
      }
      for (const own of weights) {
        for (const row of data) assert.ok(row.reduce((s, v, j) => s + v * own[j]!, 0) <= 1 + 1e-9);
      }
      for (const row of shares) near([row.reduce((a, b) => a + b, 0)], [1], 1e-9);
    }),
    { numRuns: 40 },
  );
});

void test("benefit of the doubt keeps the share limits and lowers scores by them; by hand for two indicators", () => {
  const data = [
    [1, 0.5],
    [0.5, 1],
    [0.6, 0.6],
    [0.2, 0.9],
  ];
  near(benefitOfTheDoubt(data).scores, [1, 1, 0.8, 0.9], 1e-12);
  const limits = [0, 1].map(() => ({ lower: 0.2, upper: 0.8 }));
  const limited = benefitOfTheDoubt(data, limits);
  for (const row of limited.shares)
    for (const share of row) assert.ok(share >= 0.2 - 1e-9 && share <= 0.8 + 1e-9);
  near(limited.scores, [1, 1, 0.8, 9 / 13], 1e-12);
  assert.throws(
    () =>
      benefitOfTheDoubt(
        data,
        [0, 1].map(() => ({ lower: 0.6, upper: 0.8 })),
      ),
    InputError,
  );
  assert.throws(() => benefitOfTheDoubt([[1, -1]]), /Row 1, column 2/u);
});

void test("weights for a target influence: reached exactly where possible, and said not where it is not", () => {
  const { weights, influence, converged } = weightsForInfluence(
    technologyAchievement.map((row) => [0, 1, 4].map((j) => row[j]!)),
  );
  assert.equal(converged, true);
  near(influence, [1 / 3, 1 / 3, 1 / 3], 1e-12);
  near([weights.reduce((a, b) => a + b, 0)], [1], 1e-12);
  // Two indicators that say nearly the same cannot have influences as different as 95 % and 5 %.
  const twins = [
    [1, 1.1],
    [2, 2],
    [3, 2.9],
    [4, 4.2],
  ];
  const impossible = weightsForInfluence(twins, { target: [0.95, 0.05] });
  near([...impossible.weights], [1, 0], 1e-3);
  assert.equal(impossible.converged, false);
  assert.ok(impossible.largestGap > 0.01);
});
