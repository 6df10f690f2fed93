import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { roleTable } from "../src/policies/reference.ts";

const pages = { en: "identity.md", zh: "identity.zh-CN.md" } as const;

for (const language of ["en", "zh"] as const)
  test(`the page ${pages[language]} shows the role table as it is`, async () => {
    const path = new URL(`../../../docs/how-to/${pages[language]}`, import.meta.url);
    const [, shown] =
      /<!-- roles: .*? -->\n([\s\S]*?)<!-- \/roles -->/.exec(await readFile(path, "utf8")) ?? [];
    assert.equal(shown, `${roleTable(language)}\n`, "put the expected text between the marks");
  });
