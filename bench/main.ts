/**
 * `npm run bench` lists the benchmarks, each with what it promises; `npm run bench -- NAME [ARG …]` runs one.
 */
import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const folder = import.meta.dirname;
const [name, ...args] = process.argv.slice(2);

/** A benchmark prints something when it is run; the files that it is made of do not. */
const benchmarks = readdirSync(folder)
  .filter((file) => file !== "main.ts" && readFileSync(join(folder, file), "utf8").includes("console.log("))
  .map((file) => file.replace(/\.ts$/, ""));

if (name === undefined || !benchmarks.includes(name)) {
  const first = (file: string): string =>
    /\/\*\*\s*\n?\s*\*?\s*([^\n*]+)/.exec(readFileSync(join(folder, `${file}.ts`), "utf8"))?.[1]?.trim() ??
    "";
  for (const each of benchmarks) console.log(`${each.padEnd(26)} ${first(each)}`);
  process.exitCode = name === undefined ? 0 : 2;
} else {
  process.exitCode =
    spawnSync(process.execPath, [join(folder, `${name}.ts`), ...args], { stdio: "inherit" }).status ?? 1;
}
