import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { describe, test } from "node:test";

/**
 * Core code takes time and chance from its environment, and reaches the outside through ports: only so can one seeded
 * process run a whole fleet of it (docs/explanation/simulation.md). Each exception is the one place where a port meets
 * the world. The linter refuses most of it while it is written (.oxlintrc.json); here is also what it has no words for.
 */
const rooms: readonly { readonly room: string; readonly except: readonly string[] }[] = [
  {
    room: "kernel/src",
    // The real environment, the simulated one (one turn of the event loop settles it), the adapter to SQLite.
    except: [
      "simulated-environment.ts",
      "system-environment.ts",
      "store/sqlite*.ts",
      "store/conformance.ts",
      "store/samples.ts",
    ],
  },
  // What every driver has to pass runs against real engines.
  { room: "domains/compute/src", except: ["driver/conformance*.ts"] },
  { room: "logic/scheduler/src", except: [] },
];

const forbidden: readonly (readonly [string, RegExp])[] = [
  ["the clock", /\bDate\.now\(|\bnew Date\(\)|\bperformance\.now\(|process\.hrtime/],
  ["randomness", /\bMath\.random\(|\brandomUUID\(|\brandomBytes\(|\brandomInt\(|\bgetRandomValues\(/],
  ["timers", /\b(?:setTimeout|setInterval|setImmediate)\(|AbortSignal\.timeout\(|node:timers/],
  ["the network", /\bfetch\(|node:(?:net|http|https|http2|tls|dgram|dns)\b/],
  ["files or processes", /from "node:(?:fs|fs\/promises|child_process|worker_threads|cluster)"/],
];

const root = dirname(import.meta.dirname);

function reaches(file: string): string[] {
  const lines = readFileSync(join(root, file), "utf8").split("\n");
  return lines.flatMap((line, index) =>
    /^\s*(?:\/\/|\*|\/\*)/.test(line)
      ? []
      : forbidden
          .filter(([, pattern]) => pattern.test(line))
          .map(([what]) => `${file}:${index + 1} reaches for ${what}: ${line.trim()}`),
  );
}

describe("core code is pure", () => {
  for (const { room, except } of rooms) {
    test(`${room} reaches for no clock, randomness, timers, network or files of its own`, () => {
      const excepted = new Set(except.flatMap((pattern) => globSync(`${room}/${pattern}`, { cwd: root })));
      const files = globSync(`${room}/**/*.ts`, { cwd: root }).filter((file) => !excepted.has(file));
      assert.ok(files.length > 10);
      assert.deepEqual(files.flatMap(reaches), []);
    });
  }

  test("the linter refuses all of it in the kernel, the domains and the logic, and nowhere else", () => {
    const clocks = ["Date.now()", "performance.now()", "process.hrtime()", "AbortSignal.timeout(1)"];
    const timers = ["setTimeout(() => {}, 1)", "setInterval(() => {}, 1)"];
    const calls = [...clocks, ...timers, "Math.random()", 'fetch("http://localhost")'];
    const modules = [
      "fs",
      "fs/promises",
      "child_process",
      "worker_threads",
      "net",
      "http",
      "timers/promises",
    ];
    const texts = [
      ...calls.map((call) => `export const value = ${call};\n`),
      ...modules.map((name) => `export * from "node:${name}";\n`),
      'export { randomUUID } from "node:crypto";\n',
    ];
    const folder = mkdtempSync(join(tmpdir(), "yunhe-lint-"));
    const config = JSON.parse(readFileSync(join(root, ".oxlintrc.json"), "utf8")) as object;
    // Types are of no use here.
    writeFileSync(join(folder, ".oxlintrc.json"), JSON.stringify({ ...config, options: {} }));
    const core = ["kernel/src", "domains/compute/src", "logic/scheduler/src"];
    for (const room of [...core, "server/src"]) {
      mkdirSync(join(folder, room), { recursive: true });
      texts.forEach((text, index) => writeFileSync(join(folder, room, `impure-${index}.ts`), text));
    }
    const { stdout } = spawnSync(
      join(root, "node_modules/.bin/oxlint"),
      ["--config", ".oxlintrc.json", "--format", "unix"],
      { cwd: folder, encoding: "utf8" },
    );
    rmSync(folder, { recursive: true });
    const refused = new Set(
      stdout
        .split("\n")
        .filter((line) => /no-restricted-(?:globals|properties|imports)/.test(line))
        .map((line) => line.replaceAll("\\", "/").split(":")[0]!),
    );
    assert.deepEqual(
      [...refused].map((file) => file.replace(/^.*?(?=(?:kernel|domains|logic|server)\/)/, "")).toSorted(),
      core.flatMap((room) => texts.map((_, index) => `${room}/impure-${index}.ts`)).toSorted(),
    );
  });
});
