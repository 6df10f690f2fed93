import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { gzipSync } from "node:zlib";
import { exampleTrace, simulate } from "@yunhe/scheduler";
import type { Page } from "playwright-core";
import { type Console, overflow, skipReason, startConsole } from "./console.ts";

const fleet = JSON.stringify({
  pools: [{ id: "p" }],
  nodes: [
    { id: "n1", pool: "p", cpuMilli: 8000, memoryBytes: 2 ** 34, devices: [{ model: "T4", count: 2 }] },
  ],
  queues: [{ name: "a", quota: { devices: { "*": 1 } } }],
});
const columns = "id,queue,submitted_at_ms,duration_ms,cpu_milli,memory_mib,devices";
const tasks = `${columns}\nt1,a,0,3600000,1000,16,1\nt2,a,0,3600000,1000,16,1\n`;

describe("the what-if page in Chromium", { skip: skipReason ?? false }, () => {
  let console: Console;
  const folder = mkdtempSync(join(tmpdir(), "yunhe-what-if-"));
  const file = (name: string, content: string | Uint8Array): string => {
    const path = join(folder, name);
    writeFileSync(path, content);
    return path;
  };
  before(async () => {
    console = await startConsole();
    await console.submit("past", { command: ["true"], resources: { cpus: "50m", memory: "16Mi" } });
  });
  after(async () => {
    await console.close();
    rmSync(folder, { recursive: true });
  });

  const run = (page: Page) => page.getByRole("button", { name: "Run", exact: true }).click();
  const result = (page: Page) =>
    page.getByRole("heading", { name: /Side by side/ }).waitFor({ timeout: 180_000 });
  const download = async (page: Page, name: string): Promise<string> => {
    const [saved] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("button", { name, exact: true }).click(),
    ]);
    return readFileSync(await saved.path(), "utf8");
  };

  test("an example is replayed beside what would be with more quota, and downloads as the library computes it", async () => {
    const { page, errors } = await console.openSignedIn("/what-if");
    await page.getByLabel("Seed").fill("11");
    await page.getByRole("button", { name: "Add a change" }).click();
    await page.getByLabel("Name", { exact: true }).fill("vision");
    await page.getByRole("checkbox", { name: "Best fit" }).uncheck();
    await run(page);
    await result(page);
    for (const name of ["Yunhe · as it is", "Yunhe · what if"])
      await page.getByRole("columnheader", { name }).waitFor();
    await page.getByRole("img", { name: "Tasks waiting over time" }).locator("canvas").waitFor();
    await page.getByRole("button", { name: "Devices allocated over time: Table" }).click();
    await page
      .getByRole("region", { name: "Devices allocated over time" })
      .getByRole("columnheader", { name: "Hours" })
      .waitFor();
    const expected = simulate({
      format: "trace",
      ...exampleTrace(11),
      policies: ["yunhe"],
      changes: [{ kind: "quota", queue: "vision", resource: "*", how: "add", amount: 20 }],
    });
    assert.equal(await download(page, "Download all as JSON"), `${JSON.stringify(expected, null, 2)}\n`);
    const csv = await download(page, "Download the table as CSV");
    assert.match(csv, /^\uFEFFMeasure,Yunhe · as it is,Yunhe · what if\r\n/);
    assert.deepEqual(errors, []);
  });

  test("a run shows how far it is, and can be cancelled", async () => {
    const { page, errors } = await console.openSignedIn("/what-if");
    for (const name of ["FGD", "Dot product", "GPU packing", "GPU clustering", "Spread"])
      await page.getByRole("checkbox", { name }).check();
    await page.getByRole("button", { name: "Add a change" }).click();
    await run(page);
    await page
      .getByRole("status")
      .getByText(/% done/)
      .waitFor();
    await page.getByRole("button", { name: "Cancel", exact: true }).click();
    await page.getByRole("button", { name: "Run", exact: true }).waitFor();
    assert.equal(await page.getByRole("heading", { name: /Side by side/ }).count(), 0);
    assert.deepEqual(errors, []);
  });

  test("what is wrong with a file is told with file, line and column, in both languages; then it runs, gzip too", async () => {
    const { page, errors } = await console.openSignedIn("/what-if");
    await page.getByText("Files", { exact: true }).click();
    await page.getByLabel("Fleet or nodes").setInputFiles(file("fleet.json.gz", gzipSync(fleet)));
    const bad = [
      [
        "missing.csv",
        tasks.replace("duration_ms", "duration"),
        "missing.csv:1 (column duration_ms): the column is missing",
      ],
      [
        "negative.csv",
        tasks.replace("t2,a,0", "t2,a,-5"),
        'negative.csv:3 (column submitted_at_ms): "-5" is not a whole number',
      ],
      ["twice.csv", tasks.replace("t2", "t1"), 'twice.csv:3 (column id): "t1" is there twice'],
      [
        "queue.csv",
        tasks.replace("t2,a", "t2,z"),
        'queue.csv:3 (column queue): the fleet file has no queue "z"',
      ],
      ["lines.jsonl", '{"id": "t",}', "lines.jsonl:1 (column 12): not valid JSON"],
    ] as const;
    for (const [name, content, told] of bad) {
      await page.getByLabel("Tasks", { exact: true }).setInputFiles(file(name, content));
      await run(page);
      await page.getByRole("alert").getByText(told).waitFor();
    }
    await page.getByRole("button", { name: "中文" }).click();
    await page.getByRole("alert").getByText("lines.jsonl 第 1 行，列 12：从此处起不是有效的 JSON").waitFor();
    await page.getByRole("checkbox", { name: "碎片梯度下降" }).waitFor();
    await page.getByRole("button", { name: "EN", exact: true }).click();
    await page.getByLabel("Tasks", { exact: true }).setInputFiles(file("tasks.csv.gz", gzipSync(tasks)));
    await run(page);
    await result(page);
    await page
      .getByRole("row", { name: /Waiting, longest/ })
      .getByText("1 h")
      .first()
      .waitFor();
    assert.deepEqual(errors, []);
  });

  test("the lists of openb are replayed by their own protocol, with an order that must lie inside", async () => {
    const { page, errors } = await console.openSignedIn("/what-if");
    await page.getByText("Files", { exact: true }).click();
    const nodes = "sn,cpu_milli,memory_mib,gpu,model\nn1,32000,262144,2,T4\n";
    const pods = ["p1", "p2", "p3", "p4"].map((name) => `${name},4000,1024,1,500`);
    await page.getByLabel("Fleet or nodes").setInputFiles(file("nodes.csv", nodes));
    await page
      .getByLabel("Tasks", { exact: true })
      .setInputFiles(file("pods.csv", `name,cpu_milli,memory_mib,num_gpu,gpu_milli\n${pods.join("\n")}\n`));
    const order = (indices: number[]) => JSON.stringify({ seed: 1, order: indices, nodeRank: [0] });
    await page.getByLabel(/^Arrival order/).setInputFiles(file("outside.jsonl", order([0, 9])));
    await run(page);
    await page.getByRole("alert").getByText("outside.jsonl:1 (column order[1]): 9 points outside").waitFor();
    await page.getByLabel(/^Arrival order/).setInputFiles(file("order.jsonl", order([0, 1, 2, 3, 0])));
    await run(page);
    await result(page);
    await page.getByRole("row", { name: /Yunhe 4 1/ }).waitFor();
    assert.deepEqual(errors, []);
  });

  test("what ran here is replayed on the pools as they are; on a phone nothing lies beyond the edge", async () => {
    const { page, errors } = await console.openSignedIn("/what-if", {
      viewport: { width: 360, height: 760 },
    });
    await page.goto("/tasks/default/past");
    await page.locator("main > div > header").getByText("Succeeded").waitFor();
    await page.goto("/what-if");
    await page.getByText("What ran here", { exact: true }).click();
    await page.getByText(/^1 tasks that ran and ended/).waitFor();
    await run(page);
    await result(page);
    await page.getByRole("row", { name: /^Tasks ended 1 1/ }).waitFor();
    assert.equal(await overflow(page), 0);
    assert.deepEqual(errors, []);
  });
});
