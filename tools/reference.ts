/**
 * Writes `docs/reference/` from what the code defines: kinds, commands, exit codes, HTTP routes, roles. `--check` only
 * compares, and fails when a page is out of date, missing or too many.
 */
import { existsSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { commandPages } from "./reference/commands.ts";
import { kindPages } from "./reference/kinds.ts";
import { rolePages } from "./reference/roles.ts";
import { routePages } from "./reference/routes.ts";
import type { Page } from "./reference/page.ts";

const folder = join(dirname(import.meta.dirname), "docs", "reference");
const mark = "<!-- Made by `npm run docs` from the code; changes here are lost. -->\n\n";

const made: Page[] = [...kindPages(), ...(await commandPages()), ...rolePages(), ...(await routePages())];
const pages = new Map(
  [...made, ...indexPages(made)].map(({ path, text }) => [path, `${mark}${text.trimEnd()}\n`]),
);
const there = new Set(globSync("**/*.md", { cwd: folder }));
const stale = [...pages].filter(([path, text]) => textOf(path) !== text).map(([path]) => path);
const extra = [...there].filter((path) => !pages.has(path));

if (process.argv.includes("--check")) {
  for (const path of stale) console.log(`docs/reference/${path} is out of date`);
  for (const path of extra) console.log(`docs/reference/${path} belongs to nothing any more`);
  if (stale.length + extra.length > 0) console.log("Run `npm run docs` and commit what it writes.");
  process.exitCode = stale.length + extra.length > 0 ? 1 : 0;
} else {
  for (const path of extra) rmSync(join(folder, path));
  for (const path of stale) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), pages.get(path)!);
  }
  console.log(`${pages.size} pages, ${stale.length} written, ${extra.length} removed`);
}

function textOf(path: string): string | undefined {
  const file = join(folder, path);
  return existsSync(file) ? readFileSync(file, "utf8") : undefined;
}

function indexPages(all: readonly Page[]): Page[] {
  const list = (language: "en" | "zh"): string =>
    all
      .filter((page) => page.language === undefined || page.language === language)
      .map(({ path, title }) => `- [${title[language]}](${path})`)
      .join("\n");
  return [
    {
      path: "README.md",
      language: "en",
      title: { en: "Reference", zh: "参考" },
      text: `# Reference\n\n[中文](README.zh-CN.md)\n\n${list("en")}`,
    },
    {
      path: "README.zh-CN.md",
      language: "zh",
      title: { en: "Reference", zh: "参考" },
      text: `# 参考\n\n[English](README.md)\n\n${list("zh")}`,
    },
  ];
}
