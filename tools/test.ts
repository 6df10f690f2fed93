/**
 * Runs the tests: `npm test [PATTERN …]`. Unit tests share one process; tests of whole systems (`*.system.test.ts`)
 * have one each. Ends with one line that counts them, and fails when a test was skipped that must run
 * (YUNHE_CI=1).
 */
import { spawn } from "node:child_process";
import { globSync } from "node:fs";
import { availableParallelism } from "node:os";
import { dirname } from "node:path";

const root = dirname(import.meta.dirname);
const folders = [
  "kernel",
  "logic/*",
  "domains/*",
  "drivers/*",
  "server",
  "client",
  "cli",
  "web",
  "examples",
  "tests",
];
const wanted = process.argv.slice(2);
const mustRun = process.env["YUNHE_CI"] === "1";

const files = folders
  .flatMap((folder) =>
    globSync(`${folder}/**/*.test.ts`, { cwd: root, exclude: (path) => path.includes("node_modules") }),
  )
  .filter((file) => wanted.length === 0 || wanted.some((pattern) => file.includes(pattern)))
  .sort();
const isSystem = (file: string): boolean => file.endsWith(".system.test.ts");

interface Counts {
  readonly pass: number;
  readonly fail: number;
  readonly skipped: number;
  readonly skips: readonly string[];
}

function run(name: string, options: readonly string[], chosen: readonly string[]): Promise<Counts> {
  if (chosen.length === 0) return Promise.resolve({ pass: 0, fail: 0, skipped: 0, skips: [] });
  console.log(`\n# ${name}: ${chosen.length} files`);
  const flags = ["--test", "--disable-warning=ExperimentalWarning", "--test-reporter=spec", ...options];
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [...flags, ...chosen], {
      cwd: root,
      stdio: ["ignore", "pipe", "inherit"],
    });
    let output = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      output += text;
      process.stdout.write(text);
    });
    child.on("close", (code) => resolve(countsOf(output, code)));
  });
}

function countsOf(output: string, code: number | null): Counts {
  const count = (label: string): number =>
    Number(new RegExp(`^ℹ ${label} (\\d+)$`, "m").exec(output)?.[1] ?? 0);
  const skips = [...output.matchAll(/^\s*﹣ (.+# .+)$/gm)].map((match) => match[1]!.trim());
  const fail = count("fail") + count("cancelled");
  return { pass: count("pass"), fail: code !== 0 && fail === 0 ? 1 : fail, skipped: count("skipped"), skips };
}

const runs = [
  await run(
    "units",
    ["--test-isolation=none"],
    files.filter((file) => !isSystem(file)),
  ),
  await run("systems", [`--test-concurrency=${Math.min(2, availableParallelism())}`], files.filter(isSystem)),
];
const total = (pick: (counts: Counts) => number): number =>
  runs.reduce((sum, counts) => sum + pick(counts), 0);
const skips = runs.flatMap((counts) => counts.skips);

if (skips.length > 0) console.log(`\nSkipped:\n${skips.map((line) => `  ${line}`).join("\n")}`);
const forbidden = mustRun ? skips.filter((line) => !/\(may skip in CI\)/.test(line)) : [];
if (forbidden.length > 0)
  console.log(`\nThese must run here and were skipped:\n${forbidden.map((line) => `  ${line}`).join("\n")}`);
console.log(
  `\n${total(({ pass }) => pass)} passed, ${total(({ fail }) => fail) + forbidden.length} failed, ${total(({ skipped }) => skipped)} skipped`,
);
process.exitCode = total(({ fail }) => fail) + forbidden.length === 0 ? 0 : 1;
