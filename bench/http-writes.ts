/**
 * Promise: at least 5,000 acknowledged, durable single-object writes a second through the HTTP API from 64 clients at
 * synchronous=FULL. Beside it: what one fsync per commit gives on the same disk in the same run.
 */
import { execFile } from "node:child_process";
import { closeSync, fsyncSync, mkdtempSync, openSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { promisify } from "node:util";
import { jobBody } from "./http-body.ts";
import { startBenchServer } from "./http-fixture.ts";

const clients = 64;
const seconds = Number(process.argv[2] ?? 5);
const promisedPerSecond = 5000;
const run = promisify(execFile);

interface Measured {
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly failures: number;
}

async function throughHttp(
  file: string | undefined,
): Promise<Measured & { cpuMicrosecondsPerWrite: number }> {
  const { http, store, port } = await startBenchServer(file);
  const load = (duration: number, prefix: string): Promise<Measured> =>
    run(process.execPath, [
      join(import.meta.dirname, "http-load.ts"),
      String(port),
      String(clients),
      String(duration),
      prefix,
    ]).then(({ stdout }) => JSON.parse(stdout) as Measured);
  await load(1, "warm");
  const before = process.cpuUsage();
  const measured = await load(seconds, "job");
  const { user, system } = process.cpuUsage(before);
  await http.close();
  await store.close();
  return { ...measured, cpuMicrosecondsPerWrite: (user + system) / (measured.perSecond * seconds) };
}

/** One commit, one fsync: SQLite with synchronous=FULL and the same object, without grouping. */
function oneByOne(folder: string): number {
  const database = new DatabaseSync(join(folder, "single.sqlite"));
  database.exec(
    "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; CREATE TABLE log (id INTEGER PRIMARY KEY, json TEXT)",
  );
  const insert = database.prepare("INSERT INTO log (json) VALUES (?)");
  const perSecond = repeat(1000, (index) => insert.run(jobBody(`job-${index}`)));
  database.close();
  return perSecond;
}

function bareFsync(folder: string): number {
  const file = openSync(join(folder, "fsync"), "w");
  const perSecond = repeat(1000, () => {
    writeSync(file, "x".repeat(600));
    fsyncSync(file);
  });
  closeSync(file);
  return perSecond;
}

function repeat(forMs: number, step: (index: number) => unknown): number {
  const start = performance.now();
  let count = 0;
  while (performance.now() - start < forMs) step(count++);
  return (count * 1000) / (performance.now() - start);
}

const folder = mkdtempSync(join(tmpdir(), "yunhe-bench-"));
try {
  const show = (value: number): string => Math.round(value).toLocaleString("en");
  const single = oneByOne(folder);
  const fsync = bareFsync(folder);
  const durable = await throughHttp(join(folder, "store.sqlite"));
  const memory = await throughHttp(undefined);
  const line = (name: string, m: Awaited<ReturnType<typeof throughHttp>>): string =>
    `${name}: ${show(m.perSecond)}/s, p50 ${m.p50Ms.toFixed(1)} ms, p99 ${m.p99Ms.toFixed(1)} ms, server CPU ${m.cpuMicrosecondsPerWrite.toFixed(0)} µs a write, ${m.failures} failed`;
  console.log(line(`HTTP writes, ${clients} clients, SQLite synchronous=FULL`, durable));
  console.log(line(`HTTP writes, ${clients} clients, memory (no disk)`, memory));
  console.log(`SQLite, one commit each: ${show(single)}/s; bare write+fsync: ${show(fsync)}/s`);
  console.log(
    `group commit through HTTP is ${(durable.perSecond / single).toFixed(1)} x one commit each; promised ${show(promisedPerSecond)}/s: ${(durable.perSecond / promisedPerSecond).toFixed(2)} x`,
  );
} finally {
  rmSync(folder, { recursive: true, force: true });
}
