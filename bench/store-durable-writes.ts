import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { parseArgs } from "node:util";
import { openSqliteStore, type Store } from "@yunhe/kernel";
import { put, sampleKey } from "@yunhe/kernel/conformance";

/**
 * Acknowledged single-object writes per second at synchronous=FULL, 64 submitters. The limit beside ours is the same
 * disk with one fsync per commit, measured in turns with ours so that other load on the machine meets both.
 */
const { values } = parseArgs({
  options: { seconds: { type: "string", default: "6" }, submitters: { type: "string", default: "64" } },
});
const submitters = Number(values.submitters);
const turns = 4;
const turnMs = (Number(values.seconds) * 1000) / turns / 2;
const folder = mkdtempSync(join(tmpdir(), "yunhe-bench-"));

async function grouped(store: Store, latencies: number[]): Promise<void> {
  const untilMs = performance.now() + turnMs;
  const submit = async (submitter: number): Promise<void> => {
    const name = `o${submitter}`;
    let expected = (await store.get(sampleKey(name)))?.revision ?? 0;
    for (let startMs = performance.now(); startMs < untilMs;) {
      expected = (await put(store, name, { expected })).revision;
      const endMs = performance.now();
      latencies.push(endMs - startMs);
      startMs = endMs;
    }
  };
  await Promise.all(Array.from({ length: submitters }, (_, submitter) => submit(submitter)));
}

/** One row of the same size per transaction, nothing else: the most that a store without group commit can do. */
function oneByOne(database: DatabaseSync, latencies: number[]): void {
  const insert = database.prepare("INSERT INTO t (x) VALUES (?)");
  const row = "x".repeat(500);
  const untilMs = performance.now() + turnMs;
  for (let startMs = performance.now(); startMs < untilMs;) {
    insert.run(row);
    const endMs = performance.now();
    latencies.push(endMs - startMs);
    startMs = endMs;
  }
}

function report(name: string, latencies: number[]): number {
  latencies.sort((left, right) => left - right);
  const quantile = (share: number): string =>
    (latencies[Math.floor(latencies.length * share)] ?? Number.NaN).toFixed(2);
  const perSecond = latencies.length / ((turnMs * turns) / 1000);
  console.log(
    `${name.padEnd(34)} ${Math.round(perSecond).toString().padStart(8)} writes/s   p50 ${quantile(0.5)} ms   p99 ${quantile(0.99)} ms`,
  );
  return perSecond;
}

const store = await openSqliteStore({ path: join(folder, "yunhe.db") });
const plain = new DatabaseSync(join(folder, "plain.db"));
plain.exec(
  "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; CREATE TABLE t (id INTEGER PRIMARY KEY, x TEXT)",
);
const ours: number[] = [];
const limit: number[] = [];
for (let turn = 0; turn < turns; turn += 1) {
  await grouped(store, ours);
  oneByOne(plain, limit);
}
const ourRate = report(`Yunhe, ${submitters} submitters, group commit`, ours);
const limitRate = report("node:sqlite, one fsync per commit", limit);
const walMebibytes = statSync(join(folder, "yunhe.db-wal")).size / 2 ** 20;
console.log(
  `ratio ${(ourRate / limitRate).toFixed(1)}   target 5000 writes/s: ${(ourRate / 5000).toFixed(1)} times`,
);
console.log(`write-ahead log ${walMebibytes.toFixed(1)} MiB after ${store.revision()} writes`);

const reads = 100_000;
const startMs = performance.now();
for (let read = 0; read < reads; read += 1) await store.get(sampleKey(`o${read % submitters}`));
const readRate = reads / ((performance.now() - startMs) / 1000);
console.log(
  `point reads ${Math.round(readRate)}/s   target 100000/s: ${(readRate / 100_000).toFixed(1)} times`,
);
await store.close();
plain.close();
rmSync(folder, { recursive: true });
