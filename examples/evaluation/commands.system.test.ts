import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, test } from "node:test";

const folder = import.meta.dirname;
const out = mkdtempSync(join(tmpdir(), "yunhe-example-"));
after(() => rmSync(out, { recursive: true }));
const main = join(folder, "../../cli/src/main.ts");

interface Ran {
  readonly code: number;
  readonly out: string;
  readonly error: string;
}

function yunhe(words: readonly string[]): Promise<Ran> {
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [main, ...words],
      { cwd: folder, maxBuffer: 2 ** 26 },
      (error, stdout, stderr) => {
        resolve({ code: error ? Number(error.code) : 0, out: stdout, error: stderr });
      },
    );
  });
}

/** The commands of a page's indented blocks, as somebody would type them; files go to a folder of the test. */
const commandsOf = (page: string): string[][] =>
  readFileSync(join(folder, page), "utf8")
    .split("\n")
    .filter((line) => /^ {4}yunhe (index|observatory) /.test(line))
    .map((line) =>
      line
        .trim()
        .split(" ")
        .slice(1)
        .map((word) => (/^(report\.html|bundle\.json)$/.test(word) ? join(out, word) : word)),
    );

describe("the evaluation example", () => {
  test("every command of the page does what the page says, in the order of the page", async () => {
    const commands = commandsOf("README.md");
    assert.equal(commands.length, 9);
    const seen = new Map<string, Ran>();
    for (const words of commands) {
      const ran = await yunhe(words);
      const expected = words[1] === "check" ? 6 : 0;
      assert.equal(ran.code, expected, `${words.join(" ")}: ${ran.error}`);
      seen.set(words[1]!, ran);
    }
    assert.match(seen.get("validate")!.out, /Valid\.\n$/);
    assert.match(seen.get("compute")!.out, /Guizhou +[\d.]+ +imputed synthetic/);
    assert.match(seen.get("compute")!.error, /synthetic-data/);
    assert.match(seen.get("uncertainty")!.out, /10000 replications, seed 7/);
    assert.match(seen.get("sensitivity")!.out, /beijing before shanghai/);
    assert.match(seen.get("verify")!.out, /The same bytes/);
    assert.match(
      seen.get("check")!.out,
      /partsDoNotSum[\s\S]*growthDoesNotMatchLevels|growthDoesNotMatchLevels[\s\S]*partsDoNotSum/,
    );
    assert.match(readFileSync(join(out, "report.html"), "utf8"), /class="synthetic"/);
  });

  test("the Chinese page has the same commands", () => {
    const bare = (page: string): string[] =>
      commandsOf(page).map((words) => words.join(" ").replace(/ --lang zh/, ""));
    assert.deepEqual(bare("README.zh-CN.md"), bare("README.md"));
  });

  test("without the accepted number forms every such cell is refused with row and column", async () => {
    const strict = join(out, "strict.yaml");
    writeFileSync(strict, readFileSync(join(folder, "mapping.yaml"), "utf8").replace(/^numbers: .*\n/m, ""));
    const { code, error } = await yunhe([
      ..."index compute --spec index.yaml --data offers.csv --mapping".split(" "),
      strict,
    ]);
    assert.equal(code, 6);
    assert.match(error, /offers\.csv row 3, column 核数: "64万": not a plain number\. If 640000 is meant/);
  });
});
