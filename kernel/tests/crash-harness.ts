import { type ChildProcess, spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { openSqliteStore, type Store, verifyAudit } from "@yunhe/kernel";
import { sampleKey } from "@yunhe/kernel/conformance";

const pairs = 16;
const writerPath = fileURLToPath(new URL("./crash-writer.ts", import.meta.url));

/** Pair and the count that was acknowledged for it last. */
export type Counts = ReadonlyMap<number, number>;

export interface StoreVerdict {
  /** Acknowledged counts that are not there. */
  readonly lost: number;
  /** Pairs whose halves differ, or that stand beyond what was ever asked for; a broken audit chain. */
  readonly inconsistent: number;
  readonly reopenMs: number;
  /** What was found. */
  readonly counts: Counts;
}

export interface CrashOutcome extends StoreVerdict {
  /** Transactions that the writer had been told are durable in this round. */
  readonly acknowledged: number;
}

export interface Writing {
  readonly child: ChildProcess;
  readonly ended: Promise<void>;
  /** Whole lines that it has said so far. */
  readonly lines: readonly string[];
}

/** Starts a writer on `path`, below another program (`strace …`) where one is given. */
export function startWriter(
  path: string,
  options: { readonly below?: readonly string[]; readonly onLine?: (line: string) => void } = {},
): Writing {
  const node = [process.execPath, "--disable-warning=ExperimentalWarning", writerPath, path, String(pairs)];
  const [program = "", ...args] = [...(options.below ?? []), ...node];
  const child = spawn(program, args, { stdio: ["ignore", "pipe", "inherit"] });
  const lines: string[] = [];
  let rest = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    // The last line may be cut in the middle.
    const parts = (rest + text).split("\n");
    rest = parts.pop()!;
    lines.push(...parts);
    parts.forEach((line) => options.onLine?.(line));
  });
  const ended = new Promise<void>((resolve) => void child.once("close", () => resolve()));
  return { child, ended, lines };
}

/** Runs a writer on `path`, kills it `afterMs` after its first acknowledgement, and looks at what is left. */
export async function crash(path: string, afterMs: number): Promise<CrashOutcome> {
  const { child, ended, lines } = startWriter(path);
  child.stdout!.once("data", () => void setTimeout(() => child.kill("SIGKILL"), afterMs));
  await ended;
  // A writer that ends by itself would make every round pass.
  if (child.signalCode !== "SIGKILL") throw new Error(`The writer ended with ${child.exitCode}, unkilled`);
  return { acknowledged: lines.length, ...(await judge(path, lastCounts(lines))) };
}

export function lastCounts(lines: readonly string[]): Map<number, number> {
  const acknowledgements = lines.filter((line) => /^\d+ \d+$/.test(line));
  return new Map(acknowledgements.map((line) => line.split(" ").map(Number) as [number, number]));
}

/**
 * Opens what a crash has left and compares it with what had been acknowledged. `ahead`: how many more may be there,
 * durable before the acknowledgement came out.
 */
export async function judge(path: string, acknowledged: Counts, ahead = 1): Promise<StoreVerdict> {
  const startMs = performance.now();
  const store = await openSqliteStore({ path });
  const reopenMs = performance.now() - startMs;
  try {
    const found = await Promise.all(Array.from({ length: pairs }, (_, pair) => halves(store, pair)));
    const verdicts = found.map((sides, pair) => verdictOn(sides, acknowledged.get(pair), ahead));
    const { ok } = await verifyAudit(store);
    return {
      lost: verdicts.filter((verdict) => verdict === "lost").length,
      inconsistent: verdicts.filter((verdict) => verdict === "inconsistent").length + (ok ? 0 : 1),
      reopenMs,
      counts: new Map(found.map(([left], pair) => [pair, left])),
    };
  } finally {
    await store.close();
  }
}

async function halves(store: Store, pair: number): Promise<readonly [number, number]> {
  const size = async (side: string): Promise<number> => {
    const object = await store.get(sampleKey(`${side}-${pair}`));
    return object === undefined ? 0 : (JSON.parse(object.json) as { spec: { size: number } }).spec.size;
  };
  return [await size("left"), await size("right")];
}

function verdictOn(
  [left, right]: readonly [number, number],
  acknowledged: number | undefined,
  ahead: number,
): "whole" | "lost" | "inconsistent" {
  if (left !== right) return "inconsistent";
  if (acknowledged === undefined) return "whole";
  if (left < acknowledged) return "lost";
  return left <= acknowledged + ahead ? "whole" : "inconsistent";
}
