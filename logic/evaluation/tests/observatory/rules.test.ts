import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { InputError } from "../../src/weights/index.ts";
import {
  compoundAnnualGrowth,
  convertUnit,
  findContradictions,
  forecast,
  growthRate,
  levelBefore,
  parseAmount,
  parsePeriod,
  project,
  readFigures,
  seriesOf,
  yearsToReach,
  type Figure,
} from "../../src/observatory/index.ts";
import { near } from "../near.ts";

function figures(...lines: string[]): Figure[] {
  return readFigures(["figure,value,unit,year,scope,publication,note", ...lines].join("\n"));
}

function rules(...lines: string[]): string[] {
  return findContradictions(figures(...lines)).map((finding) => finding.rule);
}

void test("printed values are read with the interval that their digits leave open", () => {
  const interval = (text: string) => {
    const amount = parseAmount(text);
    return amount.kind === "words" ? amount.kind : [amount.kind, amount.low, amount.high];
  };
  assert.deepEqual(interval("5864"), ["number", 5863.5, 5864.5]);
  assert.deepEqual(interval("1,500.5"), ["number", 1500.45, 1500.55]);
  assert.deepEqual(interval(">10000"), ["atLeast", 10000, Infinity]);
  assert.deepEqual(interval("<5"), ["atMost", -Infinity, 5]);
  assert.deepEqual(interval("~60"), ["about", 55, 65]);
  assert.deepEqual(interval("~5000"), ["about", 4500, 5500]);
  assert.deepEqual(interval("10-20"), ["range", 10, 20]);
  assert.deepEqual(interval("x2"), ["multiple", 2, 2]);
  assert.deepEqual(interval(">80 (Fig. 12: 81)"), ["atLeast", 80, Infinity]);
  for (const words of ["several tens", "19 / 52", "1 Alibaba, 2 Tencent", "3 / 7 / 23 rows", ""]) {
    assert.equal(interval(words), "words");
  }
});

void test("periods are years, ranges, quarters, halves, months or undated", () => {
  assert.deepEqual(parsePeriod("2023"), { kind: "year", from: 2023, to: 2024, target: false });
  assert.deepEqual(parsePeriod("2023-2027"), { kind: "years", from: 2023, to: 2028, target: false });
  assert.deepEqual(parsePeriod("2021 Q2 y/y"), { kind: "quarter", from: 2021.25, to: 2021.5, target: false });
  assert.deepEqual(parsePeriod("2020 H1"), { kind: "half", from: 2020, to: 2020.5, target: false });
  assert.equal(parsePeriod("2023-12").kind, "month");
  assert.equal(parsePeriod("2030 target").target, true);
  assert.equal(parsePeriod("undated (2018-2019)").kind, "undated");
  assert.deepEqual(parsePeriod("2021年第二季度"), parsePeriod("2021 Q2"));
  assert.deepEqual(parsePeriod("Q2 2021"), parsePeriod("2021 Q2"));
  assert.deepEqual(parsePeriod("2020年上半年"), parsePeriod("2020 H1"));
  assert.deepEqual(parsePeriod("2021年6月"), parsePeriod("2021-06"));
  assert.deepEqual(parsePeriod("2023年"), parsePeriod("2023"));
});

void test("consistent levels, parts and growth are never reported, whatever the rounding", () => {
  const level = fc.integer({ min: 50, max: 100_000 });
  fc.assert(
    fc.property(level, level, level, level, (a0, b0, a1, b1) => {
      const percent = (x: number, y: number) => (100 * (y / x - 1)).toFixed(1);
      const lines = [
        `Cloud market size,${a1 + b1},100 million CNY,2023,"China, public+private","P, 2024",`,
        `Public cloud size,${a1},100 million CNY,2023,China,"P, 2024",`,
        `Private cloud size,${b1},100 million CNY,2023,China,"P, 2024",`,
        `Public cloud size,${a0},100 million CNY,2022,China,"P, 2023",`,
        `Public cloud growth,${percent(a0, a1)},%,2023,China,"P, 2024",`,
        `Private cloud growth,${percent(b0, b1)},%,2023,China,"P, 2024",`,
        `Cloud market growth,${percent(a0 + b0, a1 + b1)},%,2023,China,"P, 2024",`,
      ];
      // A growth of less than −99.9 % rounds to −100.0 and says nothing about the level before.
      fc.pre(!lines.some((line) => line.includes(",-100.0,")));
      assert.deepEqual(rules(...lines), []);
    }),
  );
});

void test("a growth that does not match two levels of one publication is an error", () => {
  const lines = [
    'Cloud market size,100,100 million CNY,2022,China,"P, 2024",',
    'Cloud market size,150,100 million CNY,2023,China,"P, 2024",',
    'Cloud market growth,40.0,%,2023,China,"P, 2024",',
  ];
  assert.deepEqual(rules(...lines), ["growthDoesNotMatchLevels"]);
});

void test("levels in different magnitudes of one currency are compared; different currencies never are", () => {
  const [finding] = findContradictions(
    figures(
      'Cloud market size,5864,100 million USD,2023,global,"A, 2024",',
      'Cloud market size,561.0,billion USD,2023,global,"B, 2025",',
    ),
  );
  assert.equal(finding!.rule, "competingValues");
  near([finding!.expected!], [5610], 1e-9);
  assert.deepEqual(
    rules(
      'Cloud market size,5864,100 million USD,2023,global,"A, 2024",',
      'Cloud market size,41000,100 million CNY,2023,global,"B, 2025",',
    ),
    [],
  );
});

void test("a forecast that does not match its own rate is an error; a fitting one passes", () => {
  const lines = (goal: string) => [
    'Cloud market size,100,100 million CNY,2023,China,"P, 2024",',
    'Cloud market CAGR,10.0,%/year,2023-2027,China,"P, 2024",',
    `Cloud market forecast,${goal},100 million CNY,2027,China,"P, 2024",`,
  ];
  assert.deepEqual(rules(...lines("200")), ["forecastDoesNotMatchRate"]);
  assert.deepEqual(rules(...lines("146")), []);
  assert.deepEqual(rules(...lines(">140")), []);
  assert.deepEqual(rules(...lines(">160")), ["forecastDoesNotMatchRate"]);
});

void test("shares over 100 %, and complete groups that do not add up, are errors", () => {
  assert.deepEqual(rules('Share of use: finance,120,%,2023,industries,"P, 2024",'), ["shareOverHundred"]);
  const group = (other: string) => [
    'Share of use: finance,60,%,2023,industries,"P, 2024",',
    `Share of use: other,${other},%,2023,industries,"P, 2024",`,
  ];
  assert.deepEqual(rules(...group("40")), []);
  assert.deepEqual(rules(...group("50")), ["sharesDoNotSum"]);
  assert.deepEqual(
    rules(
      'Share of use: finance,60,%,2023,industries,"P, 2024",',
      'Share of use: health,20,%,2023,industries,"P, 2024",',
    ),
    [],
  );
});

void test("figures without date or unit are named", () => {
  assert.deepEqual(rules('Regions,19,regions,undated,global,"P, 2024",'), ["missingDate"]);
  assert.deepEqual(rules('Gap,20,-,2023,China,"P, 2024",'), ["missingUnit"]);
});

void test("a file of figures that lacks a column, or has a cell too many or none, is refused with its place", () => {
  assert.throws(() => readFigures("figure,value\na,1"), /unit, year, scope, publication/u);
  assert.throws(
    () => figures("a,1,%,2023,x,p,n,extra"),
    (error: InputError) => error.place.row === 2,
  );
  assert.throws(
    () => figures(",1,%,2023,x,p,n"),
    (error: InputError) => error.place.row === 2 && error.place.column === 1,
  );
});

void test("currencies are converted only by an explicit dated rate, which the result carries", () => {
  const rate = {
    from: "USD",
    to: "CNY",
    rate: 7.05,
    date: "2023",
    source: "State Administration of Foreign Exchange, mean",
  };
  const converted = convertUnit(5864, "100 million USD", "100 million CNY", [rate]);
  near([converted.value], [41341.2], 1e-6);
  assert.equal(converted.rate, rate);
  near([convertUnit(converted.value, "亿元", "100 million USD", [rate]).value], [5864], 1e-9);
  near([convertUnit(1, "万亿元", "亿元").value], [10_000], 0);
  assert.throws(() => convertUnit(1, "100 million USD", "亿元"), /No exchange rate from USD to CNY/u);
  assert.throws(
    () => convertUnit(1, "亿元", "100 million USD", [{ ...rate, date: "" }]),
    /date and a source/u,
  );
  assert.throws(() => convertUnit(1, "%", "100 million USD"), /do not measure the same/u);
});

void test("growth calculator: the figures of the white paper's checks", () => {
  near([levelBefore(5864, 0.194)], [4911], 0.3);
  near([project(5864, 0.186, 4)], [11_602], 1);
  near([compoundAnnualGrowth(6165, 21_000, 4)], [0.359], 0.0005);
  near([growthRate(5864, 6929)], [0.182], 0.0005);
  assert.equal(yearsToReach(5864, 10_000, 0.186), 4);
  assert.throws(() => growthRate(0, 5), InputError);
});

void test("linear trend: interval of a textbook regression, and exactness on a line", () => {
  const line = [1, 2, 3, 4, 5].map((k) => ({ year: 2000 + k, value: 10 * k }));
  for (const method of ["linear-trend"] as const) {
    const { points, assumptions } = forecast(line, { method, horizon: 2 });
    near(
      points.flatMap((p) => [p.low, p.value, p.high]),
      [60, 60, 60, 70, 70, 70],
      1e-6,
    );
    assert.match(assumptions.zh, /直线/u);
  }
  // y = 1, 3, 2, 5 at x = 1 … 4: slope 1.1, s² = 1.35, t(0.975, 2) = 4.302653, x = 5: half = t s √(1 + 1/4 + 6.25/5).
  const { points } = forecast(
    [1, 3, 2, 5].map((value, k) => ({ year: k + 1, value })),
    { horizon: 1 },
  );
  near([points[0]!.value], [5.5], 1e-12);
  near([points[0]!.high - points[0]!.value], [4.302652729696142 * Math.sqrt(1.35) * Math.sqrt(2.5)], 1e-9);
});

void test("exponential trend continues a constant growth rate; Holt continues a line; intervals widen", () => {
  const growing = [1, 2, 3, 4, 5, 6, 7].map((k) => ({ year: 2000 + k, value: 100 * 1.2 ** k }));
  const { points } = forecast(growing, { method: "exponential-trend", horizon: 1 });
  near([points[0]!.value / (100 * 1.2 ** 8)], [1], 1e-9);
  const line = growing.map(({ year }, k) => ({ year, value: 50 + 7 * k + (k % 2) }));
  const holt = forecast(line, { method: "holt", horizon: 3 }).points;
  near([holt[0]!.value], [99.5], 1.5);
  const widths = holt.map((point) => point.high - point.low);
  assert.ok(widths[0]! > 0 && widths[1]! >= widths[0]! && widths[2]! >= widths[1]!);
});

void test("forecasts from too few points, gaps, or values that fit no logarithm are refused", () => {
  const of = (...values: number[]) => values.map((value, k) => ({ year: 2020 + k, value }));
  assert.throws(() => forecast(of(1, 2, 3)), /at least 4/u);
  assert.throws(() => forecast(of(1, 2, 3, 4, 5), { method: "holt" }), /at least 6/u);
  assert.throws(() => forecast(of(1, 2, 0, 4), { method: "exponential-trend" }), InputError);
  assert.throws(() => forecast([...of(1, 2, 3), { year: 2022, value: 4 }]), /2022 and 2022/u);
});

void test("series hold only what may share an axis, keep competing values, and know their sources", () => {
  const series = seriesOf(
    figures(
      'Cloud market size,100,亿元,2022,China,"A, 2023",',
      'Cloud market size,140,亿元,2023,China,"A, 2024",',
      'Cloud market size,150,亿元,2023,China,"B, 2024",',
      'Cloud market forecast,>300,亿元,2027,China,"A, 2024",',
      'Cloud market size,20,100 million USD,2023,China,"C, 2024",',
      'Cloud market size,40,亿元,2023 Q1,China,"A, 2024",',
      'Cloud market size,500,亿元,2023,global,"A, 2024",',
      'Cloud market size,90,亿元,undated,China,"A, 2024",',
    ),
  );
  assert.equal(series.length, 4);
  const [china] = series;
  assert.deepEqual(
    china!.points.map(({ at, value, forecast, source }) => [at, value, forecast, source]),
    [
      [2022, 100, false, "A, 2023"],
      [2023, 140, false, "A, 2024"],
      [2023, 150, false, "B, 2024"],
      [2027, 300, true, "A, 2024"],
    ],
  );
  assert.equal(china!.contested, true);
  assert.equal(china!.points[3]!.high, Infinity);
});

void test("figures with Chinese names are checked alike", () => {
  const lines = (total: number) => [
    `云计算市场规模,${total},亿元,2023,"中国, 公有+私有","甲, 2024",`,
    '公有云规模,4562,亿元,2023,中国,"甲, 2024",',
    '私有云规模,1563,亿元,2023,中国,"甲, 2024",',
    '公有云增速,40.1,%,2023,中国,"甲, 2024",',
    '公有云规模,3000,亿元,2022,中国,"甲, 2024",',
  ];
  assert.deepEqual(rules(...lines(6165)).toSorted(), ["growthDoesNotMatchLevels", "partsDoNotSum"]);
  assert.deepEqual(rules(...lines(6125)), ["growthDoesNotMatchLevels"]);
});

void test("the growth of the whole market is not taken for that of a part with a longer name", () => {
  const lines = [
    'Cloud market growth,35.5,%,2023,China,"P, 2024",',
    'Public cloud market size,140,亿元,2023,China,"P, 2024",',
    'Public cloud market size,100,亿元,2022,China,"P, 2024",',
    'Public cloud market growth,40.0,%,2023,China,"P, 2024",',
  ];
  assert.deepEqual(rules(...lines), []);
});
