/**
 * Kills the real server with SIGKILL at random moments while 64 clients write through HTTP, starts it anew and looks
 * for every write that was acknowledged. Prints what was lost: it must be nothing.
 *
 *     node tools/node.mjs bench/server-kill.ts [KILLS]
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Client, type KindAddress, RequestFailed } from "@yunhe/client";
import type { AnyResource } from "@yunhe/kernel";
import { type ServerProcess, startServerProcess } from "./server-process.ts";

const kills = Number(process.argv[2] ?? 100);
const clients = 64;
const projects: KindAddress = {
  group: "identity.yunhe.dev",
  version: "v1",
  plural: "projects",
  namespaced: false,
};
const directory = mkdtempSync(join(tmpdir(), "yunhe-kill-"));
const acknowledged: string[] = [];

/** Writes one object after the other until the server is gone. */
async function writeUntilGone(client: Client, prefix: string): Promise<void> {
  for (let i = 0; ; i++) {
    const name = `${prefix}-${i}`;
    try {
      await client.resources(projects).create(undefined, {
        apiVersion: "identity.yunhe.dev/v1",
        kind: "Project",
        metadata: { name },
        spec: {},
      });
      acknowledged.push(name);
    } catch (error) {
      if (error instanceof RequestFailed) throw error;
      return;
    }
  }
}

async function missing(server: ServerProcess, names: readonly string[]): Promise<string[]> {
  const present = new Set<string>();
  let continueToken: string | undefined;
  do {
    const page = await server.client.resources<AnyResource>(projects).list({ limit: 500, continueToken });
    for (const { metadata } of page.items) present.add(metadata.name);
    continueToken = page.metadata.continue || undefined;
  } while (continueToken !== undefined);
  return names.filter((name) => !present.has(name));
}

let lost = 0;
let written = 0;
const readyMs: number[] = [];
for (let round = 0; round < kills; round++) {
  const server = await startServerProcess({ directory, args: ["--no-console"] });
  readyMs.push(server.readyMs);
  lost += (await missing(server, acknowledged.splice(0))).length;
  const writers = Promise.all(
    Array.from({ length: clients }, (_, i) => writeUntilGone(server.client, `r${round}-c${i}`)),
  );
  await new Promise((resolve) => setTimeout(resolve, 20 + Math.random() * 400));
  await server.stop("SIGKILL");
  await writers;
  written += acknowledged.length;
}
const last = await startServerProcess({ directory, args: ["--no-console"] });
lost += (await missing(last, acknowledged)).length;
await last.stop();
rmSync(directory, { recursive: true, force: true });

readyMs.sort((a, b) => a - b);
console.log(
  `${kills} times kill -9 under ${clients} writing clients: ${written} writes acknowledged, ${lost} lost (must be 0)`,
);
console.log(`ready again: median ${readyMs[kills >> 1]!.toFixed(0)} ms`);
process.exitCode = lost === 0 ? 0 : 1;
