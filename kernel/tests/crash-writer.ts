import { writeSync } from "node:fs";
import { openSqliteStore } from "@yunhe/kernel";
import { sampleKey, sampleWrite } from "@yunhe/kernel/conformance";

/**
 * Counts up pairs of objects as fast as it can until it is killed, printing `PAIR COUNT` after each acknowledged
 * transaction. Checkpoints and compaction run all the time, so that kills fall into them too. A write that is refused
 * for want of space is made again later; when the store has stopped, it says so and ends with 3.
 */
const [path = "", pairs = "16"] = process.argv.slice(2);
const storeStopped = 3;
const store = await openSqliteStore({
  path,
  checkpoint: { startFrames: 200 },
  onFatal: () => {
    print("stopped\n");
    process.exit(storeStopped);
  },
});

async function count(pair: number): Promise<void> {
  const names = [`left-${pair}`, `right-${pair}`];
  const present = await Promise.all(names.map((name) => store.get(sampleKey(name))));
  let revisions = present.map((object) => object?.revision ?? 0);
  let size = present[0] === undefined ? 0 : sizeOf(present[0].json);
  for (;;) {
    const next = size + 1;
    const writes = names.map((name, side) => sampleWrite(name, { expected: revisions[side]!, size: next }));
    try {
      const { objects } = await store.commit({ writes, timeMs: next });
      print(`${pair} ${next}\n`);
      size = next;
      revisions = objects.map(({ revision }) => revision);
    } catch (error) {
      if (!isFull(error)) throw error;
      print("full\n");
      await pause();
    }
  }
}

async function compact(): Promise<never> {
  for (;;) {
    await store.compact(store.revision() - 100).catch((error: unknown) => {
      if (!isFull(error)) throw error;
    });
    await pause();
  }
}

const sizeOf = (json: string): number => (JSON.parse(json) as { spec: { size: number } }).spec.size;
const isFull = (error: unknown): boolean =>
  (error as { reason?: unknown } | undefined)?.reason === "InsufficientStorage";
const pause = (): Promise<void> => new Promise((resolve) => void setTimeout(resolve, 5));

/** One system call for each line: what was printed is in the pipe even if the kill comes next. */
function print(line: string): void {
  for (;;) {
    try {
      return void writeSync(1, line);
    } catch (error) {
      // The reader is behind.
      if ((error as NodeJS.ErrnoException).code !== "EAGAIN") throw error;
    }
  }
}

await Promise.all([compact(), ...Array.from({ length: Number(pairs) }, (_, pair) => count(pair))]);
