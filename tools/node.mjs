#!/usr/bin/env node
// The launcher: plain JavaScript that any Node from 20 on can run. It installs what is missing, finds a Node that runs
// TypeScript as it is (24 or newer: the running one, else the bundled one), and hands over to it.
import { spawn, spawnSync } from "node:child_process";
import { existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { createHash } from "node:crypto";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const leastMajor = 24;
const chinese = /^zh/i.test(process.env.YUNHE_LANG ?? process.env.LC_ALL ?? process.env.LANG ?? "");
const say = (en, zh) => process.stderr.write(`${chinese ? zh : en}\n`);

installWhatIsMissing();
const node = findNode();
const [script, ...args] = process.argv.slice(2);
// Stripping types from a few hundred files takes longer than starting the server: what was compiled once is kept.
const env = { NODE_COMPILE_CACHE: join(root, "node_modules", ".cache", "compiled"), ...process.env };
const child = spawn(node, ["--disable-warning=ExperimentalWarning", join(root, script), ...args], {
  stdio: "inherit",
  env,
});
// Ctrl-C in a terminal reaches the child by itself: passed on it would count as a second one, which means "at once".
const fromTerminal = process.stdin.isTTY || process.stdout.isTTY || process.stderr.isTTY;
process.on("SIGINT", () => fromTerminal || child.kill("SIGINT"));
for (const signal of ["SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
child.on("exit", (code, signal) => {
  if (signal) process.kill(process.pid, signal);
  process.exit(code ?? 1);
});

/** `npm ci` when the lockfile is not the one that was installed last. */
function installWhatIsMissing() {
  const lock = join(root, "package-lock.json");
  const stamp = join(root, "node_modules", ".yunhe-installed");
  const wanted = createHash("sha256").update(readFileSync(lock)).digest("hex");
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === wanted) return;
  if (isInstalledByHand(lock)) return;
  say("Installing packages (once) …", "正在安装依赖（仅此一次）……");
  const npm = process.platform === "win32" ? "npm.cmd" : "npm";
  const options = ["ci", "--no-audit", "--no-fund", "--loglevel=error"];
  const { status } = spawnSync(npm, options, {
    cwd: root,
    stdio: ["ignore", 2, 2],
    shell: process.platform === "win32",
  });
  if (status !== 0) {
    say(
      "npm ci failed: see above; check the network and try again.",
      "npm ci 失败：见上；请检查网络后重试。",
    );
    process.exit(1);
  }
  writeFileSync(stamp, wanted);
}

/** Someone ran npm themselves: its own record is newer than the lockfile. */
function isInstalledByHand(lock) {
  const record = join(root, "node_modules", ".package-lock.json");
  return existsSync(record) && statSync(record).mtimeMs >= statSync(lock).mtimeMs;
}

function findNode() {
  if (Number(process.versions.node.split(".")[0]) >= leastMajor) return process.execPath;
  const platform = process.platform === "win32" ? "win" : process.platform;
  const program = process.platform === "win32" ? "node.exe" : "node";
  const folders = [`node-${platform}-${process.arch}`, `node-bin-${platform}-${process.arch}`];
  const bundled = folders
    .flatMap((name) => [
      join(root, "node_modules", name, "bin", program),
      join(root, "node_modules", name, program),
    ])
    .find((path) => existsSync(path));
  if (bundled) return bundled;
  say(
    `Yunhe needs Node ${leastMajor} or newer; this is ${process.versions.node} and no bundled one fits ${process.platform}-${process.arch}. Install Node ${leastMajor} and try again.`,
    `云鹤需要 Node ${leastMajor} 或更新版本；当前为 ${process.versions.node}，且没有适用于 ${process.platform}-${process.arch} 的内置版本。请安装 Node ${leastMajor} 后重试。`,
  );
  return process.exit(1);
}
