/** Everything that must hold before a commit: types, lint, format, dead code, generated reference. `npm run check`. */
import { spawnSync } from "node:child_process";
import { dirname, join } from "node:path";

const root = dirname(import.meta.dirname);
const program = (name: string): string => join(root, "node_modules", ".bin", name);
const checks: readonly (readonly [string, string, readonly string[]])[] = [
  ["types", program("tsc"), ["-p", "tsconfig.json"]],
  ["types of the console", program("tsc"), ["-p", "web/tsconfig.json"]],
  ["lint", program("oxlint"), ["--deny-warnings"]],
  ["format", program("oxfmt"), ["--check"]],
  ["dead code and undeclared imports", program("knip"), ["--no-progress"]],
  ["reference is up to date", process.execPath, ["tools/reference.ts", "--check"]],
];

let failed = 0;
for (const [name, command, args] of checks) {
  const started = performance.now();
  const { status, stdout, stderr } = spawnSync(command, args, { cwd: root, encoding: "utf8" });
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  console.log(`${status === 0 ? "✔" : "✖"} ${name} (${seconds} s)`);
  if (status === 0) continue;
  failed += 1;
  process.stdout.write(`${stdout}${stderr}\n`);
}
process.exitCode = failed === 0 ? 0 : 1;
