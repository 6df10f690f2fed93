import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { compute } from "../src/pipeline/compute.ts";
import { parseSpecification } from "../src/specification/parse.ts";
import { EvaluationError } from "../src/specification/types.ts";
import { cloudText, demonstration, small, smallData } from "./demonstration-fixture.ts";

function codes(run: () => unknown): string[] {
  try {
    run();
  } catch (error) {
    if (error instanceof EvaluationError) return error.findings.map((finding) => finding.code);
    throw error;
  }
  return [];
}

/** The white paper's steps written anew: zones summed or averaged, min-max, eigenvector by repeated squaring. */
function independentScore(indexId: string, period: string): Map<string, number> {
  const { specification, data } = demonstration();
  const index = specification.indices.find((candidate) => candidate.id === indexId)!;
  assert.ok(index.weights.method === "ahp");
  const n = index.members.length;
  let matrix = Array.from({ length: n }, (_, i) =>
    Array.from({ length: n }, (_, j) => {
      const weighting = index.weights;
      assert.ok(weighting.method === "ahp");
      return (
        weighting.experts.reduce((product, expert) => product * (expert.matrix[i]![j] ?? Number.NaN), 1) **
        (1 / weighting.experts.length)
      );
    }),
  );
  for (let k = 0; k < 30; k += 1) {
    const square = matrix.map((row) =>
      matrix[0]!.map((_, j) => row.reduce((sum, value, m) => sum + value * matrix[m]![j]!, 0)),
    );
    const total = square.flat().reduce((sum, value) => sum + value, 0);
    matrix = square.map((row) => row.map((value) => value / total));
  }
  const sums = matrix.map((row) => row.reduce((sum, value) => sum + value, 0));
  const weights = sums.map((value) => value / sums.reduce((a, b) => a + b, 0));
  const p = data.periods.indexOf(period);
  const regions = data.entities.get("region")!;
  const scores = new Map(regions.map((region) => [region.id, 0]));
  for (const [m, { id }] of index.members.entries()) {
    const indicator = specification.indicators.find((candidate) => candidate.id === id)!;
    const column = data.columns.get(id)!;
    const value = (region: string): number => {
      if (indicator.collectedPer === undefined)
        return column.values[p * regions.length + regions.findIndex((entity) => entity.id === region)]!;
      const zones = data.entities.get("zone")!;
      const parts = data.memberships
        .filter((membership) => membership.to === region)
        .map(
          (membership) =>
            column.values[p * zones.length + zones.findIndex((zone) => zone.id === membership.from)]!,
        );
      const sum = parts.reduce((a, b) => a + b, 0);
      return indicator.rollUp === "mean" ? sum / parts.length : sum;
    };
    const values = regions.map((region) => value(region.id));
    const [low, high] = [Math.min(...values), Math.max(...values)];
    for (const [e, region] of regions.entries()) {
      const z =
        indicator.direction === "up"
          ? (100 * (values[e]! - low)) / (high - low)
          : (100 * (high - values[e]!)) / (high - low);
      scores.set(region.id, scores.get(region.id)! + weights[m]! * z);
    }
  }
  return scores;
}

test("the white paper's steps agree with an independent recomputation to 1e-12 of the scale", () => {
  const { specification, data } = demonstration();
  const evaluation = compute(specification, data);
  for (const id of ["supply", "use", "service-experience", "compute-cloud-fusion"]) {
    for (const period of ["2022", "2023"]) {
      const expected = independentScore(id, period);
      const table = evaluation.tables.find(
        (candidate) => candidate.kind === "region" && candidate.period === period,
      )!;
      const scores = table.indices.find((candidate) => candidate.index.id === id)!;
      for (const [e, entity] of table.entities.entries())
        assert.ok(
          Math.abs(scores.scores[e]! - expected.get(entity.id)!) <= 1e-12 * 100,
          `${id} ${entity.id}`,
        );
    }
  }
});

test("the specification of the white paper has 23 rows of which 21 are scored, and computes nothing without judgements", () => {
  const { specification } = demonstration();
  assert.equal(specification.indicators.length, 23);
  assert.equal(specification.indicators.filter((indicator) => indicator.role === "scored").length, 21);
  assert.ok(codes(() => parseSpecification(cloudText)).every((code) => code === "missing-judgements"));
});

test("a consistency ratio is not applicable for fewer than three members, never 0", () => {
  const { specification, data } = demonstration();
  const applicable = new Map(
    compute(specification, data).tables.flatMap((table) =>
      table.indices.map((scores) => [scores.index.id, scores.derivation.consistency!.kind] as const),
    ),
  );
  assert.deepEqual(
    [...applicable]
      .filter(([, kind]) => kind !== "assessed")
      .map(([id]) => id)
      .toSorted(),
    ["data-intelligence-cloudification", "enterprise-adoption", "industry-application"],
  );
});

test("a total that the source does not define is computed only when asked for, and is labelled", () => {
  const { specification, data } = demonstration();
  const plain = compute(specification, data);
  assert.ok(
    !plain.tables.some((table) => table.indices.some((scores) => scores.index.id === "regional-total")),
  );
  assert.deepEqual(
    codes(() => compute(specification, data, { indices: ["regional-total"] })),
    ["extension-not-asked"],
  );
  const extended = compute(specification, data, { extensions: ["regional-total"] });
  assert.ok(
    extended.findings.some(
      (finding) => finding.code === "extension" && finding.place.index === "regional-total",
    ),
  );
});

test("kinds of entities are never mixed in one ranking", () => {
  const { specification, data } = demonstration();
  const mixed = {
    ...specification,
    indices: specification.indices.map((index) =>
      index.id === "service-application"
        ? { ...index, aggregation: { method: "arithmetic" as const } }
        : index,
    ),
  };
  assert.deepEqual(
    codes(() => compute(mixed, data)),
    ["mixed-kinds"],
  );
});

test("synthetic data and judgements say so in the findings", () => {
  const { specification, data } = demonstration();
  const found = new Set(compute(specification, data).findings.map((finding) => finding.code));
  assert.ok(found.has("synthetic-data") && found.has("synthetic-weights") && found.has("assumed-direction"));
});

test("contributions sum to the score to the last bit, for every average and any data", () => {
  const methods = [
    { method: "arithmetic" },
    { method: "geometric" },
    { method: "harmonic" },
    { method: "generalised", power: 0.37 },
    { method: "owa", order: [0.5, 0.3, 0.2] },
    { method: "median" },
    { method: "mazziotta-pareto" },
  ];
  const positive = fc.double({ min: 1, max: 1e6, noNaN: true });
  fc.assert(
    fc.property(
      fc.constantFrom(...methods),
      fc.uniqueArray(fc.tuple(positive, positive, positive), {
        minLength: 3,
        maxLength: 12,
        selector: (row) => row[0],
      }),
      (aggregation, rows) => {
        const specification = small(
          { steps: { normalisation: { method: "min-max", lower: 1, upper: 100, zeroRange: "upper" } } },
          { aggregation },
        );
        const data = smallData(
          specification,
          rows.map((row, k) => [`r${k}`, ...row] as const),
        );
        const { scores, contributions } = compute(specification, data).tables[0]!.indices[0]!;
        for (let e = 0; e < rows.length; e += 1)
          assert.equal(
            contributions!.reduce((sum, column) => sum + column[e]!, 0),
            scores[e],
          );
      },
    ),
  );
});

test("each cell that a step changed is in the log, and imputed cells stay flagged", () => {
  const specification = small({
    steps: { imputation: { method: "median" }, outliers: { method: "winsorise" } },
  });
  const rows = Array.from(
    { length: 11 },
    (_, k) => [`r${k}`, k === 0 ? null : k, k === 10 ? 1000 : k, k] as const,
  );
  const evaluation = compute(specification, smallData(specification, rows));
  const [table] = evaluation.tables;
  assert.deepEqual(
    evaluation.log.map(({ step, indicator, entity, before, after }) => ({
      step,
      indicator,
      entity,
      before,
      after,
    })),
    [
      { step: "imputation", indicator: "a", entity: "r0", before: null, after: 5.5 },
      { step: "outliers", indicator: "b", entity: "r10", before: 1000, after: 9 },
    ],
  );
  assert.equal(table!.flags[0]![0]! & 1, 1);
  assert.equal(table!.flags[1]![10]! & 2, 2);
});

test("a step that cannot apply is an error that names the cell, never skipped", () => {
  const cases = [
    [{}, null, "missing-value"],
    [{}, 1, "zero-range"],
    [{ imputation: { method: "group-mean" } }, null, "imputation-cannot-apply"],
    [{ outliers: { method: "box-cox", always: true } }, 0, "box-cox-cannot-apply"],
    [{ normalisation: { method: "goalposts" } }, 0, "normalisation-cannot-apply"],
  ] as const;
  for (const [steps, second, code] of cases) {
    const specification = small(Object.keys(steps).length === 0 ? {} : { steps });
    const data = smallData(specification, [
      ["x", 1, 2, 3],
      ["y", second, 1, 2],
    ]);
    assert.deepEqual(
      codes(() => compute(specification, data)),
      [code],
    );
  }
});

test("the rule for a zero range is explicit: lower, middle or upper", () => {
  for (const [zeroRange, expected] of [
    ["lower", 0],
    ["middle", 50],
    ["upper", 100],
  ] as const) {
    const specification = small({ steps: { normalisation: { method: "min-max", zeroRange } } });
    const [table] = compute(
      specification,
      smallData(specification, [
        ["x", 1, 2, 3],
        ["y", 1, 1, 2],
      ]),
    ).tables;
    assert.deepEqual([...table!.normalised[0]!], [expected, expected]);
  }
});

test("judgements beyond CR 0.1 are allowed, with a warning that stays", () => {
  const matrix = [
    [1, 9, "1/9"],
    ["1/9", 1, 9],
    [9, "1/9", 1],
  ];
  const specification = small({}, { weights: { method: "ahp", experts: [{ expert: "e1", matrix }] } });
  const evaluation = compute(
    specification,
    smallData(specification, [
      ["x", 1, 2, 3],
      ["y", 2, 1, 2],
    ]),
  );
  assert.ok(
    evaluation.findings.some(
      (finding) => finding.code === "inconsistent-judgements" && finding.level === "warning",
    ),
  );
});

test("goalposts of a base year make years comparable", () => {
  const specification = small({ steps: { normalisation: { method: "goalposts", basePeriod: "2022" } } });
  const data = smallData(
    specification,
    [
      ["x", 0, 0, 10],
      ["y", 10, 10, 0],
    ],
    "2022",
  );
  const both = {
    ...data,
    periods: ["2022", "2023"],
    columns: new Map(
      [...data.columns].map(([id, column]) => [
        id,
        {
          ...column,
          values: Float64Array.of(...column.values, ...column.values.map((value) => value * 2)),
          origin: Int32Array.of(...column.origin, ...column.origin),
        },
      ]),
    ),
  };
  const scores = compute(specification, both).tables.map((table) => [...table.indices[0]!.scores]);
  assert.ok(scores[0]![0] === 0 && Math.abs(scores[0]![1]! - 100) < 1e-12);
  assert.ok(Math.abs(scores[1]![1]! - (200 + 200 + 100) / 3) < 1e-12 && scores[1]![0]! < 0);
});
