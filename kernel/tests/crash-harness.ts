import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { openSqliteStore, type Store, verifyAudit } from "@yunhe/kernel";
import { sampleKey } from "@yunhe/kernel/conformance";

const pairs = 16;
const writerPath = fileURLToPath(new URL("./crash-writer.ts", import.meta.url));

export interface CrashOutcome {
  /** Transactions that the writer had been told are durable in this round. */
  readonly acknowledged: number;
  /** Acknowledged counts that are not there. */
  readonly lost: number;
  /** Pairs whose halves differ, or that stand beyond what was ever asked for; a broken audit chain. */
  readonly inconsistent: number;
  readonly reopenMs: number;
}

/** Runs a writer on `path`, kills it `afterMs` after its first acknowledgement, and looks at what is left. */
export async function crash(path: string, afterMs: number): Promise<CrashOutcome> {
  const lines = await writeUntilKilled(path, afterMs);
  const counts = new Map<number, number>();
  for (const line of lines) {
    const [pair, count] = line.split(" ").map(Number) as [number, number];
    counts.set(pair, count);
  }
  const startMs = performance.now();
  const store = await openSqliteStore({ path });
  const reopenMs = performance.now() - startMs;
  const verdicts = await Promise.all(
    Array.from({ length: pairs }, (_, pair) => judge(store, pair, counts.get(pair))),
  );
  const { ok } = await verifyAudit(store);
  await store.close();
  return {
    acknowledged: lines.length,
    lost: verdicts.filter((verdict) => verdict === "lost").length,
    inconsistent: verdicts.filter((verdict) => verdict === "inconsistent").length + (ok ? 0 : 1),
    reopenMs,
  };
}

async function writeUntilKilled(path: string, afterMs: number): Promise<string[]> {
  const child = spawn(process.execPath, [writerPath, path, String(pairs)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let output = "";
  child.stdout.setEncoding("utf8");
  child.stdout.once("data", () => void setTimeout(() => child.kill("SIGKILL"), afterMs));
  child.stdout.on("data", (text: string) => void (output += text));
  await new Promise((resolve) => void child.once("close", resolve));
  // The last line may have been cut in the middle.
  return output.split("\n").slice(0, -1);
}

async function judge(
  store: Store,
  pair: number,
  acknowledged: number | undefined,
): Promise<"whole" | "lost" | "inconsistent"> {
  const [left, right] = await Promise.all(
    ["left", "right"].map(async (side) => {
      const object = await store.get(sampleKey(`${side}-${pair}`));
      return object === undefined ? 0 : (JSON.parse(object.json) as { spec: { size: number } }).spec.size;
    }),
  );
  if (left !== right) return "inconsistent";
  if (acknowledged === undefined) return "whole";
  if (left! < acknowledged) return "lost";
  // One more may have been durable without its acknowledgement having come out.
  return left! <= acknowledged + 1 ? "whole" : "inconsistent";
}
