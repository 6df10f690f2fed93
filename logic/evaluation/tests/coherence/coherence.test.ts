import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import {
  correlationRatio,
  correlations,
  cronbach,
  effectiveWeights,
  flagCorrelations,
  kendall,
  pearson,
  principalComponents,
  samplingAdequacy,
  samplingAdequacyOfCorrelation,
  spearman,
  varimax,
} from "../../src/coherence/index.ts";
import { near } from "../near.ts";
import { technologyAchievement } from "../technology-achievement.ts";

void test("Cronbach's alpha of the Technology Achievement Index, delete-one (OECD & JRC Handbook 2008, p. 72)", () => {
  const { alpha, alphaWithout, itemRestCorrelations } = cronbach(technologyAchievement);
  near([alpha!], [0.7], 0.005);
  // Printed with three digits, but from unrounded logarithms; the data table prints them with two.
  near(alphaWithout as number[], [0.704, 0.645, 0.636, 0.774, 0.603, 0.624, 0.662, 0.706], 0.002);
  near(itemRestCorrelations, [0.261, 0.527, 0.566, -0.108, 0.701, 0.614, 0.451, 0.249], 0.007);
});

void test("Cronbach's raw alpha by hand: two columns that move together in halves", () => {
  // var = 5/3 and 20/3, var of sum = 15, so 2 (1 − (25/3)/15) = 8/9.
  const data = [1, 2, 3, 4].map((v) => [v, 2 * v]);
  near([cronbach(data, "raw").alpha!], [8 / 9], 1e-14);
  near([cronbach(data).alpha!], [1], 1e-14);
  assert.equal(cronbach([[1], [2], [3]]).alpha, null);
});

void test("KMO of three variables by the closed form of partial correlations", () => {
  const [r, s, t] = [0.6, 0.5, 0.4];
  const partial = (a: number, b: number, c: number) => (a - b * c) ** 2 / ((1 - b * b) * (1 - c * c));
  const simple = r * r + s * s + t * t;
  const rest = partial(r, s, t) + partial(s, r, t) + partial(t, r, s);
  const matrix = [
    [1, r, s],
    [r, 1, t],
    [s, t, 1],
  ];
  const result = samplingAdequacyOfCorrelation(matrix);
  near([result.overall], [simple / (simple + rest)], 1e-14);
  const first = r * r + s * s;
  near([result.perVariable[0]!], [first / (first + partial(r, s, t) + partial(s, r, t))], 1e-14);
  assert.equal(result.word, "mediocre");
});

void test("KMO refuses duplicated variables and constant columns, naming the latter", () => {
  assert.throws(() => samplingAdequacy([1, 2, 3, 5].map((v) => [v, 2 * v])), /singular/u);
  assert.throws(
    () =>
      samplingAdequacy([
        [1, 5],
        [2, 5],
        [4, 5],
      ]),
    /Column 2/u,
  );
  assert.throws(
    () =>
      samplingAdequacy([
        [1, 5],
        [2, NaN],
        [4, 5],
      ]),
    /Row 2, column 2/u,
  );
});

void test("principal components rebuild the correlation matrix from their loadings", () => {
  const { loadings, eigenvalues, cumulative } = principalComponents(technologyAchievement);
  near([eigenvalues.reduce((a, b) => a + b, 0)], [8], 1e-12);
  near([cumulative.at(-1)!], [1], 1e-12);
  const column = (j: number) => technologyAchievement.map((row) => row[j]!);
  for (let i = 0; i < 8; i++) {
    for (let j = 0; j < 8; j++) {
      const rebuilt = loadings[i]!.reduce((total, value, k) => total + value * loadings[j]![k]!, 0);
      near([rebuilt], [pearson(column(i), column(j))], 1e-12);
    }
  }
});

void test("varimax keeps communalities and undoes a rotation of a simple structure", () => {
  fc.assert(
    fc.property(fc.double({ min: 0.1, max: 1.4, noNaN: true }), (angle) => {
      const simple = [
        [0.9, 0],
        [0.8, 0],
        [0.7, 0],
        [0, 0.6],
        [0, 0.5],
      ];
      const [c, s] = [Math.cos(angle), Math.sin(angle)];
      const turned = simple.map(([x, y]) => [c * x! - s * y!, s * x! + c * y!]);
      for (const [i, row] of varimax(turned).entries()) near(row, simple[i]!, 1e-7);
    }),
  );
});

void test("rank correlations of textbook data: Kendall's tau-b and Spearman's rho with ties", () => {
  // The example of the documentation of scipy.stats.kendalltau.
  near([kendall([12, 2, 1, 12, 2], [1, 4, 7, 1, 0])], [-0.4714045207910316], 1e-15);
  near([spearman([1, 2, 3, 4, 5], [5, 6, 7, 8, 7])], [0.8207826816681233], 1e-14);
  near([spearman([1, 2, 3, 4], [1, 4, 9, 16])], [1], 1e-15);
});

void test("correlations across levels use the units that have both values and flag what needs review", () => {
  const rising = [1, 2, 3, 4, 5, 6];
  const variables = [
    { id: "a", values: rising },
    { id: "twin", values: [1, 2, 3, 4, 5.1, NaN] },
    { id: "opposite", values: [6, 5, 4.5, 3, 2, 1] },
    { id: "unrelated", values: [2, -1, 1, 1, -1, 2] },
    { id: "constant", values: [3, 3, 3, 3, 3, 3] },
  ];
  const cells = correlations(variables, [variables[0]!]);
  assert.deepEqual(
    cells.map((cell) => cell.units),
    [6, 5, 6, 6, 6],
  );
  assert.deepEqual(
    flagCorrelations(cells).map((cell) => [cell.row, cell.flag]),
    [
      ["twin", "tooHigh"],
      ["opposite", "negative"],
      ["unrelated", "negligible"],
      ["constant", "undefined"],
    ],
  );
});

void test("effective weights: a linear score gives r², a curve gives more, a bystander little", () => {
  const n = 60;
  const x = Array.from({ length: n }, (_, i) => i / (n - 1));
  near(
    [
      correlationRatio(
        x,
        x.map((v) => 3 * v + 1),
      ),
    ],
    [1],
    1e-9,
  );
  const hill = x.map((v) => (v - 0.5) ** 2);
  assert.ok(pearson(x, hill) ** 2 < 0.01);
  assert.ok(correlationRatio(x, hill) > 0.9);
  const jitter = x.map((_, i) => Math.sin(i * 12.9898) * 0.5);
  const [first, second] = effectiveWeights(
    [x, jitter],
    x.map((v, i) => 10 * v + jitter[i]!),
  );
  near([first!.effective + second!.effective], [1], 1e-12);
  assert.ok(first!.mainEffect > 0.9 && second!.mainEffect < 0.2);
  near(
    [first!.linear],
    [
      pearson(
        x,
        x.map((v, i) => 10 * v + jitter[i]!),
      ) ** 2,
    ],
    1e-12,
  );
});
