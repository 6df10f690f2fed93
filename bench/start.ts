/**
 * Start: from the command that `npm start` runs to the first good `/readyz`, once installed, and what the server keeps
 * resident when idle with 10,000 tasks stored. The limit beside it: the same Node doing nothing.
 *
 *     node tools/node.mjs bench/start.ts [TASKS]
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { taskKind } from "@yunhe/domain-compute";
import { openObjects, openSqliteStore, systemEnvironment } from "@yunhe/kernel";
import { startServerProcess } from "./server-process.ts";

const count = Number(process.argv[2] ?? 10_000);
const rounds = 5;
const directory = mkdtempSync(join(tmpdir(), "yunhe-start-"));

async function fill(): Promise<void> {
  const store = await openSqliteStore({ path: join(directory, "yunhe.db") });
  const objects = openObjects(store, [taskKind], systemEnvironment());
  for (let from = 0; from < count; from += 500) {
    const drafts = Array.from({ length: Math.min(500, count - from) }, (_, i) => ({
      type: "create" as const,
      kind: taskKind,
      object: {
        metadata: { name: `task-${from + i}`, namespace: "default" },
        spec: {
          command: ["python3", "train.py", "--seed", String(from + i)],
          env: { SEED: String(from + i) },
        },
        status: {
          phase: "Succeeded",
          attempts: 1,
          countedFailures: 0,
          exitCode: 0,
          pool: "local",
          node: "local-a",
        },
      },
    }));
    await objects.commit(drafts, { actor: "system:bench" });
  }
  await store.close();
}

const idleMs = 10_000;
const first = await startServerProcess({ directory, args: process.argv.slice(3) });
await first.stop();
await fill();
const ready: number[] = [];
let residentMib = 0;
for (let round = 0; round < rounds; round++) {
  const server = await startServerProcess({ directory, args: process.argv.slice(3) });
  ready.push(server.readyMs);
  if (round === rounds - 1) {
    await new Promise((resolve) => setTimeout(resolve, idleMs));
    residentMib = server.residentKib() / 1024;
  }
  await server.stop();
}
rmSync(directory, { recursive: true, force: true });
ready.sort((a, b) => a - b);

const from = performance.now();
spawnSync(process.execPath, ["-e", "0"]);
const nodeMs = performance.now() - from;
const median = ready[rounds >> 1]!;
console.log(
  `ready: median ${median.toFixed(0)} ms, best ${ready[0]!.toFixed(0)}, worst ${ready.at(-1)!.toFixed(0)} (target ≤ 1500 ms)`,
);
console.log(`Node alone, doing nothing: ${nodeMs.toFixed(0)} ms, ratio ${(median / nodeMs).toFixed(1)}`);
console.log(
  `resident when idle with ${count} tasks stored: ${residentMib.toFixed(0)} MiB (target ≤ 180 MiB)`,
);
