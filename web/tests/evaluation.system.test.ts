import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import type { Download, Locator, Page } from "playwright-core";
import { parse } from "yaml";
import { type Console, overflow, skipReason, startConsole } from "./console.ts";

const run = "/evaluation/runs/default/cloud-development-2024";
const specification = "/evaluation/specifications/default/cloud-development-2024";
const tabs = [
  "ranking",
  "map",
  "contributions",
  "heat",
  "flow",
  "profile",
  "scenario",
  "variants",
  "robustness",
  "coherence",
  "log",
];
/** Everything is computed on a machine that has other things to do. */
const patience = { timeout: 120_000 };

const textOf = async (download: Download): Promise<string> =>
  Buffer.concat(await (await download.createReadStream()).toArray()).toString("utf8");

const saved = async (page: Page, click: () => Promise<void>): Promise<Download> =>
  (await Promise.all([page.waitForEvent("download"), click()]))[0];

const button = (page: Page | Locator, name: string): Locator =>
  page.getByRole("button", { name, exact: true });

describe("the evaluation in Chromium", { skip: skipReason ?? false }, () => {
  let console: Console;
  before(async () => (console = await startConsole()));
  after(() => console.close());

  test("the white paper's system is tried with synthetic data, and says so in table and download", async () => {
    const { page, errors } = await console.openSignedIn("/evaluation");
    await button(page, "Add from template").click();
    await button(page, "Try with synthetic data").click();
    await page.getByRole("tab", { name: "Ranking" }).waitFor(patience);
    await page.getByText("these values were generated for demonstration").first().waitFor();
    await page.getByRole("button", { name: /Regional total .*: Table/ }).click();
    const rows = page.getByRole("region", { name: /Regional total/ }).getByRole("row");
    assert.equal(await rows.count(), 32);
    const csv = await textOf(
      await saved(page, () =>
        page.getByRole("button", { name: /Regional total .*: Download as CSV/ }).click(),
      ),
    );
    const lines = csv.trim().split("\r\n");
    assert.equal(lines.length, 1 + 31 + 1);
    assert.ok(lines.slice(1, 32).every((line) => line.endsWith(",Synthetic")));
    assert.match(lines.at(-1)!, /Source: Yunhe demonstration generator, seed 1.*CAICT/);
    assert.deepEqual(errors, []);
  });

  test("a judgement of the matrix changes CR and weights at once, and is saved only when asked", async () => {
    const { page, errors } = await console.openSignedIn(`${specification}?tab=weights`);
    const ratio = page
      .locator("dl > div")
      .filter({ has: page.getByText("CR", { exact: true }) })
      .locator("dd")
      .first();
    const before = await ratio.textContent();
    await page.getByLabel("Compute hardware against Storage hardware").selectOption("1/9");
    await page.getByText("inconsistent: CR above 0.1").first().waitFor();
    assert.notEqual(await ratio.textContent(), before);
    await page.getByText("Unsaved changes").waitFor();
    await button(page, "Discard").click();
    await page.getByText("inconsistent: CR above 0.1").first().waitFor({ state: "detached" });
    assert.equal(await ratio.textContent(), before);
    assert.deepEqual(errors, []);
  });

  test("points and order weights say whether their sums are right, and are scaled to them", async () => {
    const { page, errors } = await console.openSignedIn(specification);
    await page
      .getByRole("button", { name: /^Cloud use/ })
      .first()
      .click();
    await page.getByLabel("Weights by").selectOption("budget-allocation");
    await page.getByLabel("Put together by").selectOption("owa");
    await page.getByRole("tab", { name: "Weights and judgements" }).click();
    await page.getByLabel("Index", { exact: true }).selectOption("use");
    await page.getByLabel("1: Use of cloud platforms").fill("65");
    await page.getByText("140 of 100").or(page.getByText("140 of 140")).first().waitFor();
    await page.getByLabel("Order weights: Position 1").fill("0.5");
    await page.getByText("1.25 of 1").waitFor();
    await button(page, "Scale to 1").click();
    await page.getByText("1 of 1", { exact: true }).waitFor();
    await button(page, "Only the best").click();
    await page.getByText("1.000").first().waitFor();
    await button(page, "Add expert").click();
    await page.getByText("Weights: mean of the experts (2)").waitFor();
    await button(page, "Discard").click();
    assert.deepEqual(errors, []);
  });

  test("Monte Carlo on the server shows its progress and is cancelled", async () => {
    const { page, errors } = await console.openSignedIn("/evaluation");
    await button(page, "Evaluate").click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Name").fill("long-run");
    await dialog.getByRole("switch").click();
    await dialog.getByLabel("Robustness").selectOption("regional-total");
    await dialog.getByLabel("Replications").fill("9000000");
    await button(dialog, "Evaluate").click();
    const meter = page.getByRole("meter", { name: "replications" });
    await meter.waitFor(patience);
    await button(page, "Cancel").click();
    await page.getByText("It was cancelled.").waitFor(patience);
    await meter.waitFor({ state: "detached" });
    assert.deepEqual(errors, []);
  });

  test("an edited value moves scores and ranks at once; what a rank would take is tried; reset undoes all", async () => {
    const { page, errors } = await console.openSignedIn(`${run}?tab=scenario&index=use`);
    const entity = page.getByLabel("Entity");
    await entity.waitFor(patience);
    const options = await entity.locator("option").allTextContents();
    await entity.selectOption({ label: options[9]! });
    const field = page.getByRole("textbox", { name: /^Cloud services used by firms of/ });
    await field.fill("many");
    assert.equal(await field.getAttribute("aria-invalid"), "true");
    await field.fill("99999");
    const rank = page.locator("output").first();
    await rank.getByText(/^10 → \d+$/).waitFor(patience);
    await button(page, "Reset all (1)").click();
    await rank.getByText("10", { exact: true }).waitFor(patience);
    await page.getByRole("textbox", { name: "Rank" }).fill("3");
    await button(page, "Compute").click();
    await button(page, "Try this above").last().click();
    await rank.getByText("10 → 3", { exact: true }).waitFor(patience);
    assert.deepEqual(errors, []);
  });

  test("variants stand side by side: what cannot be computed says why, what can shows its ranks", async () => {
    const { page, errors } = await console.openSignedIn(`${run}?tab=variants`);
    const agreement = page.locator("section").filter({ hasText: "How far the variants agree" });
    await agreement.getByText("0.00").first().waitFor(patience);
    await button(page, "Add a variant").click();
    await page.getByLabel("Aggregation").last().selectOption("geometric");
    await page.getByLabel("Normalisation").last().selectOption("z-score");
    await agreement
      .getByRole("row", { name: /geometric/ })
      .getByText(/\d\.\d{3}|cannot be computed/)
      .waitFor(patience);
    await page.getByRole("button", { name: /^Ranks by variant .*: Table$/ }).click();
    const head = page.getByRole("region", { name: /^Ranks by variant/ }).getByRole("columnheader");
    assert.match((await head.allTextContents()).join(" "), /z-score: Rank/);
    assert.deepEqual(errors, []);
  });

  test("whether one beats the other is computed in the browser, with progress, until cancelled", async () => {
    const { page, errors } = await console.openSignedIn(`${run}?tab=robustness`);
    await page.getByLabel("Replications").fill("9000000");
    await button(page, "Compute").click();
    const meter = page.getByRole("meter", { name: "Computing" });
    await meter.waitFor(patience);
    await button(page, "Cancel").click();
    await page.getByText("Cancelled; nothing was kept.").waitFor();
    await page.getByLabel("Replications").fill("2000");
    await page.getByLabel("Sobol base points").fill("64");
    await button(page, "Compute").click();
    await page.getByText(/is ahead of .* in [\d.]+% of 2,000 replications\./).waitFor(patience);
    await page.getByRole("heading", { name: "Who is ahead of whom" }).waitFor();
    await page.getByLabel("Of", { exact: true }).selectOption({ index: 3 });
    await page.getByRole("heading", { name: /Which choice moves the ranking · rank of/ }).waitFor();
    assert.deepEqual(errors, []);
  });

  test("every format is downloaded, charts as SVG and PNG too, and the bundle names its seed", async () => {
    const { page, errors } = await console.openSignedIn(run);
    const formats = {
      "Workbook (XLSX)": /\.xlsx$/,
      "Scores (CSV)": /\.csv$/,
      "Report (HTML)": /\.html$/,
      "Ranking (SVG)": /\.svg$/,
      "Result as JSON": /\.json$/,
      "Reproducible bundle": /\.json$/,
    };
    for (const [name, ending] of Object.entries(formats)) {
      await button(page, "Export").click();
      const file = await saved(page, () => page.getByRole("menuitem", { name }).click());
      assert.match(file.suggestedFilename(), ending);
      const text = await textOf(file);
      assert.ok(text.length > 500, name);
      if (name === "Reproducible bundle")
        assert.ok(Number.isInteger((JSON.parse(text) as { seed: number }).seed));
    }
    for (const [item, start] of [
      ["Download as SVG", "<svg"],
      ["Download as PNG", "\ufffdPNG"],
    ] as const) {
      await page.getByRole("button", { name: /Regional total .*: Download as image/ }).click();
      const file = await saved(page, () => page.getByRole("menuitem", { name: item }).click());
      assert.match(file.suggestedFilename(), /-synthetic\.(svg|png)$/);
      assert.ok((await textOf(file)).startsWith(start), item);
    }
    assert.deepEqual(errors, []);
  });

  test("the operator's own geometry is drawn instead of the tiles, and leaves the browser for nowhere", async () => {
    const { page, errors } = await console.openSignedIn(`${run}?tab=map`);
    const sent: string[] = [];
    await page.locator("svg text", { hasText: "Heilongjiang" }).waitFor(patience);
    page.on("request", (request) => {
      if (request.method() !== "GET") sent.push(request.url());
    });
    const coordinates = [
      [
        [116, 39],
        [117, 39],
        [117, 41],
        [116, 39],
      ],
    ];
    const feature = {
      type: "Feature",
      properties: { name: "北京" },
      geometry: { type: "Polygon", coordinates },
    };
    await page.locator("input[type=file]").setInputFiles({
      name: "own.geojson",
      mimeType: "application/geo+json",
      buffer: Buffer.from(JSON.stringify({ type: "FeatureCollection", features: [feature] })),
    });
    await page.locator("svg path title", { hasText: "Beijing" }).waitFor({ state: "attached" });
    await button(page, "Back to tiles").click();
    await page.locator("svg text", { hasText: "Heilongjiang" }).waitFor(patience);
    assert.deepEqual(sent, []);
    assert.deepEqual(errors, []);
  });

  test("a CSV file is mapped with a proposal, imported, and evaluated", async () => {
    const folder = join(import.meta.dirname, "../../examples/evaluation");
    const definition = parse(await readFile(join(folder, "index.yaml"), "utf8")) as object;
    const answer = await fetch(
      `${console.address}/apis/evaluation.yunhe.dev/v1/namespaces/default/indexspecifications`,
      {
        method: "POST",
        headers: { authorization: `Bearer ${console.token}`, "content-type": "application/json" },
        body: JSON.stringify({
          apiVersion: "evaluation.yunhe.dev/v1",
          kind: "IndexSpecification",
          metadata: { name: "office" },
          spec: { definition },
        }),
      },
    );
    assert.ok(answer.ok, await answer.text());
    const { page, errors } = await console.openSignedIn("/evaluation");
    await page.getByRole("link", { name: "office" }).waitFor();
    await button(page, "Import data").click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Specification").selectOption("office");
    const table = [
      "region,cores,price,availability,latency",
      'beijing,"1,800",0.31,99.9%,4',
      "inner-mongolia,2600,0.19,99.5,12",
      "shanghai,900,0.33,99.95,6",
      "guangdong,700,0.3,99.8,9",
      "guizhou,3000,0.17,99.4,21",
      "ningxia,2100,0.18,99.6,18",
    ];
    await dialog.locator("input[type=file]").setInputFiles({
      name: "Own offers.csv",
      mimeType: "text/csv",
      buffer: Buffer.from(`${table.join("\n")}\n`),
    });
    await dialog.getByText("6 rows; encoding utf-8").waitFor(patience);
    assert.equal(await dialog.getByLabel("price: Indicator").inputValue(), "price");
    await dialog.getByLabel("Period of the whole file").fill("2024");
    await dialog.getByLabel("Publisher").fill("our own survey");
    await button(dialog, "Import").click();
    await dialog.getByRole("alert").getByText(/1,800/).waitFor(patience);
    await dialog.getByLabel("1,234").check();
    await dialog.getByLabel("12%").check();
    await button(dialog, "Import").click();
    await page.getByText("24 cells imported").waitFor(patience);
    await button(page, "Evaluate").click();
    await dialog.getByLabel("Name").fill("office-2024");
    await dialog.getByLabel("Data").selectOption("own-offers");
    await button(dialog, "Evaluate").click();
    await page.getByText("Source: our own survey.").first().waitFor(patience);
    assert.equal(await page.getByText("Synthetic", { exact: true }).count(), 0);
    assert.deepEqual(errors, []);
  });

  test("a file with one row per value is mapped by its names, and what it says wrong has a row and a column", async () => {
    const { page, errors } = await console.openSignedIn("/evaluation");
    await button(page, "Import data").click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Specification").selectOption("office");
    const regions = ["beijing", "内蒙古", "shanghai", "guangdong", "guizhou", "ningxia"];
    const table = [
      "年份,地区,指标,数值,单位,来源",
      ...regions.map((region, at) => `2024,${region},cores,${700 + at},cores,own count`),
      ...regions.map(
        (region, at) => `2024,${region},Core-hour,0.${3 + at},${at === 2 ? "USD" : "CNY"},price list`,
      ),
      "2024,beijing,GDP,43760,,yearbook",
    ];
    await dialog.locator("input[type=file]").setInputFiles({
      name: "Rows of values.csv",
      mimeType: "text/csv",
      buffer: Buffer.from(`${table.join("\n")}\n`),
    });
    await dialog.getByText("13 rows; encoding utf-8").waitFor(patience);
    const form = dialog.getByLabel("Form of the table");
    await form.selectOption("wide");
    await dialog.getByLabel("指标: Indicator").waitFor();
    await form.selectOption("long");
    for (const [label, value] of [
      ["Column with the indicator", "指标"],
      ["Column with the value", "数值"],
      ["Column with the unit of measure", "单位"],
      ["Column with the source", "来源"],
      ["cores: Indicator", "cores"],
    ] as const)
      assert.equal(await dialog.getByLabel(label, { exact: true }).inputValue(), value);
    await button(dialog, "Import").click();
    const told = dialog.getByRole("alert");
    await told.getByText('row 8, column 指标: "Core-hour" (6 rows)').waitFor(patience);
    await dialog.getByLabel("Core-hour: Indicator").selectOption("price");
    await dialog.getByLabel("GDP: Indicator").selectOption({ label: "leave its rows out" });
    await button(dialog, "Import").click();
    await told.getByText('row 10, column 单位: the unit is "USD"').waitFor(patience);
    await dialog.getByLabel("Column with the unit of measure").selectOption("");
    await button(dialog, "Import").click();
    await page.getByText("12 cells imported").waitFor(patience);
    assert.deepEqual(errors, []);
  });

  test("in Chinese, in the dark and on a phone every view stands within its screen", async () => {
    const { page, errors } = await console.openSignedIn(run, {
      viewport: { width: 360, height: 760 },
      locale: "zh-CN",
      colorScheme: "dark",
    });
    await page.getByText("合成数据：仅供演示，不反映实际情况。").first().waitFor(patience);
    const observatory = ["findings", "series", "calculator"].map((tab) => `/observatory?tab=${tab}`);
    const runs = tabs.map((tab) => `${run}?tab=${tab}`);
    for (const path of [...runs, specification, "/evaluation", ...observatory]) {
      await page.goto(path);
      await page.getByRole("heading", { level: 2 }).first().waitFor(patience);
      assert.ok((await overflow(page)) <= 0, `${path} is wider than the screen`);
    }
    await page.goto("/observatory?tab=series");
    await page.getByRole("heading", { name: "云市场 · 全球" }).waitFor(patience);
    await page.locator("svg text", { hasText: "5973" }).waitFor(patience);
    assert.deepEqual(errors, []);
  });
});
