/** A real server as people start it, in a folder of its own, and the command line to talk to it. For system tests. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type Client, connect } from "@yunhe/client";

export const root = dirname(import.meta.dirname);

export interface Outcome {
  /** Exit code; 128 + n when signal n ended it. */
  readonly code: number;
  readonly out: string;
  readonly error: string;
}

export interface CommandOptions {
  readonly input?: string;
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
}

export interface Yunhe {
  readonly address: string;
  readonly directory: string;
  /** Folder for the test's own files; goes with the server. */
  readonly folder: string;
  readonly client: Client;
  /** Runs `yunhe ARGS …` to its end. */
  run(args: readonly string[], options?: CommandOptions): Promise<Outcome>;
  /** Environment of a signed-in shell, for other programs. */
  readonly environment: Readonly<Record<string, string>>;
  /** `kill -9` of launcher and server at once. */
  kill(): Promise<void>;
  stop(): Promise<void>;
  /** Starts it again over the same data; everything else of this object stays right. */
  restart(): Promise<void>;
}

/** `yunhe up` on a free port; the returned server is stopped and its folder removed by `close`. */
export async function startYunhe(
  options: {
    readonly flags?: readonly string[];
    /** A data folder that is there already; default: a new one. */
    readonly directory?: string;
  } = {},
): Promise<Yunhe & { close(): Promise<void> }> {
  const folder = mkdtempSync(join(tmpdir(), "yunhe-test-"));
  const directory = options.directory ?? join(folder, "data");
  mkdirSync(join(folder, "home"));
  const flags = ["--no-console", ...(options.flags ?? [])];
  let server = await launch(directory, "127.0.0.1:0", flags);
  const { address } = server;
  const token = readFileSync(join(directory, "admin.token"), "utf8").trim();
  const environment = {
    PATH: process.env["PATH"] ?? "",
    HOME: join(folder, "home"),
    LANG: "C.UTF-8",
    YUNHE_SERVER: address,
    YUNHE_DATA: directory,
  };
  const client = connect({ server: address, token, language: "en" });
  const end = async (signal: "SIGTERM" | "SIGKILL"): Promise<void> => {
    if (server.child.exitCode !== null || server.child.signalCode !== null) return;
    const exited = once(server.child, "exit");
    process.kill(signal === "SIGKILL" ? -server.child.pid! : server.child.pid!, signal);
    await exited;
  };
  return {
    address,
    directory,
    folder,
    environment,
    client,
    run: (args, { input, cwd, env } = {}) =>
      command(
        process.execPath,
        ["--disable-warning=ExperimentalWarning", join(root, "cli/src/main.ts"), ...args],
        {
          env: { ...environment, NODE_COMPILE_CACHE: join(root, "node_modules/.cache/compiled"), ...env },
          cwd: cwd ?? folder,
          ...(input === undefined ? {} : { input }),
        },
      ),
    kill: () => end("SIGKILL"),
    stop: () => end("SIGTERM"),
    async restart() {
      server = await launch(directory, new URL(address).host, flags);
    },
    async close() {
      // Tasks outlive their server: those of a test that failed would run for ever.
      await cancelAll(client).catch(() => undefined);
      await end("SIGTERM");
      rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
    },
  };
}

interface Listed {
  readonly metadata: { readonly name: string; readonly namespace: string };
}

/** Cancels every task that is not over, and waits until they are. */
async function cancelAll(client: Client): Promise<void> {
  const tasks = client.resources<Listed>(taskAddress);
  const open = ["Succeeded", "Failed", "Cancelled"].map((phase) => `status.phase!=${phase}`).join(",");
  await until("all tasks are over", async () => {
    const { items } = await tasks.list({ fieldSelector: open });
    for (const { metadata } of items) await tasks.act(metadata.namespace, metadata.name, "cancel");
    return items.length === 0;
  });
}

const taskAddress = { group: "compute.yunhe.dev", version: "v1", plural: "tasks", namespaced: true } as const;

interface Launched {
  readonly child: ChildProcess;
  readonly address: string;
}

/** Through the launcher, under whatever Node runs the tests; a process group of its own. */
async function launch(directory: string, listen: string, flags: readonly string[]): Promise<Launched> {
  const args = [
    join(root, "tools/node.mjs"),
    "cli/src/main.ts",
    "up",
    "--data",
    directory,
    "--listen",
    listen,
  ];
  const child = spawn(process.execPath, [...args, ...flags], {
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, YUNHE_LANG: "en" },
  });
  let text = "";
  child.stderr.setEncoding("utf8").on("data", (part: string) => (text += part));
  for await (const part of child.stdout.setEncoding("utf8").iterator({ destroyOnReturn: false })) {
    text += part as string;
    const address = /ready at (\S+)/.exec(text)?.[1];
    if (address === undefined) continue;
    child.stdout.resume();
    return { child, address };
  }
  throw new Error(`The server did not start:\n${text}`);
}

/** Runs a program to its end, fed with `input`. */
export async function command(
  program: string,
  args: readonly string[],
  { input, ...options }: { input?: string; cwd?: string; env?: Record<string, string> },
): Promise<Outcome> {
  const child = spawn(program, args, { ...options, stdio: "pipe" });
  let [out, error] = ["", ""];
  child.stdout.setEncoding("utf8").on("data", (part: string) => (out += part));
  child.stderr.setEncoding("utf8").on("data", (part: string) => (error += part));
  // A program that does not read its input may be gone before it is written.
  child.stdin.on("error", () => undefined).end(input ?? "");
  const [code, signal] = (await once(child, "close")) as [number | null, NodeJS.Signals | null];
  return { code: code ?? 128 + (signal === "SIGKILL" ? 9 : 15), out, error };
}

/** Looks until `look` finds something; fails, saying what was waited for, when it never comes. */
export async function until<Found>(
  what: string,
  look: () => Promise<Found | undefined | false> | Found | undefined | false,
): Promise<Found> {
  const giveUp = Date.now() + 120_000;
  while (Date.now() < giveUp) {
    const found = await look();
    if (found !== undefined && found !== false) return found;
    await sleep(50);
  }
  throw new Error(`Waited in vain: ${what}`);
}
