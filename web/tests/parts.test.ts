import assert from "node:assert/strict";
import test from "node:test";
import * as fc from "fast-check";
import { valueAtColumn } from "../src/api/column.ts";
import { commandLine } from "../src/api/task.ts";
import { formatsOf } from "../src/format/format.ts";
import { quantityOf } from "../src/format/quantity.ts";
import { amountsOf, type Queue } from "../src/pages/queue/amounts.ts";
import { nameFor, splitCommand } from "../src/pages/submit/command.ts";
import { withoutDefaults } from "../src/ui/form/defaults.ts";
import { fieldOf, stepsOf, valueAt, withValueAt } from "../src/ui/form/paths.ts";
import { readScalar, shapeOf } from "../src/ui/form/shape.ts";
import { ansiRuns, plainText } from "../src/ui/log/ansi.ts";
import { LogBuffer } from "../src/ui/log/log-buffer.ts";
import { parseManifest, yamlOf } from "../src/ui/yaml/manifest.ts";

test("a command line that was written from words is read as the same words", () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: "grapheme" }), { minLength: 1 }), (words) => {
      assert.deepEqual(splitCommand(commandLine(words)), words);
    }),
  );
});

test("quotes and backslashes mean what they mean in a shell", () => {
  assert.deepEqual(splitCommand(String.raw`python3 -c 'print("a b")' "x $HOME \"y\"" a\ b ""`), [
    "python3",
    "-c",
    'print("a b")',
    'x $HOME "y"',
    "a b",
    "",
  ]);
});

test("the name proposed for a task is one the server takes", () => {
  fc.assert(
    fc.property(
      fc.array(fc.string()),
      fc.double({ min: 0, max: 0.999_999, noNaN: true }),
      (words, chance) => {
        assert.match(
          nameFor(words, () => chance),
          /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/,
        );
      },
    ),
  );
});

test("a value set at a path is read back from it, and taken out again leaves what was before", () => {
  const name = fc.constantFrom("spec", "env", "queue", "inputs");
  fc.assert(
    fc.property(
      fc.array(fc.oneof(name, fc.nat(3)), { minLength: 1, maxLength: 4 }),
      fc.integer(),
      (tail, value) => {
        const path = ["metadata", ...tail];
        assert.equal(valueAt(withValueAt({}, path, value), path), value);
      },
    ),
  );
  const object = { spec: { command: ["a"], queue: "q" } };
  assert.deepEqual(
    withValueAt(withValueAt(object, ["spec", "timeout"], "5s"), ["spec", "timeout"], undefined),
    object,
  );
  assert.deepEqual(stepsOf("spec.inputs[2].path"), ["spec", "inputs", 2, "path"]);
  assert.equal(fieldOf(["spec", "inputs", 2, "path"]), "spec.inputs[2].path");
});

test("a field that the server refuses is found on its line of the manifest", () => {
  const text =
    "apiVersion: v1\nkind: Task\nspec:\n  command:\n    - a\n  inputs:\n    - path: x\n      sha256: zz\n";
  const parsed = parseManifest(text);
  assert.ok(parsed.ok);
  assert.equal(parsed.lineOf("spec.inputs[0].sha256"), 8);
  assert.equal(parsed.lineOf("spec.command"), 5);
  assert.equal(parsed.lineOf("spec.resources.cpus"), 4, "what is missing is shown at its parent");
});

test("a manifest that is no YAML, no object, or explodes says so instead of throwing", () => {
  const bomb = `a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]\nd: [*c,*c,*c,*c,*c,*c,*c,*c]\n`;
  for (const text of ["a: [1", "- 1", "just text", "a: 1\na: 2", bomb])
    assert.equal(parseManifest(text).ok, false, text);
});

test("what is written as YAML is read as the same object", () => {
  fc.assert(
    fc.property(
      fc.dictionary(
        fc.string({ minLength: 1 }),
        fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.array(fc.string())),
      ),
      (object) => {
        const parsed = parseManifest(yamlOf(object));
        assert.ok(parsed.ok);
        assert.deepEqual({ ...parsed.object }, { ...object });
      },
    ),
  );
});

test("a form field keeps numbers as numbers only where the schema takes numbers", () => {
  assert.equal(readScalar({ anyOf: [{ type: "number" }, { type: "string" }] }, "0.5"), 0.5);
  assert.equal(readScalar({ anyOf: [{ type: "number" }, { type: "string" }] }, "500m"), "500m");
  assert.equal(readScalar({ type: "string" }, "12"), "12");
  assert.equal(readScalar({ type: "string" }, ""), undefined);
  assert.equal(shapeOf({ type: "array", items: { type: "object" } }).type, "items");
  assert.equal(shapeOf({ type: "object", additionalProperties: { type: "string" } }).type, "pairs");
});

test("a copy leaves out what the schema fills in", () => {
  const schema = {
    properties: {
      queue: { default: "default" },
      env: { default: {} },
      retries: { properties: { limit: { default: 0 } } },
    },
  };
  assert.deepEqual(
    withoutDefaults({ queue: "default", env: {}, retries: { limit: 0 }, command: ["a"] }, schema),
    { command: ["a"] },
  );
  assert.deepEqual(withoutDefaults({ queue: "gpu", retries: { limit: 2 } }, schema), {
    queue: "gpu",
    retries: { limit: 2 },
  });
});

test("columns are read by their path, also with a filter", () => {
  const object = {
    status: { conditions: [{ type: "Ready", status: "True" }], nodes: 3 },
    spec: { after: ["a"] },
  };
  assert.equal(valueAtColumn(object, '.status.conditions[?(@.type=="Ready")].status'), "True");
  assert.equal(valueAtColumn(object, ".status.nodes"), 3);
  assert.equal(valueAtColumn(object, ".spec.after[0]"), "a");
  assert.equal(valueAtColumn(object, ".status.missing.more"), undefined);
});

test("a log in any pieces gives the same lines, and the oldest go first", () => {
  const text = "one\ntwo ünicode 云\nthree\r\nprogress 1%\rprogress 99%\nlast";
  const bytes = new TextEncoder().encode(text);
  fc.assert(
    fc.property(fc.array(fc.nat(bytes.length)), (cuts) => {
      const buffer = new LogBuffer();
      const at = [0, ...cuts.toSorted((a, b) => a - b), bytes.length];
      for (const [index, start] of at.entries())
        buffer.append(bytes.slice(start, at[index + 1] ?? bytes.length));
      const { blocks, bytes: size } = buffer.text();
      assert.deepEqual(
        blocks.flatMap(({ lines }) => lines),
        ["one", "two ünicode 云", "three", "progress 99%", "last"],
      );
      assert.equal(size, bytes.length);
    }),
  );
  const small = new LogBuffer(400);
  small.append(new TextEncoder().encode(Array.from({ length: 1000 }, (_, line) => `${line + 1}\n`).join("")));
  const { blocks, dropped, lines } = small.text();
  assert.equal(lines, 1000);
  assert.equal(dropped, 600);
  assert.deepEqual([blocks[0]?.first, blocks[0]?.lines[0]], [601, "601"]);
});

test("escape sequences colour a log and never show", () => {
  const line = "\u001B[1;31mError\u001B[0m plain \u001B[2K\u001B[32mok";
  assert.deepEqual(
    ansiRuns(line).map(({ text, colour, bold }) => [text, colour, bold]),
    [
      ["Error", 1, true],
      [" plain ", undefined, false],
      ["ok", 2, false],
    ],
  );
  assert.equal(plainText(line), "Error plain ok");
});

test("numbers, sizes and times are written as each language writes them", () => {
  const [en, zh] = [formatsOf("en"), formatsOf("zh")];
  assert.equal(en.bytes(0), "0 B");
  assert.equal(en.bytes(1536), "1.5 KiB");
  assert.equal(en.bytes(80 * 2 ** 30), "80 GiB");
  assert.equal(en.duration(90), "90 ms");
  assert.equal(en.duration(3200), "3.2 s");
  assert.equal(en.duration(3_600_000 + 5 * 60_000 + 30_000), "1 h 5 min");
  assert.equal(zh.duration(3_600_000 + 5 * 60_000), "1 小时 5 分");
  assert.equal(en.milli(250), "0.25");
  assert.match(zh.ago(0, 180_000), /3\s*分钟前/);
  assert.match(en.ago(86_400_000 * 3, 0), /in 3 days/);
});

test("quantities are read as Kubernetes writes them", () => {
  for (const [text, value] of [
    ["500m", 0.5],
    ["4Gi", 4 * 2 ** 30],
    ["1.5G", 1.5e9],
    ["64", 64],
    [2, 2],
    [undefined, undefined],
    ["many", undefined],
    ["3x", undefined],
  ] as const)
    assert.equal(quantityOf(text), value, String(text));
});

test("a queue's amounts are what it bounds or holds, with what of it is borrowed", () => {
  const queue = {
    spec: {
      quota: { cpus: "500m", devices: { "*": 2 }, tasks: 4 },
      borrowing: { cpus: 1 },
      cohort: "lab",
      stopped: false,
    },
    status: {
      waiting: 0,
      running: 2,
      used: {
        cpuMilli: 700,
        memoryBytes: 1024,
        devicesMilli: 500,
        tasks: 2,
        devicesMilliByModel: { A10: 500 },
      },
      borrowed: { cpuMilli: 200, memoryBytes: 0, devicesMilli: 0 },
    },
  } as unknown as Queue;
  assert.deepEqual(
    amountsOf(queue).map(({ of, model, used, borrowed, quota, borrowing }) => [
      model ?? of,
      used,
      borrowed,
      quota,
      borrowing,
    ]),
    [
      ["tasks", 2, 0, 4, 0],
      ["cpu", 0.7, 0.2, 0.5, 1],
      ["memory", 1024, 0, undefined, 0],
      ["devices", 0.5, 0, 2, 0],
      ["A10", 0.5, 0, undefined, 0],
    ],
  );
});
