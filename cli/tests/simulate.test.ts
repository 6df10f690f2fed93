import assert from "node:assert/strict";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { gzipSync } from "node:zlib";
import type { SimulationResult } from "@yunhe/scheduler";
import { yunhe } from "./in-process.ts";

const folder = mkdtempSync(join(tmpdir(), "yunhe-simulate-"));
after(() => rmSync(folder, { recursive: true }));
const file = (name: string, content: string | Uint8Array): string => {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
};

const nodes = file(
  "nodes.csv",
  "sn,cpu_milli,memory_mib,gpu,model\nnode-a,32000,262144,2,T4\nnode-b,32000,262144,2,V100M32\n",
);
const podLines = [1, 2, 3, 4, 5].map((n) => `pod-${n},4000,1024,1,500`);
const pods = file("pods.csv", `name,cpu_milli,memory_mib,num_gpu,gpu_milli\n${podLines.join("\n")}\n`);
const order = { seed: 7, order: [0, 1, 2, 3, 4, 0, 1, 2], nodeRank: [1, 0] };
const openb = ["simulate", "--format", "openb", "--nodes", nodes, "--tasks", pods];
type Openb = Extract<SimulationResult, { format: "openb" }>;
type Trace = Extract<SimulationResult, { format: "trace" }>;

describe("yunhe simulate on openb files", () => {
  test("gives the allocation per policy and seed, for exact orders out of a gzip file", async () => {
    const orders = file("order.jsonl.gz", gzipSync(JSON.stringify(order)));
    const { out, exitCode } = await yunhe(...openb, "--order", orders, "--policy", "fgd,yunhe", "--json");
    assert.equal(exitCode, 0);
    const { devices, runs } = JSON.parse(out) as Openb;
    assert.equal(devices, 4);
    assert.deepEqual(
      runs.map(({ policy, seed, order: from, allocatedPercentAt100 }) => [
        policy,
        seed,
        from,
        allocatedPercentAt100,
      ]),
      [
        ["fgd", 7, "file", 100],
        ["yunhe", 7, "file", 100],
      ],
    );
  });

  test("shows policies and seeds side by side, with their means", async () => {
    const { out } = await yunhe(...openb, "--seeds", "1,2", "--policy", "fgd", "--policy", "best-fit");
    const lines = out.split("\n").map((line) => line.trim().split(/\s+/).slice(0, 2).join(" "));
    assert.deepEqual(lines.slice(3), [
      "fgd 1",
      "fgd 2",
      "best-fit 1",
      "best-fit 2",
      "fgd mean",
      "best-fit mean",
    ]);
  });

  const shared = join(import.meta.dirname, "../../../shared/data");
  const skip = existsSync(join(shared, "openb")) ? false : "the openb traces are not beside the project";
  test("reproduces the published allocation of FGD on the default trace", { skip }, async () => {
    const files = {
      nodes: join(shared, "openb/openb_node_list_gpu_node.csv"),
      tasks: join(shared, "openb/openb_pod_list_default.csv"),
      order: join(shared, "openb-orders/default.jsonl.gz"),
    };
    const named = Object.entries(files).flatMap(([option, path]) => [`--${option}`, path]);
    const argv = ["simulate", "--format", "openb", "--policy", "fgd", "--seeds", "42", "--json"];
    const { out } = await yunhe(...argv, ...named);
    const [run] = (JSON.parse(out) as Openb).runs;
    assert.ok(Math.abs((run?.allocatedPercentAt100 ?? 0) - 95.14) < 0.02);
    assert.ok(Math.abs((run?.allocatedPercentAt130 ?? 0) - 95.29) < 0.02);
  });
});

describe("yunhe simulate on a trace", () => {
  const fleet = file(
    "fleet.json",
    JSON.stringify({
      pools: [
        {
          id: "p",
          carbonGramsPerKwh: 500,
          prices: { currency: "CNY", onDemand: { nanoPerCoreHour: 1_000_000_000, nanoPerGibHour: 0 } },
        },
      ],
      nodes: [{ id: "n", pool: "p", cpuMilli: 1000, memoryBytes: 2 ** 30 }],
    }),
  );
  const tasks = file(
    "tasks.csv",
    "id,queue,submitted_at_ms,duration_ms,cpu_milli,memory_mib\na,x,0,3600000,1000,16\nb,y,0,3600000,1000,16\n",
  );

  test("reports waiting, cost and carbon", async () => {
    const argv = ["simulate", "--format", "trace", "--fleet", fleet, "--tasks", tasks];
    const [run] = (JSON.parse((await yunhe(...argv, "--json")).out) as Trace).runs;
    assert.equal(run?.wait.maxMs, 3_600_000);
    assert.deepEqual(run.costNano, { CNY: 2_000_000_000 });
    assert.ok(run.carbonGrams > 0);
    assert.match((await yunhe(...argv)).out, /yunhe +2 +0 +0.0 s +1.0 h +1.0 h.* 2.00 CNY/);
  });
});

describe("yunhe simulate of what if", () => {
  const example = ["simulate", "--format", "example", "--seeds", "7"];

  test("puts the changed fleet beside the one as it is", async () => {
    const { out, exitCode } = await yunhe(...example, "--change", "queue=vision,devices=+20,weight=2");
    assert.equal(exitCode, 0);
    const lines = out.split("\n").filter((line) => line.startsWith("yunhe"));
    assert.deepEqual(
      lines.slice(0, 2).map((line) => line.split(/ {2,}/).slice(0, 3).join("|")),
      ["yunhe|as is|1500", "yunhe|what if|1500"],
    );
    assert.match(out, /vision/);
  });

  test("gives the same bytes again", async () => {
    const first = await yunhe(...example, "--json");
    assert.equal((await yunhe(...example, "--json")).out, first.out);
    const { runs } = JSON.parse(first.out) as Trace;
    assert.ok(runs[0]!.samples.length >= 200);
  });

  test("refuses changes that cannot be read, and those of what is not there", async () => {
    for (const change of [
      "devices=+20",
      "queue=a",
      "queue=a,devices=lots",
      "node=n,more=0",
      "queue=a,weight=-1",
    ])
      assert.match((await failing(...example, "--change", change)).err, /cannot be read: write queue=NAME/);
    assert.match((await failing(...example, "--change", "queue=z,devices=+1")).err, /no queue is named "z"/);
  });
});

const failing = async (...argv: string[]) => {
  const ran = await yunhe(...argv);
  assert.equal(ran.out, "");
  return ran;
};

describe("what is wrong is said before anything runs", () => {
  test("with file, line and column", async () => {
    const bad = file("bad.csv", `name,cpu_milli,memory_mib,num_gpu,gpu_milli\npod-1,-4,1024,1,500\n`);
    const { err, exitCode } = await failing(
      "simulate",
      "--format",
      "openb",
      "--nodes",
      nodes,
      "--tasks",
      bad,
    );
    assert.equal(exitCode, 6);
    assert.match(err, /bad\.csv:2 \(column cpu_milli\): "-4" is not a whole number/);
  });

  test("in Chinese too", async () => {
    const bad = file("bad2.csv", `name,cpu_milli,memory_mib,num_gpu\npod-1,4,1024,1\n`);
    const { err } = await failing(
      "simulate",
      "--lang",
      "zh",
      "--format",
      "openb",
      "--nodes",
      nodes,
      "--tasks",
      bad,
    );
    assert.match(err, /bad2\.csv 第 1 行，列 gpu_milli：缺少该列/);
  });

  test("for an order that points outside, and a seed that is not there", async () => {
    const outside = file("outside.jsonl", JSON.stringify({ ...order, order: [9] }));
    assert.match(
      (await failing(...openb, "--order", outside)).err,
      /outside\.jsonl:1 \(column order\[0\]\): 9 points outside/,
    );
    const orders = file("order.jsonl", JSON.stringify(order));
    assert.match(
      (await failing(...openb, "--order", orders, "--seeds", "8")).err,
      /no order for seed 8; the file has 7/,
    );
  });

  test("for options: unknown policies, formats, and what does not belong together", async () => {
    const cases: [string[], RegExp][] = [
      [[...openb, "--policy", "magic"], /There is no policy magic; there are yunhe, fgd/],
      [
        ["simulate", "--format", "slurm"],
        /There is no format slurm; there are openb, trace, history, example/,
      ],
      [["simulate"], /Name the format/],
      [["simulate", "--format", "openb", "--nodes", nodes], /needs --tasks FILE/],
      [[...openb, "--fleet", nodes], /--fleet means nothing with --format openb/],
      [[...openb, "--seeds", "x"], /--seeds takes whole numbers/],
    ];
    for (const [argv, expected] of cases) {
      const { err, exitCode } = await failing(...argv);
      assert.equal(exitCode, 2, argv.join(" "));
      assert.match(err, expected);
    }
    const missing = await failing("simulate", "--format", "openb", "--nodes", "nowhere.csv", "--tasks", pods);
    assert.match(missing.err, /nowhere\.csv cannot be read/);
  });
});
