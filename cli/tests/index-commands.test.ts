import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { promisify } from "node:util";
import { type EvaluationResult, tabular } from "@yunhe/evaluation";
import { yunhe } from "./in-process.ts";

const folder = mkdtempSync(join(tmpdir(), "yunhe-index-"));
after(() => rmSync(folder, { recursive: true }));
const file = (name: string, content: string | Uint8Array): string => {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
};

const spec = file(
  "index.yaml",
  `format: yunhe.dev/index/v1
id: trial
title: { en: Trial, zh: 试算 }
kinds: [{ id: region, label: { en: Region, zh: 地区 } }]
indicators:
  - { id: cores, label: { en: Cores, zh: 核数 }, unit: "1", direction: up, kind: region }
  - { id: latency, label: { en: Latency, zh: 时延 }, unit: ms, direction: down, kind: region }
indices:
  - id: total
    label: { en: Total, zh: 总分 }
    members: [{ id: cores, weight: 0.7 }, { id: latency, weight: 0.3 }]
    weights: { method: manual }
uncertainty: { seed: 3, replications: 400, factors: [{ factor: noise, size: 0.2 }, { factor: weights, relative: 0.5 }] }
`,
);
const rows = [
  ["地区", "年份", "核数", "时延"],
  ["a", 2023, 10, 30],
  ["b", 2023, 20, 10],
  ["c", 2023, 40, 20],
] as const;
const csv = file("values.csv", tabular.writeCsv(rows));

test("compute prints the ranking, and its JSON has every digit", async () => {
  const text = await yunhe("index", "compute", "--spec", spec, "--data", csv);
  assert.equal(text.exitCode, 0, text.err);
  assert.match(text.out, /Total \(total\) · 2023\nRANK +ENTITY +SCORE +BASIS\n1 +c +85\.0000 +stated/);
  const { out } = await yunhe("index", "compute", "--spec", spec, "--data", csv, "--json");
  const result = JSON.parse(out) as EvaluationResult;
  assert.equal(result.format, "yunhe.dev/index-result/v1");
  assert.deepEqual(result.tables[0]!.indices[0]!.scores, [0, 70 / 3 + 30, 85]);
});

test("a workbook, a CSV and the JSON data file give the same scores", async () => {
  const xlsx = file("values.xlsx", await tabular.writeWorkbook([{ name: "2023", rows }]));
  const json = file(
    "values.json",
    JSON.stringify({
      format: "yunhe.dev/index-data/v1",
      entities: ["a", "b", "c"].map((id) => ({ id, kind: "region" })),
      origins: [{ publisher: "test", status: "stated" }],
      observations: rows.slice(1).flatMap(([entity, period, cores, latency]) => [
        { entity, period: String(period), indicator: "cores", value: cores, origin: 0 },
        { entity, period: String(period), indicator: "latency", value: latency, origin: 0 },
      ]),
    }),
  );
  const scores = await Promise.all(
    [csv, xlsx, json].map(async (data) => {
      const { out, err } = await yunhe("index", "compute", "--spec", spec, "--data", data, "-o", "json");
      assert.equal(err, "");
      return (JSON.parse(out) as EvaluationResult).tables[0]!.indices[0]!.scores;
    }),
  );
  assert.deepEqual(scores[1], scores[0]);
  assert.deepEqual(scores[2], scores[0]);
});

test("results go to JSON, CSV and XLSX files, and to nothing else", async () => {
  const compute = (out: string) =>
    yunhe("index", "compute", "--spec", spec, "--data", csv, "--out", join(folder, out));
  for (const name of ["r.json", "r.csv", "r.xlsx"]) assert.equal((await compute(name)).exitCode, 0);
  assert.match(
    readFileSync(join(folder, "r.csv"), "utf8"),
    /^kind,period,index,standing,entity,score,rank,basis\r\n/,
  );
  const sheets = await tabular.readWorkbook("r.xlsx", readFileSync(join(folder, "r.xlsx")));
  assert.deepEqual(sheets.map(({ name }) => name).slice(0, 2), ["scores", "indicators"]);
  const wrong = await compute("r.pdf");
  assert.deepEqual([wrong.exitCode, /\.json, \.csv or \.xlsx/.test(wrong.err)], [2, true]);
});

test("every fault of a table is named with file, row and column, in both languages, and nothing is computed", async () => {
  const bad = file("bad.csv", "region,year,cores,latency\na,2023,ten,30\nb,2023,20,2023-03-05\nb,2023,1,2\n");
  const { exitCode, out, err } = await yunhe("index", "compute", "--spec", spec, "--data", bad);
  assert.deepEqual([exitCode, out], [6, ""]);
  assert.match(err, /bad\.csv row 2, column cores: "ten"/);
  assert.match(err, /bad\.csv row 3, column latency: .*date/);
  assert.match(err, /bad\.csv row 4: "b" in 2023 is already in row 3/);
  const zh = await yunhe("index", "validate", "--spec", spec, "--data", bad, "--lang", "zh");
  assert.match(zh.out, /错误: bad\.csv 第 2 行“cores”列/);
  assert.equal(zh.exitCode, 6);
});

test("validate tells what is wrong in a specification, with file and path", async () => {
  const broken = file("broken.yaml", readFileSync(spec, "utf8").replace("weight: 0.3", "weight: 0.4"));
  const sum = await yunhe("index", "validate", "--spec", broken, "--json");
  const { valid, findings } = JSON.parse(sum.out) as { valid: boolean; findings: { code: string }[] };
  assert.deepEqual([valid, findings.map(({ code }) => code)], [false, ["weights-sum"]]);
  const shape = file(
    "shape.yaml",
    readFileSync(spec, "utf8").replace("direction: up", "direction: sideways"),
  );
  const said = await yunhe("index", "validate", "--spec", shape);
  assert.match(said.out, /error: shape\.yaml: indicators\[0\]\.direction/);
  assert.equal((await yunhe("index", "validate", "--spec", spec, "--data", csv)).out, "Valid.");
});

test("an unreadable file, a missing option and an unknown period are refused with what to do", async () => {
  const absent = await yunhe("index", "compute", "--spec", join(folder, "absent.yaml"), "--data", csv);
  assert.deepEqual([absent.exitCode, absent.err.includes("cannot be read")], [1, true]);
  assert.match((await yunhe("index", "compute", "--data", csv)).err, /--spec FILE/);
  const workbook = file("old.xlsx", "not a workbook");
  const damaged = await yunhe("index", "compute", "--spec", spec, "--data", workbook);
  assert.deepEqual([damaged.exitCode, /save it again as \.xlsx or as CSV/.test(damaged.err)], [6, true]);
});

test("the same seed gives the same bytes, another seed gives others", async () => {
  const run = async (seed: string) =>
    (await yunhe("index", "uncertainty", "--spec", spec, "--data", csv, "--seed", seed, "--json")).out;
  const [first, again, other] = await Promise.all([run("7"), run("7"), run("8")]);
  assert.equal(first, again);
  assert.notEqual(first, other);
  const text = await yunhe("index", "uncertainty", "--spec", spec, "--data", csv, "--lang", "zh");
  assert.match(text.out, /名次 +90% 自 +至 +主体/);
  assert.match(text.out, /重复 400 次，种子 3/);
});

test("sensitivity, removal and reach examine the ranking", async () => {
  const files = ["--spec", spec, "--data", csv];
  const sensitivity = await yunhe("index", "sensitivity", ...files, "--points", "64", "--pair", "b,c");
  assert.match(sensitivity.out, /noise in the data/);
  assert.match(sensitivity.out, /b before c/);
  assert.match((await yunhe("index", "removal", ...files)).out, /cores/);
  const reach = JSON.parse(
    (await yunhe("index", "reach", ...files, "--entity", "b", "--rank", "1", "--json")).out,
  ) as {
    single: { indicator: string }[];
  };
  assert.deepEqual(
    reach.single.map(({ indicator }) => indicator),
    ["cores"],
  );
});

test("a proposed mapping can be edited and used, and number forms that it accepts are read", async () => {
  const odd = file(
    "odd.csv",
    'Region,Number of cores,Latency (ms),remark\na,"1,000",30,\nb,2万,10,\nc,400,20,\n',
  );
  const proposed = await yunhe("index", "map", "--spec", spec, odd, "--table-period", "2023");
  assert.match(proposed.out, /Latency \(ms\): latency/);
  assert.match(proposed.err, /Columns without a meaning: Number of cores, remark/);
  const edited = proposed.out.replace(
    "Latency (ms): latency",
    "Latency (ms): latency\n  Number of cores: cores",
  );
  const strict = await yunhe(
    "index",
    "compute",
    "--spec",
    spec,
    "--data",
    odd,
    "--mapping",
    file("m.yaml", edited),
  );
  assert.match(strict.err, /row 2, column Number of cores: "1,000": not a plain number/);
  const accepted = file("m2.yaml", `${edited}\nnumbers: { accept: [thousandsSeparator, chineseUnit] }\n`);
  const { out, err } = await yunhe(
    "index",
    "compute",
    "--spec",
    spec,
    "--data",
    odd,
    "--mapping",
    accepted,
    "--json",
  );
  assert.equal(err, "");
  assert.deepEqual(
    (JSON.parse(out) as EvaluationResult).tables[0]!.indicators[0]!.reported,
    [1000, 20_000, 400],
  );
});

test("a bundle recomputes to the same bytes, and one that was changed does not", async () => {
  const path = join(folder, "bundle.json");
  await yunhe("index", "bundle", "--spec", spec, "--data", csv, "--robust", "total", "--out", path);
  assert.equal((await yunhe("index", "verify", path)).exitCode, 0);
  const changed = file("changed.json", readFileSync(path, "utf8").replace('"value":40', '"value":41'));
  assert.equal((await yunhe("index", "verify", changed)).exitCode, 6);
});

test("demonstration data say synthetic on every output", async () => {
  const data = join(folder, "demonstration.json");
  await yunhe("index", "demonstrate", "--spec", spec, "--seed", "5", "--out", data);
  const { out, err } = await yunhe("index", "compute", "--spec", spec, "--data", data);
  assert.match(out, /synthetic/);
  assert.match(err, /synthetic-data/);
  const report = await yunhe("index", "report", "--spec", spec, "--data", data, "--lang", "zh");
  assert.match(report.out, /<html lang="zh-CN">[\s\S]*class="synthetic"/);
});

test("the report is one HTML page with rank intervals when asked for", async () => {
  const path = join(folder, "report.html");
  const { exitCode } = await yunhe(
    "index",
    "report",
    "--spec",
    spec,
    "--data",
    csv,
    "--robust",
    "total",
    "--out",
    path,
  );
  assert.equal(exitCode, 0);
  const page = readFileSync(path, "utf8");
  assert.match(page, /^<!doctype html>\n<html lang="en">/);
  assert.doesNotMatch(page, /<script|https?:\/\/(?!www\.w3\.org)/);
});

test("the observatory finds a contradiction, lists series, and calculates", async () => {
  const figures = file(
    "figures.csv",
    `figure,value,unit,year,scope,publication,note
Market size,6165,100 million CNY,2023,"China, public+private (P)","P, 2024",
Public market size,4562,100 million CNY,2023,"China, public","P, 2024",
Private market size,1563,100 million CNY,2023,"China, private","P, 2024",
`,
  );
  const check = await yunhe("observatory", "check", figures, "--json");
  assert.equal(check.exitCode, 6);
  assert.match(check.out, /"partsDoNotSum"/);
  assert.match((await yunhe("observatory", "series", figures)).out, /2023 {2}6165 {2}P, 2024/);
  assert.equal((await yunhe("observatory", "growth", "100", "121", "2")).out, "10.00 % a year over 2 years");
  const few = await yunhe("observatory", "forecast", "2022=1", "2023=2");
  assert.deepEqual([few.exitCode, /at least 4/.test(few.err)], [6, true]);
  const line = await yunhe(
    "observatory",
    "forecast",
    "2020=1",
    "2021=2",
    "2022=3",
    "2023=4.1",
    "--horizon",
    "1",
  );
  assert.match(line.out, /2024 +5\.1/);
});

test("the program itself computes without a server", async () => {
  const main = join(import.meta.dirname, "../src/main.ts");
  const { stdout } = await promisify(execFile)(process.execPath, [
    main,
    "index",
    "compute",
    "--spec",
    spec,
    "--data",
    csv,
    "--json",
  ]);
  assert.equal((JSON.parse(stdout) as EvaluationResult).tables.length, 1);
});

test("a table with one row per value is mapped by the names in it, and what is no indicator is said", async () => {
  const long = file(
    "long.csv",
    "年份,地区,指标,数值\n2023,a,核数,10\n2023,b,核数,20\n2023,a,延时,30\n2023,b,延时,10\n2023,a,GDP,7\n",
  );
  const proposed = await yunhe("index", "map", "--spec", spec, long);
  assert.match(proposed.out, /long:\n {2}indicator: 指标\n {2}value: 数值\nindicators:\n {2}核数: cores/);
  assert.match(proposed.err, /Names that are no indicator's, .*: 延时, GDP/);
  const compute = (mapping: string) =>
    yunhe(
      "index",
      "compute",
      "--spec",
      spec,
      "--data",
      long,
      "--lang",
      "zh",
      "--mapping",
      file("l.yaml", mapping),
    );
  assert.match(
    (await compute(proposed.out)).err,
    /long\.csv 第 4 行“指标”列：“延时”（共 2 行）不是规范中的指标/,
  );
  const edited = proposed.out
    .replace("核数: cores", "核数: cores\n  延时: latency")
    .replace("value: 数值", "value: 数值\n  ignored: [GDP]");
  const { out, exitCode } = await compute(edited);
  assert.equal(exitCode, 0);
  assert.match(out, /^\s*1\s+b\b/m);
});
