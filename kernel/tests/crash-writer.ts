import { writeSync } from "node:fs";
import { openSqliteStore } from "@yunhe/kernel";
import { sampleKey, sampleWrite } from "@yunhe/kernel/conformance";

/**
 * Counts up pairs of objects as fast as it can until it is killed, printing `PAIR COUNT` after each acknowledged
 * transaction. Checkpoints and compaction run all the time, so that kills fall into them too.
 */
const [path = "", pairs = "16"] = process.argv.slice(2);
const store = await openSqliteStore({ path, checkpoint: { startFrames: 200 } });

async function count(pair: number): Promise<void> {
  const names = [`left-${pair}`, `right-${pair}`];
  const present = await Promise.all(names.map((name) => store.get(sampleKey(name))));
  let revisions = present.map((object) => object?.revision ?? 0);
  let size = present[0] === undefined ? 0 : sizeOf(present[0].json);
  for (;;) {
    size += 1;
    const writes = names.map((name, side) => sampleWrite(name, { expected: revisions[side]!, size }));
    const { objects } = await store.commit({ writes, timeMs: size });
    // One system call each: what was printed is in the pipe even if the kill comes next.
    writeSync(1, `${pair} ${size}\n`);
    revisions = objects.map(({ revision }) => revision);
  }
}

async function compact(): Promise<never> {
  for (;;) {
    await store.compact(store.revision() - 100);
    await new Promise((resolve) => void setTimeout(resolve, 5));
  }
}

const sizeOf = (json: string): number => (JSON.parse(json) as { spec: { size: number } }).spec.size;

await Promise.all([compact(), ...Array.from({ length: Number(pairs) }, (_, pair) => count(pair))]);
