import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { profileOf } from "../src/pipeline/profile.ts";
import { compute } from "../src/pipeline/compute.ts";
import { EvaluationError } from "../src/specification/types.ts";
import type { Imputation, Normalisation, OutlierTreatment } from "../src/specification/steps-schema.ts";
import { denominate } from "../src/steps/denomination.ts";
import { impute } from "../src/steps/imputation.ts";
import { leastSquares } from "../src/steps/least-squares.ts";
import { kurtosis, skewness } from "../src/steps/moments.ts";
import { compileNormaliser, type NormalisationContext } from "../src/steps/normalisation.ts";
import { treatOutliers } from "../src/steps/outliers.ts";
import { screen } from "../src/steps/screening.ts";
import { demonstration } from "./demonstration-fixture.ts";

const X = [2, 4, 4, 10];

function normalised(rule: Normalisation, context: Partial<NormalisationContext> = {}): number[] {
  const out = new Float64Array(X.length);
  compileNormaliser(
    rule,
    { indicator: "x", direction: "up", ...context },
    X.length,
  )(Float64Array.from(X), out);
  return [...out];
}

const close = (actual: readonly number[], expected: readonly number[]): void => {
  assert.equal(actual.length, expected.length);
  for (const [k, value] of actual.entries())
    assert.ok(Math.abs(value - expected[k]!) < 1e-12, `${actual.join(" ")} against ${expected.join(" ")}`);
};

test("every normalisation follows its formula, and down mirrors up", () => {
  const range = { lower: 0, upper: 100, zeroRange: "error" } as const;
  const down = { direction: "down" } as const;
  close(normalised({ method: "min-max", ...range }), [0, 25, 25, 100]);
  close(normalised({ method: "min-max", ...range }, down), [100, 75, 75, 0]);
  close(
    normalised({ method: "goalposts", ...range, clamp: true }, { goalposts: { minimum: 4, maximum: 8 } }),
    [0, 0, 0, 100],
  );
  close(
    normalised({ method: "goalposts", ...range, clamp: false }, { goalposts: { minimum: 0, maximum: 20 } }),
    [10, 20, 20, 50],
  );
  const deviation = Math.sqrt((9 + 1 + 1 + 25) / 3);
  close(
    normalised({ method: "z-score", mean: 0, deviation: 1, zeroRange: "error" }),
    X.map((x) => (x - 5) / deviation),
  );
  close(
    normalised({ method: "z-score", mean: 100, deviation: 10, zeroRange: "error" }, down),
    X.map((x) => 100 - (10 * (x - 5)) / deviation),
  );
  close(normalised({ method: "rank" }), [1, 2.5, 2.5, 4]);
  close(normalised({ method: "rank" }, down), [4, 2.5, 2.5, 1]);
  close(normalised({ method: "borda" }), [0, 1.5, 1.5, 3]);
  close(normalised({ method: "percentile", lower: 0, upper: 100 }), [0, 50, 50, 100]);
  close(
    normalised({ method: "distance-to-target", ...range, capped: true }, { target: 6 }),
    [0, 50, 50, 100],
  );
  close(
    normalised({ method: "distance-to-target", ...range, capped: false }, { target: 6 }),
    [0, 50, 50, 200],
  );
  close(
    normalised({ method: "distance-to-reference", reference: "r", scale: 100 }, { reference: 1 }),
    [50, 100, 100, 250],
  );
  close(normalised({ method: "above-below-mean", threshold: 0.3 }), [-1, 0, 0, 1]);
});

function imputed(
  method: Imputation,
  values: number[],
  more: { periods?: string[]; groups?: (string | undefined)[]; others?: [string, number[]][] } = {},
): (number | undefined)[] {
  const periods = more.periods ?? ["2023"];
  const entities = values.length / periods.length;
  const cells = impute(method, {
    values: Float64Array.from(values),
    periods,
    entities,
    kept: new Uint8Array(values.length).fill(1),
    indicator: "x",
    groups: more.groups ?? Array.from({ length: entities }, () => undefined),
    others: new Map([
      ["x", Float64Array.from(values)],
      ...(more.others ?? []).map(([id, other]) => [id, Float64Array.from(other)] as const),
    ]),
  });
  return values.map((value, k) =>
    Number.isNaN(value) ? cells.find((cell) => cell.cell === k)?.value : value,
  );
}

const none = Number.NaN;

test("every imputation fills what it can and leaves the rest for an error", () => {
  assert.deepEqual(imputed({ method: "mean" }, [1, none, 5, 9]), [1, 5, 5, 9]);
  assert.deepEqual(imputed({ method: "median" }, [1, none, 2, 9]), [1, 2, 2, 9]);
  assert.deepEqual(
    imputed({ method: "group-mean" }, [1, none, 5, none], { groups: ["a", "a", "b", undefined] }),
    [1, 1, 5, undefined],
  );
  const years = { periods: ["2020", "2021", "2023"] };
  assert.deepEqual(imputed({ method: "latest" }, [7, none, none], years), [7, 7, 7]);
  assert.deepEqual(imputed({ method: "latest", maxAge: 1 }, [7, none, none], years), [7, 7, undefined]);
  assert.deepEqual(imputed({ method: "linear", extrapolate: false }, [1, none, 7], years), [1, 3, 7]);
  assert.deepEqual(imputed({ method: "linear", extrapolate: false }, [1, 2, none], years), [1, 2, undefined]);
  assert.deepEqual(imputed({ method: "linear", extrapolate: true }, [1, 2, none], years), [1, 2, 4]);
  const [, , , regressed] = imputed({ method: "regression", predictors: ["p"] }, [3, 5, 7, none], {
    others: [["p", [1, 2, 3, 10]]],
  });
  assert.ok(Math.abs(regressed! - 21) < 1e-9);
  assert.deepEqual(
    imputed({ method: "nearest-neighbours", k: 2 }, [10, 20, 90, none], { others: [["p", [1, 2, 9, 1.5]]] }),
    [10, 20, 90, 15],
  );
  assert.deepEqual(
    imputed({ method: "nearest-neighbours", k: 5 }, [10, 20, 90, none], { others: [["p", [1, 2, 9, 1.5]]] }),
    [10, 20, 90, undefined],
  );
});

test("least squares recovers a plane and refuses columns that depend on each other", () => {
  const rows = [
    [1, 0, 0],
    [1, 1, 0],
    [1, 0, 1],
    [1, 2, 3],
  ];
  close(
    leastSquares(
      rows,
      rows.map(([, a, b]) => 1 + 2 * a! - 3 * b!),
    )!,
    [1, 2, -3],
  );
  assert.equal(
    leastSquares(
      rows.map(([one, a]) => [one!, a!, 2 * a!]),
      [1, 2, 3, 4],
    ),
    undefined,
  );
});

test("skewness and kurtosis are the adjusted ones of spreadsheets", () => {
  // Microsoft's pages of SKEW and KURT: 3, 4, 5, 2, 3, 4, 5, 6, 4, 7 give 0.359543071 and -0.151799637.
  const values = Float64Array.of(3, 4, 5, 2, 3, 4, 5, 6, 4, 7);
  assert.equal(skewness(values).toFixed(9), "0.359543071");
  assert.equal(kurtosis(values).toFixed(9), "-0.151799637");
});

test("treating outliers never turns the order of entities", () => {
  const rules: OutlierTreatment[] = [
    { method: "winsorise", skewness: 1, kurtosis: 1, maxPoints: 3, otherwise: "log" },
    { method: "log", skewness: 2, kurtosis: 3.5, always: true },
    { method: "box-cox", skewness: 2, kurtosis: 3.5, always: true },
  ];
  fc.assert(
    fc.property(
      fc.constantFrom(...rules),
      fc.uniqueArray(fc.integer({ min: 1, max: 10_000 }), { minLength: 5, maxLength: 20 }),
      (rule, values) => {
        const { values: after } = treatOutliers(rule, Float64Array.from(values), {
          indicator: "x",
          period: "1",
        });
        for (let a = 0; a < values.length; a += 1)
          for (let b = 0; b < values.length; b += 1)
            if (values[a]! < values[b]!) assert.ok(after[a]! <= after[b]!);
      },
    ),
  );
});

test("a denominator that is missing or 0 is an error of its cell; a missing value stays missing", () => {
  const result = denominate(
    "x",
    Float64Array.of(10, none, 6, 8),
    "d",
    Float64Array.of(5, 2, 0, none),
    100,
    (cell) => ({ entity: `e${cell}`, period: "2023" }),
  );
  assert.deepEqual([...result.values.subarray(0, 2)], [200, none]);
  assert.deepEqual(
    result.findings.map((finding) => finding.place.entity),
    ["e2", "e3"],
  );
});

test("screening drops and lists an entity, or refuses", () => {
  const entities = ["a", "b"].map((id) => ({ id, kind: "k", label: { en: id, zh: id } }));
  const input = {
    entities,
    periods: ["2023"],
    columns: new Map([
      ["x", Float64Array.of(1, none)],
      ["y", Float64Array.of(1, 2)],
    ]),
  };
  const rule = { entityAvailability: 0.6, indicatorAvailability: 0, onShortfall: "drop" } as const;
  const dropped = screen(rule, input);
  assert.deepEqual(
    [[...dropped.kept], dropped.dropped],
    [[1, 0], [{ entity: "b", period: "2023", availability: 0.5, required: 0.6 }]],
  );
  assert.deepEqual(
    screen({ ...rule, onShortfall: "error" }, input).findings.map((finding) => finding.code),
    ["entity-unavailable"],
  );
});

test("a profile names strengths above and weaknesses below the median, and peers by nearness", () => {
  const { specification, data } = demonstration();
  const table = compute(specification, data, { indices: ["use"], periods: ["2023"] }).tables[0]!;
  const profile = profileOf(table, "use", "beijing");
  assert.ok(
    profile.strengths.every((fact) => fact.normalised > fact.median) &&
      profile.weaknesses.every((fact) => fact.normalised < fact.median),
  );
  assert.equal(profile.peers.length, 3);
  assert.throws(() => profileOf(table, "use", "atlantis"), EvaluationError);
});
