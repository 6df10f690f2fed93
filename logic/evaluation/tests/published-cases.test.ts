/** Worked examples that others published, reproduced to their printed digits. */
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  bordaScores,
  condorcetScores,
  copelandScores,
  kemenyScores,
  outrankingMatrix,
} from "../src/aggregation/outranking.ts";
import { readDataFile } from "../src/data/read-json.ts";
import { compute } from "../src/pipeline/compute.ts";
import { readSpecification } from "../src/specification/parse.ts";
import { treatOutliers } from "../src/steps/outliers.ts";
import { technologyAchievement } from "./technology-achievement.ts";

const text = (id: string) => ({ en: id, zh: id });

test("the Human Development Index of Norway for 2021 is 0.961", () => {
  // UNDP, Human Development Report 2021/2022, table 1, and technical note 1 for goalposts, logarithm and means.
  const posts = { health: [20, 85], expected: [0, 18], mean: [0, 15], income: [100, 75_000] } as const;
  const specification = readSpecification({
    format: "yunhe.dev/index/v1",
    id: "hdi",
    title: text("HDI"),
    kinds: [{ id: "country", label: text("country") }],
    indicators: Object.entries(posts).map(([id, [minimum, maximum]]) => ({
      id,
      label: text(id),
      unit: "1",
      direction: "up",
      kind: "country",
      goalposts: { minimum, maximum },
      ...(id === "income" && { transformation: "log" }),
    })),
    indices: [
      { id: "education", label: text("education"), members: ["expected", "mean"] },
      {
        id: "hdi-score",
        label: text("HDI"),
        members: ["health", "education", "income"],
        aggregation: { method: "geometric" },
      },
    ],
    steps: { normalisation: { method: "goalposts", lower: 0, upper: 1, clamp: true } },
  });
  const values = { health: 83.2, expected: 18.2, mean: 13, income: 64_660 };
  const data = readDataFile(specification, {
    format: "yunhe.dev/index-data/v1",
    entities: [{ id: "norway", kind: "country" }],
    origins: [{ publisher: "UNDP", edition: "HDR 2021/2022", status: "stated" }],
    observations: Object.entries(values).map(([indicator, value]) => ({
      entity: "norway",
      indicator,
      period: "2021",
      value,
      origin: 0,
    })),
  });
  assert.equal(compute(specification, data).tables[0]!.indices[1]!.scores[0]!.toFixed(3), "0.961");
});

test("the Technology Achievement Index agrees with UNDP's 23 leaders to the rounding of its printed data", () => {
  // UNDP, Human Development Report 2001, annex 2.1 and its technical note: goalposts, OECD averages (901 lines, 6,969 kWh)
  // as caps, base-10 logarithms for telephones and electricity, which the Handbook's table A.1 prints with two decimals.
  // UNDP's total for Singapore is met with royalties of 0 only; the Handbook has 25.5 there, one of its imputed cells.
  const singapore = 9;
  const printed = [
    0.744, 0.733, 0.703, 0.698, 0.666, 0.63, 0.606, 0.589, 0.587, 0.585, 0.583, 0.579, 0.566, 0.553, 0.548,
    0.544, 0.535, 0.514, 0.481, 0.471, 0.465, 0.464, 0.458,
  ];
  const posts = [
    [0, 994],
    [0, 272.6],
    [0, 232.4],
    [0, 80.8],
    [0, Math.log10(901)],
    [Math.log10(42), Math.log10(6969)],
    [0.8, 12],
    [0.1, 27.4],
  ] as const;
  const names = [
    "patents",
    "royalties",
    "hosts",
    "exports",
    "telephones",
    "electricity",
    "schooling",
    "university",
  ];
  const specification = readSpecification({
    format: "yunhe.dev/index/v1",
    id: "tai",
    title: text("TAI"),
    kinds: [{ id: "country", label: text("country") }],
    indicators: names.map((id, k) => ({
      id,
      label: text(id),
      unit: "1",
      direction: "up",
      kind: "country",
      goalposts: { minimum: posts[k]![0], maximum: posts[k]![1] },
    })),
    indices: [
      ...["creation", "recent", "old", "skills"].map((id, g) => ({
        id,
        label: text(id),
        members: names.slice(2 * g, 2 * g + 2),
      })),
      { id: "tai-score", label: text("TAI"), members: ["creation", "recent", "old", "skills"] },
    ],
    steps: { normalisation: { method: "goalposts", lower: 0, upper: 1, clamp: true } },
  });
  const data = readDataFile(specification, {
    format: "yunhe.dev/index-data/v1",
    entities: printed.map((_, e) => ({ id: `c${e}`, kind: "country" })),
    origins: [{ publisher: "UNDP", status: "stated" }],
    observations: technologyAchievement.flatMap((row, e) =>
      row.map((value, k) => ({
        entity: `c${e}`,
        indicator: names[k]!,
        period: "2001",
        value: e === singapore && k === 1 ? 0 : value,
        origin: 0,
      })),
    ),
  });
  const scores = compute(specification, data).tables[0]!.indices.at(-1)!.scores;
  const far = printed.flatMap((value, e) =>
    Math.abs(scores[e]! - value) > 0.0025 ? [`${e}: ${scores[e]!.toFixed(4)} against ${value}`] : [],
  );
  assert.deepEqual(far, []);
});

test("21 criteria and 4 options: the outranking matrix, Borda, Condorcet and Kemeny orders of Moulin's profile", () => {
  // H. Moulin, Axioms of Cooperative Decision Making (1988), p. 228, used by Munda and Nardo and in the OECD/JRC Handbook
  // (2008), section 6.3: 3 criteria rank a b c d, 5 rank a c b d, 7 rank b d c a and 6 rank c b d a.
  const profile: [number, string][] = [
    [3, "abcd"],
    [5, "acbd"],
    [7, "bdca"],
    [6, "cbda"],
  ];
  const columns = profile.map(([, order]) =>
    Float64Array.from("abcd", (option) => 4 - order.indexOf(option)),
  );
  const weights = Float64Array.from(profile, ([count]) => count);
  assert.deepEqual(
    [...outrankingMatrix(columns, weights)],
    [0, 8, 8, 8, 13, 0, 10, 21, 13, 11, 0, 14, 13, 0, 7, 0],
  );
  const scored = (score: typeof bordaScores): number[] => {
    const out = new Float64Array(4);
    score(columns, weights, out);
    return [...out];
  };
  assert.deepEqual(scored(bordaScores), [24, 44, 38, 20]);
  assert.deepEqual(scored(copelandScores), [-3, 1, 3, -1]);
  assert.deepEqual(scored(condorcetScores({ index: "x" })), [0, 2, 3, 1]);
  assert.deepEqual(scored(kemenyScores({ index: "x" })), [1, 3, 4, 2]);
});

test("1..10, 30, 100 is winsorised to 30 in one point, as COINr's documentation prints", () => {
  // W. Becker, COINr 1.1.14, reference page of winsorise(): x becomes 1 2 3 4 5 6 7 8 9 10 30 30, nwin 1.
  const values = Float64Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 30, 100);
  const result = treatOutliers(
    { method: "winsorise", skewness: 2, kurtosis: 3.5, maxPoints: 5, otherwise: "error" },
    values,
    { indicator: "x", period: "1" },
  );
  assert.deepEqual([...result.values], [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 30, 30]);
  assert.deepEqual(
    result.changed.map(({ entity }) => entity),
    [11],
  );
});
