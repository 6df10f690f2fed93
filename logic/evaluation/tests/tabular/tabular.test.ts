import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { InputError } from "../../src/weights/index.ts";
import {
  decodeText,
  detectDelimiter,
  numbersOfColumn,
  parseCsv,
  proposeMapping,
  readCellNumber,
  readCsvTable,
  readWorkbook,
  readXlsxTable,
  tableFromRows,
  writeCsv,
  writeWorkbook,
  type Cell,
} from "../../src/tabular/index.ts";

const utf8 = (text: string) => new TextEncoder().encode(text);

void test("CSV keeps quoted delimiters, quotes and line breaks, and knows the line of each row", () => {
  const { rows, lines } = parseCsv('\uFEFFa,b\r\n"x, ""y""\nz",1\n\n2,\r3,"4"');
  assert.deepEqual(rows, [
    ["a", "b"],
    ['x, "y"\nz', "1"],
    ["2", ""],
    ["3", "4"],
  ]);
  assert.deepEqual(lines, [1, 2, 5, 6]);
});

void test("what is written as CSV is read back the same", () => {
  const cell = fc.string({ unit: fc.constantFrom("a", ",", '"', "\n", "\r\n", " ", "值", "1") });
  const table = fc.array(fc.array(cell, { minLength: 2, maxLength: 4 }), { minLength: 1, maxLength: 6 });
  fc.assert(
    fc.property(table, (rows) => {
      assert.deepEqual(parseCsv(writeCsv(rows), ",").rows, rows);
    }),
  );
});

void test("delimiters are detected; an unclosed quote is refused with its line", () => {
  for (const mark of [",", ";", "\t", "，"]) assert.equal(detectDelimiter(`a${mark}b${mark}c\n1,2`), mark);
  assert.throws(
    () => parseCsv('a,b\n1,"2'),
    (error: InputError) => error.place.row === 2,
  );
  assert.throws(
    () => parseCsv('a,b\n1,2"3'),
    (error: InputError) => error.place.row === 2,
  );
  assert.throws(() => parseCsv('a,b\n"1"x,2'), InputError);
});

void test("encodings: UTF-8 with and without BOM, UTF-16 with and without BOM, GB18030", () => {
  const text = "地区,用云量\n广东,12\n";
  const wide = (littleEndian: boolean, mark: boolean) => {
    const units = Array.from((mark ? "\uFEFF" : "") + text, (letter) => letter.charCodeAt(0));
    const view = new DataView(new ArrayBuffer(units.length * 2));
    for (const [i, unit] of units.entries()) view.setUint16(2 * i, unit, littleEndian);
    return new Uint8Array(view.buffer);
  };
  // 地区,用云量 LF 广东,12 LF in GB 2312.
  const gb = Uint8Array.from([
    0xb5, 0xd8, 0xc7, 0xf8, 0x2c, 0xd3, 0xc3, 0xd4, 0xc6, 0xc1, 0xbf, 0x0a, 0xb9, 0xe3, 0xb6, 0xab, 0x2c,
    0x31, 0x32, 0x0a,
  ]);
  const cases: [Uint8Array, string, string][] = [
    [utf8(text), "utf-8", "valid"],
    [utf8(`\uFEFF${text}`), "utf-8", "bom"],
    [wide(true, true), "utf-16le", "bom"],
    [wide(false, true), "utf-16be", "bom"],
    [wide(true, false), "utf-16le", "zeroBytes"],
    [wide(false, false), "utf-16be", "zeroBytes"],
    [gb, "gb18030", "fallback"],
  ];
  for (const [bytes, encoding, by] of cases) assert.deepEqual(decodeText(bytes), { text, encoding, by });
  assert.equal(readCsvTable("gb.csv", gb).rows[0]!.cells[0], "广东");
});

void test("a workbook renamed to CSV, or damaged bytes, are refused", async () => {
  const book = await writeWorkbook([{ name: "A", rows: [["a"], [1]] }]);
  assert.throws(() => decodeText(book), /may be damaged, binary/u);
  await assert.rejects(readWorkbook("data.xlsx", utf8("a,b\n1,2")), /not a readable XLSX/u);
});

void test("numbers: what is converted is listed, what cannot be read is a problem", () => {
  const read = (cell: Cell, options = {}) => {
    const { value, conversions, problem } = readCellNumber(cell, options);
    return [value, ...conversions, ...(problem ? [problem] : [])];
  };
  assert.deepEqual(read("1,234,567.5"), [1234567.5, "thousandsSeparator"]);
  assert.deepEqual(read("１２．５"), [12.5, "fullWidth"]);
  assert.deepEqual(read("12.5%"), [0.125, "percent"]);
  assert.deepEqual(read("12.5％", { percentAs: "points" }), [12.5, "fullWidth", "percent"]);
  assert.deepEqual(read("3.5万"), [35000, "chineseUnit"]);
  assert.deepEqual(read("1.2 亿"), [1.2e8, "chineseUnit"]);
  assert.deepEqual(read("2万亿"), [2e12, "chineseUnit"]);
  assert.deepEqual(read("-1e3"), [-1000]);
  assert.deepEqual(read("−7"), [-7]);
  assert.deepEqual(read("1.234,5", { decimalMark: "," }), [1234.5, "thousandsSeparator"]);
  assert.deepEqual(read(" 42 "), [42]);
  for (const missing of [null, "", "  ", "N/A", "--", "缺失"]) assert.deepEqual(read(missing), [null]);
  assert.deepEqual(read("1,23"), [null, "ambiguousSeparator"]);
  assert.deepEqual(read("1.234.567"), [null, "ambiguousSeparator"]);
  for (const date of [
    "2023-03-05",
    "2023/3/5",
    "3-5",
    "3月5日",
    "5-Mar",
    "Mar-05",
    "2023年3月",
    new Date(0),
  ]) {
    assert.deepEqual(read(date), [null, "date"], String(date));
  }
  for (const text of ["about 5", "5 cores", "five", ">10", true])
    assert.deepEqual(read(text), [null, "text"]);
  assert.deepEqual(read("#DIV/0!"), [null, "spreadsheetError"]);
});

void test("plain numbers survive being printed and read", () => {
  fc.assert(
    fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
      assert.equal(readCellNumber(String(value)).value, value === 0 ? 0 : value);
    }),
  );
});

void test("every problem of a column is named with file, row and column", () => {
  const table = readCsvTable("regions.csv", utf8('region,use\nA,1\n\nB,"1,000"\nC,3-5\nD,many\nE,\n'));
  const { values, issues } = numbersOfColumn(table, "use");
  assert.deepEqual(Array.from(values), [1, 1000, NaN, NaN, NaN]);
  assert.deepEqual(
    issues.map(({ row, column, kind, level }) => [row, column, kind, level]),
    [
      [4, 2, "thousandsSeparator", "notice"],
      [5, 2, "date", "error"],
      [6, 2, "text", "error"],
    ],
  );
  assert.match(issues[1]!.words.en, /regions\.csv, row 5, column 2 \(use\), "3-5": a date/u);
  assert.match(issues[2]!.words.zh, /第 6 行第 2 列/u);
  assert.throws(() => numbersOfColumn(table, "usage"), /it has region, use/u);
});

void test("headers that are empty or repeated, and rows beyond them, are refused with their place", () => {
  const place = (rows: Cell[][]) => {
    try {
      tableFromRows("f", rows);
    } catch (error) {
      return (error as InputError).place;
    }
    return null;
  };
  assert.deepEqual(place([["a", "", "c"]]), { row: 1, column: 2 });
  assert.deepEqual(place([["a", "a"]]), { row: 1, column: 2 });
  assert.deepEqual(place([["a"], ["1", "2"]]), { row: 2, column: 2 });
  assert.deepEqual(place([[], ["a", null], ["1", null]]), null);
  assert.equal(tableFromRows("f", [[], ["a"], ["1"]]).rows[0]!.row, 3);
});

void test("XLSX: texts, numbers to the last digit, Chinese and dates come back; dates in a number column are found", async () => {
  const rows: Cell[][] = [
    ["地区", "用云量", "=note"],
    ["广东", 0.1 + 0.2, "=1+1"],
    ["北京", new Date(Date.UTC(2023, 2, 5)), "<&>"],
    ["上海", null, " x "],
  ];
  const bytes = await writeWorkbook([
    { name: "数据", rows },
    { name: "empty", rows: [["a"]] },
  ]);
  const table = await readXlsxTable("data.xlsx", bytes, "数据");
  assert.deepEqual(table.header, ["地区", "用云量", "=note"]);
  assert.equal(table.rows[0]!.cells[1], 0.1 + 0.2);
  assert.deepEqual(
    table.rows.map((row) => row.cells[2]),
    ["=1+1", "<&>", " x "],
  );
  const { values, issues } = numbersOfColumn(table, "用云量");
  assert.deepEqual(Array.from(values), [0.1 + 0.2, NaN, NaN]);
  assert.deepEqual(
    issues.map(({ row, kind, text }) => [row, kind, text]),
    [[3, "date", "2023-03-05"]],
  );
  await assert.rejects(readXlsxTable("data.xlsx", bytes, "no"), /it has 数据, empty/u);
});

void test("the same sheets give the same XLSX bytes", async () => {
  const sheets = [
    {
      name: "A",
      rows: [
        ["a", "b"],
        ["值", 1.5],
      ],
    },
  ];
  assert.deepEqual(await writeWorkbook(sheets), await writeWorkbook(sheets));
});

void test("the mapping assistant proposes indicators by English or Chinese name, with confidence", () => {
  const targets = [
    { id: "compute-hardware", en: "Compute hardware", zh: "计算硬件规模" },
    { id: "storage-hardware", en: "Storage hardware", zh: "存储硬件规模" },
    { id: "latency", en: "Latency", zh: "时延", aliases: ["RTT"] },
  ];
  const proposals = proposeMapping(
    ["计算硬件规模（万核）", "storage_hardware", "Latency", "rtt", "备注"],
    targets,
  );
  assert.deepEqual(
    proposals.map(({ target }) => target),
    ["compute-hardware", "storage-hardware", "latency", null, null],
  );
  assert.ok(proposals[0]!.confidence > 0.9 && proposals[0]!.confidence < 1);
  assert.equal(proposals[2]!.confidence, 1);
  assert.deepEqual(proposals[3]!.alternatives[0], { target: "latency", confidence: 0.98 });
});

void test("the mapping assistant knows regions with and without their administrative suffix", () => {
  const targets = [
    { id: "guangdong", en: "Guangdong", zh: "广东" },
    { id: "guangxi", en: "Guangxi", zh: "广西" },
    { id: "beijing", en: "Beijing", zh: "北京" },
  ];
  const proposals = proposeMapping(["广西壮族自治区", "广东省", "Beijing", "Atlantis"], targets);
  assert.deepEqual(
    proposals.map(({ target, confidence }) => [target, confidence]),
    [
      ["guangxi", 0.95],
      ["guangdong", 0.95],
      ["beijing", 1],
      [null, 0],
    ],
  );
});
