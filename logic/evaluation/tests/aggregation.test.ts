import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { compileAggregator } from "../src/aggregation/aggregate.ts";
import { kemenyOrder, kemenySupport, KEMENY_LIMIT } from "../src/aggregation/kemeny.ts";
import { copelandScores, condorcetScores, outrankingMatrix } from "../src/aggregation/outranking.ts";
import { rankDescending, ranksOf, identityOrder } from "../src/aggregation/ranks.ts";
import { exp, log, pow } from "../src/numeric/elementary.ts";
import type { Aggregation } from "../src/specification/steps-schema.ts";
import { EvaluationError } from "../src/specification/types.ts";

function score(aggregation: Aggregation, columns: readonly number[][], weights: readonly number[]): number[] {
  const out = new Float64Array(columns[0]!.length);
  compileAggregator(aggregation, columns.length, { index: "x" })(
    columns.map((column) => Float64Array.from(column)),
    Float64Array.from(weights),
    out,
  );
  return [...out];
}

const near = (actual: number, expected: number): void =>
  assert.ok(
    Math.abs(actual - expected) <= 1e-12 * Math.max(1, Math.abs(expected)),
    `${actual} against ${expected}`,
  );

test("means agree with their formulas and are ordered harmonic, geometric, arithmetic", () => {
  const positive = fc.double({ min: 0.01, max: 1000, noNaN: true });
  fc.assert(
    fc.property(fc.array(fc.tuple(positive, positive), { minLength: 2, maxLength: 6 }), (members) => {
      const total = members.reduce((sum, [weight]) => sum + weight, 0);
      const weights = members.map(([weight]) => weight / total);
      const columns = members.map(([, value]) => [value]);
      const [a] = score({ method: "arithmetic" }, columns, weights);
      const [g] = score({ method: "geometric" }, columns, weights);
      const [h] = score({ method: "harmonic" }, columns, weights);
      near(
        a!,
        members.reduce((sum, [, value], m) => sum + weights[m]! * value, 0),
      );
      near(
        g!,
        members.reduce((product, [, value], m) => product * Math.pow(value, weights[m]!), 1),
      );
      near(h!, 1 / members.reduce((sum, [, value], m) => sum + weights[m]! / value, 0));
      near(
        score({ method: "generalised", power: 2 }, columns, weights)[0]!,
        Math.sqrt(members.reduce((sum, [, value], m) => sum + weights[m]! * value * value, 0)),
      );
      assert.ok(h! <= g! + 1e-9 && g! <= a! + 1e-9);
    }),
  );
});

test("Mazziotta-Pareto takes the coefficient of variation off the mean, or adds it", () => {
  // Members 90, 100, 110: mean 100, population variance 200/3, so 100 -/+ 2/3.
  const third = [1 / 3, 1 / 3, 1 / 3];
  near(
    score({ method: "mazziotta-pareto", penalise: "unbalance-lowers" }, [[90], [100], [110]], third)[0]!,
    100 - 2 / 3,
  );
  near(
    score({ method: "mazziotta-pareto", penalise: "unbalance-raises" }, [[90], [100], [110]], third)[0]!,
    100 + 2 / 3,
  );
});

test("ordered weighted averaging weights positions: all on the first is the maximum, on the last the minimum", () => {
  assert.deepEqual(score({ method: "owa", order: [1, 0, 0] }, [[1], [5], [3]], [0.2, 0.3, 0.5]), [5]);
  assert.deepEqual(score({ method: "owa", order: [0, 0, 1] }, [[1], [5], [3]], [0.2, 0.3, 0.5]), [1]);
});

test("a geometric mean of a negative value is refused", () => {
  assert.throws(() => score({ method: "geometric" }, [[1], [-1]], [0.5, 0.5]), EvaluationError);
});

test("Condorcet's paradox is named, and Copeland calls it a draw", () => {
  const columns = [
    [3, 2, 1],
    [1, 3, 2],
    [2, 1, 3],
  ].map((column) => Float64Array.from(column));
  const weights = Float64Array.of(1 / 3, 1 / 3, 1 / 3);
  const out = new Float64Array(3);
  copelandScores(columns, weights, out);
  assert.deepEqual([...out], [0, 0, 0]);
  assert.throws(() => condorcetScores({ index: "x" })(columns, weights, out), /majorities run in a circle/);
});

test("the Kemeny order has the greatest support of all orders", () => {
  const permutations = (items: readonly number[]): number[][] =>
    items.length < 2
      ? [[...items]]
      : items.flatMap((item) =>
          permutations(items.filter((other) => other !== item)).map((rest) => [item, ...rest]),
        );
  fc.assert(
    fc.property(
      fc.integer({ min: 2, max: 6 }),
      fc.array(fc.array(fc.integer({ min: 0, max: 5 }), { minLength: 6, maxLength: 6 }), {
        minLength: 1,
        maxLength: 7,
      }),
      (n, votes) => {
        const columns = votes.map((vote) => Float64Array.from(vote.slice(0, n)));
        const support = outrankingMatrix(columns, new Float64Array(votes.length).fill(1 / votes.length));
        const best = Math.max(
          ...permutations([...identityOrder(n)]).map((order) => kemenySupport(support, n, order)),
        );
        assert.ok(Math.abs(kemenySupport(support, n, kemenyOrder(support, n)!) - best) < 1e-9);
      },
    ),
  );
});

test("Kemeny is exact for many entities when majorities are clear, and says so when a knot is too large", () => {
  const clear = Float64Array.from({ length: 200 }, (_, k) => 200 - k);
  assert.deepEqual(kemenyOrder(outrankingMatrix([clear], Float64Array.of(1)), 200), [...identityOrder(200)]);
  const n = KEMENY_LIMIT + 1;
  const ring = Float64Array.from({ length: n * n }, (_, k) =>
    Math.floor(k / n) === k % n ? 0 : ((k % n) - Math.floor(k / n) + n) % n <= n / 2 ? 0.6 : 0.4,
  );
  assert.equal(kemenyOrder(ring, n), undefined);
});

test("ranks are competition ranks, ties within rounding are ties, and a kept order changes nothing", () => {
  assert.deepEqual([...ranksOf(Float64Array.of(3, 5, 5 + 1e-13, 1))], [3, 1, 1, 4]);
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 20 }), { minLength: 1, maxLength: 90 }), (values) => {
      const scores = Float64Array.from(values);
      const order = identityOrder(values.length);
      const ranks = new Int32Array(values.length);
      rankDescending(scores.toReversed(), order, ranks);
      rankDescending(scores, order, ranks);
      for (const [e, value] of values.entries())
        assert.equal(ranks[e], 1 + values.filter((other) => other > value).length);
    }),
  );
});

test("exp and log are within 1e-15 of the platform's, pow within 1e-14", () => {
  const close = (actual: number, expected: number, tolerance: number): void =>
    assert.ok(Math.abs(actual - expected) <= tolerance * Math.abs(expected), `${actual} against ${expected}`);
  fc.assert(
    fc.property(fc.double({ min: 1e-300, max: 1e300, noNaN: true }), (x) =>
      close(log(x), Math.log(x), 1e-15),
    ),
  );
  fc.assert(
    fc.property(fc.double({ min: -700, max: 700, noNaN: true }), (x) => close(exp(x), Math.exp(x), 1e-15)),
  );
  fc.assert(
    fc.property(
      fc.double({ min: 1e-3, max: 1e3, noNaN: true }),
      fc.double({ min: -5, max: 5, noNaN: true }),
      (x, p) => close(pow(x, p), Math.pow(x, p), 1e-14),
    ),
  );
});
