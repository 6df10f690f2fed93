import assert from "node:assert/strict";
import { test } from "node:test";
import {
  computeCommand,
  reportCommand,
  sensitivityCommand,
  uncertaintyCommand,
  validateCommand,
} from "../src/commands.ts";
import { demonstrationData } from "../src/data/demonstration.ts";
import { readDataFile, toDataFile } from "../src/data/read-json.ts";
import { createBundle, verifyBundle } from "../src/pipeline/bundle.ts";
import { compute } from "../src/pipeline/compute.ts";
import { exportSheets } from "../src/pipeline/export.ts";
import { toResult } from "../src/pipeline/result.ts";
import { cloudText, demonstration, small } from "./demonstration-fixture.ts";

test("the JSON result keeps full double precision and its contributions still sum exactly", () => {
  const { specification, data } = demonstration();
  const result = toResult(compute(specification, data, { extensions: true }));
  const again = JSON.parse(JSON.stringify(result)) as typeof result;
  assert.deepEqual(
    again.tables.map((table) => table.indices.map((index) => index.scores)),
    result.tables.map((table) => table.indices.map((index) => index.scores)),
  );
  for (const table of again.tables) {
    for (const index of table.indices) {
      const columns = Object.values(index.contributions!);
      for (const [e, score] of index.scores.entries())
        assert.equal(
          columns.reduce((sum, column) => sum + column[e]!, 0),
          score,
        );
    }
  }
});

test("a data file read and written again is the same data set", () => {
  const { specification, data } = demonstration();
  const again = readDataFile(specification, toDataFile(specification, data));
  assert.deepEqual([...again.columns], [...data.columns]);
  assert.deepEqual(again.origins, data.origins);
});

test("a bundle recomputes to the same bytes, and a changed one does not", () => {
  const { specification, data } = demonstration();
  const request = { options: { extensions: true }, uncertainty: { index: "regional-total", period: "2023" } };
  const quick = { ...specification, uncertainty: { ...specification.uncertainty!, replications: 300 } };
  const bundle = createBundle(quick, data, request);
  assert.equal(createBundle(quick, data, request), bundle);
  assert.equal(verifyBundle(bundle), true);
  assert.equal(
    verifyBundle(bundle.replace('"seed":2024,"replications":300', '"seed":2025,"replications":300')),
    false,
  );
});

test("the report is one self-contained page in either language, and says synthetic", () => {
  const { specification, data } = demonstration();
  const input = { specification, data: toDataFile(specification, data) };
  for (const language of ["en", "zh"] as const) {
    const html = reportCommand(input, {
      language,
      extensions: true,
      robustness: { index: "regional-total", extensions: true, replications: 200 },
    });
    assert.ok(!/<script|<link|src=|href=/.test(html));
    assert.equal(html.match(/<svg role="img" aria-label=/g)!.length, html.match(/<figure>/g)!.length);
    assert.equal(html.match(/<figcaption>[^<]*(Source|来源): /g)!.length, html.match(/<figure>/g)!.length);
    assert.match(html, language === "en" ? /SYNTHETIC DATA/ : /合成数据/);
    assert.match(html, language === "en" ? /Guangdong/ : /广东/);
  }
});

test("names with markup in them stay text in the report", () => {
  const { specification, data } = demonstration(1, (same) => ({
    ...same,
    title: { en: "<script>alert(1)</script>", zh: "&" },
  }));
  assert.ok(
    !reportCommand({ specification, data: toDataFile(specification, data) }, { language: "en" }).includes(
      "<script>",
    ),
  );
});

test("the commands take text and objects and validate without throwing", () => {
  assert.equal(validateCommand({ specification: cloudText }).valid, false);
  assert.equal(validateCommand({ specification: "id: [" }).valid, false);
  const { specification, data } = demonstration();
  const input = { specification, data: JSON.stringify(toDataFile(specification, data)) };
  assert.equal(validateCommand(input).valid, true);
  assert.equal(computeCommand(input).tables.length, 8);
  const target = { index: "regional-total", extensions: true } as const;
  const uncertainty = uncertaintyCommand(input, { ...target, replications: 100 });
  assert.equal(uncertainty.uncertainty.settings.replications, 100);
  assert.ok(uncertainty.warnings.some((warning) => warning.code === "synthetic-data"));
  const sensitivity = sensitivityCommand(input, {
    ...target,
    points: 16,
    bootstrap: 10,
    pairs: [["beijing", "shanghai"]],
  });
  assert.equal(sensitivity.sensitivity.outputs.at(-1)!.output, "ahead");
});

test("exported sheets say on every row what a value rests on", () => {
  const { specification, data } = demonstration();
  const sheets = new Map(
    exportSheets(compute(specification, data, { extensions: true })).map((sheet) => [sheet.name, sheet.rows]),
  );
  const [header, ...scores] = sheets.get("scores")!;
  assert.equal(header!.at(-1), "basis");
  assert.ok(scores.length > 0 && scores.every((row) => /synthetic/.test(String(row.at(-1)))));
  assert.ok(scores.some((row) => row[3] === "extension"));
  assert.ok(sheets.get("warnings")!.some((row) => row[0] === "synthetic-data"));
});

test("demonstration data are the same for the same seed and every cell says synthetic", () => {
  const { specification } = demonstration();
  assert.equal(
    JSON.stringify(demonstrationData(specification, { seed: 3 })),
    JSON.stringify(demonstrationData(specification, { seed: 3 })),
  );
  assert.notEqual(
    JSON.stringify(demonstrationData(specification, { seed: 3 })),
    JSON.stringify(demonstrationData(specification, { seed: 4 })),
  );
  assert.ok(
    demonstrationData(specification, { seed: 3 }).origins.every((origin) => origin.status === "synthetic"),
  );
});

test("a bundle of data from many sources, in any order, recomputes to the same bytes", () => {
  const specification = small();
  const origins = ["first", "second", "third"].map((publisher) => ({ publisher, status: "stated" as const }));
  const cells = ["x", "y", "z"].flatMap((entity, e) =>
    ["a", "b", "c"].map((indicator, k) => ({
      entity,
      indicator,
      period: "2023",
      value: (7 * e + 5 * k) % 11,
      origin: (e + 2 * k) % 3,
    })),
  );
  const data = readDataFile(specification, {
    format: "yunhe.dev/index-data/v1",
    entities: ["x", "y", "z"].map((id) => ({ id, kind: "region" })),
    origins,
    observations: cells.toReversed(),
  });
  assert.ok(verifyBundle(createBundle(specification, data)));
});
