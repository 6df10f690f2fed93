import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { type Bundle, tabular, verifyBundle } from "@yunhe/evaluation";
import { type RunningServer, startServer } from "../src/start.ts";

let server: RunningServer;
let token: string;
const directory = mkdtempSync(join(tmpdir(), "yunhe-evaluation-"));
const warnings: string[] = [];

before(async () => {
  server = await startServer({
    directory,
    host: "127.0.0.1",
    port: 0,
    consoleDirectory: undefined,
    simulateDevices: ["2xA100-80G"],
    allowNoIsolation: true,
    warn: (line) => void warnings.push(line),
    onFatal: (error) => {
      throw error;
    },
  });
  token = readFileSync(server.tokenFile, "utf8").trim();
});
after(async () => {
  await server.close();
  rmSync(directory, { recursive: true });
});

const ask = (path: string, init: RequestInit = {}): Promise<Response> =>
  fetch(`${server.address}${path}`, {
    ...init,
    headers: { Authorization: `Bearer ${token}`, "Content-Type": "application/json" },
  });

async function json<T>(path: string, init?: RequestInit): Promise<T> {
  const response = await ask(path, init);
  const body = (await response.json()) as T;
  assert.ok(response.ok, `${path}: ${JSON.stringify(body)}`);
  return body;
}

const objects = (plural: string): string => `/apis/evaluation.yunhe.dev/v1/namespaces/default/${plural}`;
const create = (plural: string, kind: string, name: string, spec: unknown): Promise<unknown> =>
  json(objects(plural), {
    method: "POST",
    body: JSON.stringify({ apiVersion: "evaluation.yunhe.dev/v1", kind, metadata: { name }, spec }),
  });
const routes = "/yunhe/v1/projects/default/evaluation";

interface Evaluated {
  readonly status?: {
    readonly phase?: string;
    readonly ranking?: { readonly entities: { readonly entity: string }[] };
  };
}

async function ended(name: string): Promise<Evaluated> {
  for (const limit = Date.now() + 20_000; Date.now() < limit;) {
    const found = await json<Evaluated>(`${objects("evaluations")}/${name}`);
    if (["Succeeded", "Failed"].includes(found.status?.phase ?? "")) return found;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`${name} never ended`);
}

const text = (en: string, zh: string): { en: string; zh: string } => ({ en, zh });
const definition = {
  format: "yunhe.dev/index/v1",
  id: "trial",
  title: text("Trial", "试算"),
  kinds: [{ id: "region", label: text("Region", "地区") }],
  indicators: [
    { id: "cores", label: text("Cores", "核数"), unit: "1", direction: "up", kind: "region" },
    { id: "latency", label: text("Latency", "时延"), unit: "ms", direction: "down", kind: "region" },
  ],
  indices: [{ id: "total", label: text("Total", "总分"), members: ["cores", "latency"] }],
  uncertainty: { factors: [{ factor: "noise", size: 0.2 }], replications: 300 },
};

describe("the evaluation over HTTP", () => {
  test("a GB18030 table is uploaded, its mapping proposed, imported, evaluated and exported", async () => {
    await create("indexspecifications", "IndexSpecification", "trial", { definition });
    // 地区,年份,核数,时延 / 甲 乙 丙 in GB18030, as Excel writes CSV in China.
    const bytes = Buffer.from(
      "b5d8c7f8 2c c4eab7dd 2c bacbcafd 2c cab1d1d3 0a bcd7 2c323032332c31302c33300a d2d2 2c323032332c32302c31300a b1fb 2c323032332c34302c32300a".replaceAll(
        " ",
        "",
      ),
      "hex",
    );
    const preview = await json<{
      content: { sha256: string };
      encoding: string;
      header: string[];
      mapping: Record<string, unknown>;
    }>(`${routes}/tables?specification=trial&file=data.csv`, { method: "POST", body: bytes });
    assert.deepEqual([preview.encoding, preview.header], ["gb18030", ["地区", "年份", "核数", "时延"]]);
    assert.deepEqual(preview.mapping["indicators"], { 核数: "cores", 时延: "latency" });
    const imported = await json<{ content: { sha256: string; bytes: number }; periods: string[] }>(
      `${routes}/imports`,
      {
        method: "POST",
        body: JSON.stringify({
          specification: "trial",
          tables: [{ sha256: preview.content.sha256, file: "data.csv", mapping: preview.mapping }],
        }),
      },
    );
    assert.deepEqual(imported.periods, ["2023"]);
    await create("datasets", "DataSet", "trial", {
      specification: "trial",
      source: { type: "file", content: imported.content },
    });
    await create("evaluations", "Evaluation", "trial", {
      specification: "trial",
      dataSet: "trial",
      robustness: { index: "total" },
    });
    const { status } = await ended("trial");
    assert.equal(status?.phase, "Succeeded", JSON.stringify(status));
    assert.deepEqual(
      status.ranking!.entities.map(({ entity }) => entity),
      ["丙", "乙", "甲"],
    );
  });

  test("every export has its own form, and the bundle recomputes to the same bytes", async () => {
    const get = async (format: string, more = ""): Promise<Uint8Array> => {
      const response = await ask(`${routes}/evaluations/trial/export?format=${format}${more}`);
      assert.equal(response.status, 200);
      assert.match(response.headers.get("content-disposition")!, /attachment; filename="trial\./);
      return new Uint8Array(await response.arrayBuffer());
    };
    const read = async (format: string, more = ""): Promise<string> =>
      new TextDecoder().decode(await get(format, more));
    const bundle = await read("bundle");
    assert.equal(verifyBundle(bundle), true);
    assert.equal((JSON.parse(bundle) as Bundle).seed, 1);
    assert.match(await read("csv"), /region,2023,total,source,丙,75,1,stated/);
    const sheets = await tabular.readWorkbook("trial.xlsx", await get("xlsx"));
    assert.ok(sheets.some(({ name }) => name === "contributions"));
    assert.match(await read("html", "&lang=zh"), /<html lang="zh-CN">/);
    assert.match(await read("svg"), /^<svg [\s\S]*丙/);
    assert.match(await read("json"), /"uncertainty":\{/);
    assert.equal((await ask(`${routes}/evaluations/trial/export?format=pdf`)).status, 400);
    const cells = await (await ask(`${routes}/datasets/trial/export?format=csv`)).text();
    assert.match(cells, /甲,2023,cores,10,stated,data\.csv/);
  });

  test("a fault of an import names file, row and column, in the reader's language", async () => {
    const body = "region,year,cores,latency\na,2023,ten,3\nb,2023,1,2\n";
    const preview = await json<{ content: { sha256: string }; mapping: object }>(
      `${routes}/tables?specification=trial&file=bad.csv`,
      { method: "POST", body },
    );
    const response = await fetch(`${server.address}${routes}/imports`, {
      method: "POST",
      headers: { Authorization: `Bearer ${token}`, "Accept-Language": "zh" },
      body: JSON.stringify({
        specification: "trial",
        tables: [{ sha256: preview.content.sha256, file: "bad.csv", mapping: preview.mapping }],
      }),
    });
    const status = (await response.json()) as { message: string; details: { causes: { field: string }[] } };
    assert.equal(response.status, 422);
    assert.match(status.message, /bad\.csv 第 2 行“cores”列/);
    assert.equal(status.details.causes[0]!.field, "bad.csv row 2 cores cores a");
  });

  test("a table of single values comes with both readings of it, and is read by the names that a person chose", async () => {
    const body = "地区,年份,指标,数值\n甲,2023,核数,1\n甲,2023,延时,4\n乙,2023,核数,2\n乙,2023,延时,5\n";
    const preview = await json<{
      content: { sha256: string };
      mapping: { long?: { indicator: string; value: string } };
      forms: Record<"wide" | "long", { long?: object }>;
      names: ({ name: string; indicator: string | null }[] | null)[];
    }>(`${routes}/tables?specification=trial&file=long.csv`, { method: "POST", body });
    assert.deepEqual(preview.mapping.long, { indicator: "指标", value: "数值" });
    assert.deepEqual([preview.forms.wide.long, preview.forms.long], [undefined, preview.mapping]);
    assert.deepEqual(preview.names[2], [
      { name: "核数", indicator: "cores" },
      { name: "延时", indicator: null },
    ]);
    const imported = (mapping: object) =>
      fetch(`${server.address}${routes}/imports`, {
        method: "POST",
        headers: { Authorization: `Bearer ${token}`, "Accept-Language": "zh" },
        body: JSON.stringify({
          specification: "trial",
          tables: [{ sha256: preview.content.sha256, file: "long.csv", mapping }],
        }),
      });
    const refused = await imported(preview.mapping);
    assert.equal(refused.status, 422);
    assert.match(
      ((await refused.json()) as { message: string }).message,
      /long\.csv 第 3 行“指标”列：“延时”/,
    );
    const taken = await imported({ ...preview.mapping, indicators: { 延时: "latency" } });
    assert.equal(((await taken.json()) as { cells: number }).cells, 4);
  });

  test("the built-in specifications are the white paper's and the fleet's, and the fleet evaluates itself", async () => {
    const { items } = await json<{ items: { id: string; definition: object }[] }>(
      "/yunhe/v1/evaluation/specifications",
    );
    assert.deepEqual(
      items.map(({ id }) => id),
      ["cloud-development-2024", "fleet"],
    );
    await create("indexspecifications", "IndexSpecification", "fleet", { definition: items[1]!.definition });
    await create("datasets", "DataSet", "fleet", { specification: "fleet", source: { type: "fleet" } });
    await create("evaluations", "Evaluation", "fleet", {
      specification: "fleet",
      dataSet: "fleet",
      indices: ["region-scale"],
    });
    const { status } = await ended("fleet");
    assert.equal(status?.phase, "Succeeded", JSON.stringify(status));
    const cells = await (await ask(`${routes}/datasets/fleet/export?format=csv`)).text();
    // The devices are simulated: what is measured of them is synthetic.
    assert.match(cells, /region-devices,2,synthetic,Measured by Yunhe in this fleet/);
  });

  test("figures are imported once and the observatory tells what contradicts what", async () => {
    const csv = `figure,value,unit,year,scope,publication,note
Market size,6165,100 million CNY,2023,"China, public+private (P)","P, 2024",
Public market size,4562,100 million CNY,2023,"China, public","P, 2024",
Private market size,1563,100 million CNY,2023,"China, private","P, 2024",
`;
    const upload = (): Promise<unknown> =>
      json(`${routes}/figures?file=market.csv`, { method: "POST", body: csv });
    assert.deepEqual(await upload(), { created: 3, known: 0 });
    assert.deepEqual(await upload(), { created: 0, known: 3 });
    const seen = await json<{
      own: number;
      findings: { rule: string; records: string[] }[];
      series: unknown[];
    }>(`${routes}/observatory?further=false`);
    assert.equal(seen.own, 3);
    assert.deepEqual(seen.findings.map(({ rule }) => rule).slice(0, 1), ["partsDoNotSum"]);
    assert.equal(
      (await ask(`${routes}/figures?file=x.csv`, { method: "POST", body: "a,b\n1,2\n" })).status,
      422,
    );
  });

  test("without a token nothing is told", async () => {
    const paths = [
      "/yunhe/v1/evaluation/specifications",
      `${routes}/observatory`,
      `${routes}/evaluations/trial/export`,
    ];
    const codes = await Promise.all(
      paths.map(async (path) => (await fetch(`${server.address}${path}`)).status),
    );
    assert.deepEqual(codes, [401, 401, 401]);
    assert.deepEqual(warnings, []);
  });
});
