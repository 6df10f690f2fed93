import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { z } from "zod";
import { type AnyResource, defineKind, tableRow, words } from "../src/index.ts";

const kind = defineKind({
  group: "tests.yunhe.dev",
  kind: "Machine",
  plural: "machines",
  scope: "Cluster",
  words: words("Machine", "机器"),
  description: words("For this test.", "仅用于测试。"),
  fields: { spec: z.strictObject({}), status: z.unknown() },
  columns: [
    { name: words("Ready", "就绪"), path: '.status.conditions[?(@.type=="Ready")].status', type: "string" },
    { name: words("First", "首个"), path: ".status.list[0].name", type: "string" },
    { name: words("Size", "大小"), path: ".status.bytes", type: "integer", format: "bytes" },
  ],
  example: {},
});

const cells = (status: unknown): unknown => {
  const object = {
    metadata: { name: "m", creationTimestamp: "2026-01-01T00:00:00Z" },
    status,
  } as unknown as AnyResource;
  return tableRow(kind, object, {
    language: "en",
    includeObject: "None",
    nowMs: Date.parse("2026-01-01T01:00:00Z"),
  })["cells"];
};

describe("server-side table rows", () => {
  test("a column may name an item of a list by one of its fields, or by its place", () => {
    const conditions = [
      { type: "Draining", status: "False" },
      { type: "Ready", status: "True" },
    ];
    assert.deepEqual(cells({ conditions, list: [{ name: "a" }], bytes: 1536 }), [
      "m",
      "True",
      "a",
      "1.5KiB",
      "60m",
    ]);
  });

  test("what is not there is an empty cell", () => {
    assert.deepEqual(cells({ conditions: [] }), ["m", "", "", "", "60m"]);
    assert.deepEqual(cells(undefined), ["m", "", "", "", "60m"]);
  });
});
