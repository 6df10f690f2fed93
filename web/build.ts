import { spawn } from "node:child_process";
import { existsSync, readdirSync, statSync } from "node:fs";
import { readdir, readFile, rename, rm, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";

/** Written last: its age is the age of the build. */
const stamp = "built";

/**
 * The folder of the built console; builds it when its sources, the client's or the lockfile are newer than the build.
 * Up to date costs one walk over the sources. `root` is the root of the checkout.
 */
export async function ensureConsole(root: string): Promise<string> {
  const web = join(root, "web");
  const out = join(web, "dist");
  const builtMs = modifiedMs(join(out, stamp));
  if (builtMs > 0 && newestMs(root) <= builtMs) return out;
  await buildApart();
  return out;
}

/** In a process of its own: the bundler's memory goes with it instead of staying in the server. */
function buildApart(): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [import.meta.filename], {
      stdio: ["ignore", "ignore", "pipe"],
      env: { ...process.env, NO_COLOR: "1" },
    });
    let problem = "";
    child.stderr.setEncoding("utf8").on("data", (text: string) => (problem += text));
    child.once("error", reject);
    child.once("exit", (code) =>
      code === 0 ? resolve() : reject(new Error(problem.trim() || `exit ${code}`)),
    );
  });
}

/** Into a folder of its own first, so that a server that runs meanwhile never sees half a console. */
async function build(web: string, out: string): Promise<void> {
  const startedMs = Date.now();
  const fresh = join(web, "node_modules", `.console-${process.pid}`);
  const vite = await import("vite");
  try {
    await vite.build({
      root: web,
      configFile: join(web, "vite.config.ts"),
      logLevel: "warn",
      build: { outDir: fresh },
    });
    await compress(join(fresh, "assets"));
    await writeFile(join(fresh, stamp), `${new Date(startedMs).toISOString()}\n`);
    // What was changed while it was being built is newer than the build.
    await utimes(join(fresh, stamp), startedMs / 1000, startedMs / 1000);
    await rm(out, { recursive: true, force: true });
    await rename(fresh, out);
  } finally {
    await rm(fresh, { recursive: true, force: true });
  }
}

/** Beside each script and style sheet what a slow network would rather carry. */
async function compress(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    if (!/\.(js|css)$/.test(name)) continue;
    const path = join(folder, name);
    await writeFile(`${path}.gz`, gzipSync(await readFile(path), { level: 9 }));
  }
}

/** When the newest thing that goes into the build was changed. */
function newestMs(root: string): number {
  const files = ["web/index.html", "web/vite.config.ts", "web/package.json", "package-lock.json"];
  const folders = ["web/src", "web/public", "client/src", "logic/evaluation/src", "logic/scheduler/src"];
  const times = files.map((file) => modifiedMs(join(root, file)));
  return Math.max(...times, ...folders.map((folder) => newestBelow(join(root, folder))));
}

/** Folders count too: a deleted file changes its folder. */
function newestBelow(folder: string): number {
  let newest = modifiedMs(folder);
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    newest = Math.max(newest, entry.isDirectory() ? newestBelow(path) : modifiedMs(path));
  }
  return newest;
}

const modifiedMs = (path: string): number => (existsSync(path) ? statSync(path).mtimeMs : 0);

if (import.meta.main) await build(import.meta.dirname, join(import.meta.dirname, "dist"));
