import assert from "node:assert/strict";
import { test } from "node:test";
import { numberFormsSchema } from "../src/data/number-forms.ts";
import { parseMapping } from "../src/data/mapping-schema.ts";
import { readTables, type SourceTable } from "../src/data/read-table.ts";
import { suggestMapping } from "../src/data/suggest-mapping.ts";
import { parseSpecification } from "../src/specification/parse.ts";
import { EvaluationError, type Finding } from "../src/specification/types.ts";
import { demonstration, small, smallData } from "./demonstration-fixture.ts";

function findings(run: () => unknown): readonly Finding[] {
  try {
    run();
  } catch (error) {
    if (error instanceof EvaluationError) return error.findings;
    throw error;
  }
  return [];
}

const origin = { publisher: "test", status: "stated" } as const;
function table(
  rows: SourceTable["rows"][number]["cells"][],
  header = ["region", "year", "a", "b", "c"],
): SourceTable {
  return { file: "data.csv", header, rows: rows.map((cells, k) => ({ row: k + 2, cells })) };
}

function read(sheet: SourceTable): readonly Finding[] {
  const specification = small();
  return findings(() =>
    readTables(specification, [{ table: sheet, mapping: suggestMapping(specification, sheet, origin) }]),
  );
}

test("text, percent signs, thousands separators and dates in numbers are named with row and column", () => {
  const found = read(
    table([
      ["x", "2023", "1,234", 2, 3],
      ["y", "2023", "12%", new Date(Date.UTC(2023, 2, 1)), "2023-03-01"],
      ["z", "2023", "about 5", "1e3", null],
    ]),
  );
  assert.deepEqual(
    found.map(({ code, place: { row, column } }) => [code, row, column]),
    [
      ["text-in-number", 2, "a"],
      ["text-in-number", 3, "a"],
      ["date-in-number", 3, "b"],
      ["date-in-number", 3, "c"],
      ["text-in-number", 4, "a"],
    ],
  );
  assert.match(found[0]!.message.en, /row 2, column a/);
  assert.match(found[0]!.message.zh, /数值/);
});

test("an entity listed twice is named with both rows", () => {
  const found = read(
    table([
      ["x", "2023", 1, 2, 3],
      ["y", "2023", 2, 3, 4],
      ["x", "2023", 1, 2, 3],
    ]),
  );
  assert.deepEqual(
    found.map(({ code, place: { row } }) => [code, row]),
    [["duplicate-entity", 4]],
  );
  assert.match(found[0]!.message.en, /row 2/);
});

test("names in a table are matched to the roster but for form, and zones to their regions", () => {
  const { specification } = demonstration();
  const header = ["可用区", "所属", "年份", "可用性", "时延"];
  const sheet = { file: "zones.csv", header, rows: [{ row: 2, cells: ["z1", "北京市", "2023", 99.9, 20] }] };
  const mapping = {
    ...suggestMapping(specification, sheet, origin),
    entity: "可用区",
    memberOf: { kind: "region", column: "所属" },
  };
  const data = readTables(specification, [{ table: sheet, mapping }]);
  assert.deepEqual(data.memberships, [{ fromKind: "zone", from: "z1", toKind: "region", to: "beijing" }]);
  assert.deepEqual([...data.columns.keys()].toSorted(), ["availability", "latency"]);
});

test("a row without a period is refused", () => {
  assert.deepEqual(
    read(table([["x", "", 1, 2, 3]])).map(({ code }) => code),
    ["missing-period"],
  );
});

test("a unit that differs between rows is refused", () => {
  const sheet = table(
    [
      ["x", "2023", "a", 1, "1"],
      ["y", "2023", "a", 1, "km"],
    ],
    ["region", "year", "indicator", "value", "unit"],
  );
  assert.deepEqual(
    read(sheet).map(({ code, place }) => [code, place.row]),
    [["unit-differs", 3]],
  );
});

test("an unnamed entity and a missing column are refused", () => {
  assert.deepEqual(
    read(table([["", "2023", 1, 2, 3]])).map(({ code }) => code),
    ["missing-entity"],
  );
  const specification = small();
  const sheet = table([["x", "2023", 1, 2, 3]]);
  const mapping = { ...suggestMapping(specification, sheet, origin), entity: "province" };
  assert.deepEqual(
    findings(() => readTables(specification, [{ table: sheet, mapping }])).map(({ code }) => code),
    ["missing-column"],
  );
});

test("a closed roster finds unknown and missing entities", () => {
  const text = (id: string) => ({ en: id, zh: id });
  const specification = small({
    kinds: [
      {
        id: "region",
        label: text("region"),
        entities: [
          { id: "x", label: text("x") },
          { id: "y", label: text("y") },
        ],
      },
    ],
  });
  assert.deepEqual(
    findings(() =>
      smallData(specification, [
        ["x", 1, 2, 3],
        ["q", 1, 2, 3],
      ]),
    )
      .map(({ code }) => code)
      .filter((code, k, all) => all.indexOf(code) === k)
      .toSorted(),
    ["missing-entity", "unknown-entity"],
  );
});

test("a cyclic tree, weights that do not sum to one and a matrix that is not reciprocal are named", () => {
  const text = (id: string) => ({ en: id, zh: id });
  const cyclic = findings(() =>
    parseSpecification({
      ...small(),
      indices: [
        { id: "p", label: text("p"), members: ["a", "q"] },
        { id: "q", label: text("q"), members: ["b", "p"] },
      ],
    }),
  );
  assert.ok(
    cyclic.some((finding) => finding.code === "cyclic-tree" && /p -> q -> p/.test(finding.message.en)),
  );
  const manual = findings(() =>
    parseSpecification({
      ...small(),
      indices: [
        {
          id: "all",
          label: text("all"),
          members: [
            { id: "a", weight: 0.5 },
            { id: "b", weight: 0.6 },
          ],
          weights: { method: "manual" },
        },
      ],
    }),
  );
  assert.ok(manual.some((finding) => finding.code === "weights-sum"));
  const matrix = [
    [1, 3, 5],
    [1 / 3, 1, 2],
    [0.3, 0.5, 1],
  ];
  const ahp = findings(() =>
    parseSpecification({
      ...small(),
      indices: [
        {
          id: "all",
          label: text("all"),
          members: ["a", "b", "c"],
          weights: { method: "ahp", experts: [{ expert: "e", matrix }] },
        },
      ],
    }),
  );
  assert.deepEqual(
    ahp.map(({ code, place: { row, column } }) => [code, row, column]),
    [["not-reciprocal", 1, "3"]],
  );
});

test("broken YAML is refused with its line", () => {
  const [finding] = findings(() =>
    parseSpecification("format: yunhe.dev/index/v1\nid: [oops\n", "index.yaml"),
  );
  assert.equal(finding!.code, "specification-syntax");
  assert.equal(typeof finding!.place.row, "number");
});

test("an unknown entry of the specification is refused with its path", () => {
  const [finding] = findings(() =>
    parseSpecification({ ...small(), indicators: [{ ...small().indicators[0], colour: "red" }] }),
  );
  assert.equal(finding!.code, "specification-shape");
  assert.match(finding!.place.path ?? "", /indicators/);
});

test("separators, per cent signs and 万 are read where the mapping accepts them, and the cell says what stood there", () => {
  const specification = small();
  const sheet = table([
    ["x", "2023", "1,234", "3万", 3],
    ["y", "2023", 5, 6, "12%"],
  ]);
  const accept = ["thousandsSeparator", "chineseUnit", "percent"];
  const numbers = numberFormsSchema.parse({ accept, percentAs: "fraction" });
  const mapping = { ...suggestMapping(specification, sheet, origin), numbers };
  const data = readTables(specification, [{ table: sheet, mapping }]);
  const of = (indicator: string) => data.columns.get(indicator)!;
  assert.deepEqual([...of("a").values], [1234, 5]);
  assert.deepEqual([...of("b").values], [30_000, 6]);
  assert.deepEqual([...of("c").values], [3, 0.12]);
  assert.equal(data.origins[of("b").origin[0]!]!.note, 'written as "3万"');
  assert.equal(data.origins[of("b").origin[1]!]!.note, undefined);
});

test("the specification can accept number forms for every file, and what it does not name stays refused", () => {
  const specification = small({ numbers: { accept: ["percent"] } });
  const rows = (value: string) => [["x", value, 1, 2] as const, ["y", 2, 1, 3] as const];
  assert.equal(smallData(specification, rows("12%")).columns.get("a")!.values[0], 12);
  const refused = findings(() => smallData(specification, rows("1,234")));
  assert.deepEqual(
    refused.map(({ code }) => code),
    ["text-in-number"],
  );
  assert.match(refused[0]!.message.en, /1234 is meant.*thousandsSeparator/);
});

test("a mapping file is refused with the path of what is wrong", () => {
  const found = findings(() =>
    parseMapping("entity: region\nperiod: { fixed: '2023' }\nkind: region\n", "m.yaml"),
  );
  assert.deepEqual(
    found.map(({ place }) => [place.file, place.path]),
    [["m.yaml", "origin"]],
  );
});
