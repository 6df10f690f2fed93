import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type Client, connect } from "@yunhe/client";
import { root } from "../yunhe.ts";
import { below, type Call, type CallFault, killTraced } from "./call-faults.ts";
import { createProjects } from "./server-workload.ts";

interface FaultedServer {
  /** A client of it once it is ready; undefined: it was gone before. */
  readonly ready: Promise<Client | undefined>;
  readonly ended: Promise<{ readonly exitCode: number | null; readonly signal: NodeJS.Signals | null }>;
  /** What it has said on its standard error. */
  said(): string;
  kill(): void;
}

/** The real server below strace; without the launcher, which is another process. */
function startFaulted(directory: string, fault: CallFault): FaultedServer {
  const node = [process.execPath, "--disable-warning=ExperimentalWarning", "cli/src/main.ts"];
  const up = ["up", "--data", directory, "--listen", "127.0.0.1:0", "--no-console", "--lang", "en"];
  const [program = "", ...args] = [...below(fault, true), ...node, ...up];
  const child = spawn(program, args, {
    cwd: root,
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, NODE_COMPILE_CACHE: join(root, "node_modules/.cache/compiled") },
  });
  let said = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => void (said += text));
  const becomesReady = async (): Promise<Client | undefined> => {
    let out = "";
    for await (const part of child.stdout.setEncoding("utf8").iterator({ destroyOnReturn: false })) {
      out += part as string;
      const address = /ready at (\S+)/.exec(out)?.[1];
      if (address === undefined) continue;
      child.stdout.resume();
      const token = (await readFile(join(directory, "admin.token"), "utf8")).trim();
      return connect({ server: address, token, language: "en" });
    }
    return undefined;
  };
  return {
    ready: becomesReady(),
    ended: once(child, "close").then(([exitCode, signal]) => ({ exitCode, signal })),
    said: () => said,
    kill: () => killTraced(child.pid!),
  };
}

export interface FailedServer {
  readonly exitCode: number | null;
  /** What it said at its end. */
  readonly said: string;
  /** Names of the projects that it acknowledged. */
  readonly acknowledged: readonly string[];
}

/** Runs the real server on a disk whose fsync fails from a thread's n-th one on, and writes to it until it is gone. */
export async function serveUntilFsyncFails(directory: string, nth: number): Promise<FailedServer> {
  const fault = { calls: ["fsync", "fdatasync"], injection: "error=EIO", when: `${nth}+` } as const;
  const server = startFaulted(directory, fault);
  const client = await server.ready;
  if (client === undefined) throw new Error(`The server did not start:\n${server.said()}`);
  const acknowledged: string[] = [];
  await createProjects(client, (name) => void acknowledged.push(name));
  const { exitCode } = await server.ended;
  return { exitCode, said: server.said(), acknowledged };
}

/** When a server was killed: while it started, in the midst of its work, or by us since the call did not come. */
export type Struck = "starting" | "working" | "not at the call";

const startPatienceMs = 120_000;

/**
 * `kill -9` of the real server at the n-th call of one of its threads, while `work` is done with it (which must end when
 * the server is gone). Throws when the server ends in any other way, or does not start.
 */
export async function killServerAtCall(
  directory: string,
  { call, number }: { readonly call: Call; readonly number: number },
  work: (client: Client) => Promise<void>,
  forMs: number,
): Promise<Struck> {
  const fault = { calls: [call], injection: "signal=KILL", when: String(number) } as const;
  const server = startFaulted(directory, fault);
  try {
    const client = await inTime(server.ready, startPatienceMs);
    if (client === "too late") throw new Error(`The server does not get ready:\n${server.said()}`);
    const working = client && work(client);
    // Work that fails fails at once, and does not first wait for the end.
    const over = Promise.all([server.ended, working]);
    const reached = (await inTime(over, client ? forMs : startPatienceMs)) !== "too late";
    if (!reached) server.kill();
    const [{ exitCode, signal }] = await over;
    if (signal !== "SIGKILL")
      throw new Error(`The server ended with ${exitCode}, unkilled:\n${server.said()}`);
    if (!reached) return "not at the call";
    return client ? "working" : "starting";
  } finally {
    server.kill();
  }
}

async function inTime<Value>(value: Promise<Value>, patienceMs: number): Promise<Value | "too late"> {
  const inTime = new AbortController();
  const late = sleep(patienceMs, "too late" as const, { signal: inTime.signal });
  // Rejects when it is no longer waited for.
  late.catch(() => undefined);
  try {
    return await Promise.race([value, late]);
  } finally {
    inTime.abort();
  }
}
