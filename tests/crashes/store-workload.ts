import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { judge, startWriter } from "../../kernel/tests/crash-harness.ts";
import { below } from "./call-faults.ts";
import type { Workload } from "./power-cut.ts";

/** The store alone: pairs of objects counted up in one transaction, with checkpoints and compaction all the time. */
export const storeWorkload = (options: { readonly below?: readonly string[] } = {}): Workload => ({
  async run(directory, forMs, acknowledged) {
    await mkdir(directory, { recursive: true });
    const { child, ended } = startWriter(join(directory, "yunhe.db"), {
      ...options,
      onLine(line) {
        const [pair, count] = line.split(" ");
        if (count !== undefined) acknowledged(pair!, Number(count));
      },
    });
    await new Promise((resolve) => void child.stdout!.once("data", resolve));
    await sleep(forMs);
    child.kill("SIGKILL");
    await ended;
  },
  async look(directory, owed) {
    await mkdir(directory, { recursive: true });
    const counts = new Map([...owed].map(([pair, count]) => [Number(pair), count]));
    const { lost, inconsistent, counts: there } = await judge(join(directory, "yunhe.db"), counts, Infinity);
    return {
      lost,
      wrong:
        inconsistent === 0 ? [] : [`${inconsistent} halves of transactions or breaks of the audit chain`],
      there: new Map([...there].map(([pair, count]) => [String(pair), count])),
    };
  },
});

/** Runs a program as if it never called fsync. */
export const withoutFsync: readonly string[] = below(
  { calls: ["fsync", "fdatasync"], injection: "retval=0" },
  false,
);
