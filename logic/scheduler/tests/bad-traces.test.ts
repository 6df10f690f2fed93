import assert from "node:assert/strict";
import { test } from "node:test";
import { simulate, TraceError, type TracePosition } from "../src/index.ts";

const nodes = "sn,cpu_milli,memory_mib,gpu,model\nn1,8000,16384,2,T4\nn2,8000,16384,1,A10\n";
const tasks =
  "name,cpu_milli,memory_mib,num_gpu,gpu_milli,gpu_spec\na,1000,1024,1,500,T4\nb,1000,1024,0,0,\n";
const order = `${JSON.stringify({ seed: 7, order: [0, 1, 0], nodeRank: [1, 0] })}\n`;

interface Files {
  readonly nodesCsv?: string;
  readonly tasksCsv?: string;
  readonly orderJsonl?: string;
  readonly seeds?: number[];
}

const run = ({ nodesCsv = nodes, tasksCsv = tasks, orderJsonl = order, seeds = [7] }: Files) =>
  simulate({
    format: "openb",
    nodesCsv: { file: "nodes.csv", text: nodesCsv },
    tasksCsv: { file: "tasks.csv", text: tasksCsv },
    orderJsonl: { file: "order.jsonl", text: orderJsonl },
    seeds,
    policies: ["fgd"],
  });

function refuses(files: Files, position: TracePosition, saying: RegExp): void {
  assert.throws(
    () => run(files),
    (error) => {
      assert.ok(error instanceof TraceError);
      assert.deepEqual(error.position, position);
      assert.match(error.message, saying);
      assert.match(error.words.zh, /[\u4e00-\u9fff]/);
      return true;
    },
  );
}

test("a correct trace runs", () => {
  const result = run({});
  assert.ok(result.format === "openb");
  assert.deepEqual([result.runs[0]?.placed, result.runs[0]?.dropped], [3, 0]);
});

test("a missing column is named", () => {
  refuses(
    { nodesCsv: nodes.replace("memory_mib", "memory") },
    { file: "nodes.csv", line: 1, column: "memory_mib" },
    /missing/,
  );
});

test("a negative, fractional or missing count is refused with file, line and column", () => {
  const at = { file: "tasks.csv", line: 2, column: "cpu_milli" };
  refuses({ tasksCsv: tasks.replace("a,1000", "a,-1") }, at, /"-1" is not a whole number/);
  refuses({ tasksCsv: tasks.replace("a,1000", "a,1.5") }, at, /"1.5" is not a whole number/);
  refuses({ tasksCsv: tasks.replace("a,1000", "a,") }, at, /missing/);
  refuses({ tasksCsv: tasks.replace(",500,T4", ",1001,T4") }, { ...at, column: "gpu_milli" }, /0 … 1000/);
});

test("a row that is too short names the first field that is missing", () => {
  refuses(
    { tasksCsv: tasks.replace("1,500,T4", "1") },
    { file: "tasks.csv", line: 2, column: "gpu_milli" },
    /4 fields/,
  );
});

test("an unknown model is refused, in tasks and in nodes", () => {
  refuses(
    { tasksCsv: tasks.replace("T4", "T4|X9") },
    { file: "tasks.csv", line: 2, column: "gpu_spec" },
    /"X9"/,
  );
  refuses({ nodesCsv: nodes.replace("A10", "Z1") }, { file: "nodes.csv", line: 3, column: "model" }, /"Z1"/);
});

test("a name that is there twice is refused with both lines", () => {
  refuses(
    { tasksCsv: tasks.replace("\nb,", "\na,") },
    { file: "tasks.csv", line: 3, column: "name" },
    /line 2/,
  );
});

test("an order that points outside is refused", () => {
  refuses(
    { orderJsonl: order.replace("[0,1,0]", "[0,2,0]") },
    { file: "order.jsonl", line: 1, column: "order[1]" },
    /outside/,
  );
  refuses(
    { orderJsonl: order.replace("[1,0]", "[1,2]") },
    { file: "order.jsonl", line: 1, column: "nodeRank[1]" },
    /outside/,
  );
  refuses(
    { orderJsonl: order.replace("[1,0]", "[1,1]") },
    { file: "order.jsonl", line: 1, column: "nodeRank" },
    /once/,
  );
  refuses({ orderJsonl: `${order}{` }, { file: "order.jsonl", line: 2, column: "2" }, /JSON/);
  refuses({ seeds: [8] }, { file: "order.jsonl", column: "seed" }, /seed 8/);
});

test("an unknown policy is refused before anything runs", () => {
  const sources = { nodesCsv: { file: "n", text: nodes }, tasksCsv: { file: "t", text: tasks } };
  assert.throws(
    () => simulate({ format: "openb", ...sources, policies: ["fgd", "nope"] }),
    /no policy is named "nope"/,
  );
});

test("quoted fields, carriage returns and a byte order mark are read", () => {
  const quoted = `\uFEFF${tasks.replace("a,1000", '"a",1000').replaceAll("\n", "\r\n")}`;
  assert.deepEqual(run({ tasksCsv: quoted }), run({}));
});
