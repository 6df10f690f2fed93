/**
 * Restarts the real server over 100,000 resources (kill -9, start, first good /readyz); target: ready p99 ≤ 3 s.
 *
 *     npm run bench -- restart [--resources 100000] [--starts 20]
 */
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { fillDirectory } from "./restart-fixture.ts";
import { startServerProcess } from "./server-process.ts";

const { values } = parseArgs({
  options: {
    resources: { type: "string", default: "100000" },
    starts: { type: "string", default: "20" },
  },
});
const resources = Number(values.resources);
const starts = Number(values.starts);
const targetMs = 3000;

async function measure(directory: string): Promise<{ readyMs: number[]; residentMib: number }> {
  const readyMs: number[] = [];
  let residentMib = 0;
  for (let start = 0; start < starts; start += 1) {
    const server = await startServerProcess({ directory, args: ["--no-console", "--allow-no-isolation"] });
    readyMs.push(server.readyMs);
    residentMib = server.residentKib() / 1024;
    await server.stop("SIGKILL");
    process.stderr.write(`\r${start + 1}/${starts} starts `);
  }
  return { readyMs: readyMs.sort((left, right) => left - right), residentMib };
}

const quantile = (sorted: readonly number[], part: number): number =>
  sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * part) - 1)]!;

const folder = mkdtempSync(join(tmpdir(), "yunhe-restart-"));
const full = join(folder, "full");
await fillDirectory(full, resources);
const mebibytes = statSync(join(full, "yunhe.db")).size / 2 ** 20;
const empty = await measure(join(folder, "empty"));
const { readyMs, residentMib } = await measure(full);
rmSync(folder, { recursive: true, force: true });

const p99 = quantile(readyMs, 0.99);
console.log(
  `\r${resources} resources (${mebibytes.toFixed(0)} MiB), ${starts} starts: ready p50 ${quantile(readyMs, 0.5).toFixed(0)} ms, p99 ${p99.toFixed(0)} ms (target ${targetMs}, ${(p99 / targetMs).toFixed(2)} of it); ${residentMib.toFixed(0)} MiB resident when ready`,
);
console.log(
  `empty: ready p50 ${quantile(empty.readyMs, 0.5).toFixed(0)} ms, p99 ${quantile(empty.readyMs, 0.99).toFixed(0)} ms: the resources cost ${(quantile(readyMs, 0.5) - quantile(empty.readyMs, 0.5)).toFixed(0)} ms`,
);
process.exitCode = p99 <= targetMs ? 0 : 1;
