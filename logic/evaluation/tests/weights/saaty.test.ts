import assert from "node:assert/strict";
import { test } from "node:test";
import { judgementsFromUpper, mostInconsistent, prioritiesOf } from "../../src/weights/index.ts";
import { near } from "../near.ts";

/** CI and CR of a matrix that is known to be assessable. */
function assessed(matrix: readonly (readonly number[])[], options = {}) {
  const result = prioritiesOf(matrix, options);
  assert.equal(result.consistency.kind, "assessed");
  return { ...result, ...result.consistency };
}

/** T. L. Saaty, How to make a decision: the AHP, EJOR 48 (1990) 9–26: choosing a school. */
const school = judgementsFromUpper([4, 3, 1, 3, 4, 7, 3, 1 / 5, 1, 1 / 5, 1 / 5, 1 / 6, 1, 1 / 3, 3]);

void test("school selection (Saaty 1990): weights as printed", () => {
  near(prioritiesOf(school).weights, [0.32, 0.14, 0.03, 0.13, 0.24, 0.14], 0.0051);
});

void test("school selection: CR exceeds 0.1, is allowed, and carries a warning in both languages", () => {
  const { ratio, acceptable, warning } = assessed(school);
  assert.ok(ratio > 0.2 && !acceptable);
  assert.match(warning!.en, /CR = 0\.2290 exceeds 0\.1/u);
  assert.match(warning!.zh, /CR = 0\.2290/u);
});

/** T. L. Saaty, J. Math. Psych. 15 (1977) 234–281 and RACSAM 102 (2008): wealth of seven nations. */
const wealth = judgementsFromUpper([
  4,
  9,
  6,
  6,
  5,
  5,
  7,
  5,
  5,
  3,
  4,
  1 / 5,
  1 / 5,
  1 / 7,
  1 / 5,
  1,
  1 / 3,
  1 / 3,
  1 / 3,
  1 / 3,
  2,
]);

void test("wealth of nations (Saaty 2008): eigenvector, λmax, CI and CR as printed", () => {
  const { weights, lambdaMax, index, ratio } = assessed(wealth);
  near(weights, [0.427, 0.23, 0.021, 0.052, 0.052, 0.123, 0.094], 0.00051);
  near([lambdaMax, index, ratio], [7.61, 0.1, 0.08], 0.005);
});

void test("distances from Philadelphia (Saaty 1977): as printed", () => {
  const matrix = judgementsFromUpper([1 / 3, 8, 3, 3, 7, 9, 3, 3, 9, 1 / 6, 1 / 5, 2, 1 / 3, 6, 6]);
  const { weights, lambdaMax } = assessed(matrix);
  near(weights, [0.263, 0.397, 0.033, 0.116, 0.164, 0.027], 0.0013);
  near([lambdaMax], [6.45], 0.005);
});

void test("optics, two observers (Saaty 1977): eigenvectors and λmax as printed", () => {
  const first = assessed(judgementsFromUpper([5, 6, 7, 4, 6, 4]));
  near(first.weights, [0.62, 0.24, 0.1, 0.05], 0.0051);
  near([first.lambdaMax, first.index, first.ratio], [4.39, 0.13, 0.14], 0.006);
  const second = assessed(judgementsFromUpper([4, 6, 7, 3, 4, 2]));
  near(second.weights, [0.62, 0.22, 0.1, 0.06], 0.0051);
  near([second.lambdaMax, second.index, second.ratio], [4.1, 0.03, 0.04], 0.006);
});

void test("consumption of drinks (Saaty, Int. J. Services Sciences 1 (2008) 83–98): as printed", () => {
  const upper = [
    9,
    5,
    2,
    1,
    1,
    1 / 2,
    1 / 3,
    1 / 9,
    1 / 9,
    1 / 9,
    1 / 9,
    1 / 3,
    1 / 4,
    1 / 3,
    1 / 9,
    1 / 2,
    1,
    1 / 3,
    2,
    1 / 2,
    1 / 3,
  ];
  const { weights, ratio } = assessed(judgementsFromUpper(upper));
  near(weights, [0.177, 0.019, 0.042, 0.116, 0.19, 0.129, 0.327], 0.00051);
  near([ratio], [0.022], 0.00051);
});

/** T. L. Saaty, EJOR 48 (1990): choosing a house, eight criteria. */
const house = judgementsFromUpper([
  5,
  3,
  7,
  6,
  6,
  1 / 3,
  1 / 4,
  1 / 3,
  5,
  3,
  3,
  1 / 5,
  1 / 7,
  6,
  3,
  4,
  6,
  1 / 5,
  1 / 3,
  1 / 4,
  1 / 7,
  1 / 8,
  1 / 2,
  1 / 5,
  1 / 6,
  1 / 5,
  1 / 6,
  1 / 2,
]);

void test("choosing a house (Saaty 1990): weights, λmax, CI and CR as printed", () => {
  const { weights, lambdaMax, index, ratio } = assessed(house);
  near(weights, [0.173, 0.054, 0.188, 0.018, 0.031, 0.036, 0.167, 0.333], 0.00051);
  near([lambdaMax, index, ratio], [9.669, 0.238, 0.169], 0.00051);
});

void test("choosing a house: the worst judgement is garden view against modern facilities, as Saaty (2003) finds", () => {
  const [worst] = mostInconsistent(house);
  assert.deepEqual([worst!.row, worst!.column], [2, 6]);
  assert.equal(worst!.given, 6);
  near([worst!.consistent], [1.13], 0.01);
  assert.equal(worst!.suggestion, 1);
  assert.ok(worst!.ratioAfter! < 0.1, "the correction makes the matrix acceptable");
});

void test("the random index is the named table's", () => {
  assert.equal(assessed(wealth, { randomIndexTable: "nobleSanchez1993" }).randomIndex, 1.25);
  assert.equal(assessed(wealth, { randomIndexTable: "saaty2008" }).randomIndex, 1.35);
});

void test("Alonso & Lamata's fit gives CR = (λmax − n)/(2.7699 n − 4.3513 − n)", () => {
  const { lambdaMax, ratio } = assessed(wealth, { randomIndexTable: "alonsoLamataFit" });
  near([ratio], [(lambdaMax - 7) / (2.7699 * 7 - 4.3513 - 7)], 1e-14);
});

void test("choosing a leader (Wikipedia, Analytic hierarchy process – leader example): criteria as printed", () => {
  const { weights, ratio } = assessed(judgementsFromUpper([4, 3, 7, 1 / 3, 3, 5]));
  near(weights, [0.547, 0.127, 0.27, 0.056], 0.001);
  near([ratio], [0.044], 0.0005);
});
