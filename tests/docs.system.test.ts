import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, globSync, readFileSync, symlinkSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { after, before, describe, test } from "node:test";
import { command, root, startYunhe } from "./yunhe.ts";

const pages = globSync("docs/{tutorials,how-to}/*.md", { cwd: root }).toSorted();
const english = pages.filter((page) => !page.endsWith(".zh-CN.md"));
const read = (page: string): string => readFileSync(join(root, page), "utf8");

interface Block {
  /** `sh`, `text` … */
  readonly language: string;
  /** A program without which the block cannot run. */
  readonly needs: string | undefined;
  readonly code: string;
}

const blocksOf = (page: string): Block[] =>
  [...read(page).matchAll(/^```(\w+)(?: needs=(\w+))?\n([\s\S]*?)^```$/gm)].map(
    ([, language, needs, code]) => ({
      language: language!,
      needs,
      code: code!,
    }),
  );

/** What people are to type, and this test types too; other fences (`text`, `console`) show what it cannot. */
const typed = (page: string): Block[] => blocksOf(page).filter(({ language }) => language === "sh");

const has = (program: string): boolean => {
  try {
    execFileSync("sh", ["-c", `command -v ${program}`]);
    return true;
  } catch {
    return false;
  }
};

describe("what the pages tell people to type works", () => {
  let yunhe: Awaited<ReturnType<typeof startYunhe>>;
  before(async () => (yunhe = await startYunhe({ flags: ["--simulate-devices", "4xA100-80G"] })));
  after(() => yunhe.close());

  for (const page of english) {
    const blocks = typed(page).filter(({ needs }) => needs === undefined || has(needs));
    if (blocks.length === 0) continue;
    test(page, async () => {
      const folder = join(yunhe.folder, basename(page));
      await mkdir(folder);
      for (const name of ["yunhe", "examples"]) symlinkSync(join(root, name), join(folder, name));
      const script = `set -eo pipefail\n${blocks.map(({ code }) => code).join("\n")}`;
      const { code, out, error } = await command("timeout", ["120", "bash", "-c", script], {
        cwd: folder,
        env: { ...yunhe.environment },
      });
      assert.equal(code, 0, `${out}\n${error}`);
    });
  }
});

describe("the pages hold together", () => {
  test("the Chinese page of each has the same commands", () => {
    for (const page of english) {
      const other = page.replace(".md", ".zh-CN.md");
      assert.ok(existsSync(join(root, other)), `${other} is missing`);
      assert.deepEqual(typed(other), typed(page), other);
    }
  });

  test("every link to a file leads somewhere", () => {
    const all = globSync(["*.md", "docs/**/*.md", "examples/**/*.md"], {
      cwd: root,
      exclude: (path) => path.includes("node_modules"),
    });
    const broken = all.flatMap((page) =>
      [...read(page).matchAll(/\]\(([^)#\s]+)(?:#[^)]*)?\)/g)]
        .map(([, target]) => target!)
        .filter((target) => !/^[a-z]+:/.test(target) && !existsSync(join(root, dirname(page), target)))
        .map((target) => `${page}: ${target}`),
    );
    assert.deepEqual(broken, []);
  });
});
