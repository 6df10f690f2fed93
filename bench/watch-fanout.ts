/**
 * Promise: 1,000 watchers at 200 changes a second get every change in order, p99 lag below 1 s, memory bounded.
 * Lag is from asking for the change to the watcher having read it, in another process.
 */
import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { defineKind, words } from "@yunhe/kernel";
import { z } from "zod";
import { startBenchServer } from "./http-fixture.ts";

const watchers = Number(process.argv[2] ?? 1000);
const perSecond = 200;
const seconds = Number(process.argv[3] ?? 5);
const promisedP99Ms = 1000;
const settleMs = 2500;

const pingKind = defineKind({
  group: "bench.yunhe.dev",
  kind: "Ping",
  plural: "pings",
  scope: "Namespaced",
  words: words("ping", "脉冲"),
  description: words("A change to be watched", "供监听的变化"),
  fields: { spec: z.strictObject({ sequence: z.int(), sentMs: z.number() }) },
  example: {},
});

interface Seen {
  readonly done: number;
  readonly gaps: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
}

const { api, http, port, store } = await startBenchServer(undefined, [pingKind]);
const caller = {
  principal: { id: "user:bench", type: "User", displayName: "Bench" } as const,
  requestId: "bench",
};
const changes = perSecond * seconds;
const args = [
  join(import.meta.dirname, "watch-load.ts"),
  String(port),
  String(watchers),
  String(changes),
  String(store.revision()),
];
const watching = promisify(execFile)(process.execPath, args);
await new Promise((resolve) => setTimeout(resolve, settleMs));

const idleBytes = process.memoryUsage.rss();
let peakBytes = idleBytes;
const cpuBefore = process.cpuUsage();
const start = performance.now();
for (let sequence = 1; sequence <= changes; sequence += 1) {
  const body = { metadata: { name: `ping-${sequence}` }, spec: { sequence, sentMs: Date.now() } };
  void api.create(caller, { kind: pingKind, namespace: "bench" }, body);
  peakBytes = Math.max(peakBytes, process.memoryUsage.rss());
  const aheadMs = (sequence * 1000) / perSecond - (performance.now() - start);
  if (aheadMs > 1) await new Promise((resolve) => setTimeout(resolve, aheadMs));
}
const seen = JSON.parse((await watching).stdout) as Seen;
const elapsedSeconds = (performance.now() - start) / 1000;
const { user, system } = process.cpuUsage(cpuBefore);
await http.close();
await store.close();

const mebibytes = (bytes: number): string => (bytes / 1024 / 1024).toFixed(0);
console.log(
  `${seen.done} of ${watchers} watchers got all ${changes} changes (${perSecond}/s), ${seen.gaps} out of order; ${Math.round((changes * watchers) / elapsedSeconds).toLocaleString("en")} events/s`,
);
console.log(
  `lag p50 ${seen.p50Ms} ms, p99 ${seen.p99Ms} ms, max ${seen.maxMs} ms; promised p99 ${promisedP99Ms} ms: ${(promisedP99Ms / seen.p99Ms).toFixed(1)} x`,
);
console.log(
  `server: ${((user + system) / 1e6 / elapsedSeconds).toFixed(2)} cores, ${mebibytes(idleBytes)} MiB with all watchers open, ${mebibytes(peakBytes)} MiB at most`,
);
