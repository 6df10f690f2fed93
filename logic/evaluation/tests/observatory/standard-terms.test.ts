import assert from "node:assert/strict";
import { test } from "node:test";
import { furtherFigures } from "../../src/observatory/further-figures.ts";
import {
  nameInChinese,
  scopeInChinese,
  unitInChinese,
  withUnit,
} from "../../src/observatory/standard-terms.ts";

test("every figure that comes with the library can be read in Chinese", () => {
  for (const { figure, unit } of furtherFigures) {
    assert.match(nameInChinese(figure), /^(?:\p{Script=Han}|[ISP]aaS)+$/u, figure);
    assert.match(unitInChinese(unit), /^(?:\p{Script=Han}+|%)$/u, unit);
  }
  assert.equal(nameInChinese("Public cloud growth"), "公有云增速");
  assert.equal(scopeInChinese("China, public+private (CAICT)"), "中国，公有云+私有云（中国信通院）");
});

test("what is not a known term stays as it was printed", () => {
  assert.equal(nameInChinese("Cloud revenue: Microsoft"), "Cloud revenue: Microsoft");
  assert.equal(nameInChinese("constructor size"), "constructor size");
  assert.deepEqual(["GiB", "%", "", "100 million cores", "EFLOPS", "million widgets"].map(unitInChinese), [
    "GiB",
    "%",
    "",
    "亿核",
    "EFLOPS",
    "million widgets",
  ]);
});

test("a number is not run into a unit that begins with one", () => {
  assert.equal(withUnit("5,610", "100 million USD", "en"), "5,610 × 100 million USD");
  assert.equal(withUnit("5,610", "100 million USD", "zh"), "5,610 亿美元");
  assert.equal(withUnit("3", "ms", "en"), "3 ms");
});
