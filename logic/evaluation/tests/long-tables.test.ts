import assert from "node:assert/strict";
import { test } from "node:test";
import { parseMapping } from "../src/data/mapping-schema.ts";
import { readTables, type SourceTable } from "../src/data/read-table.ts";
import { indicatorNames, suggestMapping } from "../src/data/suggest-mapping.ts";
import { EvaluationError, type Finding } from "../src/specification/types.ts";
import { readCsvTable } from "../src/tabular/table.ts";
import { small } from "./demonstration-fixture.ts";

const text = (id: string, zh: string) => ({ en: id, zh });
const specification = small({
  kinds: [
    {
      id: "region",
      label: text("region", "地区"),
      entities: [
        { id: "x", label: text("Ecks", "甲省") },
        { id: "y", label: text("Why", "乙省") },
      ],
    },
  ],
  indicators: [
    { id: "a", label: text("Cores", "核数"), unit: "cores", direction: "up", kind: "region" },
    { id: "b", label: text("Price", "价格"), unit: "CNY", direction: "down", kind: "region" },
    { id: "c", label: text("Latency", "时延"), unit: "ms", direction: "down", kind: "region" },
  ],
});
const origin = { publisher: "survey", status: "stated" } as const;
const csv = (...lines: readonly string[]): SourceTable =>
  readCsvTable("long.csv", new TextEncoder().encode(`${lines.join("\n")}\n`));
const suggested = (table: SourceTable, form?: "wide" | "long") =>
  suggestMapping(specification, table, origin, undefined, form);

function findings(table: SourceTable, change: object = {}): readonly Finding[] {
  try {
    readTables(specification, [{ table, mapping: { ...suggested(table), ...change } }]);
  } catch (error) {
    if (error instanceof EvaluationError) return error.findings;
    throw error;
  }
  return [];
}
const placed = (found: readonly Finding[]) =>
  found.map(({ code, place }) => [code, place.row, place.column] as const);

test("rows of single values are recognised by their headers, with unit and source", () => {
  const table = csv(
    "年份,地区,指标名称,指标值,计量单位,数据来源",
    "2023,甲,核数,12,cores,年鉴",
    "2023,乙,核数,10,cores,公报",
    "2023,甲,时延,3,ms,年鉴",
    "2023,乙,时延,4,,",
  );
  const mapping = suggested(table);
  assert.deepEqual(mapping, {
    entity: "地区",
    period: { column: "年份" },
    kind: "region",
    origin,
    long: { indicator: "指标名称", value: "指标值", unit: "计量单位" },
    indicators: { 核数: "a", 时延: "c" },
    originColumns: { publisher: "数据来源" },
  });
  const data = readTables(specification, [{ table, mapping: parseMapping(mapping) }]);
  assert.deepEqual([...data.columns.get("a")!.values], [12, 10]);
  assert.deepEqual([...data.columns.get("c")!.values], [3, 4]);
  const sources = [...data.columns.get("c")!.origin].map((at) => data.origins[at]!.publisher);
  assert.deepEqual(sources, ["年鉴", "survey"]);
});

test("without a telling header, columns are known by what stands in them", () => {
  const mapping = suggested(
    csv("what,who,when,how much", "Cores,x,2023,12", "Price,x,2023,0.3", "GDP,y,2023,7"),
  );
  assert.deepEqual(mapping.long, { indicator: "what", value: "how much" });
  assert.deepEqual([mapping.entity, mapping.period], ["who", { column: "when" }]);
  assert.deepEqual(mapping.indicators, { Cores: "a", Price: "b" });
});

test("a table with a column per indicator stays one, unless a person says otherwise; then what is not known is open", () => {
  const table = csv("region,year,Cores,Price", "x,2023,12,0.3");
  assert.equal(suggested(table).long, undefined);
  assert.deepEqual(suggested(table).indicators, { Cores: "a", Price: "b" });
  const long = suggested(table, "long");
  assert.deepEqual(long.long, { indicator: "", value: "" });
  assert.throws(() => parseMapping(long), EvaluationError);
  const rows = csv("region,year,indicator,value", "x,2023,a,1");
  assert.equal(suggested(rows, "wide").long, undefined);
});

test("two columns of numbers are not guessed between", () => {
  const table = csv("region,indicator,low,high", "x,a,1,2", "y,a,3,4");
  assert.equal(suggested(table).long, undefined);
  assert.equal(suggested(table, "long").long!.value, "");
});

test("a name that no indicator has is told once with its first row, and read when the mapping says what it is", () => {
  const table = csv(
    "region,year,indicator,value",
    "x,2023,Cores,1",
    "y,2023,Cores,2",
    "x,2023,Delay,5",
    "y,2023,Delay,6",
    "x,2023,Note,see below",
  );
  assert.deepEqual(indicatorNames(specification, table, "indicator"), [
    { name: "Cores", indicator: "a" },
    { name: "Delay", indicator: null },
    { name: "Note", indicator: null },
  ]);
  const found = findings(table);
  assert.deepEqual(placed(found), [
    ["unknown-indicator", 4, "indicator"],
    ["unknown-indicator", 6, "indicator"],
  ]);
  assert.match(found[0]!.message.en, /long\.csv row 4, column indicator: "Delay" \(2 rows\)/);
  assert.match(found[0]!.message.zh, /long\.csv 第 4 行“indicator”列：“Delay”（共 2 行）不是规范中的指标/);
  const mapping = {
    ...suggested(table),
    indicators: { Delay: "c" },
    long: { indicator: "indicator", value: "value", ignored: ["Note"] },
  };
  const data = readTables(specification, [{ table, mapping: parseMapping(mapping) }]);
  assert.deepEqual([...data.columns.get("c")!.values], [5, 6]);
  assert.deepEqual([...data.columns.keys()], ["a", "c"]);
});

test("every fault of a long table names the row, and the column in which it stands", () => {
  const table = csv(
    "region,year,indicator,value,unit",
    "x,2023,a,ten,cores",
    "z,2023,a,1,cores",
    "x,2023,b,1,USD",
    "y,2023,,1,",
    ",2023,a,1,",
    "y,,a,1,",
    "y,2023,a,1,",
    "y,2023,Cores,2,",
    "x,2023,c,5,ms",
  );
  assert.deepEqual(placed(findings(table)), [
    ["text-in-number", 2, "value"],
    ["unknown-entity", 3, "region"],
    ["unit-differs", 4, "unit"],
    ["missing-indicator", 5, "indicator"],
    ["missing-entity", 6, "region"],
    ["missing-period", 7, "year"],
    ["duplicate-cell", 9, "value"],
  ]);
  const double = findings(table).at(-1)!;
  assert.match(double.message.zh, /已有取值（long\.csv 第 8 行“value”列）/);
  const gone = findings(table, { long: { indicator: "indicator", value: "value", unit: "Unit" } });
  assert.deepEqual(placed(gone), [["missing-column", 1, "Unit"]]);
});
